"""Somebody joins: HQ's word reaches every basket with them, and changes no price while one is being paid."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from appliance.checkout.joining import NAME_LENGTH_MAX, Joined, Joiner
from retail.catalogue import Member, Tier
from retail.errors import Refused
from retail.members.pushed import SealingKey
from retail.members.tiers import TierRules
from retail.messages.asking import Enrolled
from tests.support.desk import named, push
from tests.support.holding import MEMBER, Shop
from tests.support.refusing import refuses

SECRET = b"s" * 32
PUBLIC = base64.b64encode(X25519PrivateKey.from_private_bytes(b"x" * 32).public_key().public_bytes_raw())
WHO = Joiner(phone="+8613712345678", phone_hash="p9", name="Ann Lee")
PLAIN = Tier(id="plain", names=named("Plain"))
GOLD = Member(id="m9", names=named("A*"), tier="gold")
"""Whom HQ knows under that phone; 5% off."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    push(
        made.home,
        "benefits",
        1,
        2,
        (SealingKey(id="s1", public=PUBLIC.decode()), TierRules(id="tiers", base="plain")),
    )
    push(made.home, "members", 1, 2, (PLAIN, GOLD, msgspec.structs.replace(MEMBER, phone_hash="p1")))
    yield made
    made.till.close()
    made.engine.dispose()


def join(shop: Shop, who: Joiner = WHO) -> Joined:
    return shop.till.checkout.joining.enrol(who, SECRET, shop.till.clock.now())


def told(shop: Shop, member_id: str = "") -> None:
    """HQ says that they are a member: of this id, or of the one that was asked for."""

    def answer(body: dict[str, Any]) -> Enrolled:
        return Enrolled(member_id=member_id or body["member_id"], number="M1", is_new=not member_id)

    shop.hq.answers["member.enrol"] = answer
    (heard,) = shop.turn()
    assert heard.error == "" and shop.hq.requests() == []


def refuse(body: dict[str, Any]) -> Any:
    raise Refused("member.enrol_closed")


def at_the_till(shop: Shop) -> str:
    return shop.basket.member.member_id if shop.basket.member else ""


def latte(shop: Shop) -> None:
    shop.till.checkout.selling.add_product_id("latte", shop.till.clock.now())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"card_hash": "c1"}, "member.card_taken"),
        ({"phone_hash": "p1", "card_hash": "c1"}, ""),
        ({"name": "A" * (NAME_LENGTH_MAX + 1)}, "member.name_too_long"),
        ({"month": 2, "day": 30}, "member.birthday"),
    ],
)
def test_somebody_else_s_card_and_what_no_one_is_called_are_refused(
    shop: Shop, change: dict[str, Any], code: str
) -> None:
    shop.scan()
    if code:
        refuses(shop.till, code, join, shop, replace(WHO, **change))
        assert shop.hq.requests() == [] and shop.till.checkout.people.joined() == ()
    else:
        assert not join(shop, replace(WHO, **change)).is_new, "the card is their own"
        assert at_the_till(shop) == MEMBER.id


def test_a_member_takes_a_new_card_and_stays_who_they_are(shop: Shop) -> None:
    latte(shop)
    joined = join(shop, Joiner(phone="+8613800006207", phone_hash="p1", card_hash="c-new"))
    assert (joined.member.id, joined.is_new, shop.due) == (MEMBER.id, False, 2_090)
    told(shop, MEMBER.id)
    assert shop.hq.asked["member.enrol"][0]["card_hash"] == "c-new"
    assert at_the_till(shop) == MEMBER.id and shop.till.checkout.people.joined() == ()
    assert shop.trade._rows("SELECT count(*) FROM journal WHERE type = 'member.enrolled'") == [(0,)]


def test_hq_s_word_reaches_every_basket_with_them_and_no_other(shop: Shop) -> None:
    latte(shop)
    joined = join(shop)
    shop.till.checkout.selling.suspend("with her")
    latte(shop)
    shop.till.checkout.selling.suspend("nobody")
    latte(shop)
    shop.member()
    told(shop, GOLD.id)
    aside = {one.name: one.member and one.member.member_id for one in shop.trade.suspended_baskets()}
    assert aside == {"with her": GOLD.id, "nobody": None} and at_the_till(shop) == MEMBER.id
    found = shop.till.checkout.people.by_id(joined.member.id)
    assert found is None or found.id == GOLD.id


def test_a_basket_that_is_being_paid_keeps_its_price_whatever_hq_says(shop: Shop) -> None:
    latte(shop)
    asked_id = join(shop).member.id
    shop.till.checkout.paying.cash(200, shop.till.clock.now())
    told(shop, GOLD.id)
    assert (at_the_till(shop), shop.due) == (GOLD.id, 2_000), "the sale is theirs, without gold's 5%"
    assert asked_id != GOLD.id and shop.pay().member_id == GOLD.id


def test_a_basket_that_is_being_paid_stays_as_it_is_when_hq_knows_nobody_else(shop: Shop) -> None:
    latte(shop)
    joined = join(shop)
    basket = shop.till.checkout.paying.cash(200, shop.till.clock.now()).basket
    told(shop)
    assert shop.basket == basket and at_the_till(shop) == joined.member.id
    assert [one.id for one in shop.till.checkout.people.joined()] == [joined.member.id]


def test_a_refused_joiner_stays_in_a_basket_that_is_being_paid(shop: Shop) -> None:
    latte(shop)
    join(shop)
    basket = shop.till.checkout.paying.cash(200, shop.till.clock.now()).basket
    shop.hq.answers["member.enrol"] = refuse
    (heard,) = shop.turn()
    assert heard.error == "member.enrol_closed"
    assert shop.basket == basket and shop.till.checkout.people.joined() == ()
    assert shop.pay().total_minor == 2_200


def test_somebody_frozen_keeps_the_sale_but_not_their_tier_s_price(shop: Shop) -> None:
    push(shop.home, "members", 2, 3, (msgspec.structs.replace(GOLD, state="frozen"),))
    latte(shop)
    join(shop)
    told(shop, GOLD.id)
    assert (at_the_till(shop), shop.due) == (GOLD.id, 2_200)


def test_joiners_are_found_by_their_own_last_figures_until_hq_tells_of_them(shop: Shop) -> None:
    people = shop.till.checkout.people
    one = join(shop).member
    shop.till.checkout.selling.detach_member()
    other = join(shop, Joiner(phone="+8613700009999", phone_hash="p8")).member
    assert [one.id for one in people.by_tail("5678")] == [one.id]
    assert [one.id for one in people.by_tail("9999")] == [other.id]
    push(shop.home, "members", 2, 3, (msgspec.structs.replace(one, phone_masked="137****0000"),))
    refuses(shop.till, "member.unknown_tail", people.by_tail, "5678")
