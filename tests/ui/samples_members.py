"""The sheets about members over a sale, made by the presenters themselves."""

from dataclasses import replace

from samples import sale

from appliance.checkout.basket import Basket, BasketMember
from appliance.checkout.panel import Benefit
from appliance.checkout.visiting import Visit
from appliance.ui.i18n import Translator
from appliance.ui.presenters.member import panel
from appliance.ui.presenters.say import say_of
from appliance.ui.presenters.sheets import view
from appliance.ui.sheets import EnrolSheet, FoundSheet, MemberSheet, NoteSheet, Sheet, TypingSheet
from appliance.ui.state import Customer, DeskSnapshot, RewardOffer, ShopSnapshot, TillState
from appliance.ui.views import SaleView, SheetView
from retail.catalogue import HeldCoupon, HeldMembership, HeldPass, Member, Names, Shop, TierTerm
from retail.ledger.earning import Reward
from retail.messages.asking import History, HistoryLine, HistorySale

Pictured = tuple[SaleView, SheetView | None]


def names(hans: str, hant: str, en: str) -> Names:
    return {"zh-Hans": hans, "zh-Hant": hant, "en": en}


CHEN = names("陈*怡", "陳*怡", "Chen *yi")
PASS = HeldPass(id="a1", kind="k", names=names("美式次卡", "美式次卡", "Americano pass"), left=4)
GYM = HeldMembership(
    id="s1", kind="k", names=names("年卡", "年卡", "Year pass"), ends_at="2027-01-01", state="frozen"
)
DIAMOND = names("钻石", "鑽石", "Diamond")
AMERICANO = names("美式", "美式", "Americano")
SIX_OFF = names("满 100 减 6", "滿 100 減 6", "¥6 off over ¥100")
MEMBER = Member(
    id="m1",
    names=CHEN,
    phone_masked="138****6207",
    tier="gold",
    points=2360,
    value_minor=26850,
    birth_month=8,
    coupons=(HeldCoupon(id="c1", kind="k", promotion="p", names=SIX_OFF),) * 2,
    passes=(PASS,),
    memberships=(GYM,),
    tier_term=TierTerm(
        since="2026-03-01",
        until="2027-03-01",
        next_tier="diamond",
        spend_missing_minor=46_800,
        visits_missing=3,
    ),
)
BENEFITS = (
    Benefit("pass", "a1", PASS.names, left=4, pieces=1, goods=AMERICANO),
    Benefit("coupon", "c1", SIX_OFF, reason="better_without", params={"more_minor": 400}),
    Benefit("coupon", "c2", names("蛋糕立减 ¥8", "蛋糕立減 ¥8", "¥8 off cake"), "held", gain_minor=800),
    Benefit("coupon", "c4", AMERICANO, reason="no_goods", goods=AMERICANO),
    Benefit("coupon", "c3", names("生日券", "生日券", "Birthday coupon"), "asked"),
)
VISIT = Visit(
    id="v1", pass_id="a1", member_id="m1", names=PASS.names, at_ms=0, operator_id="wang", state="used"
)


def state(language: str) -> TillState:
    terms = BasketMember(
        member_id="m1",
        names=CHEN,
        phone_masked="138****6207",
        tier_id="gold",
        tier_names=names("金卡", "金卡", "Gold"),
        discount_bp=500,
        points=2360,
    )
    basket = Basket(
        basket_id="b",
        opened_ms=0,
        operator_id="wang",
        shift="",
        order_number="A087",
        versions={},
        member=terms,
    )
    shop = Shop(id="shop", names={}, store_names={}, workstation_names={})
    rewards = tuple(
        RewardOffer(Reward(id=f"r{points}", points=points, coupon="k"), text)
        for points, text in (
            (500, names("免费浓缩", "免費濃縮", "Free espresso")),
            (5000, names("周边马克杯券", "周邊馬克杯券", "A mug")),
        )
    )
    goods = RewardOffer(Reward(id="goods", points=1600, product="americano"), AMERICANO)
    return TillState(
        shop=ShopSnapshot(shop=shop, rewards=(*rewards, goods)),
        desk=DeskSnapshot(
            basket=basket,
            customer=Customer(
                member=MEMBER, earns=162, benefits=BENEFITS, visits=(VISIT,), next_tier=DIAMOND
            ),
        ),
        language=language,
    )


def over(language: str, sheet: Sheet) -> Pictured:
    now = replace(state(language), sheet=sheet)
    return sale(language), view(now, say_of(now, Translator(language, strict=True)))


def member_panel(language: str) -> SaleView:
    """Who buys beside the basket: how far the next tier is, a pass, coupons."""
    now = state(language)
    return replace(sale(language), member=panel(now, say_of(now, Translator(language, strict=True))))


def member_find(language: str) -> Pictured:
    """Phone, its last four, or a number."""
    return over(language, TypingSheet("phone", digits="6207"))


def member_found(language: str) -> Pictured:
    """Two whose phones end alike."""
    other = Member(id="m2", names=names("刘*洋", "劉*洋", "Liu *yang"), phone_masked="139****6207")
    return over(language, FoundSheet((MEMBER, other)))


def member_enrol(language: str) -> Pictured:
    """Phone typed, a card tapped, the birthday has the focus."""
    sheet = EnrolSheet(
        phone="13712345678", name="Chen Jingyi", birthday="081", card_hash="c", contact=True, focus="birthday"
    )
    return over(language, sheet)


def member_enrol_name(language: str) -> Pictured:
    """Letters for the name, and what is wrong with the phone."""
    return over(language, EnrolSheet(phone="137", name="Chen", focus="name", trouble="phone.wrong_length"))


def member_sheet(language: str) -> Pictured:
    """All there is about a member."""
    return over(language, MemberSheet())


def member_history(language: str) -> Pictured:
    """Purchases and a note."""
    latte = HistoryLine(names=names("拿铁", "拿鐵", "Latte"), quantity_milli=2000, total_minor=4400)
    sales = tuple(
        HistorySale(
            receipt_number=f"T1-00001{day}",
            completed_at=f"2026-10-0{day}T10:42:00+08:00",
            total_minor=4400,
            lines=(latte,),
        )
        for day in range(1, 4)
    )
    note = names("喜欢少糖", "喜歡少糖", "Likes less sugar")[language]
    return over(language, MemberSheet(page="history", history=History(sales=sales, notes=(note,))))


def member_rewards(language: str) -> Pictured:
    """What points become."""
    return over(language, MemberSheet(page="rewards"))


def member_rest(language: str) -> Pictured:
    """What rests, and what may."""
    return over(language, MemberSheet(page="rest"))


def member_note(language: str) -> Pictured:
    """Something to remember."""
    return over(language, NoteSheet("m1", text="Likes oat milk"))
