"""What the panel says of the member's coupons and passes: what each takes off, or why it does not."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from appliance.checkout.panel import TRIALS_MAX, Benefit, benefits_of
from retail.catalogue import HeldCoupon, HeldPass
from tests.support.desk import named
from tests.support.holding import COUPON, MEMBER, PASS, Shop

LONG_AGO = "2020-01-01T00:00:00+08:00"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.till.close()
    made.engine.dispose()


def panel(
    shop: Shop, coupons: tuple[HeldCoupon, ...] = (), passes: tuple[HeldPass, ...] = ()
) -> dict[str, Benefit]:
    """What the panel shows of a member who holds these, by id."""
    member = msgspec.structs.replace(MEMBER, coupons=coupons, passes=passes)
    shown = benefits_of(shop.till.checkout.desk, shop.basket, member, shop.till.clock.now())
    return {one.id: one for one in shown}


def test_a_pass_that_cannot_be_used_says_why(shop: Shop) -> None:
    shop.member()
    shop.scan()
    passes = (
        msgspec.structs.replace(PASS, id="rests", state="frozen"),
        msgspec.structs.replace(PASS, id="ended", ends_at=LONG_AGO),
        msgspec.structs.replace(PASS, id="empty", left=0),
        msgspec.structs.replace(PASS, id="beans only", covers=("beans",)),
        PASS,
    )
    shown = panel(shop, passes=passes)
    assert {id_: one.reason for id_, one in shown.items()} == {
        "rests": "frozen",
        "ended": "expired",
        "empty": "used_up",
        "beans only": "no_goods",
        "a1": "",
    }
    assert (shown["a1"].pieces, shown["a1"].left, shown["a1"].goods) == (1, 3, named("Water"))


def test_a_coupon_says_what_it_would_bring_that_it_has_ended_or_what_is_missing(shop: Shop) -> None:
    shop.member()
    shop.scan()
    coupons = (COUPON, msgspec.structs.replace(COUPON, id="old", until=LONG_AGO))
    shown = panel(shop, coupons)
    assert (shown["c1"].reason, shown["c1"].params) == ("amount", {"missing": 200})
    assert shown["old"].reason == "expired"
    shop.scan()
    shown = panel(shop, coupons)
    assert (shown["c1"].state, shown["c1"].gain_minor, shown["c1"].reason) == ("free", 200, "")
    assert shop.due == 600, "trying changes nothing"


def test_what_hq_holds_says_what_it_takes_off_or_why_it_does_not(shop: Shop) -> None:
    shop.member()
    shop.scan()
    shop.coupon()
    assert panel(shop, (COUPON,))["c1"].state == "asked"
    shop.turn()
    held = panel(shop, (COUPON,))["c1"]
    assert (held.state, held.reason, held.params) == ("held", "amount", {"missing": 200})
    shop.scan()
    assert panel(shop)["c1"].gain_minor == 200, "also when HQ tells of it no more"


def test_only_some_coupons_are_tried_and_the_others_are_shown_all_the_same(shop: Shop) -> None:
    shop.member()
    shop.scan(2)
    coupons = tuple(msgspec.structs.replace(COUPON, id=str(at)) for at in range(TRIALS_MAX + 2))
    gains = [one.gain_minor for one in panel(shop, coupons).values()]
    assert gains == [200] * TRIALS_MAX + [0, 0]
