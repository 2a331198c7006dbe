"""A till and HQ's own code: what the till asks is understood, and what it tells is booked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.checkout.joining import Joiner
from appliance.checkout.panel import benefits_of
from appliance.checkout.receipt import build_receipt
from appliance.store.reference import open_reference
from appliance.store.reference.mailbox import answer, keep_answer
from appliance.store.trade import read_trade
from appliance.store.trade.outbox import OutboxReader
from hq import catalogue, requests
from hq.ingest import take
from hq.journal import Sender
from hq.ledger import SqlBook, benefits, rewards
from hq.ledger.moments import moment
from hq.members import records, virtual_card
from hq.members.keys import load_keys
from hq.pushes import PushPlan
from retail.catalogue import Member
from retail.documents import Row
from retail.ledger.earning import PointsRules, Reward
from retail.ledger.points import earn
from retail.members.coupons import Coupon, CouponKind
from retail.members.tiers import TierRules
from retail.messages import Answer, EventBatch, Request, Topics, encode
from retail.pricing.promotion import Conditions, ThresholdOff
from retail.pricing.pushed import PushedPromotion
from retail.secrets import number_hash, phone_hash
from tests.support.desk import DOCUMENTS, named, new_home, open_till, push
from tests.support.ledger import Office

PHONE, WATER, BEANS = "+8613712345678", "6901234567892", "6901234567885"
OFF = PushedPromotion(
    id="p1",
    promotion=ThresholdOff(
        id="p1", names=named("2 off"), threshold_minor=500, off_minor=200, conditions=Conditions(coupon=True)
    ),
)
REWARD = Reward(id="water-for-100", points=100, product="water")
RULES = (
    OFF,
    TierRules(id="tiers", base="gold"),
    REWARD,
    CouponKind(id="spring", names=named("Spring"), promotion="p1", code="SPRING"),
)


class Both:
    """One till and HQ, with the same key of hashes; what passes between them passes at once."""

    def __init__(self, folder: Path) -> None:
        self.keys = load_keys(folder / "hq")
        documents = tuple(one for one in DOCUMENTS if not isinstance(one, Member))
        self.home = new_home(folder / "till", (*documents, *RULES, *self.keys.documents()))
        self.office = Office(documents=(*documents, *RULES))
        self.till = open_till(self.home)
        self.office.now_ms = self.till.clock.at_ms
        self.engine = open_reference(self.home, writable=True)
        self.sent = 0
        self.version = 1

    def turn(self) -> None:
        """Questions, then events go up; answers and members come down."""
        outbox = OutboxReader(read_trade(self.home))
        self.office.now_ms = self.till.clock.at_ms
        for one in outbox.requests(self.till.clock.at_ms, 64):
            self._answer(one.request)
        self.till.checkout.asking.follow(self._answer_of, self.till.clock.now())
        events = outbox.after(self.sent, 200)
        if events:
            self.sent = events[-1].seq
            payload = encode(EventBatch(events=tuple(events)))
            take(
                self.office.engine, PushPlan(), Topics("demo", "till-1").up_event, payload, self.office.now_ms
            )
        self.office.tell()
        with self.office.engine.begin() as connection:
            members = tuple(item.document for item in catalogue.held(connection, Member))
        self.version += 1
        push(self.home, "members", 0, self.version, (*members, *(d for d in DOCUMENTS if d.id == "gold")))
        self.till.checkout.joining.tidy()

    def _answer(self, request: Request) -> None:
        with self.office.engine.begin() as connection:
            said = requests.answer(
                connection, Sender("demo", "till-1"), request, self.office.now_ms, self.keys
            )
        assert said is not None
        with self.engine.begin() as connection:
            keep_answer(connection, said, self.office.now_ms)

    def _answer_of(self, request_id: str) -> Answer | None:
        with self.engine.connect() as connection:
            return answer(connection, request_id)

    def trade_requests(self) -> int:
        return len(self.till.trade._rows("SELECT id FROM hq_request"))

    def coupon(self) -> Coupon:
        (found,) = self.coupons()
        return found

    def coupons(self) -> list[Coupon]:
        with self.office.engine.begin() as connection:
            return benefits.of_member(connection, Coupon, self.member.id)

    @property
    def member(self) -> Member:
        found = self.till.checkout.people.by_phone(phone_hash(self.keys.lookup, PHONE))
        assert found is not None
        return found


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    made = Both(tmp_path)
    yield made
    made.till.close()
    made.engine.dispose()
    made.office.close()


def test_somebody_joins_buys_with_a_coupon_and_brings_it_all_back(both: Both) -> None:
    checkout, now = both.till.checkout, both.till.clock.now
    joiner = Joiner(
        phone=PHONE, phone_hash=phone_hash(both.keys.lookup, PHONE), name="陈静怡", month=8, day=15
    )
    joined = checkout.joining.enrol(joiner, b"r" * 32, now())
    assert joined.is_new
    both.turn()
    assert checkout.people.joined() == () and both.trade_requests() == 0
    member = both.member
    assert (member.id, member.phone_masked, member.birth_month) == (joined.member.id, "137****5678", 8)
    assert member.number_hash and next(iter(member.names.values())) == "陈*怡"

    for _ in range(2):
        checkout.selling.scan(WATER, "", now())
    checkout.holding.code("spring", now())
    both.turn()
    assert checkout.desk.due_minor(checkout.desk.require_basket()) == 400
    assert both.coupon().state == "reserved"
    sale = checkout.paying.exact("card", now()).sale
    assert sale is not None and len(sale.benefits) == 1
    both.turn()
    assert (both.coupon().state, both.coupon().used_by) == ("used", sale.sale_id)

    of = checkout.refunding.of_sale(sale.number)
    checkout.refunding.take_back(sale.number, {of.lines[0].line.line_id: 2000}, "other", now())
    back = checkout.refunding.give(checkout.refunding.plan()[0].tender_id, now()).sale
    assert back is not None and back.benefits == sale.benefits
    both.turn()
    assert both.coupon().state == "issued" and both.office.alarms() == {}
    assert [one.kind for one in both.member.coupons] == ["spring"]


def test_an_exchange_uses_a_coupon_while_the_old_sale_s_comes_back(both: Both) -> None:
    checkout, now = both.till.checkout, both.till.clock.now
    checkout.joining.enrol(
        Joiner(phone=PHONE, phone_hash=phone_hash(both.keys.lookup, PHONE)), b"r" * 32, now()
    )
    both.turn()

    def waters_with_the_code() -> None:
        for _ in range(2):
            checkout.selling.scan(WATER, "", now())
        checkout.holding.code("spring", now())
        both.turn()

    waters_with_the_code()
    sale = checkout.paying.exact("card", now()).sale
    assert sale is not None
    both.turn()
    of = checkout.refunding.of_sale(sale.number)
    checkout.selling.attach_member(both.member, now())
    checkout.refunding.take_back(sale.number, {of.lines[0].line.line_id: 2000}, "other", now())
    waters_with_the_code()
    exchange = checkout.refunding.nothing_to_give(now()).sale
    assert exchange is not None and exchange.kind == "exchange"
    assert [one.auth_id for one in exchange.benefits][1:] == [one.auth_id for one in sale.benefits]
    both.turn()
    states = {coupon.used_by: coupon.state for coupon in both.coupons()}
    assert states == {exchange.sale_id: "used", "": "issued"} and both.office.alarms() == {}


def test_hq_s_virtual_card_opens_here(both: Both) -> None:
    checkout, now = both.till.checkout, both.till.clock.now
    joiner = Joiner(phone=PHONE, phone_hash=phone_hash(both.keys.lookup, PHONE))
    member_id = checkout.joining.enrol(joiner, b"r" * 32, now()).member.id
    both.turn()
    with both.office.engine.begin() as connection:
        record = records.get(connection, both.keys, member_id)
    text = virtual_card.token(both.keys, record, now().unix_ms)
    found, token = checkout.people.by_token(text, now())
    assert found.id == member_id == token.member


def test_a_number_on_a_card_finds_who_hq_gave_it_to(both: Both) -> None:
    checkout, now = both.till.checkout, both.till.clock.now
    joiner = Joiner(phone=PHONE, phone_hash=phone_hash(both.keys.lookup, PHONE))
    member_id = checkout.joining.enrol(joiner, b"r" * 32, now()).member.id
    both.turn()
    with both.office.engine.begin() as connection:
        number = records.get(connection, both.keys, member_id).number
    found = checkout.people.by_number(number_hash(both.keys.lookup, number))
    assert found is not None and found.id == member_id


def rewarded(both: Both, points: int = 100) -> str:
    """A member with points enough for bottles of water, at the till with nothing in the basket."""
    checkout, now = both.till.checkout, both.till.clock.now
    joiner = Joiner(phone=PHONE, phone_hash=phone_hash(both.keys.lookup, PHONE))
    checkout.joining.enrol(joiner, b"r" * 32, now())
    both.turn()
    member_id = both.member.id
    with both.office.engine.begin() as connection:
        book = SqlBook(connection)
        at, terms = moment(now().unix_ms), PointsRules(id="points")
        book.post(earn("gift", "test", book.points(member_id), terms, points, at), at)
    both.turn()
    return member_id


def test_goods_for_points_are_free_at_once_named_on_the_receipt_and_given_back(both: Both) -> None:
    checkout, now = both.till.checkout, both.till.clock.now
    member_id = rewarded(both)
    for _ in range(2):
        checkout.selling.scan(WATER, "", now())
    checkout.records.redeem(member_id, REWARD, now())
    both.turn()
    both.turn()
    desk = checkout.desk
    assert (both.member.points, both.coupon().state) == (0, "reserved")
    assert desk.due_minor(desk.require_basket()) == 300, "one of two is free, without another touch"
    (shown,) = benefits_of(desk, desk.require_basket(), both.member, now())
    assert (shown.state, shown.gain_minor, shown.goods) == ("held", 300, named("Water"))
    sale = checkout.paying.exact("card", now()).sale
    assert sale is not None
    (used,) = sale.benefits
    assert used.promotion == f"goods:{used.id}"
    both.turn()
    assert both.coupon().state == "used"
    words = {"reward.goods": "For points: {name}"}

    def text(key: str, **params: object) -> str:
        return words.get(key, key).format(**params)

    slip = build_receipt(sale, desk.shop(), "Li", "en", text)
    named_rows = [row.left for row in slip.elements if isinstance(row, Row) and "points:" in row.left]
    assert named_rows == ["  For points: Water", "For points: Water"], "under its line and in the sum"

    of = checkout.refunding.of_sale(sale.number)
    checkout.refunding.take_back(sale.number, {of.lines[0].line.line_id: 2000}, "other", now())
    assert checkout.refunding.give(checkout.refunding.plan()[0].tender_id, now()).sale is not None
    both.turn()
    assert (both.coupon().state, both.member.points) == ("issued", 0)
    assert [one.covers for one in both.member.coupons] == [("water",)]
    coupon_id = both.coupon().id
    with both.office.engine.begin() as connection:
        assert rewards.take_back(connection, member_id, coupon_id, now().unix_ms) == 100
    both.turn()
    assert (both.member.points, both.member.coupons) == (100, ()) and both.office.alarms() == {}


def test_goods_for_points_wait_for_a_later_basket(both: Both) -> None:
    checkout, now = both.till.checkout, both.till.clock.now
    member_id = rewarded(both)
    checkout.records.redeem(member_id, REWARD, now())
    both.turn()
    assert (both.coupon().state, both.trade_requests()) == ("issued", 0)
    checkout.selling.attach_member(both.member, now())
    checkout.selling.scan(BEANS, "", now())
    basket = checkout.desk.require_basket()
    (shown,) = benefits_of(checkout.desk, basket, both.member, now())
    assert (shown.reason, shown.goods) == ("no_goods", named("Water"))
    checkout.selling.scan(WATER, "", now())
    (shown,) = benefits_of(checkout.desk, checkout.desk.require_basket(), both.member, now())
    assert (shown.reason, shown.gain_minor) == ("", 300)
    checkout.holding.coupon(both.member.coupons[0], now())
    both.turn()
    assert checkout.desk.due_minor(checkout.desk.require_basket()) == checkout.desk.due_minor(basket)


def test_each_reward_frees_one_piece_and_one_too_many_waits(both: Both) -> None:
    checkout, now = both.till.checkout, both.till.clock.now
    member_id = rewarded(both, points=300)
    for _ in range(3):
        checkout.records.redeem(member_id, REWARD, now())
        both.turn()
    checkout.selling.attach_member(both.member, now())
    for _ in range(2):
        checkout.selling.scan(WATER, "", now())
    for coupon in both.member.coupons:
        checkout.holding.coupon(coupon, now())
    both.turn()
    assert checkout.desk.due_minor(checkout.desk.require_basket()) == 0
    sale = checkout.paying.give([], now()).sale
    assert sale is not None and len(sale.benefits) == 2
    both.turn()
    assert len(both.member.coupons) == 1 and both.office.alarms() == {}
