"""A shop that sells top-ups, passes, memberships and gift cards, and a member who holds some of each."""

from pathlib import Path

import msgspec

from retail.catalogue import HeldPass, Member
from retail.ledger.earning import PointsRules
from retail.ledger.memberships import MembershipKind
from retail.ledger.passes import PassKind
from retail.ledger.value_rules import TopUpStep, ValueRules
from retail.members.pushed import GiftCardKind
from retail.streams import AnyDocument
from tests.support.desk import DOCUMENTS, Counter, Till, named, new_home, open_till
from tests.support.own_hq import OwnHq

WATER, BEANS = "6901234567892", "6901234567885"
CARD = "6688 0012 3456 4821"
MEMBER = "m1"
BENEFITS: tuple[AnyDocument, ...] = (
    ValueRules(
        id="value",
        steps=(
            TopUpStep(paid_minor=20_000, bonus_minor=2_000),
            TopUpStep(paid_minor=50_000, bonus_minor=10_000),
        ),
        paid_min_minor=1_000,
        paid_max_minor=200_000,
        balance_max_minor=300_000,
    ),
    PointsRules(id="points", tier_factor_bp={"gold": 15_000}, redeem_points_min=200, redeem_share_bp=5_000),
    PassKind(id="ten", names=named("Ten coffees"), uses=10, price_minor=18_000, days=90),
    PassKind(id="thirty", names=named("Thirty coffees"), uses=30, price_minor=45_000, days=180),
    MembershipKind(id="month", names=named("One month"), days=30, price_minor=19_900),
    GiftCardKind(id="g100", names=named("Gift card 100"), price_minor=10_000, value_minor=10_000, days=365),
)


def documents(value_minor: int = 26_850, points: int = 2_360) -> tuple[AnyDocument, ...]:
    """The desk's documents, the member with a balance, points and a pass, and the shop's benefits."""
    made = []
    for document in DOCUMENTS:
        if isinstance(document, Member):
            held = HeldPass(id="p1", kind="ten", names=named("Ten coffees"), left=4)
            document = msgspec.structs.replace(
                document, value_minor=value_minor, points=points, passes=(held,)
            )
        made.append(document)
    return (*made, *BENEFITS)


def own_till(folder: Path, value_minor: int = 26_850, points: int = 2_360) -> tuple[Till, OwnHq]:
    """A till of that shop, and its HQ, which holds what the member has and 50.00 on a gift card."""
    home = new_home(folder, documents(value_minor, points))
    till = open_till(home, Counter())
    held = {f"stored_value/{MEMBER}": value_minor, f"points/{MEMBER}": points, "gift_card/card-1": 5_000}
    return till, OwnHq(home, held=held)
