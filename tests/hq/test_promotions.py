"""Promotions at HQ: pushed when they are sound, counted from what tills report, told, alarmed, made again."""

import json
import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, select

from hq import catalogue
from hq.alarms import alarms
from hq.database import open_hq
from hq.ingest import take
from hq.promotions import book, report, telling, use
from hq.pushes import PushPlan
from hq.tables import promotion_day, promotion_history, promotion_member, promotion_total
from retail.catalogue import Category, Product, Shop, Tier
from retail.errors import Refused
from retail.messages import Hello, Topics, encode
from retail.pricing.check import Finding
from retail.pricing.promotion import (
    AmountOff,
    AnyPromotion,
    Calendar,
    Conditions,
    FlashSale,
    Hours,
    Limits,
    NthAtRate,
    Percentage,
    Scope,
    ThresholdOff,
)
from retail.pricing.pushed import ProductList, PromotionMark, PromotionUse, PushedPromotion
from tests.support.journal import Chain, RawEvent, sale_body

NOW = datetime(2026, 3, 2, 12)
NOW_MS = 1_770_000_000_000
NAMES = {"zh-Hans": "立减", "zh-Hant": "立減", "en": "Off"}
LATTE = Product(id="latte", names={"en": "Latte"}, category="coffee", price_minor=2200)
THREE_OFF = AmountOff(id="three-off", names=NAMES, off_minor=300, scope=Scope(products=("latte",)))


class Office:
    """HQ without a broker."""

    def __init__(self, path: Path) -> None:
        self.engine: Engine = open_hq(path)
        with self.engine.begin() as connection:
            catalogue.put(
                connection,
                [
                    Shop(id="shop", names={}, store_names={}, workstation_names={}),
                    Category(id="coffee", names={"en": "Coffee"}),
                    LATTE,
                    Tier(id="gold", names={"en": "Gold"}, discount_bp=500),
                ],
            )

    def put(self, promotion: AnyPromotion, confirmed: bool = False) -> list[Finding]:
        with self.engine.begin() as connection:
            return book.put(connection, promotion, confirmed)

    def send(self, events: list[RawEvent], till: str = "till-1") -> None:
        payload = json.dumps({"type": "events", "events": events}).encode()
        take(self.engine, PushPlan(), Topics("demo", till).up_event, payload, NOW_MS)

    def tell(self) -> int:
        with self.engine.begin() as connection:
            return telling.tell(connection) if telling.anything_to_tell(connection) else 0

    def pushed(self, kind: Any) -> dict[str, Any]:
        with self.engine.connect() as connection:
            return {item.document.id: item.document for item in catalogue.held(connection, kind)}

    def states(self, now: datetime = NOW) -> dict[str, str]:
        with self.engine.connect() as connection:
            return {one.promotion.id: one.state for one in book.written(connection, now)}

    def counters(self) -> list[list[Any]]:
        with self.engine.connect() as connection:
            return [
                sorted(tuple(row) for row in connection.execute(select(*columns)))
                for columns in (
                    (promotion_total.c.promotion_id, promotion_total.c.times, promotion_total.c.cost_minor),
                    tuple(promotion_day.c),
                    tuple(promotion_member.c),
                )
            ]

    def alarms(self) -> list[tuple[str, str]]:
        with self.engine.connect() as connection:
            return sorted((one.code, str(one.params.get("limit", ""))) for one in alarms(connection))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "hq.db")
    yield made
    made.engine.dispose()


def promoted(number: int, times: int = 1, promotion: str = "three-off", **more: Any) -> dict[str, Any]:
    """A sale of one latte from which a promotion took 3.00 each time; below zero it undoes one."""
    off = -300 * times
    body = sale_body(number, 2200 + off if times > 0 else -2200 + off, **more)
    body["lines"][0]["adjustments"] = [{"rule": f"promotion:{promotion}", "names": {}, "amount_minor": off}]
    return {**body, "promotions": [{"promotion": promotion, "times": times, "amount_minor": off}]}


