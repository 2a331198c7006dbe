"""The accounts' paths, in one place: who holds what, and where it came from or went.

A *purse* is what one owner holds of one kind (``member/m1/principal``). Purses that fill in parts
which end at different times have one account for each part, a *lot*: ``member/m1/points/<lot>``;
what is owed beyond them stands on ``member/m1/points/debt``. A purse's balance is the sum over
its path. A credit (negative) balance is what the shop owes its owner.
"""

import re

from retail.errors import ContractError

CASH = "cash"
DEBT = "debt"

BONUS_EXPENSE = "expense/bonus"
POINTS_EXPENSE = "expense/points"
UNCLAIMED = "expense/unclaimed"
"""What tills took or gave as money of ours that nobody's account could carry: each time an alarm."""
BREAKAGE = "income/breakage"
PASS_INCOME = "income/passes"
MEMBERSHIP_INCOME = "income/memberships"

POINTS_ISSUED = "points/issued"
POINTS_REDEEMED = "points/redeemed"
POINTS_EXPIRED = "points/expired"
POINTS_FORGIVEN = "points/forgiven"
POINTS_VOIDED = "points/voided"
USES_SOLD = "uses/sold"
USES_USED = "uses/used"
USES_EXPIRED = "uses/expired"
USES_RETURNED = "uses/returned"
USES_EXCHANGED = "uses/exchanged"
DAYS_SOLD = "days/sold"
DAYS_RUN = "days/run"
DAYS_RETURNED = "days/returned"
DAYS_EXCHANGED = "days/exchanged"

SOLD = "sold"
"""The tender of HQ's entry when a till's sale took the money: it clears what the sale deferred."""
STORED_VALUE = "stored_value"
GIFT_CARD = "gift_card"
POINTS_TENDER = "points"

_ID = re.compile(r"[A-Za-z0-9._:~-]{1,80}")


def checked_id(text: str, what: str) -> str:
    """An id as it may stand in a path; `ContractError` for anything a path could be read wrongly by."""
    if not _ID.fullmatch(text):
        raise ContractError("account.bad_id", path=f"$.{what}", found=text[:80])
    return text


def principal(member_id: str) -> str:
    """What a member paid in and has not spent."""
    return f"member/{checked_id(member_id, 'member')}/principal"


def bonus(member_id: str) -> str:
    """What the shop gave on top."""
    return f"member/{checked_id(member_id, 'member')}/bonus"


def points(member_id: str) -> str:
    """A member's points."""
    return f"member/{checked_id(member_id, 'member')}/points"


def stored_value(member_id: str) -> str:
    """Principal and bonus together, as a till asks for them: a name for reservations, not an account."""
    return f"member/{checked_id(member_id, 'member')}/value"


def lot(purse: str, lot_id: str) -> str:
    """The account of one lot of a purse."""
    if lot_id == DEBT:
        raise ContractError("account.bad_id", path="$.lot", found=lot_id)
    return f"{purse}/{checked_id(lot_id, 'lot')}"


def debt(purse: str) -> str:
    """What the owner of a purse owes the shop."""
    return f"{purse}/{DEBT}"


def lot_id(account: str) -> str:
    """The last part of a path."""
    return account.rpartition("/")[2]


def card_value(card_id: str) -> str:
    """A gift card's money."""
    return f"card/{checked_id(card_id, 'card')}/value"


def pass_uses(pass_id: str) -> str:
    """The uses left on a count pass."""
    return f"pass/{checked_id(pass_id, 'pass')}/uses"


def pass_owed(pass_id: str) -> str:
    """What was paid for a count pass and is not earned yet."""
    return f"owed/pass/{checked_id(pass_id, 'pass')}"


def membership_days(membership_id: str) -> str:
    """The days of a time membership that have not run."""
    return f"membership/{checked_id(membership_id, 'membership')}/days"


def membership_owed(membership_id: str) -> str:
    """What was paid for a time membership and is not earned yet."""
    return f"owed/membership/{checked_id(membership_id, 'membership')}"


def coupon(coupon_id: str) -> str:
    """A coupon, as a till asks for it: a name for reservations, not an account."""
    return f"coupon/{checked_id(coupon_id, 'coupon')}"


def tender(kind: str) -> str:
    """Where money of a tender type arrives: the drawer for cash, else its clearing account."""
    return "till/cash" if kind == CASH else f"clearing/{kind}"


def may_be_below_zero(account: str) -> bool:
    """Whether an account may hold less than nothing: all but what members, cards and passes hold."""
    held = account.startswith(("member/", "card/", "pass/", "membership/", "owed/pass/", "owed/membership/"))
    return not held or lot_id(account) == DEBT
