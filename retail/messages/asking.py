"""What a till asks HQ about members: the bodies of `Request`s, and of the `Answer`s to them.

Every request may be repeated: its own id (`auth_id`, `member_id`, `note_id` ...) makes it once. A refusal
comes as `Answer.error` with the rule's code, its parameters in the body. What is personal is sealed to HQ's
public key (`retail.members.sealing`); ids, keyed hashes and amounts are all that stands in the clear.

| request | body | answer |
|---|---|---|
| ``spend.authorise`` | `SpendAsked` | `PaymentNews` of the `auth_id`: ``paid`` (reserved) or ``declined`` |
| ``spend.cancel`` | `SpendNamed` | `PaymentNews`: ``cancelled``, or ``paid`` when a sale stands on it |
| ``benefit.hold`` | `BenefitAsked` | `BenefitHeld`; given up by ``spend.cancel`` |
| ``payout.quote`` | `PayoutAsked` | `PayoutQuoted`; given up by ``spend.cancel`` |
| ``grant.void`` | `VoidAsked` | `VoidHeld`; given up by ``spend.cancel`` |
| ``upgrade.quote`` | `UpgradeAsked` | `UpgradeQuoted`; given up by ``spend.cancel`` |
| ``member.enrol`` | `EnrolAsked` | `Enrolled` |
| ``member.note`` | `NoteAsked` | empty |
| ``member.history`` | `HistoryAsked` | `History` |
| ``reward.redeem`` | `RewardAsked` | `BenefitHeld`: the coupon that the points became, not held yet |
| ``prepaid.freeze`` | `FreezeAsked` | empty |
"""

from typing import Literal

from msgspec import Struct

from retail.catalogue import Names

OwnMoney = Literal["stored_value", "gift_card", "points"]


class SpendAsked(Struct, frozen=True, kw_only=True):
    """Reserve money of ours for a sale.

    `account` is the member's id, for ``gift_card`` the card's keyed hash. `units` is what is taken: minor
    units of `currency`, for ``points`` the points whose worth `amount_minor` is. `card_jti` is the virtual
    card that was shown.
    """

    auth_id: str
    incarnation: str
    sale_id: str
    money: OwnMoney
    account: str
    units: int
    amount_minor: int
    currency: str
    card_jti: str = ""


class SpendNamed(Struct, frozen=True, kw_only=True):
    """An authorisation of this till. Cancelling one that HQ has never heard of makes it refuse it later."""

    auth_id: str
    incarnation: str


class BenefitAsked(Struct, frozen=True, kw_only=True):
    """Hold a coupon (by `id`, or by its public `code`) or so many uses of a pass for a basket."""

    auth_id: str
    incarnation: str
    sale_id: str
    kind: Literal["coupon", "pass"]
    member_id: str = ""
    id: str = ""
    code: str = ""
    uses: int = 1


class BenefitHeld(Struct, frozen=True, kw_only=True):
    """A coupon or uses of a pass; `promotion` is empty for a pass, which pays for one of `covers` a use, and
    for a coupon that is goods, which pays for one of `covers` in all."""

    auth_id: str
    kind: Literal["coupon", "pass"]
    id: str
    names: Names
    promotion: str = ""
    covers: tuple[str, ...] = ()
    uses: int = 1
    until: str = ""


class PayoutAsked(Struct, frozen=True, kw_only=True):
    """What would be paid out for a balance, card, pass or membership; HQ holds all of it meanwhile."""

    auth_id: str
    incarnation: str
    what: Literal["value", "gift_card", "pass", "membership"]
    id: str
    member_id: str = ""


class PayoutQuoted(Struct, frozen=True, kw_only=True):
    """`amount_minor` is paid out. Of a balance `deducted_minor` of principal pays for bonus already spent,
    and `voided_minor` of bonus ends."""

    auth_id: str
    amount_minor: int
    currency: str
    deducted_minor: int = 0
    voided_minor: int = 0


class VoidAsked(Struct, frozen=True, kw_only=True):
    """A sale of top-ups, cards or passes is to be undone as a whole: may it, and hold what it brought."""

    auth_id: str
    incarnation: str
    sale_id: str


class VoidHeld(Struct, frozen=True, kw_only=True):
    """All of it is there, and stays until the void has come or is given up."""

    auth_id: str


class UpgradeAsked(Struct, frozen=True, kw_only=True):
    """What exchanging a member's pass or membership for the dearer `to_kind` would cost; HQ holds all of the
    old one meanwhile."""

    auth_id: str
    incarnation: str
    what: Literal["pass", "membership"]
    id: str
    member_id: str
    to_kind: str


class UpgradeQuoted(Struct, frozen=True, kw_only=True):
    """`amount_minor` is still to be paid: the new price less `credit_minor`, the money of what is left."""

    auth_id: str
    amount_minor: int
    credit_minor: int
    currency: str


class EnrolAsked(Struct, frozen=True, kw_only=True):
    """Somebody joins. `sealed` is a `Personal` for HQ's eyes, under the key `kid`."""

    member_id: str
    kid: str
    sealed: str
    phone_hash: str
    card_hash: str = ""


class Personal(Struct, frozen=True, kw_only=True):
    """Who joins, or what was noted: only ever sealed. `birthday` is ``YYYY-MM-DD`` or empty."""

    phone: str = ""
    name: str = ""
    birthday: str = ""
    contact: bool = False
    text: str = ""


class Enrolled(Struct, frozen=True, kw_only=True):
    """The member's id: another than was asked for when the phone was known; and the number on their card."""

    member_id: str
    number: str
    is_new: bool


class NoteAsked(Struct, frozen=True, kw_only=True):
    """A note or a member's feedback; its text is sealed as a `Personal`."""

    note_id: str
    member_id: str
    kid: str
    sealed: str
    kind: Literal["note", "feedback"]
    operator_id: str


class HistoryAsked(Struct, frozen=True, kw_only=True):
    """A member's latest purchases."""

    member_id: str
    limit: int = 20


class HistoryLine(Struct, frozen=True, kw_only=True):
    """Goods of a purchase, in thousandths of a unit."""

    names: Names
    quantity_milli: int
    total_minor: int


class HistorySale(Struct, frozen=True, kw_only=True):
    """A purchase; `points` it earned."""

    receipt_number: str
    completed_at: str
    total_minor: int
    lines: tuple[HistoryLine, ...]
    points: int = 0


class History(Struct, frozen=True, kw_only=True):
    """The latest first."""

    sales: tuple[HistorySale, ...]
    notes: tuple[str, ...] = ()


class RewardAsked(Struct, frozen=True, kw_only=True):
    """Points become a coupon: `reward` is the document's id."""

    auth_id: str
    incarnation: str
    member_id: str
    reward: str


class FreezeAsked(Struct, frozen=True, kw_only=True):
    """A pass or membership rests, or goes on."""

    what: Literal["pass", "membership"]
    id: str
    member_id: str
    frozen: bool
