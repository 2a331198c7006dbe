"""Passes and memberships upgraded at the till, over HQ's own ledger: held, paid, undone, given up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.checkout.attempt import OWN_SILENCE_MS
from appliance.checkout.basket import Basket
from appliance.checkout.paying import Paid
from appliance.checkout.receipt import build_receipt
from appliance.store.reference import open_reference
from appliance.store.reference.mailbox import answer, keep_answer
from appliance.store.trade import read_trade
from appliance.store.trade.outbox import OutboxReader
from hq import requests
from hq.journal import Sender
from retail.catalogue import Member
from retail.documents import Text
from retail.errors import InvariantBroken, Refused
from retail.ledger.memberships import MembershipKind
from retail.messages import Answer, Request
from retail.messages.events import SaleCompleted
from tests.support import desk as support
from tests.support.ledger import Office, clearing
from tests.support.own import BENEFITS, MEMBER, WATER, documents
from tests.support.refusing import MANAGER, refuses

YEAR = MembershipKind(id="year", names=support.named("One year"), days=365, price_minor=99_900)
SOLD = (*BENEFITS, YEAR)


class Shop:
    """One till, HQ's ledger, and what passes between them, carried by hand; a pass and a month are bought."""

    def __init__(self, folder: Path) -> None:
        plain = tuple(
            msgspec.structs.replace(one, passes=()) if isinstance(one, Member) else one
            for one in documents(value_minor=0, points=0)
        )
        self.home = support.new_home(folder, (*plain, YEAR))
        self.till = support.open_till(self.home, support.Counter())
        self.office = Office([one for one in plain if isinstance(one, Member)], SOLD)
        self.answered: set[str] = set()
        self.told, self.version = 0, 1
        self.sell("count_pass", "ten")
        self.sell("membership", "month")

    def again(self) -> None:
        """The till was killed and comes up."""
        self.till.close()
        self.till = support.open_till(self.home, self.till.clock)

    def carry(self, latest_first: bool = False) -> None:
        """Questions and answers, then events, then what HQ tells of the member."""
        self.office.now_ms = self.till.clock.at_ms
        rows = self.till.trade._rows("SELECT id, kind, body FROM hq_request ORDER BY created_ms, id")
        for request_id, kind, body in reversed(rows) if latest_first else rows:
            if request_id not in self.answered:
                self._ask(Request(id=request_id, kind=kind, body=msgspec.json.decode(body)))
        engine = read_trade(self.home)
        events = OutboxReader(engine).after(self.told, 100)
        engine.dispose()
        if events:
            self.office.deliver(*[msgspec.to_builtins(event) for event in events])
            self.told = events[-1].seq
        told = self.office.balances(MEMBER)
        now = msgspec.structs.replace(self.member, passes=told.passes, memberships=told.memberships)
        if now != self.member:
            self.version += 1
            support.push(self.home, "members", self.version - 1, self.version, (now,))

    def _ask(self, request: Request) -> None:
        self.answered.add(request.id)
        with self.office.engine.begin() as connection:
            said = requests.answer(connection, Sender("demo", "till-1"), request, self.office.now_ms)
        assert said is not None
        engine = open_reference(self.home, writable=True)
        with engine.begin() as connection:
            keep_answer(connection, said, 0)
        engine.dispose()

    @property
    def member(self) -> Member:
        found = self.till.reference.member(MEMBER)
        assert found is not None
        return found

    def sell(self, what: str, kind: str) -> None:
        self.attach()
        getattr(self.till.checkout.promising, what)(kind, self.till.clock.now())
        self.cash()

    def attach(self) -> None:
        self.till.checkout.selling.attach_member(self.member, self.till.clock.now(), is_present=True)

    def cash(self) -> SaleCompleted:
        desk = self.till.checkout.desk
        due_minor = desk.due_minor(desk.require_basket())
        paid = self.till.checkout.paying.cash(due_minor, self.till.clock.now())
        assert paid.sale is not None
        self.carry()
        return paid.sale

    def ask(self, what: Any = "pass", kind: str = "thirty") -> Basket:
        self.attach()
        held = (self.member.passes if what == "pass" else self.member.memberships)[0]
        return self.till.checkout.upgrading.ask(what, held.id, kind, self.till.clock.now())

    def hear(self, aside: Basket | None = None) -> Paid:
        """HQ's answer is worked in, for the open basket or for one that was put aside."""
        basket = aside or self.till.checkout.desk.require_basket()
        assert basket.attempt is not None
        engine = open_reference(self.home, writable=True)
        with engine.connect() as connection:
            said = answer(connection, basket.attempt.request_id)
        engine.dispose()
        assert said is not None
        checkout = self.till.checkout
        of = checkout.voiding if basket.attempt.method == "void" else checkout.upgrading
        return of.hear(basket, said, self.till.clock.now())

    def held(self) -> list[tuple[str, int]]:
        return [(one.kind, one.left) for one in self.office.balances(MEMBER).passes]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    assert clearing(made.office.sums()) == {} and made.office.alarms() == {}
    made.till.close()
    made.office.close()


