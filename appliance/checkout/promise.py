"""What a line sells besides goods, as the basket and the receipt know it."""

from collections.abc import Callable

from msgspec import Struct

from retail.catalogue import Names
from retail.ledger.memberships import MembershipKind
from retail.ledger.passes import PassKind
from retail.messages.events import Grant, Promised


class Promise(Struct, frozen=True, kw_only=True):
    """What a line sells besides goods; what that brings stands in its grant. `tail` are the last figures of
    a card.

    Of an upgrade, `credit_minor` is what is left of the old one (`replaced`) and pays for the new. Of a
    payout, `deducted_minor` pays for bonus already spent and `voided_minor` of bonus ends.
    """

    grant: Grant
    tail: str = ""
    credit_minor: int = 0
    replaced: Names = {}
    deducted_minor: int = 0
    voided_minor: int = 0

    @property
    def brings(self) -> Promised:
        """What the shop's documents said it brings when it was sold; nothing of a payout."""
        return self.grant.promised or Promised()


def promised_of(kind: PassKind | MembershipKind) -> Promised:
    """What a pass or membership of a kind brings."""
    if isinstance(kind, PassKind):
        return Promised(uses=kind.uses, covers=kind.covers, days=kind.days)
    return Promised(days=kind.days)


def promise_words(promise: Promise, text: Callable[..., str], amount: Callable[[int], str]) -> list[str]:
    """What a promise brings, in short words; `text` and `amount` speak the reader's language."""
    words, brings = [], promise.brings
    if promise.tail:
        words.append(text("promise.tail", tail=promise.tail))
    if brings.value_minor:
        words.append(text("promise.value", amount=amount(brings.value_minor)))
    if brings.bonus_minor:
        words.append(text("promise.bonus", amount=amount(brings.bonus_minor)))
    if brings.coupons:
        words.append(text("promise.coupons", number=len(brings.coupons)))
    if brings.uses:
        words.append(text("promise.uses", number=brings.uses))
    if brings.days:
        words.append(text("promise.days", number=brings.days))
    if promise.credit_minor:
        words.append(text("promise.credit", amount=amount(promise.credit_minor)))
    if promise.deducted_minor:
        words.append(text("promise.deducted", amount=amount(promise.deducted_minor)))
    if promise.voided_minor:
        words.append(text("promise.voided", amount=amount(promise.voided_minor)))
    return words
