"""HQ's ledger for tests: its database in memory, rules and kinds, tills that tell and ask."""

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from hq import catalogue, requests
from hq.alarms import alarms
from hq.ingest import take
from hq.journal import Sender
from hq.ledger import SqlBook, balances_of, sweeping, telling
from hq.ledger.members import Balances
from hq.ledger.moments import moment
from hq.pushes import PushPlan
from retail.catalogue import Member, Product
from retail.ledger.earning import PointsRules, Reward
from retail.ledger.memberships import MembershipKind
from retail.ledger.passes import PassKind
from retail.ledger.value_rules import TopUpStep, ValueRules
from retail.members.coupons import CouponKind
from retail.members.pushed import GiftCardKind
from retail.members.tiers import TierRule, TierRules
from retail.messages import Answer, Request, Topics
from retail.streams import AnyDocument
from sqlitebase import migrate
from tests.support.journal import Chain

START_MS = 1_772_355_600_000
DAY_MS = 86_400_000
CNY = "CNY"
NAMES = {"en": "x"}
DOCUMENTS: tuple[AnyDocument, ...] = (
    ValueRules(
        id="value",
        steps=(TopUpStep(paid_minor=50_000, bonus_minor=10_000, coupons=("five",)),),
        bonus_days=90,
        returned_days=10,
        overdraft_max_minor=2_000,
    ),
    PointsRules(id="points", days=100, debt_max=50, returned_days=7),
    TierRules(
        base="member",
        tiers=(TierRule(tier="gold", spend_minor=100_000, points=20, coupons=("five",)),),
        id="t",
    ),
    Reward(id="mug", points=50, coupon="five"),
    Reward(id="a-latte", points=40, product="latte", days=30),
    Reward(id="gone", points=1, product="no-such-product"),
    CouponKind(id="five", names=NAMES, promotion="five-off", days=30),
    CouponKind(id="public", names=NAMES, promotion="ten-off", code="SPRING", per_member=1, in_all=2),
    CouponKind(id="anyone", names=NAMES, promotion="one-off", code="HELLO", in_all=1, members_only=False),
    CouponKind(id="birthday", names=NAMES, promotion="cake"),
    PassKind(id="ten", names=NAMES, uses=10, price_minor=9_999, days=20),
    PassKind(id="thirty", names=NAMES, uses=30, price_minor=25_000, days=60),
    MembershipKind(id="month", names=NAMES, days=30, price_minor=30_000),
    MembershipKind(id="year", names=NAMES, days=365, price_minor=200_000),
    GiftCardKind(id="card", names=NAMES, price_minor=10_000, value_minor=11_000, days=60),
    Product(id="latte", names=NAMES, category="coffee", price_minor=2_200),
    Product(id="tea", names=NAMES, category="tea", price_minor=1_000, points=False),
)


