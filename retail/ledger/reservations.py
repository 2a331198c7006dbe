"""Spends from several tills at once: asked for, reserved, posted or cancelled; allowances offline.

A reservation ends by a sale that posts it, by the till's own word, or by an explicit write-off,
never by a clock: while one is open, nothing of its purses is expired, paid out or merged. What can
be reserved is what stands on the purse less what is reserved already, so of two tills that ask for
the last yuan, the last use or the one coupon, one is told no. The caller holds the lock: HQ decides
inside the transaction that reads the balances.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from retail.errors import ContractError, Refused
from retail.ledger.units import check_amount

ASKS_MAX = 20
"""A sale that takes more than twenty purses, passes and coupons at once is a mistake."""
State = Literal["open", "posted", "cancelled", "written_off"]


@dataclass(frozen=True, slots=True)
class Ask:
    """An amount of a unit from a purse: ``member/m1/value`` CNY, ``pass/p1/uses``, ``coupon/c1`` 1."""

    purse: str
    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class SpendRequest:
    """What a till asks HQ for. All asks are granted or none. `allowance`: to be spent offline, in parts.

    `card_jti`: the virtual card that was shown, if one was; it opens one spend in the whole fleet.
    """

    auth_id: str
    appliance: str
    incarnation: str
    asks: tuple[Ask, ...]
    allowance: bool = False
    card_jti: str = ""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A request that was granted (or cancelled before it came); `spent` of it is posted.

    Its sale is booked as of `at`, the moment it was granted: what ends between the two was promised.
    """

    request: SpendRequest
    at: datetime
    state: State = "open"
    spent: tuple[Ask, ...] = ()

    def held(self, purse: str, unit: str) -> int:
        """What it still holds back of a purse."""
        if self.state != "open":
            return 0
        return _sum(self.request.asks, purse, unit) - _sum(self.spent, purse, unit)


def _sum(asks: Iterable[Ask], purse: str, unit: str) -> int:
    return sum(ask.amount for ask in asks if (ask.purse, ask.unit) == (purse, unit))


_CODES = {"value": "stored_value.not_enough", "points": "points.not_enough", "uses": "pass.not_enough"}


def _refusal(purse: str, needed: int, held: int, reserved: int) -> Refused:
    kind, _, rest = purse.partition("/")
    if kind == "coupon":
        code = "coupon.taken" if reserved and held else "coupon.not_usable"
        return Refused(code, coupon_id=rest)
    code = (
        "gift_card.not_enough" if kind == "card" else _CODES.get(purse.rpartition("/")[2], "purse.not_enough")
    )
    return Refused(code, needed=needed, available=max(0, held - reserved), reserved=reserved)


def authorise(
    available: Mapping[tuple[str, str], int],
    reservations: Mapping[str, Reservation],
    request: SpendRequest,
    at: datetime,
) -> Reservation:
    """Reserve everything that is asked for, or refuse with what is missing.

    `available` maps (purse, unit) to what can be spent of it now, reservations not looked at: 1 or
    0 for a coupon, 0 for whatever is frozen or has ended. `reservations` maps authorisation ids to
    at least those that touch these purses, and those of this id and this `card_jti`. The same
    request again gets the same answer; another one under its id is a `ContractError`. `Refused`:
    ``*.not_enough``, ``coupon.taken``, ``coupon.not_usable``, ``card_token.replayed``, and
    ``authorisation.cancelled`` when the cancel came first.
    """
    known = reservations.get(request.auth_id)
    if known is not None:
        return _again(known, request)
    if not 0 < len(request.asks) <= ASKS_MAX:
        raise ContractError("authorisation.asks", path="$.asks", count=len(request.asks), count_max=ASKS_MAX)
    if request.card_jti and any(r.request.card_jti == request.card_jti for r in reservations.values()):
        raise Refused("card_token.replayed")
    needed: dict[tuple[str, str], int] = {}
    for ask in request.asks:
        check_amount(ask.amount, ask.purse.partition("/")[0])
        key = (ask.purse, ask.unit)
        needed[key] = needed.get(key, 0) + ask.amount
    for (purse, unit), amount in needed.items():
        held = available.get((purse, unit), 0)
        reserved = sum(reservation.held(purse, unit) for reservation in reservations.values())
        if amount > held - reserved:
            raise _refusal(purse, amount, held, reserved)
    return Reservation(request, at)