def test_what_is_left_pays_for_the_dearer_pass_and_the_receipt_says_so(shop: Shop) -> None:
    shop.till.checkout.selling.scan(WATER, "", shop.till.clock.now())
    shop.ask()
    shop.carry()
    basket = shop.hear().basket
    assert basket is not None and basket.lines[1].promise is not None
    assert (basket.lines[1].unit_price_minor, basket.lines[1].promise.credit_minor) == (27_000, 18_000)
    assert shop.held() == [], "nobody uses it meanwhile"
    sale = shop.cash()
    assert sale.total_minor == 27_000 + 300
    assert shop.held() == [("thirty", 30)]
    assert shop.office.held(f"owed/pass/{shop.member.passes[0].id}") == 45_000
    slip = build_receipt(
        sale, shop.till.checkout.desk.shop(), "Li", "en", _text, note=shop.till.trade.slip(sale.number)
    )
    assert "  promise.credit 180.00" in [row.text for row in slip.elements if isinstance(row, Text)]


def _text(key: str, **params: object) -> str:
    return " ".join([key, *(str(value) for value in params.values())])


def test_voided_on_the_same_day_the_old_pass_is_as_it_was(shop: Shop) -> None:
    before = shop.member.passes
    shop.ask()
    shop.carry()
    shop.hear()
    sale = shop.cash()
    refunding, now = shop.till.checkout.refunding, shop.till.clock.now
    refunding.start_void(sale.number, "other", "li", now())
    shop.carry()
    assert shop.hear().refusal is None
    assert refunding.give(refunding.plan()[0].tender_id, now()).sale is not None
    shop.carry()
    assert shop.member.passes == before
    assert shop.office.held(f"owed/pass/{before[0].id}") == 18_000


def test_a_month_becomes_a_year(shop: Shop) -> None:
    shop.ask("membership", "year")
    shop.carry()
    shop.hear()
    shop.cash()
    assert [one.kind for one in shop.member.memberships] == ["year"]


def test_what_is_not_dearer_than_what_is_left_is_refused_and_nothing_is_held(shop: Shop) -> None:
    shop.sell("count_pass", "thirty")
    dear = next(one for one in shop.member.passes if one.kind == "thirty")
    shop.attach()
    shop.till.checkout.upgrading.ask("pass", dear.id, "ten", shop.till.clock.now())
    shop.carry()
    paid = shop.hear()
    assert paid.refusal is not None and paid.refusal.code == "pass.not_an_upgrade"
    assert (paid.refusal.params["price_minor"], paid.refusal.params["credit_minor"]) == (18_000, 45_000)
    assert paid.basket is not None and paid.basket.lines == () and paid.basket.attempt is None
    shop.carry()
    assert sorted(shop.held()) == [("ten", 10), ("thirty", 30)]


def test_taken_out_of_the_basket_it_is_given_up_and_not_put_back(shop: Shop) -> None:
    shop.ask()
    shop.carry()
    basket = shop.hear().basket
    assert basket is not None
    (line,) = basket.lines
    shop.till.checkout.selling.remove(line.line_id, shop.till.clock.now())
    with pytest.raises(Refused):
        shop.till.checkout.selling.put_back(line, shop.till.clock.now())
    shop.carry()
    assert shop.held() == [("ten", 10)]


def test_silence_gives_it_up_even_when_the_word_overtakes_the_question(shop: Shop) -> None:
    basket = shop.ask()
    after = shop.till.checkout.paying.tick(basket, shop.till.clock.now(OWN_SILENCE_MS))
    assert after is not None and after.attempt is None and after.lines == ()
    shop.carry(latest_first=True)
    assert shop.held() == [("ten", 10)]


