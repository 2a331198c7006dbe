"""Coupons and birthday benefits: limits kept, once means once, given back as they were."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from retail.errors import ContractError, Refused
from retail.members import coupons
from retail.members.birthdays import (
    BirthdayRule,
    birthday_due,
    birthday_in,
    check_birthday_rule,
    is_birthday_month,
)
from retail.members.coupons import Coupon, CouponKind, check_coupon_kind, coupon_problem, merged_coupons

START = datetime(2026, 5, 1, tzinfo=UTC)
KIND = CouponKind(id="five", names={"en": "5 off"}, promotion="p5", days=10, per_member=1, in_all=3)
PUBLIC = msgspec.structs.replace(
    KIND, id="open", code="Spring5", members_only=False, from_at=START, until=START + timedelta(days=4)
)


def at(days: float) -> datetime:
    return START + timedelta(days=days)


def issued(coupon_id: str = "c1", member: str = "m1") -> Coupon:
    return coupons.issue(KIND, coupon_id, member, [], START)


def code_of(step: object, *args: object) -> str:
    with pytest.raises(Refused) as refused:
        step(*args)  # type: ignore[operator]  # any of the module's functions
    return refused.value.code


def test_limits_count_coupons_and_the_same_id_is_the_same_coupon() -> None:
    first = issued()
    assert coupons.issue(KIND, "c1", "m1", [first], at(5)) == first
    assert code_of(coupons.issue, KIND, "c2", "m1", [first], START) == "coupon.member_limit"
    others = [issued(f"c{n}", f"m{n}") for n in (1, 2, 3)]
    assert code_of(coupons.issue, KIND, "c9", "m9", others, START) == "coupon.all_gone"
    voided = [coupons.void(others[0]), *others[1:]]
    assert coupons.issue(KIND, "c9", "m9", voided, START).state == "issued"
    assert code_of(coupons.issue, KIND, "c9", "", [], START) == "coupon.members_only"
    assert code_of(coupons.issue, PUBLIC, "c9", "", [], at(4)) == "coupon.over"


def test_a_public_code_becomes_a_coupon_of_its_own() -> None:
    mine = coupons.claim(PUBLIC, " SPRING5", "c1", "", "", [], at(1))
    assert (mine.until, mine.member_id) == (at(4), "")
    assert code_of(coupons.claim, PUBLIC, "spring6", "c1", "", "", [], at(1)) == "coupon.unknown_code"
    assert code_of(coupons.claim, KIND, "", "c1", "m1", "", [], at(1)) == "coupon.unknown_code"
    assert code_of(coupons.claim, PUBLIC, "spring5", "c1", "", "", [], at(-1)) == "coupon.too_early"
    gold = msgspec.structs.replace(PUBLIC, tiers=("gold",), members_only=True)
    assert code_of(coupons.claim, gold, "spring5", "c1", "m1", "silver", [], at(1)) == "coupon.other_tier"
    assert coupons.claim(gold, "spring5", "c1", "m1", "gold", [], at(1)).kind == "open"


def test_one_of_two_tills_gets_it_and_it_is_used_once() -> None:
    held = coupons.reserve(issued(), "auth-1", "m1", at(1))
    assert coupons.reserve(held, "auth-1", "m1", at(99)) == held
    assert code_of(coupons.reserve, held, "auth-2", "m1", at(1)) == "coupon.taken"
    assert coupons.release(held, "auth-2") == held
    assert coupons.release(held, "auth-1") == issued()
    assert code_of(coupons.use, held, "auth-2", "s1") == "coupon.not_held"
    used = coupons.use(held, "auth-1", "s1")
    assert coupons.use(used, "auth-1", "s1") == used
    assert code_of(coupons.use, used, "auth-1", "s2") == "coupon.used"
    assert code_of(coupons.reserve, used, "auth-3", "m1", at(1)) == "coupon.used"
    assert code_of(coupons.void, used) == "coupon.used"
    assert code_of(coupons.void, held) == "coupon.taken"
    assert code_of(coupons.give_back, used, "s2", at(2)) == "coupon.not_used"
    assert coupons.give_back(used, "s1", at(2)) == issued()


def test_a_reserved_coupon_waits_for_its_sale_and_one_given_back_late_has_its_grace() -> None:
    held = coupons.reserve(issued(), "a", "m1", at(9))
    assert coupons.expire(held, at(50)) == held
    used = coupons.use(held, "a", "s")
    back = coupons.give_back(used, "s", at(20), grace_days=3)
    assert back.until == at(23)
    assert coupons.give_back(used, "s", at(1), grace_days=3).until == at(10)
    endless = coupons.give_back(msgspec.structs.replace(used, until=None), "s", at(1), 3)
    assert endless.until is None
    assert coupons.expire(back, at(22)) == back
    assert coupons.expire(back, at(23)).state == "expired"


@pytest.mark.parametrize(
    ("changes", "member", "days", "code"),
    [
        ({"state": "void"}, "m1", 1, "coupon.void"),
        ({"state": "expired"}, "m1", 1, "coupon.expired"),
        ({}, "m2", 1, "coupon.of_another"),
        ({}, "m1", -1, "coupon.too_early"),
        ({}, "m1", 10, "coupon.expired"),
    ],
)
def test_a_coupon_says_why_not(changes: dict[str, object], member: str, days: float, code: str) -> None:
    problem = coupon_problem(msgspec.structs.replace(issued(), **changes), member, at(days))
    assert problem is not None and problem.code == code
    assert coupon_problem(issued(), "m1", at(9.9)) is None


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"from_at": START, "until": START}, "$.until"),
        ({"days": 0}, "$.days"),
        ({"in_all": 0}, "$.in_all"),
        ({"grace_days": -1}, "$.grace_days"),
        ({"tiers": ("gold",), "members_only": False}, "$.members_only"),
        ({"promotion": ""}, "$.promotion"),
    ],
)
def test_a_kind_that_could_never_be_used_says_where(changes: dict[str, object], path: str) -> None:
    check_coupon_kind(KIND)
    check_coupon_kind(PUBLIC)
    with pytest.raises(ContractError) as wrong:
        check_coupon_kind(msgspec.structs.replace(KIND, **changes))
    assert wrong.value.path == path


def test_coupons_that_end_soon_come_first() -> None:
    late = msgspec.structs.replace(issued("c2"), until=at(5))
    endless = msgspec.structs.replace(issued("c3"), until=None)
    assert [c.id for c in coupons.soon_ending([issued(), late, endless], at(1), 9)] == ["c2", "c1"]
    assert coupons.soon_ending([issued()], at(1), 3) == []


def test_of_two_birthday_coupons_a_merge_keeps_one() -> None:
    def birthday(coupon_id: str, member: str, **changes: object) -> Coupon:
        base = msgspec.structs.replace(issued(coupon_id, member), cause="birthday:2026")
        return msgspec.structs.replace(base, **changes)

    used = birthday("a", "m2", state="used", used_by="s")
    states = {c.id: c.state for c in merged_coupons([birthday("b", "m1"), used, issued("c")], "m1", "m2")}
    assert states == {"a": "used", "b": "void", "c": "issued"}
    longer = birthday("d", "m2", until=at(30))
    merged = merged_coupons([birthday("b", "m1"), longer, birthday("x", "m1", state="expired")], "m1", "m2")
    assert {c.id: c.state for c in merged} == {"b": "void", "d": "issued", "x": "expired"}
    assert {c.member_id for c in merged} == {"m1"}


RULE = BirthdayRule(coupon="five", days_before=7, days_after=3)


def test_a_birthday_benefit_comes_once_a_year() -> None:
    born = date(1990, 1, 3)
    due = birthday_due(RULE, born, {}, date(2025, 12, 28))
    assert due is not None and (due.year, due.cause) == (2026, "birthday:2026")
    assert due.last_day == date(2026, 1, 6)
    assert birthday_due(RULE, born, {2026: date(2025, 12, 28)}, date(2026, 1, 3)) is None
    assert birthday_due(RULE, born, {2026: date(2025, 12, 28)}, date(2026, 12, 28)) is not None
    assert birthday_due(RULE, born, {2026: date(2024, 1, 1)}, date(2026, 1, 3)) is None
    assert birthday_due(RULE, born, {}, date(2026, 1, 7)) is None
    assert birthday_due(RULE, None, {}, date(2026, 1, 3)) is None
    assert birthday_due(RULE, date(2030, 1, 1), {}, date(2026, 1, 1)) is None


def test_correcting_a_birthday_brings_no_second_benefit() -> None:
    issued_on = {2026: date(2026, 12, 24)}
    assert birthday_due(RULE, date(1990, 1, 2), issued_on, date(2026, 12, 30)) is None


def test_the_29th_of_february_is_kept_on_the_28th() -> None:
    born = date(2000, 2, 29)
    assert birthday_in(born, 2027) == date(2027, 2, 28)
    assert birthday_in(born, 2028) == date(2028, 2, 29)
    assert is_birthday_month(born, date(2027, 2, 1)) and not is_birthday_month(None, date(2027, 2, 1))


def test_a_birthday_s_window_is_within_the_year() -> None:
    check_birthday_rule(RULE)
    for wrong in (BirthdayRule(coupon="c", days_before=-1), BirthdayRule(coupon="c", days_after=200)):
        with pytest.raises(ContractError):
            check_birthday_rule(wrong)
