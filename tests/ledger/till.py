"""Sales of members for the state machine: what each took and gave, and its return in parts."""

from dataclasses import dataclass, field

import msgspec

from retail.ledger import Entry, sale_entry
from retail.ledger.earning import EarningLine, points_of
from retail.ledger.points import to_take_back
from retail.members import coupons
from retail.members.coupons import Coupon, CouponKind
from tests.ledger.shop import CNY, START, Shop

KIND = CouponKind(id="k", names={"en": "k"}, promotion="p", grace_days=5)


@dataclass
class Sale:
    """`left_minor` are the lines not yet returned; `value_back_minor`, `points_gone` what went back."""

    sale_id: str
    owner: str
    totals_minor: list[int]
    value_minor: int
    spent: Entry | None
    redeemed: Entry | None
    redeemed_points: int
    earned: Entry | None
    earned_points: int
    coupon: str
    left_minor: list[int] = field(default_factory=list)
    value_back_minor: int = 0
    points_gone: int = 0


@dataclass
class Counters:
    """The same facts counted without the ledger: by member, or for the whole shop."""

    value_minor: dict[str, int] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)
    cash_minor: int = 0
    income_minor: int = 0
    bonus_cost_minor: int = 0


class Till(Shop):
    """A shop that sells to members and counts on its own what should come out."""

    def __init__(self, spend_first: str) -> None:
        super().__init__()
        self.value_rules = msgspec.structs.replace(
            self.value_rules, spend_first=spend_first, overdraft_max_minor=2_000
        )
        self.owner = {"a": "a", "b": "b"}
        self.sales: list[Sale] = []
        self.coupon_uses: dict[str, set[str]] = {}
        self.coupons: dict[str, Coupon] = {
            f"c-{member}": coupons.issue(KIND, f"c-{member}", member, [], START) for member in "ab"
        }
        self.count = Counters({"a": 0, "b": 0}, {"a": 0, "b": 0})

    def sell(self, member: str, totals_minor: list[int], value_minor: int, points: int, coupon: bool) -> Sale:
        """A sale paid with stored value, then cash; points for a gift; perhaps with the member's coupon."""
        sale_id = self.new_id()
        total_minor = sum(totals_minor)
        cash_minor = total_minor - value_minor
        tenders = [("cash", cash_minor), ("stored_value", value_minor)]
        self.book.post(sale_entry(self.new_id(), sale_id, CNY, tenders, {}))
        used = self._use_coupon(member, sale_id) if coupon else ""
        lines = [EarningLine("p", "c", total) for total in totals_minor]
        earned_points = points_of(self.points_rules, lines, tenders)
        sale = Sale(
            sale_id,
            member,
            totals_minor,
            value_minor,
            self.spend(member, value_minor) if value_minor else None,
            self.redeem(member, points) if points else None,
            points,
            self.earn(member, earned_points) if earned_points else None,
            earned_points,
            used,
            list(totals_minor),
        )
        self.sales.append(sale)
        self.count.value_minor[member] -= value_minor
        self.count.points[member] += earned_points - points
        self.count.cash_minor += cash_minor
        self.count.income_minor += total_minor
        return sale

    def _use_coupon(self, member: str, sale_id: str) -> str:
        for coupon_id, coupon in self.coupons.items():
            if coupon.member_id == member and coupons.coupon_problem(coupon, member, self.at) is None:
                held = coupons.reserve(coupon, sale_id, member, self.at)
                self.coupons[coupon_id] = coupons.use(held, sale_id, sale_id)
                self.coupon_uses.setdefault(coupon_id, set()).add(sale_id)
                return coupon_id
        return ""

    def take_goods_back(self, sale: Sale, lines: int) -> None:
        """Return the last so many lines: value before cash, points in step, the rest with the last line."""
        member = self.owner[sale.owner]
        back = [sale.left_minor.pop() for _ in range(min(lines, len(sale.left_minor)))]
        back_minor = sum(back)
        value_minor = min(back_minor, sale.value_minor - sale.value_back_minor)
        tenders = [("cash", value_minor - back_minor), ("stored_value", -value_minor)]
        self.book.post(sale_entry(self.new_id(), sale.sale_id, CNY, tenders, {}))
        if value_minor and sale.spent:
            self.return_spend(member, sale.spent, sale.value_back_minor, value_minor)
        sale.value_back_minor += value_minor
        self._take_points_back(sale, member)
        self.count.value_minor[member] += value_minor
        self.count.cash_minor -= back_minor - value_minor
        self.count.income_minor -= back_minor
        if not sale.left_minor:
            self._finish(sale, member)

    def _take_points_back(self, sale: Sale, member: str) -> None:
        kept = [EarningLine("p", "c", total) for total in sale.left_minor]
        deserved = points_of(self.points_rules, kept, [("cash", sum(sale.left_minor))])
        amount = to_take_back(sale.earned_points, sale.points_gone, deserved)
        if amount and sale.earned:
            taken = self.take_back(member, sale.earned, amount)
            self.count.points[member] += taken.forgiven
        sale.points_gone += amount
        self.count.points[member] -= amount

    def _finish(self, sale: Sale, member: str) -> None:
        if sale.redeemed:
            self.return_redeemed(member, sale.redeemed, 0, sale.redeemed_points)
            self.count.points[member] += sale.redeemed_points
        if sale.coupon:
            coupon = self.coupons[sale.coupon]
            self.coupons[sale.coupon] = coupons.give_back(coupon, sale.sale_id, self.at)
            self.coupon_uses[sale.coupon].remove(sale.sale_id)