def test_a_sound_promotion_is_pushed_and_a_stopped_one_is_gone(office: Office) -> None:
    assert office.put(THREE_OFF) == []
    assert office.pushed(PushedPromotion)["three-off"].promotion == THREE_OFF
    later = Percentage(id="may", names=NAMES, off_bp=1000, calendar=Calendar(starts_at="2026-05-01"))
    past = Percentage(id="feb", names=NAMES, off_bp=1000, calendar=Calendar(ends_at="2026-03-01"))
    office.put(later)
    office.put(past)
    assert office.states() == {"three-off": "on", "may": "planned", "feb": "over"}
    assert office.states(datetime(2026, 5, 1))["may"] == "on"
    with office.engine.begin() as connection:
        book.stop(connection, "three-off")
        with pytest.raises(Refused, match=r"promotion\.unknown"):
            book.stop(connection, "nothing")
    assert office.states()["three-off"] == "stopped"
    assert set(office.pushed(PushedPromotion)) == {"may", "feb"}


def test_what_is_wrong_is_refused_and_what_is_strange_waits_for_a_person(office: Office) -> None:
    nearly_free = Percentage(id="slip", names=NAMES, off_bp=9500)
    assert [one.code for one in office.put(nearly_free)] == ["promotion.very_much_off"]
    assert office.pushed(PushedPromotion) == {}
    office.put(nearly_free, confirmed=True)
    assert set(office.pushed(PushedPromotion)) == {"slip"}
    found = office.put(ThresholdOff(id="t", names=NAMES, threshold_minor=0, off_minor=5), confirmed=True)
    assert [(one.code, one.path) for one in found] == [("promotion.threshold_of_nothing", "threshold_minor")]
    assert set(office.pushed(PushedPromotion)) == {"slip"}


@pytest.mark.parametrize(
    ("promotion", "code", "path"),
    [
        (AmountOff(id="a", names=NAMES, off_minor=1, scope=Scope(categories=("tee",))),
         "promotion.no_goods", "scope"),
        (AmountOff(id="a", names=NAMES, off_minor=1, scope=Scope(products=("mocha",))),
         "promotion.no_goods", "scope"),
        (AmountOff(id="a", names=NAMES, off_minor=1, scope=Scope(lists=("summer",))),
         "promotion.no_goods", "scope"),
        (AmountOff(id="a", names=NAMES, off_minor=1, conditions=Conditions(tiers=("lead",))),
         "promotion.unknown_tier", "conditions.tiers"),
        (AmountOff(id="a", names=NAMES, off_minor=1, calendar=Calendar(holidays=("spring",))),
         "promotion.unknown_holidays", "calendar.holidays"),
        (AmountOff(id="a", names=NAMES, off_minor=1, scope=Scope(tags=("cold",))),
         "promotion.no_goods", "scope"),
        (AmountOff(id="A b", names=NAMES, off_minor=1), "promotion.bad_id", "id"),
        (AmountOff(id="a", names=NAMES, off_minor=1, conditions=Conditions(coupon_codes=("SPRING",))),
         "promotion.code_shared", "conditions.coupon_codes"),
    ],
)  # fmt: skip
def test_what_only_hq_knows_is_checked_too(
    office: Office, promotion: AnyPromotion, code: str, path: str
) -> None:
    office.put(
        AmountOff(id="b", names=NAMES, off_minor=1, conditions=Conditions(coupon_codes=("SPRING", "MAY")))
    )
    assert [(one.code, one.path) for one in office.put(promotion, confirmed=False)] == [(code, path)]


def test_a_draft_stays_at_hq_until_it_is_saved(office: Office) -> None:
    with office.engine.begin() as connection:
        book.keep_draft(connection, THREE_OFF, NOW_MS)
    assert (office.states(), office.pushed(PushedPromotion)) == ({"three-off": "draft"}, {})
    office.put(THREE_OFF)
    assert office.states() == {"three-off": "on"}
    with office.engine.begin() as connection, pytest.raises(Refused, match=r"promotion\.is_on"):
        book.keep_draft(connection, THREE_OFF, NOW_MS)


