"""What a line sells besides goods, as the basket and the receipt know it."""

from collections.abc import Callable

from msgspec import Struct

from retail.catalogue import Names
from retail.messages.events import Grant


class Promise(Struct, frozen=True, kw_only=True):
    """What a line sells besides goods, and what it brings as the shop's documents said: bonus on top of
    what is paid, a card's value, uses, days (None: without end). `tail` are the last figures of a card.

    Of an upgrade, `credit_minor` is what is left of the old one (`replaced`) and pays for the new. Of a
    payout, `deducted_minor` pays for bonus already spent and `voided_minor` of bonus ends.
    """

    grant: Grant
    bonus_minor: int = 0
    value_minor: int = 0
    uses: int = 0
    days: int | None = None
    coupons: int = 0
    tail: str = ""
    credit_minor: int = 0
    replaced: Names = {}
    deducted_minor: int = 0
    voided_minor: int = 0


def promise_words(promise: Promise, text: Callable[..., str], amount: Callable[[int], str]) -> list[str]:
    """What a promise brings, in short words; `text` and `amount` speak the reader's language."""
    words = []
    if promise.tail:
        words.append(text("promise.tail", tail=promise.tail))
    if promise.value_minor:
        words.append(text("promise.value", amount=amount(promise.value_minor)))
    if promise.bonus_minor:
        words.append(text("promise.bonus", amount=amount(promise.bonus_minor)))
    if promise.coupons:
        words.append(text("promise.coupons", number=promise.coupons))
    if promise.uses:
        words.append(text("promise.uses", number=promise.uses))
    if promise.days:
        words.append(text("promise.days", number=promise.days))
    if promise.credit_minor:
        words.append(text("promise.credit", amount=amount(promise.credit_minor)))
    if promise.deducted_minor:
        words.append(text("promise.deducted", amount=amount(promise.deducted_minor)))
    if promise.voided_minor:
        words.append(text("promise.voided", amount=amount(promise.voided_minor)))
    return words
