"""Sales, refunds, voids, top-ups, holds and the calendar in any order, events late and twice: HQ's tables say
what the book in memory says, and nothing is ever wrong with them."""

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from hq.ledger import SqlBook
from hq.ledger.book import _lot_of
from hq.tables import ledger_entry, ledger_lot
from retail.catalogue import Member
from retail.ledger import Book, Booking
from retail.ledger.units import POINTS
from tests.support.ledger import CNY, Office, tender
from tillbox.verify.findings import Findings
from tillbox.verify.hq_ledger import check_hq_ledger

MEMBERS = st.sampled_from(["m1", "m2"])
TILLS = st.sampled_from(["till-1", "till-2"])
AMOUNTS = st.integers(1, 9_000)


class Ledger(RuleBasedStateMachine):
    """Two members, two tills whose events reach HQ when they reach it."""

    @initialize()
    def open(self) -> None:
        names = {"en": "x"}
        self.office = Office(
            [Member(id="m1", names=names, points=150, value_minor=3_000), Member(id="m2", names=names)]
        )
        self.book = Book()
        self.seen = 0
        self.sales: list[dict[str, Any]] = []
        self.delivered: dict[str, int] = {}
        self.holds: list[tuple[str, str, str, dict[str, Any]]] = []
        self.passes: list[str] = []

    def teardown(self) -> None:
        self.office.close()

    def sell(self, till: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        return self.office.sell(list(lines), till=till, deliver=False, **more)

    @rule(till=TILLS, member=MEMBERS, paid=st.sampled_from([700, 50_000]))
    def top_up(self, till: str, member: str, paid: int) -> None:
        line = self.office.promise("top_up", paid, member_id=member)
        self.sales.append(self.sell(till, line, member_id=member))

    @rule(till=TILLS, member=MEMBERS, amount=AMOUNTS, asked=st.booleans(), money=st.booleans())
    def sale(self, till: str, member: str, amount: int, asked: bool, money: bool) -> None:
        """Paid with what HQ reserved, or with what nobody asked for."""
        kind, units = ("stored_value", amount) if money else ("points", max(100, amount // 100 * 100))
        auth_id = self.office.new_id("a")
        if asked:
            answer = self.office.reserve(kind, member, units, till, auth_id, units=units)[1]
            if answer != "paid":
                return
        paid = tender(kind, units, self.office.new_id("t"), reference=auth_id)
        lines = [self.office.line(units), self.office.line(300, "tea")]
        self.sales.append(self.sell(till, *lines, tenders=[paid], member_id=member))

    @rule(till=TILLS, member=MEMBERS, totals=st.lists(AMOUNTS, min_size=1, max_size=3))
    def cash_sale(self, till: str, member: str, totals: list[int]) -> None:
        lines = [self.office.line(total * 20) for total in totals]
        self.sales.append(self.sell(till, *lines, member_id=member))

    @rule(till=TILLS, member=MEMBERS)
    def pass_sold(self, till: str, member: str) -> None:
        pass_id = self.office.new_id("p")
        self.passes.append(pass_id)
        line = self.office.promise("pass", 9_999, pass_id, "ten", member_id=member)
        self.sales.append(self.sell(till, line, member_id=member))

    @precondition(lambda self: self.passes)
    @rule(till=TILLS, data=st.data(), uses=st.integers(1, 6), gives_back=st.booleans())
    def visit(self, till: str, data: st.DataObject, uses: int, gives_back: bool) -> None:
        use = {
            "use_id": self.office.new_id("u"),
            "auth_id": "",
            "pass_id": data.draw(st.sampled_from(self.passes)),
            "member_id": "",
            "uses": uses,
            "operator_id": "o",
        }
        self.office.till(till).add("pass.used", use)
        if gives_back:
            back = {**use, "use_id": self.office.new_id("u"), "gives_back": use["use_id"]}
            self.office.till("till-2").add("pass.used", back)

    @precondition(lambda self: self.sales)
    @rule(till=TILLS, data=st.data(), whole=st.booleans())
    def comes_back(self, till: str, data: st.DataObject, whole: bool) -> None:
        """All of a sale, as a void; or one line of it with as much of its tender as that covers."""
        body = self.sales.pop(data.draw(st.integers(0, len(self.sales) - 1)))
        if any("grant" in line for line in body["lines"]):
            self.undo_promises(body, till, asks=whole)
            return
        if whole:
            self.office.void(body, till, deliver=False)
            return
        (line,) = self.office.back(body, 0)
        paid = body["tenders"][0]
        amount = min(-line["total_minor"], paid["amount_minor"])
        given = tender(paid["type"], -amount, self.office.new_id("t"), refers_to=paid["tender_id"])
        self.sell(till, line, tenders=[given], member_id=body["member_id"])

    def undo_promises(self, body: dict[str, Any], till: str, asks: bool) -> None:
        """A till asks whether all of it is there, and undoes it only then; an older one does not ask."""
        auth_id = self.office.new_id("v")
        if asks:
            answer = self.office.ask("grant.void", till, auth_id=auth_id, sale_id=body["sale_id"])
            if answer.error:
                self.sales.append(body)
                return
            lines = [{**line, "grant": {**line["grant"], "auth_id": auth_id}} for line in body["lines"]]
            body = {**body, "lines": lines}
        self.office.void(body, till, deliver=False)

    @rule(till=TILLS, member=MEMBERS, amount=AMOUNTS)
    def reserved_and_forgotten(self, till: str, member: str, amount: int) -> None:
        auth_id, answer = self.office.reserve("stored_value", member, amount, till)
        if answer == "paid":
            self.holds.append((auth_id, till, member, {}))

    @precondition(lambda self: self.holds)
    @rule()
    def given_up(self) -> None:
        auth_id, till, _, _ = self.holds.pop()
        assert self.office.ask("spend.cancel", till, auth_id=auth_id).body["state"] == "cancelled"

    @rule(member=MEMBERS, till=TILLS)
    def redeemed(self, member: str, till: str) -> None:
        auth_id = self.office.new_id("r")
        first = self.office.ask("reward.redeem", till, auth_id=auth_id, member_id=member, reward="mug")
        if not first.error:
            again = self.office.ask("reward.redeem", till, auth_id=auth_id, member_id=member, reward="mug")
            assert again.body == first.body

    @rule(member=MEMBERS, till=TILLS)
    def paid_out(self, member: str, till: str) -> None:
        auth_id = self.office.new_id("q")
        quote = self.office.ask("payout.quote", till, auth_id=auth_id, what="value", id=member)
        if not quote.error:
            line = self.office.promise("payout", -quote.body["amount_minor"], member, auth_id=auth_id)
            self.sell(till, line, member_id=member)

    @rule(till=TILLS, count=st.integers(1, 5), twice=st.booleans())
    def delivered_now(self, till: str, count: int, twice: bool) -> None:
        """The next events of a till's journal, perhaps with some it had sent before."""
        events = self.office.till(till).events
        begin = self.delivered.get(till, 0)
        self.office.deliver(*events[max(0, begin - 2 * twice) : begin + count], till=till)
        self.delivered[till] = min(len(events), begin + count)

    @rule(days=st.sampled_from([0, 1, 30, 95]))
    def time_passes(self, days: int) -> None:
        self.office.later(days)

    @invariant()
    def the_tables_say_what_the_book_in_memory_says(self) -> None:
        with self.office.engine.begin() as connection:
            sql = SqlBook(connection)
            rows = connection.execute(
                select(ledger_entry).where(ledger_entry.c.entry > self.seen).order_by(ledger_entry.c.entry)
            ).all()
            lots = tuple(_lot_of(row) for row in connection.execute(select(ledger_lot)))
            for row in rows:
                entry = sql.entry(row.entry_id)
                assert entry is not None
                assert self.book.post(Booking(entry, lots))
                self.seen = row.entry
            assert self.book.sums() == sql.sums()
            for member in ("m1", "m2"):
                for path, unit in (("principal", CNY), ("bonus", CNY), ("points", POINTS)):
                    mine = self.book.purse(f"member/{member}/{path}", unit)
                    theirs = sql.purse(f"member/{member}/{path}", unit)
                    assert set(mine.holdings) == set(theirs.holdings)
                    assert mine.debt == theirs.debt

    @invariant()
    def nothing_is_wrong(self) -> None:
        findings = Findings()
        with self.office.engine.begin() as connection:
            check_hq_ledger(connection, findings)
        # What nobody asked HQ for may take what a till was promised; a refund may wait for its sale.
        wrong = findings.counts.keys() - {"hq_ledger.over_reserved", "hq_ledger.waiting"}
        assert not wrong, findings.kept

    @invariant()
    def cash_is_what_the_tills_counted(self) -> None:
        with self.office.engine.begin() as connection:
            rows = connection.exec_driver_sql("SELECT cause FROM ledger_entry WHERE kind = 'sale'")
            booked = set(rows.scalars())
        told = sum(
            given["amount_minor"]
            for till, chain in self.office.chains.items()
            for event in chain.events[: self.delivered.get(till, 0)]
            for given in event["body"].get("tenders", ())
            if given["type"] == "cash" and event["body"]["sale_id"] in booked
        )
        assert self.office.sums().get(("till/cash", CNY), 0) == told


TestLedger = Ledger.TestCase
TestLedger.settings = settings(
    max_examples=10,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