def test_uses_are_counted_by_day_and_member_and_taken_back(office: Office) -> None:
    office.put(replace(THREE_OFF, limits=Limits(per_member=3)), confirmed=True)
    chain = Chain()
    chain.add(body=promoted(1, 2, member_id="m1"))
    chain.add(body=promoted(2, member_id="m1", business_day="2026-03-03"))
    chain.add(body=promoted(3))
    chain.add(body=sale_body(4))
    undone = promoted(5, -1, member_id="m1", business_day="2026-03-03", voids="sale-2")
    chain.add("sale.voided", undone)
    chain.add(body={**promoted(6), "sale_id": "sale-1"})  # doubled: not counted again
    office.send(chain.events)
    office.send(chain.events)
    with office.engine.connect() as connection:
        assert use.usage_of(connection, "three-off", "2026-03-02").today == 3
        usage = use.usage_of(connection, "three-off")
        assert (usage.in_all, usage.discount_minor, usage.today) == (3, 900, 0)
        assert use.uses_of_member(connection, "m1") == {"three-off": 2}
        assert use.uses_of_member(connection, "m2") == {}
        days = report.by_day(connection, "three-off")
    assert [(one.day, one.sales, one.times, one.cost_minor) for one in days] == [
        ("2026-03-02", 2, 3, 900),
        ("2026-03-03", 0, 0, 0),
    ]
    assert days[0].turnover_minor == 1600 + 1900


def test_counters_are_the_same_in_any_order_and_made_again_from_events(office: Office) -> None:
    office.put(THREE_OFF)
    tills = []
    for till in ("till-1", "till-2"):
        chain = Chain(till, incarnation=f"inc-{till}")
        for number in range(1, 8):
            body = promoted(number, 1 if number % 3 else -1, member_id=f"m{number % 2}")
            chain.add(body={**body, "sale_id": f"{till}-{number}"})
        tills.append(chain)
    sent = [(chain.appliance, event) for chain in tills for event in chain.events]
    random.Random(7).shuffle(sent)
    for till, event in sent:
        office.send([event], till)
    counted = office.counters()
    assert counted[0][0] == ("three-off", 6, 1800)
    with office.engine.begin() as connection:
        assert use.rebuild(connection) == 14
    assert office.counters() == counted


def test_only_limited_promotions_are_told_with_the_marks_of_the_same_moment(office: Office) -> None:
    office.put(replace(THREE_OFF, limits=Limits(in_all=10, per_day=5)))
    office.put(Percentage(id="free", names=NAMES, off_bp=1000))
    assert office.tell() == 1  # that nothing is used yet
    chain = Chain()
    chain.add(body=promoted(1, 2))
    chain.add(body=promoted(2, promotion="free"))
    hello = Hello(incarnation="inc-1", last_seq=2, head_hash=chain.head, versions={}, app_version="1")
    take(office.engine, PushPlan(), Topics("demo", "till-1").up_state, encode(hello), NOW_MS)
    office.send(chain.events)
    office.tell()
    assert office.pushed(PromotionUse) == {
        "three-off": PromotionUse(id="three-off", in_all=2, day="2026-03-02", today=2, discount_minor=600)
    }
    assert office.pushed(PromotionMark) == {"inc-1": PromotionMark(id="inc-1", upto=2)}
    assert office.tell() == 0
    with office.engine.begin() as connection:
        book.stop(connection, "three-off")
    assert office.pushed(PromotionUse) == {}


def test_an_alarm_says_that_a_quota_is_used_up_and_that_it_was_passed(office: Office) -> None:
    flash = FlashSale(id="three-off", names=NAMES, price_minor=1900, quota=3, limits=Limits(budget_minor=800))
    office.put(flash)
    chain = Chain()
    chain.add(body=promoted(1, 2))
    office.send(chain.events)
    assert office.alarms() == []
    chain.add(body=promoted(2))
    office.send(chain.events)
    assert office.alarms() == [
        ("promotion.overrun", "budget_minor"),
        ("promotion.used_up", "budget_minor"),
        ("promotion.used_up", "quota"),
    ]
    chain.add(body=promoted(3))
    office.send(chain.events)
    assert ("promotion.overrun", "quota") in office.alarms()