def hq_in_memory() -> Engine:
    """All of HQ's tables in one connection, with transactions as HQ has them."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: dbapi2.connect(
            ":memory:", isolation_level=None, check_same_thread=False, cached_statements=512
        ),
        module=dbapi2,
        poolclass=StaticPool,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    migrate(engine, "hq.schema")
    return engine


class Office:
    """HQ and its tills. `now_ms` moves only when a test moves it."""

    def __init__(self, members: Sequence[Member] = (), documents: Sequence[AnyDocument] = DOCUMENTS) -> None:
        self.engine = hq_in_memory()
        self.now_ms = START_MS
        self.chains: dict[str, Chain] = {}
        self._ids = itertools.count(1)
        with self.engine.begin() as connection:
            catalogue.put(connection, [*documents, *members])

    def new_id(self, prefix: str = "i") -> str:
        """An id never given before."""
        return f"{prefix}{next(self._ids)}"

    def close(self) -> None:
        """End it."""
        self.engine.dispose()

    def till(self, name: str = "till-1") -> Chain:
        """A till's journal."""
        return self.chains.setdefault(name, Chain(name, incarnation=f"inc-{name}"))

    def deliver(self, *events: dict[str, Any], till: str = "till-1") -> None:
        """Events reach HQ."""
        payload = json.dumps({"type": "events", "events": list(events)}).encode()
        take(self.engine, PushPlan(), Topics("demo", till).up_event, payload, self.now_ms)

    def ask(self, kind: str, /, till: str = "till-1", **body: Any) -> Answer:
        """A till asks; the answer after the commit."""
        body = {"incarnation": f"inc-{till}", **body} if kind != "prepaid.freeze" else body
        with self.engine.begin() as connection:
            request = Request(id=self.new_id("q"), kind=kind, body=body)
            found = requests.answer(connection, Sender("demo", till), request, self.now_ms)
        assert found is not None
        return found

    def reserve(
        self,
        money: str,
        account: str,
        amount_minor: int,
        till: str = "till-1",
        auth_id: str = "",
        **more: Any,
    ) -> tuple[str, str]:
        """Ask for money of ours; its auth id, and ``paid`` or the reason."""
        auth_id = auth_id or self.new_id("a")
        body = {"sale_id": "", "units": amount_minor, "currency": CNY, **more}
        answer = self.ask(
            "spend.authorise",
            till,
            auth_id=auth_id,
            money=money,
            account=account,
            amount_minor=amount_minor,
            **body,
        )
        assert not answer.error, answer.error
        return auth_id, str(answer.body.get("reason") or answer.body["state"])

    def sale(
        self, lines: Sequence[dict[str, Any]], tenders: Sequence[dict[str, Any]], **more: Any
    ) -> dict[str, Any]:
        """The body of a sale at this moment."""
        total = sum(line["total_minor"] for line in lines)
        at = datetime.fromtimestamp(self.now_ms / 1000, UTC)
        body = {
            "sale_id": self.new_id("s"),
            "number": next(self._ids),
            "receipt_number": "r",
            "order_number": "o",
            "completed_at": at.isoformat(),
            "business_day": at.date().isoformat(),
            "shift": "",
            "operator_id": "op",
            "member_id": "",
            "currency": CNY,
            "lines": list(lines),
            "base_minor": total,
            "tax_added_minor": 0,
            "total_minor": total,
            "taxes": [{"tax_class": "none", "rate_bp": 0, "net_minor": total, "tax_minor": 0}],
            "tenders": list(tenders),
            "versions": {},
        }
        return {**body, **more}

    def sell(
        self,
        lines: Sequence[dict[str, Any]],
        tenders: Sequence[dict[str, Any]] = (),
        till: str = "till-1",
        deliver: bool = True,
        kind: str = "sale.completed",
        **more: Any,
    ) -> dict[str, Any]:
        """A sale, paid in cash for what the tenders leave; its body."""
        total = sum(line["total_minor"] for line in lines)
        rest = total - sum(tender["amount_minor"] for tender in tenders)
        paid = [*tenders, *([tender("cash", rest, self.new_id("t"))] if rest else [])]
        body = self.sale(lines, paid, **more)
        event = self.till(till).add(kind, body)
        if deliver:
            self.deliver(event, till=till)
        return body

    def line(
        self, total_minor: int, product: str = "latte", milli: int = 1000, **more: Any
    ) -> dict[str, Any]:
        """A line of goods, or with `grant` of a promise."""
        return {
            "line_id": self.new_id("l"),
            "product_id": product,
            "code": "",
            "names": NAMES,
            "options": [],
            "quantity_milli": milli,
            "unit": "each",
            "unit_price_minor": total_minor,
            "base_minor": total_minor,
            "adjustments": [],
            "total_minor": total_minor,
            "tax_class": "none",
            **more,
        }

    def promise(
        self, kind: str, total_minor: int, thing: str = "", of: str = "", **more: Any
    ) -> dict[str, Any]:
        """A line that sells a promise."""
        milli = -1000 if total_minor < 0 else 1000
        grant = {"kind": kind, "id": thing or self.new_id("g"), "of": of, **more}
        return self.line(total_minor, "", milli, grant=grant)

    def back(self, body: dict[str, Any], *numbers: int) -> list[dict[str, Any]]:
        """Lines that take lines of a sale back whole."""
        lines = [body["lines"][number] for number in numbers or range(len(body["lines"]))]
        return [
            {
                **line,
                "line_id": self.new_id("l"),
                "quantity_milli": -line["quantity_milli"],
                "total_minor": -line["total_minor"],
                "refers_to": {"sale_id": body["sale_id"], "number": 1, "line_id": line["line_id"]},
            }
            for line in lines
        ]

    def void(self, body: dict[str, Any], till: str = "till-1", deliver: bool = True) -> dict[str, Any]:
        """The undoing of a sale."""
        tenders = [
            {
                **given,
                "tender_id": self.new_id("t"),
                "amount_minor": -given["amount_minor"],
                "refers_to": given["tender_id"],
                "reference": "",
            }
            for given in body["tenders"]
        ]
        undone = self.sale(self.back(body), tenders, member_id=body["member_id"], voids=body["sale_id"])
        event = self.till(till).add("sale.voided", undone)
        if deliver:
            self.deliver(event, till=till)
        return undone

    def top_up(self, member: str, paid_minor: int, **more: Any) -> dict[str, Any]:
        """Cash onto a member's balance."""
        return self.sell([self.promise("top_up", paid_minor, member_id=member)], member_id=member, **more)

    def balances(self, member: str = "m1") -> Balances:
        """What tills would be told now."""
        with self.engine.begin() as connection:
            return balances_of(connection, member, moment(self.now_ms))

    def held(self, account: str, unit: str = CNY) -> int:
        """What an account holds."""
        with self.engine.begin() as connection:
            return SqlBook(connection).held(account, unit)

    def sums(self) -> dict[tuple[str, str], int]:
        """Every balance that is not zero."""
        with self.engine.begin() as connection:
            return SqlBook(connection).sums()

    def alarms(self) -> dict[str, int]:
        """Codes and how often."""
        with self.engine.begin() as connection:
            return {alarm.code: alarm.count for alarm in alarms(connection)}

    def tell(self) -> dict[str, Member]:
        """Tell the tills; members as they know them then."""
        with self.engine.begin() as connection:
            telling.tell(connection, moment(self.now_ms))
            held = [item.document for item in catalogue.held(connection, Member)]
        return {one.id: one for one in held if isinstance(one, Member)}

    def later(self, days: float) -> None:
        """Time passes; HQ looks at the calendar."""
        self.now_ms += int(days * DAY_MS)
        with self.engine.begin() as connection:
            sweeping.sweep(connection, self.now_ms)


def tender(kind: str, amount_minor: int, tender_id: str, **more: Any) -> dict[str, Any]:
    """A tender as in a sale's event."""
    return {
        "tender_id": tender_id,
        "type": kind,
        "amount_minor": amount_minor,
        "tendered_minor": amount_minor,
        "reference": "",
        **more,
    }


def clearing(sums: dict[tuple[str, str], int]) -> dict[str, int]:
    """What stands on the accounts that must be zero."""
    ours = ("clearing/stored_value", "clearing/gift_card", "clearing/points", "clearing/sold")
    return {account: amount for (account, _), amount in sums.items() if account in ours}


def plain(value: Any) -> Any:
    """A struct as plain data."""
    return msgspec.to_builtins(value)
