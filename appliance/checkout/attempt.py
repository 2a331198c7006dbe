"""The life of a payment that somebody else decides: asked, pending, unknown, ended.

``requested`` until HQ has made the code, ``pending`` while the customer pays, ``cancelling`` when
the cashier wants it closed, ``unknown`` when HQ was silent for too long. It ends by HQ's word
only: paid, declined, cancelled or expired. It is asked about again and again, across restarts.

Our own money is decided by HQ at once, and HQ keeps its word that what was given up is never taken: after
three seconds of silence the till gives it up and goes on. Giving up is asked for until HQ has heard it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from msgspec import Struct

from retail.catalogue import Names
from retail.messages.asking import PayoutAsked, UpgradeAsked

AttemptState = Literal["requested", "pending", "cancelling", "unknown"]
AttemptMethod = Literal["qr", "stored_value", "gift_card", "points", "payout", "upgrade", "void"]
ATTEMPT_LIFE_MS = 120_000
QUERY_AFTER_MS = 10_000
OWN_SILENCE_MS = 3_000
QUERY_EVERY_MS = (5_000, 15_000, 25_000, 45_000, 60_000)
"""Time to the next query after the first, second, ...; the last one repeats."""


class AttemptNote(Struct, frozen=True, kw_only=True):
    """One thing that happened to a payment: ``asked``, ``silent``, ``queried``, ``answered``."""

    unix_ms: int
    what: str
    count: int = 0


class PaymentAttempt(Struct, frozen=True, kw_only=True):
    """A payment asked of HQ whose end is not known yet. Nothing else may be charged meanwhile.

    `refunds` is the payment that goes back, when it is money given back that HQ was asked for. Of our own
    money, `account` is whose it is, `units` how much of it is asked for, `tail` a card's last figures. A
    ``payout`` or ``upgrade`` is not charged: it asks under `request_id` what `payout` would pay, or `upgrade`
    cost; a ``void`` neither: it asks HQ to hold what the sale brought.
    """

    attempt_id: str
    method: AttemptMethod
    amount_minor: int
    state: AttemptState
    asked_ms: int
    expires_ms: int
    qr: str = ""
    queries: int = 0
    next_query_ms: int = 0
    notes: tuple[AttemptNote, ...] = ()
    refunds: str = ""
    account: str = ""
    units: int = 0
    tail: str = ""
    request_id: str = ""
    payout: PayoutAsked | None = None
    upgrade: UpgradeAsked | None = None
    names: Names = {}

    @property
    def is_ours(self) -> bool:
        """Whether HQ itself decides it, at once: silence is answered by giving it up."""
        return self.method != "qr"

    @property
    def is_quote(self) -> bool:
        """Whether HQ is only asked what it would come to, or whether it may: nothing is charged yet."""
        return self.method in ("payout", "upgrade", "void")

    def noted(self, unix_ms: int, what: str, count: int = 0) -> "PaymentAttempt":
        """With one more note; only the latest twenty are kept."""
        note = AttemptNote(unix_ms=unix_ms, what=what, count=count)
        return msgspec.structs.replace(self, notes=(*self.notes, note)[-20:])


@dataclass(frozen=True, slots=True)
class News:
    """What HQ says of a payment; `reference` is the provider's number once it is paid, `reason` the code of
    a refusal with its `params`."""

    attempt_id: str
    state: Literal["pending", "paid", "declined", "cancelled", "expired"]
    qr: str = ""
    reference: str = ""
    reason: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def balance(self) -> int | None:
        """What HQ says is left of our own money now: minor units, of points points; None if it does not."""
        found = (self.params.get(name) for name in ("balance_minor", "balance"))
        return next((value for value in found if isinstance(value, int)), None)


def is_due_for_query(attempt: PaymentAttempt, now_ms: int) -> bool:
    """A code that the customer still has time to pay is left alone; silence is asked about."""
    if attempt.is_ours:
        return now_ms >= attempt.asked_ms + OWN_SILENCE_MS
    waits_for_customer = attempt.state == "pending" and now_ms < attempt.expires_ms
    return not waits_for_customer and now_ms >= attempt.next_query_ms


def queried(attempt: PaymentAttempt, now_ms: int, state: str = "") -> PaymentAttempt:
    """After asking once more. Without a state given, silence makes it ``unknown``."""
    wait_ms = QUERY_EVERY_MS[min(attempt.queries, len(QUERY_EVERY_MS) - 1)]
    silent = attempt.state != "pending" or now_ms >= attempt.expires_ms
    becomes: AttemptState = attempt.state
    if state == "cancelling":
        becomes = "cancelling"
    elif silent and now_ms >= attempt.asked_ms + QUERY_AFTER_MS:
        becomes = "unknown"
    noted = attempt
    if becomes == "unknown" and attempt.state != "unknown":
        noted = noted.noted(now_ms, "silent")
    return msgspec.structs.replace(
        noted.noted(now_ms, "queried", attempt.queries + 1),
        state=becomes,
        queries=attempt.queries + 1,
        next_query_ms=now_ms + wait_ms,
    )
