"""Stored value: topped up, spent, and a spend given back.

Principal is what the member paid; bonus is what the shop gave. They stand in two purses whose
lots are the top-ups, so that it is known to the end what came from where. Every function answers
with an entry to append; none looks at a clock or keeps anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from retail.errors import ContractError, InvariantBroken, Refused
from retail.ledger import accounts
from retail.ledger.entry import Entry, Posting, booked, received
from retail.ledger.lots import (
    Booking,
    Incoming,
    Lot,
    Part,
    Purse,
    bring,
    debits,
    give_back,
    slice_of,
    take,
    taken,
)
from retail.ledger.units import after_days, check_amount
from retail.ledger.value_rules import TopUpTerms, ValueRules, top_up_terms
from retail.money import split


@dataclass(frozen=True, slots=True)
class StoredValue:
    """A member's two purses in one currency."""

    member_id: str
    currency: str
    principal: Purse
    bonus: Purse

    def available(self, at: datetime) -> int:
        """What can be spent at a moment, in minor units: nothing while the member owes."""
        return 0 if self.principal.debt else self.principal.available(at) + self.bonus.available(at)

    @property
    def total(self) -> int:
        """What both accounts say, in minor units."""
        return self.principal.total + self.bonus.total


def top_up(
    entry_id: str,
    cause: str,
    value: StoredValue,
    rules: ValueRules,
    tenders: Sequence[tuple[str, int]],
    at: datetime,
    promised: TopUpTerms | None = None,
) -> Booking:
    """Money in, principal and bonus up. The lots' id is the entry's id: "the top-up".

    `tenders` as in `sale_entry`; where a till's sale took the money, one of type ``sold``. `promised` is what
    the buyer was told it brings, if that is not for `rules` to say any more.
    `Refused` ``top_up.outside_limits``, ``top_up.balance_too_large``.
    """
    if rules.currency != value.currency:
        raise ContractError("value.other_currency", path="$.currency", found=rules.currency)
    inflow = received(tenders, value.currency)
    paid_minor = sum(posting.amount_minor for posting in inflow)
    terms = promised or top_up_terms(rules, paid_minor)
    balance_minor = value.total + paid_minor + terms.bonus_minor
    if balance_minor > rules.balance_max_minor:
        raise Refused(
            "top_up.balance_too_large",
            balance_minor=balance_minor,
            balance_max_minor=rules.balance_max_minor,
        )
    paid_in = _lot(value.principal, entry_id, paid_minor, at, None)
    incoming = bring(value.principal, paid_minor, paid_in)
    postings, lots = [*inflow, *incoming.postings], list(incoming.lots)
    if terms.bonus_minor:
        given = _lot(value.bonus, entry_id, terms.bonus_minor, at, rules.bonus_days)
        postings.append(Posting(accounts.BONUS_EXPENSE, value.currency, terms.bonus_minor))
        postings.append(Posting(given.account, value.currency, -terms.bonus_minor))
        lots.append(given)
    return Booking(booked(entry_id, "value.topped_up", cause, postings), tuple(lots))


def spend(
    entry_id: str,
    cause: str,
    value: StoredValue,
    rules: ValueRules,
    amount_minor: int,
    at: datetime,
    *,
    stood_in: bool = False,
) -> Booking:
    """Take an amount in the shop's order and clear the till's tender ``stored_value`` with it.

    `Refused` ``stored_value.not_enough``. With `stood_in` the sale has happened already, offline:
    what is missing becomes debt, as far as the shop's bound goes.
    """
    check_amount(amount_minor, "spend")
    overdraft_minor = rules.overdraft_max_minor - value.principal.debt if stood_in else 0
    out = _taken_out(value, rules, amount_minor, at, max(0, overdraft_minor))
    cleared = Posting(accounts.tender(accounts.STORED_VALUE), value.currency, -amount_minor)
    return Booking(booked(entry_id, "value.spent", cause, (*out, cleared)))


def claim(
    entry_id: str, cause: str, value: StoredValue, rules: ValueRules, amount_minor: int, at: datetime
) -> Booking:
    """Money that was given back though it, or what it bought, is spent: taken from what the member holds, in
    the shop's order, and then owed. No bound: it is not lent, it is missing. Clears ``expense/unclaimed``."""
    check_amount(amount_minor, "claim")
    out = _taken_out(value, rules, amount_minor, at, amount_minor)
    cleared = Posting(accounts.UNCLAIMED, value.currency, -amount_minor)
    return Booking(booked(entry_id, "value.claimed", cause, (*out, cleared)))


