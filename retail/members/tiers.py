"""Tiers by spend and visits in a rolling window: up at once, down at the window's end.

One pure function of the history. Amounts are net of refunds, so a purchase taken back counts as
never made, and a tier it had reached falls with it. A term lasts one window from the moment the
tier was reached; at its end the window before it decides: the tier holds for another term, or
falls to what was reached.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Literal

from msgspec import Struct

from retail.catalogue import Document, TierTerm
from retail.errors import ContractError
from retail.ledger.units import DAY, DAYS_MAX


class TierRule(Struct, frozen=True, kw_only=True):
    """What a tier asks for in the window: spend, or visits (0: not asked), or with `both` the two.

    `coupons` and `points` are the gift on reaching it, given once in a member's life.
    """

    tier: str
    spend_minor: int = 0
    visits: int = 0
    both: bool = False
    coupons: tuple[str, ...] = ()
    points: int = 0


class TierRules(Document, frozen=True, kw_only=True, tag="tier_rules"):
    """`base` is everybody's tier; `tiers` ascend from there."""

    base: str
    tiers: tuple[TierRule, ...] = ()
    window_days: int = 365


@dataclass(frozen=True, slots=True)
class Purchase:
    """A sale of a member, net of what was refunded of it. Visits count business days, not sales."""

    at: datetime
    business_day: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Grant:
    """A tier given by hand (or brought from another system), at least until a moment."""

    tier: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Gift:
    """The gift of an upgrade. Its id is the same whenever it is computed: issue it once."""

    gift_id: str
    tier: str
    at: datetime
    coupons: tuple[str, ...]
    points: int


Why = Literal["reached", "given", "ended"]


@dataclass(frozen=True, slots=True)
class TierChange:
    """One step of a member's way: what the window held then (spend, visits), and why it went so.

    ``reached`` by a purchase, ``given`` by hand, ``ended``: the term was over, and the window said less.
    """

    at: datetime
    before: str
    after: str
    why: Why
    spent_minor: int
    visits: int


@dataclass(frozen=True, slots=True)
class TierStanding:
    """Where a member stands; `until` None: nothing to lose. `next_tier` empty: nothing above.

    `spend_missing_minor` and `visits_missing`: what the next tier asks for beyond the window now; one of them
    is enough unless it asks for `both`, and 0 is not asked for. `changes` are the way here, the first first.
    """

    tier: str
    since: datetime | None
    until: datetime | None
    gifts: tuple[Gift, ...]
    next_tier: str
    spend_missing_minor: int
    visits_missing: int
    both: bool
    changes: tuple[TierChange, ...]

    def term(self, zone: tzinfo) -> TierTerm:
        """The same as tills are told it, in the shop's time zone."""
        return TierTerm(
            since=self.since.astimezone(zone).date().isoformat() if self.since else "",
            until=self.until.astimezone(zone).date().isoformat() if self.until else "",
            next_tier=self.next_tier,
            spend_missing_minor=self.spend_missing_minor,
            visits_missing=self.visits_missing,
            both=self.both,
        )


def check_tier_rules(rules: TierRules) -> None:
    """`ContractError` with its path unless every tier asks for something, and for more than the one below."""
    if not 0 < rules.window_days <= DAYS_MAX:
        raise ContractError("tier.bad_window", path="$.window_days", found=rules.window_days)
    names = [rules.base, *(rule.tier for rule in rules.tiers)]
    if len(set(names)) < len(names):
        raise ContractError("tier.twice", path="$.tiers", found=names)
    below = TierRule(tier=rules.base)
    for index, rule in enumerate(rules.tiers):
        path = f"$.tiers[{index}]"
        if min(rule.spend_minor, rule.visits, rule.points) < 0 or not (rule.spend_minor or rule.visits):
            raise ContractError("tier.asks_for_nothing", path=path, tier=rule.tier)
        if rule.both and not (rule.spend_minor and rule.visits):
            raise ContractError("tier.both_of_one", path=path, tier=rule.tier)
        for mine, lower in ((rule.spend_minor, below.spend_minor), (rule.visits, below.visits)):
            if mine and lower and mine < lower:
                raise ContractError("tier.below_the_lower", path=path, tier=rule.tier, lower=below.tier)
        below = rule


