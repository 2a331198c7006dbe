"""Our own money at the till: stored value, gift cards, and points as money off.

HQ keeps what customers hold, so a till asks it to reserve a sum and takes that as a tender; the sale's event
names the reservation, and HQ books it. What the till gives up instead, HQ never takes (`attempt`).
"""

from dataclasses import dataclass

import msgspec

from appliance.checkout.attempt import OWN_SILENCE_MS, PaymentAttempt
from appliance.checkout.basket import OWN_TENDERS, Basket
from appliance.checkout.benefits import Benefits
from appliance.checkout.desk import Desk
from appliance.checkout.paying import Paying
from appliance.checkout.ports import Moment
from appliance.checkout.pricing import promised_minor
from retail.errors import Refused
from retail.ledger.earning import PointsRules, money_off_minor, redeemable
from retail.messages.asking import OwnMoney as Money
from retail.messages.asking import SpendAsked
from retail.money import BASIS_POINTS
from retail.pricing import PricedBasket


@dataclass(frozen=True, slots=True)
class GiftCardShown:
    """A gift card at the till: its keyed hash, and the last figures of its number for people."""

    card_hash: str
    tail: str


def room_minor(basket: Basket, priced: PricedBasket) -> int:
    """How much of a basket our own money may still pay: its goods, not what it promises."""
    promised = sum(promised_minor(line) for line in basket.lines)
    ours = sum(tender.amount_minor for tender in basket.tenders if tender.type in OWN_TENDERS)
    due_minor = priced.total_minor - sum(tender.amount_minor for tender in basket.tenders)
    return max(0, min(due_minor, priced.total_minor - promised - ours))


def value_left(basket: Basket) -> int:
    """The member's balance as HQ said it last, less what this basket has been paid with of it."""
    held = basket.member.value_minor if basket.member else 0
    return held - sum(one.amount_minor for one in basket.tenders if one.type == "stored_value")


def points_room(basket: Basket, priced: PricedBasket, rules: PointsRules) -> int:
    """The most points a member may use now: whole steps, within the shop's share of the basket."""
    if basket.member is None:
        return 0
    used = sum(tender.units for tender in basket.tenders if tender.type == "points")
    used_minor = sum(tender.amount_minor for tender in basket.tenders if tender.type == "points")
    goods_minor = priced.total_minor - sum(promised_minor(line) for line in basket.lines)
    allowed_minor = goods_minor * rules.redeem_share_bp // BASIS_POINTS - used_minor
    ceiling = msgspec.structs.replace(rules, redeem_share_bp=BASIS_POINTS)
    limit_minor = max(0, min(allowed_minor, room_minor(basket, priced)))
    return redeemable(ceiling, basket.member.points - used, limit_minor)


def one_tap(basket: Basket, priced: PricedBasket, benefits: Benefits) -> bool:
    """Whether stored value covers this basket alone, by what HQ said last."""
    member = basket.member
    if benefits.value is None or member is None or basket.tenders or basket.refund is not None:
        return False
    total = priced.total_minor
    return 0 < total <= member.value_minor and room_minor(basket, priced) == total


class OwnMoney:
    """What a cashier does with money that customers hold, on one desk."""

    def __init__(self, desk: Desk, paying: Paying) -> None:
        self._desk = desk
        self._paying = paying

    def stored_value(self, amount_minor: int | None, moment: Moment) -> Basket:
        """So much of the member's balance, or all that it may pay; more than it holds is HQ's to refuse."""
        basket = self._payable()
        if self._desk.benefits().value is None:
            raise Refused("own_money.not_offered")
        if basket.member is None:
            raise Refused("own_money.member_needed")
        room = self._room(basket)
        wanted = min(room, value_left(basket)) if amount_minor is None else amount_minor
        return self._ask(basket, "stored_value", basket.member.member_id, wanted, wanted, "", moment)

    def gift_card(self, card: GiftCardShown, amount_minor: int | None, moment: Moment) -> Basket:
        """So much of a gift card, or all that may be paid: HQ says what is on it when that is less."""
        basket = self._payable()
        wanted = self._room(basket) if amount_minor is None else amount_minor
        return self._ask(basket, "gift_card", card.card_hash, wanted, wanted, card.tail, moment)

    def points(self, points: int | None, moment: Moment) -> Basket:
        """So many of the member's points as money off, or the most that may be used."""
        basket = self._payable()
        rules = self._desk.benefits().points
        if rules is None:
            raise Refused("own_money.not_offered")
        if basket.member is None:
            raise Refused("own_money.member_needed")
        self._room(basket)
        most = points_room(basket, self._desk.price(basket), rules)
        wanted = most if points is None else points
        if wanted <= 0:
            raise Refused("points.none_to_use", available=basket.member.points, points_min=_least(rules))
        amount_minor = money_off_minor(rules, wanted)
        if wanted > most:
            raise Refused("points.too_many", points_max=most)
        return self._ask(basket, "points", basket.member.member_id, amount_minor, wanted, "", moment)

    def _payable(self) -> Basket:
        basket = self._paying.payable()
        if self._desk.is_training:
            raise Refused("training.no_hq")
        if self._desk.due_minor(basket) <= 0:
            raise Refused("tender.nothing_due")
        return basket

    def _room(self, basket: Basket) -> int:
        room = room_minor(basket, self._desk.price(basket))
        if room <= 0:
            raise Refused("own_money.not_for_promises")
        return room

    def _ask(
        self,
        basket: Basket,
        money: Money,
        account: str,
        amount_minor: int,
        units: int,
        tail: str,
        moment: Moment,
    ) -> Basket:
        room = self._room(basket)
        if amount_minor <= 0:
            raise Refused("own_money.empty")
        if amount_minor > room:
            raise Refused("own_money.too_much", amount_max_minor=room)
        attempt = PaymentAttempt(
            attempt_id=self._desk.new_id(),
            method=money,
            amount_minor=amount_minor,
            state="requested",
            asked_ms=moment.unix_ms,
            expires_ms=moment.unix_ms + OWN_SILENCE_MS,
            account=account,
            units=units,
            tail=tail,
        ).noted(moment.unix_ms, "asked")
        asked = SpendAsked(
            auth_id=attempt.attempt_id,
            incarnation=self._desk.trade.incarnation,
            sale_id=basket.basket_id,
            money=money,
            account=account,
            units=units,
            amount_minor=amount_minor,
            currency=self._desk.shop().currency,
            card_jti=basket.member.card_jti if basket.member and account == basket.member.member_id else "",
        )
        body = msgspec.structs.asdict(asked)
        return self._paying.begin(basket, attempt, "spend.authorise", body, moment)


def _least(rules: PointsRules) -> int:
    steps = -(-max(rules.redeem_points_min, 1) // rules.redeem_points)
    return steps * rules.redeem_points
