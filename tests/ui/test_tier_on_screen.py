"""How far the next tier is, and how long this one holds, beside the basket and in the member's sheet."""

from pathlib import Path

import msgspec
import pytest

from appliance.ui.acts import people
from appliance.ui.views import PersonSheetView
from retail.catalogue import Tier, TierTerm
from tests.support import desk as support
from tests.ui.brain import CARD, Brain, new_brain, texts_of
from tests.ui.people_at_the_till import members_of, panel
from tests.ui.test_selling_on_screen import WATER

SILVER = TierTerm(
    since="2026-03-01", until="2027-03-01", next_tier="gold", spend_missing_minor=1_000, visits_missing=3
)


def till_with(folder: Path, term: TierTerm | None) -> Brain:
    brain = new_brain(folder)
    member = msgspec.structs.replace(members_of(brain.home)[0], coupons=(), tier="silver", tier_term=term)
    tiers = (
        Tier(id="silver", names=support.named("Silver")),
        Tier(id="gold", names=support.named("Gold"), order=1),
    )
    support.push(brain.home, "members", 2, 3, (member, *tiers))
    brain.sign_in()
    people.card(brain.till, CARD)
    return brain


def rows(brain: Brain) -> list[tuple[str, str]]:
    return [(row.title, row.detail) for row in panel(brain).benefits if row.icon == "star"]


def test_the_panel_counts_the_basket_until_the_tier_is_reached(tmp_path: Path) -> None:
    till = till_with(tmp_path, SILVER)
    term = "或再来 3 次 · 保级至 2027-03-01"
    assert rows(till) == [("再消费 ¥10.00 升级Gold", term)]
    till.scan(WATER)
    price = till.desk_now.priced.total_minor if till.desk_now.priced else 0
    assert 0 < price < 1_000 and rows(till) == [(f"再消费 ¥{(1_000 - price) / 100:.2f} 升级Gold", term)]
    for _ in range(1_000 // price):
        till.scan(WATER)
    assert rows(till) == [("付款后升级Gold", "2026-03-01 起 · 保级至 2027-03-01")]
    till.do("member.open")
    sheet = till.presented().sheet
    assert isinstance(sheet, PersonSheetView) and "付款后升级Gold" in texts_of(sheet)


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        (None, []),
        (TierTerm(), []),
        (TierTerm(since="2026-03-01"), [("最高等级", "2026-03-01 起")]),
        (TierTerm(next_tier="gold", visits_missing=2), [("再来 2 次升级Gold", "")]),
        (
            TierTerm(next_tier="gold", spend_missing_minor=500, visits_missing=2, both=True),
            [("再买 ¥5.00 且来 2 次升Gold", "")],
        ),
        (TierTerm(next_tier="gone", spend_missing_minor=500), [("再消费 ¥5.00 升级gone", "")]),
    ],
)
def test_what_is_missing_is_said_as_the_shop_s_rules_ask(
    tmp_path: Path, term: TierTerm | None, shown: list[tuple[str, str]]
) -> None:
    assert rows(till_with(tmp_path, term)) == shown


def test_of_both_the_visits_are_left_when_the_basket_brings_the_spend(tmp_path: Path) -> None:
    till = till_with(tmp_path, TierTerm(next_tier="gold", spend_missing_minor=1, visits_missing=2, both=True))
    till.scan(WATER)
    assert rows(till) == [("再来 2 次升级Gold", "")]
