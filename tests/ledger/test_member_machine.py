"""Any order of sale, return, void, top-up, redemption, expiry, freeze and merge keeps every invariant."""

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from retail.errors import Refused
from retail.ledger import Entry, accounts, passes, reversal, sale_entry
from retail.ledger.passes import CountPass, PassBalance, PassKind
from retail.ledger.points import expire_points
from retail.ledger.reservations import Ask, Reservation, SpendRequest, authorise, cancel, post
from retail.ledger.units import POINTS, uses_of
from retail.ledger.value import expire_bonus
from retail.ledger.value_rules import top_up_terms
from retail.members.coupons import coupon_problem, expire, merged_coupons
from retail.members.merging import merge
from retail.members.record import MemberRecord, freeze_member, member_problem
from tests.ledger.shop import CNY, START
from tests.ledger.till import Sale, Till

TEN = PassKind(id="ten", names={"en": "Ten"}, uses=10, price_minor=9_999, days=20)
MEMBERS = st.sampled_from(["a", "b"])
AMOUNTS = st.integers(1, 9_000)


class Membership(RuleBasedStateMachine):
    """Two members of one shop, their money, points, coupons and a pass; perhaps merged on the way."""

    @initialize(spend_first=st.sampled_from(["principal", "bonus", "proportional"]))
    def open(self, spend_first: str) -> None:
        self.till = Till(spend_first)
        self.records = {
            name: MemberRecord(id=name, number=name, chain="c", joined_at=START) for name in ("a", "b")
        }
        self.pass_: CountPass | None = None
        self.pass_entries: list[str] = []
        self.pass_money_minor = 0
        self.reservations: dict[str, Reservation] = {}

    def who(self, member: str) -> str:
        """The member who answers to that id now."""
        return self.till.owner[member]

    def may(self, member: str) -> bool:
        """Whether the member may spend, earn and top up."""
        return member_problem(self.records[member], "c") is None

    def free_minor(self, member: str) -> int:
        """What of the stored value no till has reserved."""
        purse = accounts.stored_value(member)
        reserved = sum(held.held(purse, CNY) for held in self.reservations.values())
        return max(0, self.till.value(member).available(self.till.at) - reserved)

    @rule(member=MEMBERS, paid_minor=st.sampled_from([1, 777, 50_000, 100_000]))
    def top_up(self, member: str, paid_minor: int) -> None:
        member = self.who(member)
        if not self.may(member):
            return
        bonus_minor = top_up_terms(self.till.value_rules, paid_minor).bonus_minor
        try:
            self.till.top_up(member, paid_minor)
        except Refused as refused:
            assert refused.code == "top_up.balance_too_large"
            return
        self.till.count.value_minor[member] += paid_minor + bonus_minor
        self.till.count.cash_minor += paid_minor
        self.till.count.bonus_cost_minor += bonus_minor

    def sold(self, member: str, totals_minor: list[int], value_minor: int, points: int, coupon: bool) -> Sale:
        value_minor = min(value_minor, sum(totals_minor), self.free_minor(member))
        points = min(points, self.till.points(member).available(self.till.at))
        return self.till.sell(member, totals_minor, value_minor, points, coupon)

    @rule(
        member=MEMBERS,
        totals=st.lists(AMOUNTS, min_size=1, max_size=3),
        value_minor=st.integers(0, 20_000),
        points=st.integers(0, 90),
        coupon=st.booleans(),
    )
    def sale(self, member: str, totals: list[int], value_minor: int, points: int, coupon: bool) -> None:
        member = self.who(member)
        if self.may(member):
            self.sold(member, totals, value_minor, points, coupon)

    @rule(
        member=MEMBERS,
        totals=st.lists(AMOUNTS, min_size=1, max_size=3),
        value_minor=st.integers(0, 20_000),
        points=st.integers(0, 90),
        parts=st.integers(1, 3),
    )
    def a_full_refund_restores_exactly_the_state_before(
        self, member: str, totals: list[int], value_minor: int, points: int, parts: int
    ) -> None:
        member = self.who(member)
        if not self.may(member):
            return
        before = (self.till.book.sums(), dict(self.till.coupons), len(self.till.book.lots))
        sale = self.sold(member, totals, value_minor, points, True)
        while sale.left_minor:
            self.till.take_goods_back(sale, parts)
        opened = 1 if sale.earned else 0
        assert (self.till.book.sums(), self.till.coupons) == before[:2]
        assert len(self.till.book.lots) == before[2] + opened

    @precondition(lambda self: any(sale.left_minor for sale in self.till.sales))
    @rule(data=st.data(), lines=st.integers(1, 3))
    def goods_back(self, data: st.DataObject, lines: int) -> None:
        open_sales = [sale for sale in self.till.sales if sale.left_minor]
        self.till.take_goods_back(data.draw(st.sampled_from(open_sales)), lines)

    @rule(member=MEMBERS, amount_minor=st.integers(1, 1_500))
    def a_till_stood_in(self, member: str, amount_minor: int) -> None:
        member = self.who(member)
        if self.reservations:
            return
        try:
            self.till.spend(member, amount_minor, stood_in=True)
        except Refused as refused:
            assert refused.code == "stored_value.not_enough"
            return
        self.till.book.post(self.clear(amount_minor))
        self.till.count.value_minor[member] -= amount_minor
        self.till.count.income_minor += amount_minor

    def clear(self, amount_minor: int) -> Entry:
        """What the till books of a sale paid with stored value."""
        return sale_entry(self.till.new_id(), "s", CNY, [("stored_value", amount_minor)], {})

    @rule(member=MEMBERS)
    def balance_refunded(self, member: str) -> None:
        member = self.who(member)
        if self.reservations:
            return
        try:
            refund = self.till.refund(member)
        except Refused as refused:
            assert refused.code in ("stored_value.nothing_to_refund", "stored_value.owes")
            return
        assert 0 <= refund.paid_minor <= refund.principal_minor
        gone_minor = refund.principal_minor + refund.voided_minor
        self.till.count.value_minor[member] -= gone_minor
        self.till.count.cash_minor -= refund.paid_minor
        self.till.count.bonus_cost_minor -= refund.deducted_minor + refund.voided_minor
        assert self.till.value(member).total == 0

    @rule(days=st.sampled_from([1, 5, 30, 95]), sweep=st.booleans())
    def time_passes(self, days: int, sweep: bool) -> None:
        self.till.later(days)
        if not sweep or self.reservations:
            return
        for member in ("a", "b"):
            value, points = self.till.value(member), self.till.points(member)
            ended_minor = sum(h.left for h in value.bonus.ended(self.till.at))
            ended = sum(h.left for h in points.ended(self.till.at))
            self.till.post(expire_bonus(self.till.new_id(), value, self.till.at))
            self.till.post(expire_points(self.till.new_id(), points, self.till.at))
            self.till.count.value_minor[member] -= ended_minor
            self.till.count.bonus_cost_minor -= ended_minor
            self.till.count.points[member] -= ended
        self.till.coupons = {key: expire(c, self.till.at) for key, c in self.till.coupons.items()}
        self.expire_pass()

    @rule(member=MEMBERS, frozen=st.booleans())
    def freeze(self, member: str, frozen: bool) -> None:
        member = self.who(member)
        self.records[member] = freeze_member(self.records[member], frozen)

    @precondition(lambda self: self.till.owner["b"] == "b" and not self.reservations)
    @rule()
    def merge(self) -> None:
        values = [self.till.value(name) for name in ("a", "b")]
        purses = [
            (values[0].principal, values[1].principal),
            (values[0].bonus, values[1].bonus),
            (self.till.points("a"), self.till.points("b")),
        ]
        done = merge(self.till.new_id(), self.records["a"], self.records["b"], purses, 0, self.till.at)
        self.till.post(done.booking)
        self.records = {"a": done.survivor, "b": done.absorbed}
        self.till.owner["b"] = "a"
        together = merged_coupons(self.till.coupons.values(), "a", "b")
        self.till.coupons = {coupon.id: coupon for coupon in together}
        for counts in (self.till.count.value_minor, self.till.count.points):
            counts["a"] += counts["b"]
            counts["b"] = 0

    @rule(member=MEMBERS, amount_minor=AMOUNTS, till=st.sampled_from(["t1", "t2"]))
    def a_till_asks(self, member: str, amount_minor: int, till: str) -> None:
        member = self.who(member)
        free_minor = self.free_minor(member)
        if not self.may(member):
            return
        purse = accounts.stored_value(member)
        asked = SpendRequest(self.till.new_id(), till, till, (Ask(purse, CNY, amount_minor),))
        available = {(purse, CNY): self.till.value(member).available(self.till.at)}
        try:
            self.reservations[asked.auth_id] = authorise(available, self.reservations, asked, self.till.at)
        except Refused as refused:
            assert refused.code == "stored_value.not_enough" and amount_minor > free_minor
            return
        assert amount_minor <= free_minor

    @precondition(lambda self: self.reservations)
    @rule(data=st.data(), sells=st.booleans())
    def a_till_resolves(self, data: st.DataObject, sells: bool) -> None:
        auth_id = data.draw(st.sampled_from(sorted(self.reservations)))
        held = self.reservations.pop(auth_id)
        (ask,) = held.request.asks
        member = ask.purse.split("/")[1]
        if not sells:
            assert cancel(held, auth_id, "t1", "t1", self.till.at).held(ask.purse, CNY) == 0
            return
        assert post(held, [ask], held.request.incarnation).state == "posted"
        self.till.spend(member, ask.amount, at=held.at)
        self.till.book.post(self.clear(ask.amount))
        self.till.count.value_minor[member] -= ask.amount
        self.till.count.income_minor += ask.amount

    def pass_balance(self) -> PassBalance:
        book = self.till.book
        return PassBalance(
            book.held(accounts.pass_uses("p"), uses_of("ten")), book.held(accounts.pass_owed("p"), CNY)
        )

    @rule()
    def pass_bought_or_renewed(self) -> None:
        cash = [("cash", TEN.price_minor)]
        till = self.till
        if self.pass_ is None:
            made = passes.buy_pass(till.new_id(), "s", "p", TEN, "a", cash, till.at)
        else:
            made = passes.renew_pass(till.new_id(), "s", self.pass_, self.pass_balance(), TEN, cash, till.at)
        till.post(made.entry)
        self.pass_ = made.pass_
        self.pass_money_minor += TEN.price_minor
        till.count.cash_minor += TEN.price_minor

    @precondition(lambda self: self.pass_ is not None)
    @rule(uses=st.integers(1, 4), gives_back=st.booleans())
    def pass_used(self, uses: int, gives_back: bool) -> None:
        assert self.pass_ is not None
        before = self.till.book.sums()
        balance = self.pass_balance()
        problem = passes.pass_problem(self.pass_, balance.left, self.till.at, uses)
        try:
            used = passes.use_pass(self.till.new_id(), "visit", self.pass_, balance, uses, self.till.at).entry
        except Refused as refused:
            assert problem is not None and refused.code == problem.code
            return
        assert problem is None
        self.till.post(used)
        if gives_back:
            self.till.post(reversal(used, self.till.new_id()))
            assert self.till.book.sums() == before

    def expire_pass(self) -> None:
        if self.pass_ is not None:
            ended = passes.expire_pass(self.till.new_id(), self.pass_, self.pass_balance(), self.till.at)
            self.till.post(ended.entry if ended else None)

    @invariant()
    def every_unit_sums_to_zero(self) -> None:
        sums: dict[str, int] = {}
        for (_, unit), amount in self.till.book.sums().items():
            sums[unit] = sums.get(unit, 0) + amount
        assert set(sums.values()) <= {0}

    @invariant()
    def balances_are_what_was_counted_without_the_ledger(self) -> None:
        count, book = self.till.count, self.till.book
        for member in ("a", "b"):
            value, points = self.till.value(member), self.till.points(member)
            assert value.total == count.value_minor[member]
            assert points.total == count.points[member]
            held = [-amount for (a, u), amount in book.sums().items() if a.startswith(f"{points.path}/")]
            assert sum(held) == points.total
        assert book.balance("till/cash", CNY) == count.cash_minor
        assert book.held("income/sales", CNY) == count.income_minor
        assert book.balance(accounts.BONUS_EXPENSE, CNY) == count.bonus_cost_minor
        assert book.balance("clearing/stored_value", CNY) == 0

    @invariant()
    def nothing_is_below_its_bound_and_who_owes_holds_nothing_to_spend(self) -> None:
        merged = 2 if self.till.owner["b"] == "a" else 1
        for member in ("a", "b"):
            value, points = self.till.value(member), self.till.points(member)
            assert 0 <= points.debt <= self.till.points_rules.debt_max * merged
            assert 0 <= value.principal.debt <= self.till.value_rules.overdraft_max_minor * merged
            assert value.bonus.debt == 0
            for purse in (value.principal, points):
                assert not purse.debt or not purse.usable(self.till.at)
            assert min((h.left for p in (value.bonus, points) for h in p.holdings), default=0) >= 0

    @invariant()
    def a_coupon_is_used_at_most_once(self) -> None:
        for coupon_id, sales in self.till.coupon_uses.items():
            assert len(sales) <= 1
            coupon = self.till.coupons[coupon_id]
            assert (coupon.state == "used") == bool(sales)
            assert not sales or coupon_problem(coupon, coupon.member_id, self.till.at) is not None

    @invariant()
    def a_pass_owes_what_its_uses_are_worth(self) -> None:
        book = self.till.book
        balance = self.pass_balance()
        assert 0 <= balance.left <= book.balance(accounts.USES_SOLD, uses_of("ten"))
        assert (balance.left == 0) == (balance.owed_minor == 0)
        earned_minor = book.held(accounts.PASS_INCOME, CNY) + book.held(accounts.BREAKAGE, CNY)
        assert balance.owed_minor + earned_minor == self.pass_money_minor
        assert book.balance(accounts.POINTS_ISSUED, POINTS) >= 0

    @invariant()
    def the_absorbed_member_holds_nothing(self) -> None:
        if self.till.owner["b"] == "a":
            assert not any(account.startswith("member/b/") for account, _ in self.till.book.sums())
            assert msgspec.structs.asdict(self.records["b"])["merged_into"] == "a"


TestMembership = Membership.TestCase
TestMembership.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
