"""The screens of members' money, made by the presenters themselves from a made-up shop."""

from typing import Any

from samples_refund import made_sale, named, shown

from appliance.checkout.attempt import PaymentAttempt
from appliance.checkout.basket import Basket, BasketMember, Line, RefundTerms, TenderLine
from appliance.checkout.benefits import Benefits
from appliance.checkout.own_money import GiftCardShown, one_tap, points_room, room_minor
from appliance.checkout.pricing import price_basket
from appliance.checkout.promise import Promise
from appliance.checkout.promising import promise_line
from appliance.checkout.slip_note import SlipNote
from appliance.ui.sheets import MenuSheet, TypingSheet
from appliance.ui.state import PROMISES, Customer, DeskSnapshot, Goods, ShopSnapshot, Trouble
from retail.catalogue import HeldMembership, HeldPass, Member, Shop
from retail.ledger.earning import PointsRules
from retail.ledger.memberships import MembershipKind
from retail.ledger.passes import PassKind
from retail.ledger.value_rules import TopUpStep, ValueRules
from retail.members.pushed import GiftCardKind
from retail.messages.events import Grant, Promised
from retail.pricing import PriceRules, TaxRate

THIRTY = named("美式 30 次卡", "美式 30 次卡", "Thirty coffees")
TEN = named("美式 10 次卡", "美式 10 次卡", "Ten coffees")
MONTH = named("咖啡月卡", "咖啡月卡", "Month pass")
BALANCE = named("退储值余额", "退儲值餘額", "Stored value")
RULES = PriceRules(taxes={"food": TaxRate(600), "none": TaxRate(0)})
BENEFITS = Benefits(
    value=ValueRules(
        id="v",
        steps=tuple(
            TopUpStep(paid_minor=paid, bonus_minor=bonus)
            for paid, bonus in ((20_000, 2_000), (50_000, 10_000), (100_000, 25_000))
        ),
        paid_min_minor=1_000,
    ),
    points=PointsRules(id="p", redeem_points_min=100),
    passes=(
        PassKind(id="ten", names=TEN, uses=10, price_minor=14_000, days=180),
        PassKind(id="thirty", names=THIRTY, uses=30, price_minor=36_000, days=365),
    ),
    memberships=(MembershipKind(id="month", names=MONTH, days=30, price_minor=29_900),),
    gift_cards=(
        GiftCardKind(
            id="g",
            names=named("礼品卡 100", "禮品卡 100", "Gift card 100"),
            price_minor=10_000,
            value_minor=10_000,
        ),
    ),
)
MEMBER = BasketMember(
    member_id="m",
    names=named("陈*怡", "陳*怡", "C* Yi"),
    phone_masked="138****6207",
    tier_id="gold",
    tier_names=named("金卡", "金卡", "Gold"),
    discount_bp=0,
    points=2_360,
    value_minor=26_850,
    is_present=True,
)
HELD = Member(
    id="m",
    names=MEMBER.names,
    value_minor=26_850,
    points=2_360,
    passes=(HeldPass(id="p1", kind="ten", names=TEN, left=4, ends_at="2027-03-01T00:00:00+08:00"),),
    memberships=(HeldMembership(id="x1", kind="month", names=MONTH, ends_at="2026-12-12T00:00:00+08:00"),),
)


def goods_line(number: int, hans: str, hant: str, english: str, price: int) -> Line:
    return Line(
        line_id=f"l{number}",
        product_id=f"p{number}",
        code="",
        names=named(hans, hant, english),
        options=(),
        quantity_milli=1000,
        unit="each",
        by_weight=False,
        unit_price_minor=price,
        member_price_minor=None,
        tax_class="food",
        member_discount=True,
    )


GOODS = (
    goods_line(1, "拿铁", "拿鐵", "Latte", 2_900),
    goods_line(2, "耶加雪菲 250g", "耶加雪菲 250g", "Yirgacheffe 250g", 7_940),
)


def own(language: str, lines: tuple[Line, ...] = GOODS, **changes: Any) -> tuple[Any, ...]:
    """A basket of a member in the shop that has all of it."""
    basket = Basket(
        basket_id="b",
        opened_ms=0,
        operator_id="wang",
        shift="",
        order_number="A087",
        versions={},
        lines=lines,
        member=MEMBER,
        selected=lines[-1].line_id if lines else "",
        **changes.pop("basket", {}),
    )
    priced = price_basket(basket, RULES)
    assert BENEFITS.points is not None
    desk = DeskSnapshot(
        basket=basket,
        priced=priced,
        due_minor=priced.total_minor - sum(one.amount_minor for one in basket.tenders),
        points_expected=162 if lines == GOODS else 0,
        own_room_minor=room_minor(basket, priced),
        points_room=points_room(basket, priced, BENEFITS.points),
        one_tap=one_tap(basket, priced, BENEFITS),
        customer=Customer(member=HELD, earns=162 if lines == GOODS else 0),
    )
    plain = Shop(
        id="shop",
        names=named("山隅咖啡", "山隅咖啡", "Shanyu Coffee"),
        store_names=named("静安店", "靜安店", "Jing'an"),
        workstation_names=named("1 号台", "1 號台", "Till 1"),
    )
    return shown(language, desk=desk, shop=ShopSnapshot(plain, benefits=BENEFITS), **changes)


