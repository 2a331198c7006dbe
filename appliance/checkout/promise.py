"""What a line sells besides goods, as the basket and the receipt know it."""

from msgspec import Struct

from retail.messages.events import Grant


class Promise(Struct, frozen=True, kw_only=True):
    """What a line sells besides goods, and what it brings as the shop's documents said: bonus on top of
    what is paid, a card's value, uses, days (None: without end). `tail` are the last figures of a card.

    Of a payout, `deducted_minor` pays for bonus already spent and `voided_minor` of bonus ends.
    """

    grant: Grant
    bonus_minor: int = 0
    value_minor: int = 0
    uses: int = 0
    days: int | None = None
    coupons: int = 0
    tail: str = ""
    deducted_minor: int = 0
    voided_minor: int = 0