def _again(known: Reservation, request: SpendRequest) -> Reservation:
    if known.state == "cancelled":
        raise Refused("authorisation.cancelled", auth_id=request.auth_id)
    if known.request != request:
        raise ContractError("authorisation.other_request", path="$.auth_id", auth_id=request.auth_id)
    return known


def post(reservation: Reservation, spent: Sequence[Ask], incarnation: str) -> Reservation:
    """A sale used (a part of) a reservation. A plain one closes, and what it did not use is free again;
    an allowance stays open for the rest.

    `Refused` ``authorisation.posted``, ``.cancelled``, ``.written_off``, ``.exceeded``, and
    ``.other_incarnation`` when a restored box spends what its former life was given.
    """
    if reservation.state != "open":
        raise Refused(f"authorisation.{reservation.state}", auth_id=reservation.request.auth_id)
    if incarnation != reservation.request.incarnation:
        raise Refused("authorisation.other_incarnation", auth_id=reservation.request.auth_id)
    for key in {(ask.purse, ask.unit) for ask in spent}:
        amount, held = _sum(spent, *key), reservation.held(*key)
        if amount > held or any(ask.amount <= 0 for ask in spent):
            raise Refused(
                "authorisation.exceeded", auth_id=reservation.request.auth_id, amount=amount, reserved=held
            )
    state: State = "open" if reservation.request.allowance else "posted"
    return replace(reservation, state=state, spent=reservation.spent + tuple(spent))


def cancel(
    reservation: Reservation | None, auth_id: str, appliance: str, incarnation: str, at: datetime
) -> Reservation:
    """The till gives it up; what is left is free. Before the request came (None): it will be refused.

    Doing it twice changes nothing. `Refused` ``authorisation.posted`` when a sale stands on it.
    """
    if reservation is None:
        request = SpendRequest(auth_id, appliance, incarnation, ())
        return Reservation(request, at, "cancelled")
    if reservation.state in ("posted", "written_off"):
        raise Refused(f"authorisation.{reservation.state}", auth_id=auth_id)
    return replace(reservation, state="cancelled")


def write_off(reservation: Reservation) -> Reservation:
    """A person decides that the till will never answer; what is left is free."""
    if reservation.state != "open":
        raise Refused(f"authorisation.{reservation.state}", auth_id=reservation.request.auth_id)
    return replace(reservation, state="written_off")


@dataclass(frozen=True, slots=True)
class StandIn:
    """What a till may spend without HQ and without an allowance, in minor units; 0 is nothing."""

    per_sale_minor: int = 0
    per_member_minor: int = 0
    per_appliance_minor: int = 0


def stand_in(caps: StandIn, member_minor: int, appliance_minor: int, amount_minor: int) -> None:
    """`Refused` ``stand_in.over_cap`` unless a till that cannot reach HQ may take this amount.

    `member_minor` and `appliance_minor` are what it took so since it last settled with HQ.
    """
    check_amount(amount_minor, "spend")
    left_minor = min(
        caps.per_sale_minor, caps.per_member_minor - member_minor, caps.per_appliance_minor - appliance_minor
    )
    if amount_minor > left_minor:
        raise Refused("stand_in.over_cap", needed_minor=amount_minor, available_minor=max(0, left_minor))


def worst_loss_minor(caps: StandIn, appliances: int) -> int:
    """What standing in can cost at most while so many appliances are offline; shown when it is set."""
    takes_nothing = min(caps.per_sale_minor, caps.per_member_minor, caps.per_appliance_minor) <= 0
    return 0 if takes_nothing else appliances * caps.per_appliance_minor
