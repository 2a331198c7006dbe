"""A shop's books for tests: a `Book`, ids that count up, and the rules' entries posted as they come."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from retail.ledger import Book, Booking, Purse, accounts
from retail.ledger import points as booking_points
from retail.ledger import value as stored
from retail.ledger.earning import PointsRules
from retail.ledger.entry import Entry
from retail.ledger.units import POINTS
from retail.ledger.value_refund import BalanceRefund, balance_refund, refund_balance
from retail.ledger.value_rules import TopUpStep, ValueRules

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CNY = "CNY"
GENEROUS = ValueRules(
    id="value", steps=(TopUpStep(paid_minor=50_000, bonus_minor=10_000),), bonus_days=90, returned_days=10
)


class Shop:
    """Posts what the rules answer; every id is new. `at` moves only when a test moves it."""

    def __init__(self, value_rules: ValueRules = GENEROUS, points_rules: PointsRules | None = None) -> None:
        self.book = Book()
        self.value_rules = value_rules
        self.points_rules = points_rules or PointsRules(id="points", days=100, debt_max=50, returned_days=7)
        self.at = START
        self._ids = 0

    def new_id(self) -> str:
        """An id never given before."""
        self._ids += 1
        return f"e{self._ids}"

    def later(self, days: float) -> None:
        """Let time pass."""
        self.at += timedelta(days=days)

    def value(self, member: str) -> stored.StoredValue:
        """A member's stored value as it stands."""
        principal = self.book.purse(accounts.principal(member), CNY)
        return stored.StoredValue(member, CNY, principal, self.book.purse(accounts.bonus(member), CNY))

    def points(self, member: str) -> Purse:
        """A member's points as they stand."""
        return self.book.purse(accounts.points(member), POINTS)

    def top_up(self, member: str, paid_minor: int) -> str:
        """Cash in; the top-up's id."""
        entry_id = self.new_id()
        tenders = [("cash", paid_minor)]
        self.book.post(stored.top_up(entry_id, "t", self.value(member), self.value_rules, tenders, self.at))
        return entry_id

    def spend(
        self, member: str, amount_minor: int, *, stood_in: bool = False, at: datetime | None = None
    ) -> Entry:
        """A sale paid with stored value, now or as of a moment."""
        booking = stored.spend(
            self.new_id(),
            "sale",
            self.value(member),
            self.value_rules,
            amount_minor,
            at or self.at,
            stood_in=stood_in,
        )
        self.book.post(booking)
        return booking.entry

    def return_spend(self, member: str, spent: Entry, already_minor: int, amount_minor: int) -> None:
        """Goods back, their money to where it came from."""
        self.book.post(
            stored.return_spend(
                self.new_id(),
                "return",
                self.value(member),
                self.value_rules,
                spent,
                already_minor,
                amount_minor,
                self.at,
            )
        )

    def refund(self, member: str, top_ups: Sequence[str] | None = None) -> BalanceRefund:
        """A balance paid out in cash."""
        value = self.value(member)
        refund = balance_refund(value, self.value_rules, top_ups)
        self.book.post(refund_balance(self.new_id(), "wish", value, refund, "cash"))
        return refund

    def earn(self, member: str, amount: int) -> Entry:
        """Points of a sale."""
        booking = booking_points.earn(
            self.new_id(), "sale", self.points(member), self.points_rules, amount, self.at
        )
        self.book.post(booking)
        return booking.entry

    def redeem(self, member: str, amount: int, tender_minor: int = 0) -> Entry:
        """Points used."""
        booking = booking_points.redeem(
            self.new_id(), "sale", self.points(member), amount, self.at, CNY, tender_minor
        )
        self.book.post(booking)
        return booking.entry

    def take_back(self, member: str, earned: Entry, amount: int) -> booking_points.TakenBack:
        """The points of goods returned."""
        taken = booking_points.take_back(
            self.new_id(), "return", self.points(member), self.points_rules, earned, amount, self.at
        )
        self.book.post(taken.booking)
        return taken

    def return_redeemed(self, member: str, redeemed: Entry, already: int, amount: int) -> None:
        """Points that paid for goods returned."""
        self.book.post(
            booking_points.return_redeemed(
                self.new_id(),
                "return",
                self.points(member),
                self.points_rules,
                redeemed,
                already,
                amount,
                self.at,
            )
        )

    def post(self, booking: Booking | Entry | None) -> None:
        """Post what there is to post."""
        if booking is not None:
            assert self.book.post(booking)