class _Window:
    """Sums over any window of the history in logarithmic time."""

    def __init__(self, purchases: Sequence[Purchase], rules: TierRules) -> None:
        self._rules = rules
        self._span = rules.window_days * DAY
        self._at = [purchase.at for purchase in purchases]
        self._days = [purchase.business_day for purchase in purchases]
        self._spent = [0]
        self._changes = [0]
        for index, purchase in enumerate(purchases):
            self._spent.append(self._spent[-1] + purchase.amount_minor)
            is_new_day = index > 0 and self._days[index - 1] != purchase.business_day
            self._changes.append(self._changes[-1] + is_new_day)

    def sums(self, until: datetime) -> tuple[int, int]:
        """Spend and visits after ``until - window``, up to and with `until`."""
        first = bisect_right(self._at, until - self._span)
        end = bisect_right(self._at, until)
        if end <= first:
            return 0, 0
        return self._spent[end] - self._spent[first], 1 + self._changes[end] - self._changes[first + 1]

    def rank(self, until: datetime) -> int:
        """The highest tier the window ending then reaches: 0 is the base."""
        spent, visits = self.sums(until)
        reached = 0
        for rank, rule in enumerate(self._rules.tiers, 1):
            by_spend = bool(rule.spend_minor) and spent >= rule.spend_minor
            by_visits = bool(rule.visits) and visits >= rule.visits
            if (by_spend and by_visits) if rule.both else (by_spend or by_visits):
                reached = rank
        return reached


@dataclass(slots=True)
class _Climb:
    window: _Window
    rules: TierRules
    rank: int = 0
    since: datetime | None = None
    until: datetime | None = None
    gifts: dict[str, Gift] = field(default_factory=dict)
    changes: list[TierChange] = field(default_factory=list)

    def name(self, rank: int) -> str:
        return self.rules.tiers[rank - 1].tier if rank else self.rules.base

    def _go(self, rank: int, at: datetime, why: Why) -> None:
        spent, visits = self.window.sums(at)
        self.changes.append(TierChange(at, self.name(self.rank), self.name(rank), why, spent, visits))
        self.rank, self.since = rank, at

    def pass_time(self, to: datetime) -> None:
        while self.until is not None and self.until <= to:
            end = self.until
            rank = min(self.rank, self.window.rank(end))
            if rank != self.rank:
                self._go(rank, end, "ended")
            self.until = end + self.rules.window_days * DAY if rank else None

    def rise(self, rank: int, at: datetime, until: datetime, why: Why) -> None:
        if rank > self.rank:
            self._go(rank, at, why)
            self.until = until


def tier_at(
    member_id: str,
    purchases: Sequence[Purchase],
    rules: TierRules,
    now: datetime,
    grants: Sequence[Grant] = (),
) -> TierStanding:
    """The tier of a member at a moment, with every gift that its upgrades have brought so far."""
    counted = sorted((p for p in purchases if p.amount_minor > 0 and p.at <= now), key=lambda p: p.at)
    window = _Window(counted, rules)
    climb = _Climb(window, rules)
    ranks = {rule.tier: rank for rank, rule in enumerate(rules.tiers, 1)}
    steps: list[tuple[datetime, Grant | None]] = [(p.at, None) for p in counted]
    steps += [(grant.at, grant) for grant in grants if grant.at <= now]
    for at, grant in sorted(steps, key=lambda step: step[0]):
        climb.pass_time(at)
        if grant is not None:
            climb.rise(ranks.get(grant.tier, 0), at, grant.until, "given")
            continue
        before = climb.rank
        climb.rise(window.rank(at), at, at + rules.window_days * DAY, "reached")
        for rule in rules.tiers[before : climb.rank]:
            _give(climb, member_id, rule, at)
    climb.pass_time(now)
    return _standing(climb, now)


def _give(climb: _Climb, member_id: str, rule: TierRule, at: datetime) -> None:
    gift_id = f"tier:{member_id}:{rule.tier}"
    if rule.coupons or rule.points:
        climb.gifts.setdefault(gift_id, Gift(gift_id, rule.tier, at, rule.coupons, rule.points))


def _standing(climb: _Climb, now: datetime) -> TierStanding:
    tiers = climb.rules.tiers
    above = tiers[climb.rank] if climb.rank < len(tiers) else None
    spent, visits = climb.window.sums(now)
    return TierStanding(
        climb.name(climb.rank),
        climb.since,
        climb.until,
        tuple(climb.gifts.values()),
        above.tier if above else "",
        max(0, above.spend_minor - spent) if above else 0,
        max(0, above.visits - visits) if above else 0,
        above.both if above else False,
        tuple(climb.changes),
    )
