"""A till's checkout and HQ's ledger together: what the till expects is what HQ books, there and back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.checkout.attempt import OWN_SILENCE_MS
from appliance.checkout.own_money import GiftCardShown
from appliance.checkout.paying import Paid
from appliance.store.reference import mailbox, open_reference
from appliance.store.trade import read_trade
from appliance.store.trade.outbox import OutboxReader
from appliance.ui.counter import _news
from hq import catalogue, requests
from hq.journal import Sender
from hq.ledger import asking
from retail.catalogue import Member
from retail.ledger.value_rules import TopUpStep, ValueRules
from retail.messages import PaymentNews, Request
from retail.messages.events import SaleCompleted
from tests.support import desk as support
from tests.support.ledger import Office, clearing, tender
from tests.support.own import BEANS, BENEFITS, MEMBER, documents

CARD = GiftCardShown("card-77", "0077")
TOP_UP = support.named("Top-up")


@dataclass
class Chain:
    """One till and HQ, with what passes between them carried by hand."""

    till: support.Till
    office: Office
    answered: set[str] = field(default_factory=set)
    told: int = 0
    members_version: int = 1

    def carry(self, latest_first: bool = False) -> None:
        """Questions and answers, then events, then what HQ tells of the member."""
        self.office.now_ms = self.till.clock.at_ms
        rows = self.till.trade._rows("SELECT id, kind, body FROM hq_request ORDER BY created_ms, id")
        for request_id, kind, body in reversed(rows) if latest_first else rows:
            if request_id not in self.answered:
                self._ask(request_id, kind, msgspec.json.decode(body))
        engine = read_trade(self.till.home)
        events = OutboxReader(engine).after(self.told, 100)
        engine.dispose()
        if events:
            self.office.deliver(*[msgspec.to_builtins(event) for event in events])
            self.told = events[-1].seq
        self._tell()

    def _ask(self, request_id: str, kind: str, body: dict[str, Any]) -> None:
        with self.office.engine.begin() as connection:
            request = Request(id=request_id, kind=kind, body=body)
            answer = requests.answer(connection, Sender("demo", "till-1"), request, self.office.now_ms)
        assert answer is not None
        self.answered.add(request_id)
        engine = open_reference(self.till.home, writable=True)
        with engine.begin() as connection:
            mailbox.keep_answer(connection, answer, 0)
            if not answer.error and "attempt_id" in answer.body:
                mailbox.keep_news(connection, [msgspec.convert(answer.body, PaymentNews)])
        engine.dispose()

    def _tell(self) -> None:
        told = self.office.balances(MEMBER)
        known = self.member()
        now = msgspec.structs.replace(known, value_minor=told.value_minor, points=told.points)
        if now != known:
            self.members_version += 1
            version = self.members_version
            support.push(self.till.home, "members", version - 1, version, (now,))

    def member(self) -> Member:
        found = self.till.reference.member(MEMBER)
        assert found is not None
        return found

    def attach(self) -> None:
        self.till.checkout.selling.attach_member(self.member(), self.till.clock.now(), is_present=True)

    def hear(self) -> Paid:
        """What the screen does twice a second."""
        basket = self.till.checkout.desk.require_basket()
        assert basket.attempt is not None
        engine = open_reference(self.till.home, writable=True)
        with engine.connect() as connection:
            if basket.attempt.method in ("payout", "void"):
                answer = mailbox.answer(connection, basket.attempt.request_id)
                news = None
            else:
                news = mailbox.payment(connection, basket.attempt.attempt_id)
        engine.dispose()
        if basket.attempt.method in ("payout", "void"):
            assert answer is not None
            checkout = self.till.checkout
            asked = checkout.voiding if basket.attempt.method == "void" else checkout.paying_out
            return asked.hear(basket, answer, self.till.clock.now())
        assert news is not None
        heard = self.till.checkout.paying.hear(basket, _news(news), self.till.clock.now())
        assert heard is not None
        return heard

    def cash(self) -> SaleCompleted:
        desk = self.till.checkout.desk
        paid = self.till.checkout.paying.cash(desk.due_minor(desk.require_basket()), self.till.clock.now())
        assert paid.sale is not None
        self.carry()
        return paid.sale

    def top_up(self, paid_minor: int) -> SaleCompleted:
        self.attach()
        self.till.checkout.promising.top_up(paid_minor, TOP_UP, self.till.clock.now())
        return self.cash()

    def agree(self, sale: SaleCompleted) -> None:
        """What the receipt said is what HQ booked."""
        note = self.till.trade.slip(sale.number)
        told = self.office.balances(MEMBER)
        if note.value_minor is not None:
            assert note.value_minor == told.value_minor
        if note.points is not None:
            assert note.points == told.points
        assert clearing(self.office.sums()) == {}
        assert self.office.alarms() == {}


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    plain = documents(value_minor=0, points=500)
    home = support.new_home(tmp_path, plain)
    member = next(one for one in plain if isinstance(one, Member))
    bare = msgspec.structs.replace(member, passes=())
    office = Office([bare], [*BENEFITS, *(one for one in plain if isinstance(one, support.Product))])
    made = Chain(support.open_till(home, support.Counter()), office)
    made.carry()
    yield made
    assert clearing(office.sums()) == {}
    office.close()


def test_topped_up_spent_and_given_back_the_balance_is_as_it_was(chain: Chain) -> None:
    chain.agree(chain.top_up(50_000))
    assert chain.office.balances(MEMBER).value_minor == 60_000
    points = chain.office.balances(MEMBER).points
    chain.till.checkout.selling.scan(BEANS, "", chain.till.clock.now())
    chain.attach()
    chain.till.checkout.own_money.points(200, chain.till.clock.now())
    chain.carry()
    chain.hear()
    chain.till.checkout.own_money.stored_value(None, chain.till.clock.now())
    chain.carry()
    sale = chain.hear().sale
    assert sale is not None
    chain.carry()
    chain.agree(sale)
    assert chain.office.balances(MEMBER).value_minor == 60_000 - 6_800
    refunding = chain.till.checkout.refunding
    refunding.take_back(sale.number, {sale.lines[0].line_id: 1000}, "damaged", chain.till.clock.now())
    for piece in refunding.plan():
        refunding.give(piece.tender_id, chain.till.clock.now())
    chain.carry()
    told = chain.office.balances(MEMBER)
    assert (told.value_minor, told.points) == (60_000, points)


def test_a_cancel_that_overtakes_its_request_reserves_nothing(chain: Chain) -> None:
    chain.top_up(50_000)
    chain.till.checkout.selling.scan(BEANS, "", chain.till.clock.now())
    chain.attach()
    basket = chain.till.checkout.own_money.stored_value(None, chain.till.clock.now())
    chain.till.checkout.paying.tick(basket, chain.till.clock.now(OWN_SILENCE_MS))
    chain.carry(latest_first=True)
    assert chain.office.balances(MEMBER).value_minor == 60_000, "nothing is reserved"
    chain.agree(chain.cash())


def test_a_gift_card_is_sold_spent_in_part_refused_beyond_and_paid_out(chain: Chain) -> None:
    till = chain.till
    till.checkout.promising.gift_card("g100", CARD, till.clock.now())
    chain.agree(chain.cash())
    till.checkout.selling.scan(BEANS, "", till.clock.now())
    till.checkout.own_money.gift_card(CARD, None, till.clock.now())
    chain.carry()
    sale = chain.hear().sale
    assert sale is not None
    assert [one.balance for one in till.trade.slip(sale.number).tenders] == [2_200]
    chain.carry()
    till.checkout.selling.scan(BEANS, "", till.clock.now())
    till.checkout.own_money.gift_card(CARD, None, till.clock.now())
    chain.carry()
    refusal = chain.hear().refusal
    assert refusal is not None
    assert (refusal.code, refusal.params["available"]) == ("gift_card.not_enough", 2_200)
    till.checkout.selling.clear(till.clock.now())
    out = till.checkout.paying_out
    out.ask("gift_card", CARD.card_hash, support.named("Gift card"), till.clock.now(), tail="0077")
    chain.carry()
    chain.hear()
    sale = out.pay("li", till.clock.now()).sale
    assert sale is not None and sale.total_minor == -2_200
    chain.carry()
    chain.agree(sale)


def test_a_balance_is_paid_out_less_the_bonus_that_was_spent(chain: Chain) -> None:
    chain.top_up(50_000)
    out = chain.till.checkout.paying_out
    out.ask("value", MEMBER, support.named("Balance"), chain.till.clock.now(), member_id=MEMBER)
    chain.carry()
    quoted = chain.hear().basket
    assert quoted is not None and quoted.lines[0].promise is not None
    assert quoted.lines[0].promise.voided_minor == 10_000
    sale = out.pay("li", chain.till.clock.now()).sale
    assert sale is not None and sale.total_minor == -50_000
    chain.carry()
    assert chain.office.balances(MEMBER).value_minor == 0
    chain.agree(sale)


def test_a_voided_top_up_and_a_pass_that_is_bought_and_renewed(chain: Chain) -> None:
    topped = chain.top_up(20_000)
    refunding = chain.till.checkout.refunding
    refunding.start_void(topped.number, "other", "li", chain.till.clock.now())
    chain.carry()
    assert chain.hear().ended == ""
    assert chain.office.reserve("stored_value", MEMBER, 1, till="till-2")[1] == "stored_value.not_enough"
    (piece,) = refunding.plan()
    assert refunding.give(piece.tender_id, chain.till.clock.now()).sale is not None
    chain.carry()
    assert chain.office.balances(MEMBER).value_minor == 0
    assert (clearing(chain.office.sums()), chain.office.alarms()) == ({}, {})
    chain.attach()
    chain.till.checkout.promising.count_pass("ten", chain.till.clock.now())
    chain.agree(chain.cash())


def test_the_receipt_s_bonus_is_booked_though_hq_s_rules_have_changed(chain: Chain) -> None:
    plain = ValueRules(id="value", steps=(TopUpStep(paid_minor=50_000, bonus_minor=1_000),))
    with chain.office.engine.begin() as connection:
        catalogue.put(connection, [plain])
    sale = chain.top_up(50_000)
    assert chain.till.trade.slip(sale.number).value_minor == 60_000
    assert chain.office.balances(MEMBER).value_minor == 60_000
    assert chain.office.alarms() == {"grant.promised_otherwise": 1}


def test_hq_says_what_is_left_of_what_it_reserved_also_when_asked_again(chain: Chain) -> None:
    chain.top_up(50_000)
    with_points = {"units": 200, "amount_minor": 200}
    for money, asked, said in (
        ("stored_value", {}, {"balance_minor": 50_000}),
        ("points", with_points, {"balance": 300}),
    ):
        body = {"sale_id": "", "units": 10_000, "amount_minor": 10_000, "currency": "CNY", **asked}
        for _ in range(2):
            answer = chain.office.ask("spend.authorise", auth_id=money, money=money, account=MEMBER, **body)
            assert (answer.body["state"], answer.body["params"]) == ("paid", said)


def test_a_sale_on_a_reservation_that_was_written_off_costs_what_is_there_then_debt(chain: Chain) -> None:
    """A person at HQ gave up waiting for the till, and somebody else has spent the money since."""
    till, office = chain.till, chain.office
    loose = msgspec.structs.replace(rules_of(chain), overdraft_max_minor=2_000)
    with office.engine.begin() as connection:
        catalogue.put(connection, [loose])
    chain.top_up(6_000)
    till.checkout.selling.scan(BEANS, "", till.clock.now())
    chain.attach()
    basket = till.checkout.own_money.stored_value(6_000, till.clock.now())
    chain.carry()
    assert basket.attempt is not None
    chain.hear()
    with office.engine.begin() as connection:
        asking.write_off(connection, basket.attempt.attempt_id)
    assert office.balances(MEMBER).value_minor == 6_000
    other, said = office.reserve("stored_value", MEMBER, 5_500, till="till-2")
    assert said == "paid"
    paid = tender("stored_value", 5_500, "t2", reference=other)
    office.sell([office.line(5_500)], [paid], till="till-2", member_id=MEMBER)
    sale = chain.cash()
    assert [one.amount_minor for one in sale.tenders] == [6_000, 1_000]
    sums = office.sums()
    assert sums[f"member/{MEMBER}/principal/debt", "CNY"] == 2_000, "as far as the shop's bound goes"
    assert sums["expense/unclaimed", "CNY"] == 6_000 - 500 - 2_000, "and the rest is an alarm"
    assert office.alarms().keys() == {
        "authorisation.written_off",
        "spend.became_debt",
        "spend.unclaimed",
    }


def test_a_gift_card_pays_though_its_reservation_was_written_off(chain: Chain) -> None:
    till, office = chain.till, chain.office
    till.checkout.promising.gift_card("g100", CARD, till.clock.now())
    chain.cash()
    till.checkout.selling.scan(BEANS, "", till.clock.now())
    basket = till.checkout.own_money.gift_card(CARD, 5_000, till.clock.now())
    chain.carry()
    chain.hear()
    assert basket.attempt is not None
    with office.engine.begin() as connection:
        asking.write_off(connection, basket.attempt.attempt_id)
    chain.cash()
    assert office.held("card/card-77/value") == 5_000
    assert office.alarms().keys() == {"authorisation.written_off"}


def rules_of(chain: Chain) -> ValueRules:
    found = chain.till.checkout.desk.benefits().value
    assert found is not None
    return found


def test_a_top_up_that_is_spent_elsewhere_is_not_voided_and_one_left_alone_is_free_again(
    chain: Chain,
) -> None:
    till, office = chain.till, chain.office
    refunding = till.checkout.refunding
    topped = chain.top_up(20_000)
    refunding.start_void(topped.number, "other", "li", till.clock.now())
    chain.carry()
    chain.hear()
    refunding.abandon_void()
    chain.carry()
    auth_id, said = office.reserve("stored_value", MEMBER, 5_000, till="till-2")
    assert said == "paid", "the void was left, and HQ holds nothing"
    paid = tender("stored_value", 5_000, "t2", reference=auth_id)
    office.sell([office.line(5_000)], [paid], till="till-2", member_id=MEMBER)
    refunding.start_void(topped.number, "other", "li", till.clock.now())
    chain.carry()
    heard = chain.hear()
    assert heard.refusal is not None and till.trade.open_basket() is None
    assert (heard.refusal.code, heard.refusal.params["left_minor"]) == ("grant.already_used", 17_000)
    chain.carry()
    assert office.balances(MEMBER).value_minor == 17_000
    assert (office.alarms(), till.trade.void_of(topped.number)) == ({}, None)
