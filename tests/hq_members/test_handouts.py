"""Coupons to many at once from HQ's page: looked at first, given once, to whom and until when was said."""

import re
from datetime import datetime

import pytest
from starlette.testclient import TestClient

from hq import catalogue
from hq.ledger import benefits
from hq.members import records
from hq.members.handing_out import Handout, hand_out, plan
from retail.members.coupons import Coupon
from retail.members.tiers import TierRule, TierRules
from tests.hq_members.conftest import NOW_MS, House
from tests.hq_members.test_web import AT, press, web

__all__ = ["web"]


def looked(web: TestClient, **typed: str) -> str:
    return web.get("/members/coupons", params={"kind": "cake", "look": "1", **typed}).text


def form_of(page: str) -> dict[str, str]:
    """What the form below the preview would send."""
    form = page[page.index('id="looked"') :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))


def held(house: House, member_id: str) -> list[Coupon]:
    with house.begin() as connection:
        return benefits.of_member(connection, Coupon, member_id)


def test_a_look_says_how_many_and_gives_nothing(web: TestClient, house: House) -> None:
    page = looked(web)
    assert "Members who get some: 2; coupons in all: 2" in page
    assert held(house, "m-1") == [] and held(house, "m-2") == []


def test_a_form_that_is_sent_twice_gives_once(web: TestClient, house: House) -> None:
    form = form_of(looked(web))
    for _ in range(2):
        assert "Given: 2 members" in web.post("/members/coupons", data=form).text
    assert [one.kind for one in held(house, "m-1")] == ["cake"] and len(held(house, "m-2")) == 1
    again = looked(web)
    assert "Nobody would get one" in again and "2 do not: they have had all" in again


def test_a_tier_its_base_too_and_a_birthday_s_month_are_chosen(web: TestClient, house: House) -> None:
    rules = TierRules(id="tiers", base="basic", tiers=(TierRule(tier="gold", visits=3),))
    with house.begin() as connection:
        catalogue.put(connection, [rules])
    press(web, "tier", tier="gold")
    assert form_of(looked(web, tier="gold"))["tier"] == "gold"
    with house.begin() as connection:
        for handout, who in (
            (Handout("x", "cake", tier="gold"), {"m-1"}),
            (Handout("x", "cake", tier="basic"), {"m-2"}),
            (Handout("x", "cake", birth_month=3), {"m-1"}),
            (Handout("x", "cake", birth_month=2), set()),
            (Handout("x", "cake", tier="basic", birth_month=3), set()),
        ):
            assert set(plan(connection, handout, NOW_MS).due) == who


def test_frozen_members_get_none(web: TestClient) -> None:
    press(web, "freeze", member_id="m-2", frozen="1")
    assert "Members who get some: 1" in looked(web)


def test_the_days_that_were_typed_bound_the_coupon_in_the_shop_s_time(web: TestClient, house: House) -> None:
    web.post("/members/coupons", data=form_of(looked(web, **{"from": "2026-03-01", "until": "2026-03-07"})))
    (made,) = held(house, "m-1")
    assert made.from_at == datetime.fromisoformat("2026-03-01T00:00:00+08:00")
    assert made.until == datetime.fromisoformat("2026-03-08T00:00:00+08:00")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"each": "0"}, "1 to 20 each"),
        ({"each": "two"}, "whole number"),
        ({"until": "2020-01-01"}, "Nobody could use such a coupon"),
        ({"from": "2026-05-02", "until": "2026-05-01"}, "Nobody could use such a coupon"),
        ({"from": "soon"}, "Not a date"),
        ({"kind": "none"}, "no such kind"),
    ],
)
def test_what_cannot_be_meant_is_said_in_words(web: TestClient, typed: dict[str, str], problem: str) -> None:
    page = web.get("/members/coupons", params={"kind": "cake", "look": "1", **typed})
    assert page.status_code == 422 and problem in page.text and 'id="looked"' not in page.text


def test_nothing_is_given_that_nobody_looked_at(web: TestClient, house: House) -> None:
    answer = web.post("/members/coupons", data={"kind": "cake", "each": "1"})
    assert answer.status_code == 422 and held(house, "m-1") == []


def test_a_handout_that_was_cut_off_goes_on(web: TestClient, house: House) -> None:
    handout = Handout("h", "cake", each=1)
    with house.begin() as connection:
        assert hand_out(connection, handout, NOW_MS, limit=1)
        assert len(plan(connection, handout, NOW_MS).given) == 1
    with house.begin() as connection:
        assert not hand_out(connection, handout, NOW_MS + 1, limit=1)
    assert [one.issued_at for one in (*held(house, "m-1"), *held(house, "m-2"))] == [
        AT,
        records.moment(NOW_MS + 1),
    ]
