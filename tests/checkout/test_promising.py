"""Top-ups, gift cards, passes and memberships as lines: what they cost, who pays them how, the way back."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from appliance.checkout.joining import Joiner
from appliance.checkout.own_money import GiftCardShown
from retail.catalogue import Member
from retail.errors import Refused
from retail.members.pushed import SealingKey
from retail.messages.events import Grant, Promised, SaleCompleted
from tests.support.desk import Till, named, push
from tests.support.own import BEANS, MEMBER, WATER, own_till
from tests.support.own_hq import OwnHq
from tests.support.refusing import MANAGER, refuses
from tillbox.report.day import days_of
from tillbox.verify import verify

NEW = GiftCardShown("card-2", "0002")
TOP_UP = named("Top-up")


def code_of(call: Callable[..., object], *args: object, **more: object) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    return caught.value.code


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Till, OwnHq]:
    till, hq = own_till(tmp_path)
    attach(till)
    return till, hq


def attach(till: Till) -> None:
    member = till.reference.member(MEMBER)
    assert member is not None
    till.checkout.selling.attach_member(member, till.clock.now())


def paid(till: Till) -> SaleCompleted:
    desk = till.checkout.desk
    sale = till.checkout.paying.cash(desk.due_minor(desk.require_basket()), till.clock.now()).sale
    assert sale is not None
    return sale


def test_a_top_up_is_untaxed_undiscounted_deferred_and_says_what_it_brings(shop: tuple[Till, OwnHq]) -> None:
    till, _ = shop
    till.checkout.promising.top_up(50_000, TOP_UP, till.clock.now())
    till.checkout.selling.scan(BEANS, "", till.clock.now())
    sale = paid(till)
    top_up, beans = sale.lines
    assert (top_up.total_minor, top_up.tax_class, top_up.adjustments) == (50_000, "none", ())
    assert top_up.grant == Grant(
        kind="top_up",
        id=top_up.grant.id if top_up.grant else "",
        of="value",
        member_id=MEMBER,
        promised=Promised(bonus_minor=10_000),
    )
    assert beans.total_minor == 7_000 and {one.tax_class for one in sale.taxes} == {"none", "standard"}
    booked = dict(till.trade._rows("SELECT account, amount_minor FROM posting"))
    assert booked["clearing/sold"] == -50_000
    assert booked["income/sales"] == -(7_000 - sum(tax.tax_minor for tax in sale.taxes))
    note = till.trade.slip(sale.number)
    assert note.promises[top_up.line_id].brings.bonus_minor == 10_000
    assert note.value_minor == 26_850 + 60_000
    assert note.points_earned == 105, "points for the beans only"
    assert verify(till.home).whole


def test_a_day_counts_what_is_promised_apart_from_its_turnover(shop: tuple[Till, OwnHq]) -> None:
    till, _ = shop
    till.checkout.promising.top_up(20_000, TOP_UP, till.clock.now())
    first = paid(till)
    attach(till)
    till.checkout.promising.count_pass("ten", till.clock.now())
    till.checkout.selling.scan(WATER, "", till.clock.now())
    second = paid(till)
    day = days_of([(one.business_day, one) for one in (first, second)])[first.business_day]
    assert (day.sales, day.total_minor, day.average_minor) == (1, 300, 300)
    assert {kind: part.total_minor for kind, part in day.promised.items()} == {
        "top_up": 20_000,
        "pass": 18_000,
    }
    assert day.by_tender["cash"].total_minor == 38_300
    assert all(tax_class != "none" for tax_class, _ in day.by_tax)


def test_what_is_promised_is_not_paid_with_our_own_money(shop: tuple[Till, OwnHq]) -> None:
    till, _ = shop
    till.checkout.promising.top_up(20_000, TOP_UP, till.clock.now())
    own, now = till.checkout.own_money, till.clock.now
    for pay in (own.stored_value, own.points):
        assert code_of(pay, None, now()) == "own_money.not_for_promises"
    assert code_of(own.gift_card, NEW, None, now()) == "own_money.not_for_promises"
    till.checkout.selling.scan(WATER, "", now())
    basket = own.stored_value(None, now())
    assert basket.attempt is not None and basket.attempt.amount_minor == 300, "but the water beside it is"


def test_top_ups_keep_to_the_shops_limits(shop: tuple[Till, OwnHq]) -> None:
    till, _ = shop
    top_up, now = till.checkout.promising.top_up, till.clock.now
    assert code_of(top_up, 999, TOP_UP, now()) == "top_up.outside_limits"
    top_up(200_000, TOP_UP, now())
    assert code_of(top_up, 100_000, TOP_UP, now()) == "top_up.balance_too_large"


def test_a_gift_card_needs_no_member_and_is_sold_once_in_a_basket(tmp_path: Path) -> None:
    till, _ = own_till(tmp_path)
    promising, now = till.checkout.promising, till.clock.now
    promising.gift_card("g100", NEW, now())
    assert code_of(promising.gift_card, "g100", NEW, now()) == "gift_card.in_basket"
    assert code_of(promising.count_pass, "ten", now()) == "promise.member_needed"
    sale = paid(till)
    brings = Promised(value_minor=10_000, days=365)
    assert sale.lines[0].grant == Grant(kind="gift_card", id="card-2", of="g100", promised=brings)
    assert till.trade.slip(sale.number).promises[sale.lines[0].line_id].tail == "0002"


def test_a_pass_is_renewed_only_by_its_holder_and_its_kind(shop: tuple[Till, OwnHq]) -> None:
    till, _ = shop
    promising, now = till.checkout.promising, till.clock.now
    assert [one.id for one in promising.renewable("ten")] == ["p1"]
    assert code_of(promising.membership, "month", now(), renews="p1") == "promise.not_renewable"
    promising.count_pass("ten", now(), renews="p1")
    assert code_of(promising.count_pass, "ten", now(), renews="p1") == "promise.renewed_already"
    grant = paid(till).lines[0].grant
    brings = Promised(uses=10, days=90)
    assert grant == Grant(kind="pass_renewal", id="p1", of="ten", member_id=MEMBER, promised=brings)


def test_what_was_put_in_for_one_member_is_not_another_s(shop: tuple[Till, OwnHq]) -> None:
    till, _ = shop
    till.checkout.promising.top_up(20_000, TOP_UP, till.clock.now())
    assert code_of(till.checkout.selling.detach_member) == "promise.member_stays"
    other = Member(id="m2", names=named("D*"))
    assert code_of(till.checkout.selling.attach_member, other, till.clock.now()) == "promise.member_stays"


def test_what_was_put_in_for_one_member_is_not_a_joiner_s(shop: tuple[Till, OwnHq]) -> None:
    till, _ = shop
    can_join(till)
    till.checkout.promising.top_up(20_000, TOP_UP, till.clock.now())
    who = Joiner(phone="+8613712345678", phone_hash="p9")
    refuses(till, "promise.member_stays", till.checkout.joining.enrol, who, b"s" * 32, till.clock.now())
    assert till.checkout.people.joined() == ()
    assert till.trade._rows("SELECT kind FROM hq_request") == []


def test_a_joiner_is_sold_gift_cards_but_no_balance_before_hq_tells_of_them(
    shop: tuple[Till, OwnHq],
) -> None:
    till, _ = shop
    can_join(till)
    till.checkout.selling.detach_member()
    who = Joiner(phone="+8613712345678", phone_hash="p9")
    joined = till.checkout.joining.enrol(who, b"s" * 32, till.clock.now()).member
    promising, now = till.checkout.promising, till.clock.now
    refuses(till, "promise.member_unknown", promising.top_up, 20_000, TOP_UP, now())
    promising.gift_card("g100", NEW, now())
    promising.gift_card("g100", GiftCardShown("card-3", "0003"), now())
    assert [line.grant.id for line in paid(till).lines if line.grant] == ["card-2", "card-3"]
    push(till.home, "members", 1, 2, (joined,))
    till.checkout.selling.attach_member(joined, now())
    promising.top_up(20_000, TOP_UP, now())
    grant = paid(till).lines[0].grant
    assert grant is not None and grant.member_id == joined.id


def test_nothing_is_promised_in_a_basket_with_goods_that_come_back(shop: tuple[Till, OwnHq]) -> None:
    till, _ = shop
    till.checkout.refunding.return_without_receipt("damaged", MANAGER, till.clock.now())
    promising, code = till.checkout.promising, "promise.not_with_returns"
    refuses(till, code, promising.top_up, 20_000, TOP_UP, till.clock.now())
    refuses(till, code, promising.gift_card, "g100", NEW, till.clock.now())


def can_join(till: Till) -> None:
    """HQ's key is there, to which what a joiner tells is sealed."""
    key = X25519PrivateKey.from_private_bytes(b"x" * 32).public_key().public_bytes_raw()
    push(till.home, "benefits", 1, 2, (SealingKey(id="s1", public=base64.b64encode(key).decode()),))


def test_quantity_of_a_promise_stays_one(shop: tuple[Till, OwnHq]) -> None:
    till, _ = shop
    basket = till.checkout.promising.top_up(20_000, TOP_UP, till.clock.now())
    set_quantity = till.checkout.selling.set_quantity
    line_id = basket.lines[0].line_id
    assert code_of(set_quantity, line_id, 2_000, till.clock.now()) == "line.is_promise"
    set_price = till.checkout.discounting.set_price
    assert code_of(set_price, line_id, 1, "other", "li") == "line.is_promise"


def test_a_frozen_member_is_sold_nothing(shop: tuple[Till, OwnHq]) -> None:
    till, _ = shop
    push(till.home, "members", 1, 2, (Member(id=MEMBER, names=named("C*"), state="frozen"),))
    assert code_of(till.checkout.promising.top_up, 20_000, TOP_UP, till.clock.now()) == "member.frozen"