def _taken_out(
    value: StoredValue, rules: ValueRules, amount_minor: int, at: datetime, debt_max_minor: int
) -> tuple[Posting, ...]:
    """The debits of an amount, what is missing as debt up to a bound."""
    from_principal, from_bonus, short_minor = _in_order(value, rules, amount_minor, at)
    if short_minor > debt_max_minor:
        raise Refused(
            "stored_value.not_enough", needed_minor=amount_minor, available_minor=value.available(at)
        )
    if short_minor:
        from_principal += (Part(accounts.DEBT, short_minor),)
    return (*debits(value.principal, from_principal), *debits(value.bonus, from_bonus))


def _in_order(
    value: StoredValue, rules: ValueRules, amount_minor: int, at: datetime
) -> tuple[tuple[Part, ...], tuple[Part, ...], int]:
    principal, bonus = value.principal.usable(at), value.bonus.usable(at)
    if value.principal.debt:
        return (), (), amount_minor
    held = [sum(h.left for h in principal), sum(h.left for h in bonus)]
    if rules.spend_first == "proportional" and amount_minor <= sum(held):
        first_minor, second_minor = split(amount_minor, held)
        return take(principal, first_minor)[0], take(bonus, second_minor)[0], 0
    if rules.spend_first == "bonus":
        from_bonus, rest_minor = take(bonus, amount_minor)
        from_principal, rest_minor = take(principal, rest_minor)
    else:
        from_principal, rest_minor = take(principal, amount_minor)
        from_bonus, rest_minor = take(bonus, rest_minor)
    return from_principal, from_bonus, rest_minor


def return_spend(
    entry_id: str,
    cause: str,
    value: StoredValue,
    rules: ValueRules,
    spent: Entry,
    already_minor: int,
    amount_minor: int,
    at: datetime,
) -> Booking:
    """Give back a part of a spend, of which `already_minor` has been given back before.

    What came from principal returns to principal before anything returns to bonus, each to the
    lot it came from. The whole, at once or in parts, restores the purses exactly. Bonus whose lot
    has ended comes back in a lot of its own that lives `returned_days`.
    `Refused` ``refund.exceeds``.
    """
    if spent.kind != "value.spent":
        raise InvariantBroken("value.not_a_spend", entry_id=spent.entry_id, kind=spent.kind)
    check_amount(amount_minor, "refund")
    principal = taken(spent, "principal", value.currency)
    bonus = taken(spent, "bonus", value.currency)
    end_minor = already_minor + amount_minor
    principal_minor = sum(part.amount for part in principal)
    spent_minor = principal_minor + sum(part.amount for part in bonus)
    if end_minor > spent_minor:
        raise Refused("refund.exceeds", amount=amount_minor, left=spent_minor - already_minor)
    before, after = min(already_minor, principal_minor), min(end_minor, principal_minor)
    to_principal = slice_of(principal, before, after - before)
    to_bonus = slice_of(bonus, already_minor - before, amount_minor - (after - before))
    returning = (
        _give_back(value.principal, to_principal, entry_id, at, None),
        _give_back(value.bonus, to_bonus, entry_id, at, rules.returned_days),
    )
    postings = [posting for incoming in returning for posting in incoming.postings]
    postings.append(Posting(accounts.tender(accounts.STORED_VALUE), value.currency, amount_minor))
    lots = tuple(lot for incoming in returning for lot in incoming.lots)
    return Booking(booked(entry_id, "value.returned", cause, postings), lots)


def _give_back(
    purse: Purse, parts: Sequence[Part], entry_id: str, at: datetime, days: int | None
) -> Incoming:
    return give_back(purse, parts, at, _lot(purse, entry_id, 0, at, days))


def _lot(purse: Purse, lot_id: str, granted: int, at: datetime, days: int | None) -> Lot:
    return Lot(accounts.lot(purse.path, lot_id), purse.unit, granted, at, after_days(at, days))


def expire_bonus(entry_id: str, value: StoredValue, at: datetime) -> Booking | None:
    """Take away what has ended; None when nothing has. It was never paid for: the expense falls."""
    ended = value.bonus.ended(at)
    if not ended:
        return None
    postings = [Posting(h.lot.account, value.currency, h.left) for h in ended]
    postings.append(Posting(accounts.BONUS_EXPENSE, value.currency, -sum(h.left for h in ended)))
    return Booking(booked(entry_id, "value.expired", value.member_id, postings))