def own_sale(language: str) -> tuple[Any, ...]:
    """One tap pays from the balance; the shelf of what is not goods beside it."""
    return own(language, place="sale", goods=Goods(PROMISES, (), 0))


def own_sale_small(language: str) -> tuple[Any, ...]:
    return own(language, place="sale", goods=Goods(PROMISES, (), 0), small=True)


def own_shelf_small(language: str) -> tuple[Any, ...]:
    return own(language, place="sale", goods=Goods(PROMISES, (), 0), small=True, goods_over=True)


def own_promises(language: str) -> tuple[Any, ...]:
    """What was put in besides goods."""
    bonus = Promised(bonus_minor=10_000, coupons=("c", "c"))
    top_up = Promise(grant=Grant(kind="top_up", id="t", of="v", member_id="m", promised=bonus))
    uses = Promised(uses=10, days=180)
    ten = Promise(grant=Grant(kind="pass", id="p", of="ten", member_id="m", promised=uses))
    value = Promised(value_minor=10_000, days=365)
    card = Promise(grant=Grant(kind="gift_card", id="c", of="g", promised=value), tail="4821")
    lines = (
        *GOODS[:1],
        promise_line("a", named("储值充值", "儲值充值", "Top-up"), 50_000, top_up),
        promise_line("b", TEN, 14_000, ten),
        promise_line("c", BENEFITS.gift_cards[0].names, 10_000, card),
    )
    return own(language, lines, place="sale", goods=Goods(PROMISES, (), 0))


def own_value(language: str) -> tuple[Any, ...]:
    """A gift card has paid a part; the balance is next."""
    paid = TenderLine(
        tender_id="t", type="gift_card", amount_minor=5_000, tendered_minor=5_000, tail="4821", balance=0
    )
    return own(language, place="tender", pane="stored_value", basket={"tenders": (paid,)})


def own_asking(language: str) -> tuple[Any, ...]:
    """HQ is being asked."""
    attempt = PaymentAttempt(
        attempt_id="a",
        method="stored_value",
        amount_minor=10_840,
        state="requested",
        asked_ms=0,
        expires_ms=3_000,
        units=10_840,
    )
    return own(language, place="tender", pane="stored_value", basket={"attempt": attempt})


def own_points(language: str) -> tuple[Any, ...]:
    return own(language, place="tender", pane="points")


def own_gift(language: str) -> tuple[Any, ...]:
    """The card's number is asked for."""
    return own(language, place="tender", pane="gift_card")


def own_gift_less(language: str) -> tuple[Any, ...]:
    """The card holds less than is due."""
    trouble = Trouble("gift_card.not_enough", {"available": "¥50.00"})
    card = GiftCardShown("h", "4821")
    return own(language, place="tender", pane="gift_card", gift_card=card, keypad="50.00", trouble=trouble)


def own_confirm(language: str) -> tuple[Any, ...]:
    return own(language, place="sale", sheet=MenuSheet("confirm_value"))


def own_renew(language: str) -> tuple[Any, ...]:
    choices = {"kind": "pass", "id": "ten", "held": HELD.passes}
    return own(language, place="sale", sheet=MenuSheet("renew", choices))


def own_top_up(language: str) -> tuple[Any, ...]:
    return own(language, place="sale", sheet=TypingSheet("top_up", digits="300"))


def own_card_sale(language: str) -> tuple[Any, ...]:
    return own(language, place="sale", sheet=TypingSheet("gift_card", subject="g"))


def own_payouts(language: str) -> tuple[Any, ...]:
    return own(language, (), place="sale", sheet=MenuSheet("payouts", {"member": HELD}))


def own_payout(language: str) -> tuple[Any, ...]:
    """What HQ reckons, and why."""
    grant = Grant(kind="payout", id="m", of="value", member_id="m", auth_id="a")
    promise = Promise(grant=grant, deducted_minor=6_000, voided_minor=4_000)
    line = promise_line("p", BALANCE, 24_000, promise, quantity_milli=-1000)
    terms = RefundTerms(mode="payout", reason="payout")
    return own(language, (line,), place="sale", basket={"refund": terms}, sheet=MenuSheet("payout"))


def own_upgrades(language: str) -> tuple[Any, ...]:
    """What the member has, and what it may become."""
    return own(language, (), place="sale", sheet=MenuSheet("upgrades"))


def own_upgrade(language: str) -> tuple[Any, ...]:
    """What HQ reckons is left of the old one, and the difference."""
    what = Promised(uses=30, days=365)
    grant = Grant(kind="pass_upgrade", id="n", member_id="m", replaces="p1", auth_id="a", promised=what)
    promise = Promise(grant=grant, credit_minor=5_600, replaced=TEN)
    line = promise_line("u", THIRTY, 30_400, promise)
    return own(language, (*GOODS, line), place="sale", sheet=MenuSheet("upgrade"))


def own_done(language: str) -> tuple[Any, ...]:
    """After paying: the balance and the points."""
    note = SlipNote(value_minor=16_010, points_earned=162, points=2_522)
    desk = DeskSnapshot(last_sale=made_sale(), last_slip=note)
    return shown(language, desk=desk, place="done")
