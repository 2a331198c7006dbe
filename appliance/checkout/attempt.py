"""The life of a payment that somebody else decides: asked, pending, unknown, ended.

``requested`` until HQ has made the code, ``pending`` while the customer pays, ``cancelling`` when
the cashier wants it closed, ``unknown`` when HQ was silent for too long. It ends by HQ's word
only: paid, declined, cancelled or expired. It is asked about again and again, across restarts.
"""

from dataclasses import dataclass
from typing import Literal

import msgspec

from appliance.checkout.basket import AttemptState, PaymentAttempt
from retail.errors import InvariantBroken

ATTEMPT_LIFE_MS = 120_000
QUERY_AFTER_MS = 10_000
QUERY_EVERY_MS = (5_000, 15_000, 25_000, 45_000, 60_000)
"""Time to the next query after the first, second, ...; the last one repeats."""
ENDS = ("declined", "cancelled", "expired")


@dataclass(frozen=True, slots=True)
class News:
    """What HQ says of a payment; `reference` is the provider's number once it is paid."""

    attempt_id: str
    state: Literal["pending", "paid", "declined", "cancelled", "expired"]
    qr: str = ""
    reference: str = ""


def ended_by(state: str) -> str:
    """How a payment ended without money."""
    if state not in ENDS:
        raise InvariantBroken("payment.unknown_end", state=state)
    return state


def is_due_for_query(attempt: PaymentAttempt, now_ms: int) -> bool:
    """A code that the customer still has time to pay is left alone; silence is asked about."""
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
