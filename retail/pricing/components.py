"""Which lots depend on one another in stages 3 and 4, so that each such set is searched by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from retail.pricing.live import Live
from retail.pricing.lots import Lot


@dataclass(slots=True)
class Component:
    """Lots joined by multi-buys or limits, dearest first, and every promotion that touches them."""

    lots: list[Lot]
    live: list[Live]

    @property
    def simple(self) -> bool:
        """Whether all it has to decide is which line promotion has the one lot."""
        return len(self.lots) == 1 and not any(one.pools or one.limited for one in self.live)

    @property
    def wide(self) -> bool:
        """Whether it needs whole plans: several groups, or units of one lot at two prices in a multi-buy."""
        if any(one.bit != self.live[0].bit for one in self.live):
            return True
        return any(one.pools for one in self.live) and not all(lot.even for lot in self.lots)


def components(lots: Sequence[Lot], live: Sequence[Live]) -> list[Component]:
    """The components of the lots that some promotion of stages 3 and 4 touches, in the order of lots."""
    parent = list(range(len(lots)))

    def root(order: int) -> int:
        while parent[order] != order:
            parent[order] = parent[parent[order]]
            order = parent[order]
        return order

    def join(orders: frozenset[int]) -> None:
        first, *rest = sorted(orders)
        for order in rest:
            one, other = sorted((root(first), root(order)))
            parent[other] = one

    for one in live:
        if one.lots and one.limited:
            join(one.lots)
        for pool in one.pools:
            join(frozenset().union(*(slot.lots for slot in pool.slots)))
    touched = frozenset().union(*(one.lots for one in live)) if live else frozenset()
    found: dict[int, Component] = {}
    for order in sorted(touched):
        found.setdefault(root(order), Component([], [])).lots.append(lots[order])
    for one in live:
        for at in sorted({root(order) for order in one.lots}):
            found[at].live.append(one)
    return list(found.values())
