"""Tiers: up at once with the gift, down at the window's end, and a refund undoes what it bought."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.errors import ContractError
from retail.members.tiers import Grant, Purchase, TierRule, TierRules, check_tier_rules, tier_at

START = datetime(2026, 1, 1, tzinfo=UTC)
RULES = TierRules(
    id="tiers",
    base="normal",
    tiers=(
        TierRule(tier="silver", spend_minor=1_000, visits=3, coupons=("c",)),
        TierRule(tier="gold", spend_minor=5_000, visits=10, both=True, points=100),
    ),
    window_days=30,
)
HISTORY = st.lists(
    st.builds(
        lambda hours, amount: bought(hours / 24, amount), st.integers(0, 24 * 120), st.integers(0, 3_000)
    ),
    max_size=25,
)


def at(days: float) -> datetime:
    return START + timedelta(days=days)


def bought(day: float, amount_minor: int) -> Purchase:
    return Purchase(at(day), str(at(day).date()), amount_minor)


def tier(purchases: list[Purchase], day: float) -> str:
    return tier_at("m", purchases, RULES, at(day)).tier


def test_up_at_once_and_down_at_the_window_s_end() -> None:
    history = [bought(1, 400), bought(5, 600)]
    assert tier(history, 4.9) == "normal"
    standing = tier_at("m", history, RULES, at(5))
    assert (standing.tier, standing.since, standing.until) == ("silver", at(5), at(35))
    assert [(g.gift_id, g.coupons) for g in standing.gifts] == [("tier:m:silver", ("c",))]
    assert tier(history, 34.9) == "silver"
    assert tier(history, 35) == "normal"


def test_who_goes_on_buying_keeps_the_tier() -> None:
    history = [bought(1, 1_000), bought(20, 1_000)]
    standing = tier_at("m", history, RULES, at(31))
    assert (standing.tier, standing.until) == ("silver", at(61))
    assert tier(history, 61) == "normal"


def test_visits_are_days_and_not_receipts() -> None:
    assert tier([bought(1, 1), bought(1.1, 1), bought(1.2, 1)], 2) == "normal"
    assert tier([bought(1, 1), bought(2, 1), bought(3, 1)], 3) == "silver"


def test_both_asks_for_both_and_what_is_missing_is_said() -> None:
    standing = tier_at("m", [bought(1, 6_000)], RULES, at(2))
    assert (standing.tier, standing.next_tier) == ("silver", "gold")
    assert (standing.spend_missing_minor, standing.visits_missing) == (0, 9)
    often = [bought(day, 600) for day in range(1, 11)]
    top = tier_at("m", often, RULES, at(11))
    assert (top.tier, top.next_tier, top.spend_missing_minor) == ("gold", "", 0)
    assert {gift.tier: gift.points for gift in top.gifts} == {"silver": 0, "gold": 100}


def test_the_way_says_when_from_where_to_where_and_why() -> None:
    grants = [Grant("gold", at(50), at(60))]
    way = tier_at("m", [bought(1, 400), bought(5, 600)], RULES, at(70), grants).changes
    assert [(one.at, one.before, one.after, one.why) for one in way] == [
        (at(5), "normal", "silver", "reached"),
        (at(35), "silver", "normal", "ended"),
        (at(50), "normal", "gold", "given"),
        (at(60), "gold", "normal", "ended"),
    ]
    assert [(one.spent_minor, one.visits) for one in way[:2]] == [(1_000, 2), (0, 0)]


@given(HISTORY, st.integers(0, 150))
def test_the_way_leads_from_the_base_to_where_the_member_stands(history: list[Purchase], day: int) -> None:
    standing = tier_at("m", history, RULES, at(day))
    stations = ["normal", *(one.after for one in standing.changes)]
    assert [one.before for one in standing.changes] == stations[:-1]
    assert stations[-1] == standing.tier
    assert standing.since == (standing.changes[-1].at if standing.changes else None)
    assert all(one.before != one.after for one in standing.changes)


def test_tills_are_told_days_of_the_shop() -> None:
    late = Purchase(at(1) + timedelta(hours=20), "2026-01-02", 1_000)
    term = tier_at("m", [late], RULES, at(2)).term(ZoneInfo("Asia/Shanghai"))
    assert (term.since, term.until) == ("2026-01-03", "2026-02-02")
    assert (term.next_tier, term.spend_missing_minor, term.visits_missing, term.both) == (
        "gold",
        4_000,
        9,
        True,
    )


def test_a_refund_undoes_the_upgrade_and_a_second_climb_brings_no_second_gift() -> None:
    history = [bought(1, 1_000)]
    assert tier(history, 2) == "silver"
    assert tier([bought(1, 0)], 2) == "normal"
    again = tier_at("m", [bought(1, 1_000), bought(60, 1_000)], RULES, at(61))
    assert again.tier == "silver" and len(again.gifts) == 1 and again.gifts[0].at == at(1)


def test_a_tier_given_by_hand_lasts_as_long_as_it_says() -> None:
    grants = [Grant("gold", at(1), at(100)), Grant("silver", at(2), at(300)), Grant("gone", at(3), at(9))]
    standing = tier_at("m", [], RULES, at(99), grants)
    assert (standing.tier, standing.until, standing.gifts) == ("gold", at(100), ())
    assert tier_at("m", [bought(99, 1_000)], RULES, at(100), grants).tier == "silver"
    assert tier_at("m", [], RULES, at(0), grants).tier == "normal"


@given(HISTORY, st.integers(0, 150), st.randoms(use_true_random=False))
def test_the_order_of_the_history_does_not_matter(history: list[Purchase], day: int, random: object) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its Random as object
    assert tier_at("m", shuffled, RULES, at(day)) == tier_at("m", history, RULES, at(day))


@given(HISTORY, st.integers(0, 150))
def test_nobody_stands_below_what_the_window_now_reaches(history: list[Purchase], day: int) -> None:
    now = at(day)
    inside = [p for p in history if now - timedelta(days=30) < p.at <= now and p.amount_minor > 0]
    spent, days = sum(p.amount_minor for p in inside), len({p.business_day for p in inside})
    deserved = 2 if spent >= 5_000 and days >= 10 else 1 if spent >= 1_000 or days >= 3 else 0
    ranks = {"normal": 0, "silver": 1, "gold": 2}
    standing = tier_at("m", history, RULES, now)
    assert ranks[standing.tier] >= deserved
    assert standing.until is None or standing.until > now
    assert (standing.until is None) == (standing.tier == "normal")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"window_days": 0}, "tier.bad_window"),
        ({"base": "gold"}, "tier.twice"),
        ({"tiers": (TierRule(tier="a"),)}, "tier.asks_for_nothing"),
        ({"tiers": (TierRule(tier="a", visits=1, both=True),)}, "tier.both_of_one"),
        ({"tiers": (*RULES.tiers, TierRule(tier="d", spend_minor=4_999))}, "tier.below_the_lower"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(changes: dict[str, object], code: str) -> None:
    check_tier_rules(RULES)
    with pytest.raises(ContractError) as wrong:
        check_tier_rules(msgspec.structs.replace(RULES, **changes))
    assert wrong.value.code == code
