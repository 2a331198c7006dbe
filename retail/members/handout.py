"""One kind of coupon for many members at once: who gets how many, who does not and why.

The same reckoning before and after: what was handed out under a cause counts as given, so a form that is
sent twice gives nothing twice.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from retail.members.coupons import Coupon, CouponKind


@dataclass(frozen=True, slots=True)
class Shares:
    """Coupons by member: `due` still to be given, `given` under this cause before, also what was used or
    taken back since. `refused` counts members by code: ``coupon.member_limit``, ``coupon.all_gone``.
    `holding` are members with something due who have an unused one of this kind already."""

    due: Mapping[str, int]
    given: Mapping[str, int]
    refused: Mapping[str, int]
    holding: int


def shares(
    kind: CouponKind, members: Sequence[str], existing: Iterable[Coupon], cause: str, each: int
) -> Shares:
    """`each` coupons to each of `members`, as far as the kind's limits allow, the first of them first;
    `existing` are all coupons of the kind."""
    mine, given, unused = Counter[str](), Counter[str](), Counter[str]()
    alive = 0
    for coupon in existing:
        given[coupon.member_id] += coupon.cause == cause
        if coupon.state != "void":
            alive += 1
            mine[coupon.member_id] += 1
            unused[coupon.member_id] += coupon.state == "issued"
    due: dict[str, int] = {}
    refused = Counter[str]()
    for member_id in members:
        wanted = max(0, each - given[member_id])
        room = wanted if kind.per_member is None else kind.per_member - mine[member_id]
        left = wanted if kind.in_all is None else kind.in_all - alive
        number = max(0, min(wanted, room, left))
        if number:
            due[member_id] = number
            alive += number
        elif wanted:
            refused["coupon.member_limit" if room <= 0 else "coupon.all_gone"] += 1
    holding = sum(1 for member_id in due if unused[member_id])
    return Shares(due, {m: given[m] for m in members if given[m]}, refused, holding)