@pytest.mark.parametrize("killed", ["asked", "answered", "in_basket"])
def test_a_till_that_is_killed_goes_on_where_it_was(shop: Shop, killed: str) -> None:
    shop.ask()
    if killed == "asked":
        shop.again()
    shop.carry()
    if killed == "answered":
        shop.again()
    shop.hear()
    if killed == "in_basket":
        shop.again()
    shop.cash()
    assert shop.held() == [("thirty", 30)]


def test_one_pass_is_exchanged_once_in_a_basket(shop: Shop) -> None:
    with_pass = shop.member
    shop.ask()
    shop.carry()
    shop.hear()
    shop.version += 1
    support.push(shop.home, "members", shop.version - 1, shop.version, (with_pass,))
    upgrading, promising = shop.till.checkout.upgrading, shop.till.checkout.promising
    with pytest.raises(Refused, match=r"promise\.renewed_already"):
        upgrading.ask("pass", with_pass.passes[0].id, "thirty", shop.till.clock.now())
    with pytest.raises(Refused, match=r"promise\.renewed_already"):
        promising.count_pass("ten", shop.till.clock.now(), renews=with_pass.passes[0].id)
    shop.till.checkout.selling.clear(shop.till.clock.now())
    shop.carry()


def test_only_what_a_member_at_the_till_has_is_upgraded_and_only_to_what_is_sold(shop: Shop) -> None:
    old = shop.member.passes[0].id
    shop.till.checkout.selling.scan(WATER, "", shop.till.clock.now())
    with pytest.raises(Refused, match=r"promise\.member_needed"):
        shop.till.checkout.upgrading.ask("pass", old, "thirty", shop.till.clock.now())
    shop.attach()
    with pytest.raises(Refused, match=r"promise\.gone"):
        shop.till.checkout.upgrading.ask("pass", old, "none", shop.till.clock.now())
    with pytest.raises(Refused, match=r"pass\.not_there"):
        shop.till.checkout.upgrading.ask("pass", "none", "thirty", shop.till.clock.now())


def test_nothing_is_upgraded_in_practice_nor_while_goods_come_back(shop: Shop) -> None:
    old, upgrading = shop.member.passes[0].id, shop.till.checkout.upgrading
    shop.attach()
    shop.till.checkout.desk.is_training = True
    refuses(shop.till, "training.no_hq", upgrading.ask, "pass", old, "thirty", shop.till.clock.now())
    shop.till.checkout.desk.is_training = False
    shop.till.checkout.refunding.return_without_receipt("damaged", MANAGER, shop.till.clock.now())
    code = "promise.not_with_returns"
    refuses(shop.till, code, upgrading.ask, "pass", old, "thirty", shop.till.clock.now())


@pytest.mark.parametrize(
    "wrong", [{"currency": "JPY"}, {"amount_minor": 0}, {"amount_minor": -1}, {"credit_minor": "much"}]
)
def test_an_answer_that_is_not_clear_upgrades_nothing_and_hq_holds_nothing(
    shop: Shop, wrong: dict[str, Any]
) -> None:
    basket = shop.ask()
    assert basket.attempt is not None
    upgrading, now = shop.till.checkout.upgrading, shop.till.clock.now
    quoted = {"amount_minor": 27_000, "credit_minor": 18_000, "currency": "CNY"}
    body = {"auth_id": basket.attempt.attempt_id, **quoted, **wrong}
    with pytest.raises(InvariantBroken, match=r"upgrade\.not_asked"):
        upgrading.hear(basket, Answer(id="other", body=body), now())
    heard = upgrading.hear(basket, Answer(id=basket.attempt.request_id, body=body), now())
    assert heard.refusal is not None and heard.refusal.code == "upgrade.unclear"
    assert heard.basket is not None and heard.basket.lines == () and heard.basket.attempt is None
    shop.carry()
    assert shop.held() == [("ten", 10)]


def test_an_answer_for_a_basket_put_aside_is_found_there_again(shop: Shop) -> None:
    shop.ask()
    shop.till.checkout.selling.suspend()
    shop.carry()
    (aside,) = shop.till.trade.suspended_baskets()
    shop.hear(aside)
    assert shop.till.checkout.desk.basket is None
    shop.till.checkout.selling.recall(aside.basket_id)
    assert shop.cash().total_minor == 27_000 and shop.held() == [("thirty", 30)]