def test_every_version_of_a_promotion_is_kept(office: Office) -> None:
    office.put(THREE_OFF)
    office.put(replace(THREE_OFF, off_minor=400))
    with office.engine.begin() as connection:
        catalogue.put(connection, [ProductList(id="summer", names={}, products=("latte",))])
        book.stop(connection, "three-off")
        rows = connection.execute(
            select(promotion_history.c.version, promotion_history.c.gone).where(
                promotion_history.c.id == "three-off"
            )
        ).all()
    assert [tuple(row) for row in rows] == [(1, 0), (2, 0), (4, 1)]


SECOND = NthAtRate(id="second", names=NAMES, scope=Scope(products=("latte",)))


def second_at_half(number: int, off_minor: int, **more: Any) -> dict[str, Any]:
    """A sale of two lattes, as a till with version 1 of both streams would report it."""
    body = sale_body(number, 4400 - off_minor, versions={"catalogue": 1, "promotions": 1}, **more)
    change = {"rule": "promotion:second", "names": NAMES, "amount_minor": -off_minor}
    line = {**body["lines"][0], "quantity_milli": 2000, "unit_price_minor": 2200, "base_minor": 4400,
            "adjustments": [change] if off_minor else []}  # fmt: skip
    used = [{"promotion": "second", "times": 1, "amount_minor": -off_minor}] if off_minor else []
    return {"priced_at": "2026-03-02T09:50:00.000", **body, "lines": [line], "promotions": used}


def priced_otherwise(office: Office, body: dict[str, Any], till: str = "till-1") -> bool:
    before = len(office.alarms())
    chain = Chain(till)
    chain.add(body=body)
    office.send(chain.events, till)
    return office.alarms()[before:] == [("sale.priced_otherwise", "")]


def test_hq_makes_the_same_cents_of_a_sale_and_says_when_it_does_not(office: Office) -> None:
    office.put(SECOND)
    assert not priced_otherwise(office, second_at_half(1, 1100), "till-1")
    assert priced_otherwise(office, second_at_half(2, 1099), "till-2")
    assert priced_otherwise(office, second_at_half(3, 0), "till-3")


def test_a_sale_is_priced_with_the_promotions_of_its_version(office: Office) -> None:
    office.put(SECOND)
    office.put(replace(SECOND, off_bp=1000))
    with office.engine.begin() as connection:
        book.stop(connection, "second")
    assert not priced_otherwise(office, second_at_half(1, 1100), "till-1")
    assert priced_otherwise(office, second_at_half(2, 220), "till-2")


@pytest.mark.parametrize(
    "more",
    [
        {"promotions_limit": 1},
        {"member_id": "nobody-known"},
        {"kind": "exchange"},
        {"priced_at": ""},
        {"versions": {"catalogue": 0, "promotions": 1}},
    ],
)
def test_what_hq_cannot_know_raises_no_alarm(office: Office, more: dict[str, Any]) -> None:
    limited = Limits(in_all=5) if more.pop("promotions_limit", 0) else Limits()
    office.put(replace(SECOND, limits=limited))
    body = {**second_at_half(1, 7), **more}
    assert not priced_otherwise(office, body)


def test_happy_hour_may_end_while_a_basket_is_open(office: Office) -> None:
    calendar = Calendar(hours=(Hours(from_="08:00", until="09:55"),))
    office.put(replace(SECOND, calendar=calendar))
    assert not priced_otherwise(office, second_at_half(1, 1100), "till-1")  # paid at 10:00:01
    late = second_at_half(2, 1100, priced_at="2026-03-02T09:55:00.000")
    assert priced_otherwise(office, late, "till-2")
