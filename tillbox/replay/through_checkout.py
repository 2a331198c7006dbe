"""Sells a record's tickets through the checkout service, each as a cashier would: line by line, durably.

A ticket's sale has an id made of what the ticket says, so a second run finds it sold. A run that was
killed is continued by running it again.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from appliance.checkout.basket import Line
from retail.catalogue import Operator
from retail.errors import ContractError, Refused
from retail.money import format_plain
from tillbox.replay.outcome import Outcome
from tillbox.replay.pace import Pace
from tillbox.replay.tickets import RefusedTicket, Ticket
from tillbox.till import Till, moment_of

_SPACE = uuid5(NAMESPACE_URL, "urn:tillbox:replay")
PASSES_MAX = 1_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Planned:
    """A ticket whose lines and tenders add up."""

    ticket: Ticket
    lines: tuple[Line, ...]
    tenders: tuple[tuple[str, int], ...]


def sale_id_of(ticket: Ticket, number: int) -> str:
    """The id of the sale that this ticket becomes in the pass of that number (UUIDv5, RFC 9562)."""
    return str(uuid5(_SPACE, f"{ticket.key}:{number}"))


def choose_pass(tickets: Iterable[Ticket], sold: dict[str, int], again: bool) -> int:
    """The last pass begun, which is continued; with `again` a new one."""
    known = list(tickets)
    last = -1
    for number in range(PASSES_MAX):
        if not any(sale_id_of(ticket, number) in sold for ticket in known):
            break
        last = number
    return last + 1 if again or last < 0 else last


class CheckoutReplay:
    """One run over one file."""

    def __init__(self, till: Till, operator: Operator, outcome: Outcome, pace: Pace) -> None:
        self._till = till
        self._checkout = till.checkout
        self._operator = operator
        self._outcome = outcome
        self._pace = pace

    def sell(self, tickets: list[Ticket], again: bool, progress: Progress) -> None:
        """Sell what is not sold yet. The basket that stood on the counter stands there again afterwards."""
        sold = self._till.store.sale_totals()
        number = choose_pass(tickets, sold, again)
        self._checkout.desk.has_devices = False
        ids = [sale_id_of(ticket, number) for ticket in tickets]
        customer = self._make_room(set(ids))
        session = self._checkout.desk.session
        try:
            for done, (ticket, sale_id) in enumerate(zip(tickets, ids, strict=True), 1):
                if sale_id in sold:
                    self._outcome.already += 1
                    self._outcome.already_total_minor += sold[sale_id]
                else:
                    self._sell_or_refuse(ticket, sale_id)
                    progress(done, len(tickets))
        finally:
            self._checkout.staff.end_record(session)
            if customer and self._checkout.desk.basket is None:
                self._checkout.selling.recall(customer)

    def _make_room(self, ids: set[str]) -> str:
        """Drop what a killed run left half put in; put a customer's basket aside and return its id."""
        basket = self._checkout.desk.basket
        if basket is None:
            return ""
        if basket.basket_id in ids:
            self._checkout.recording.drop()
            return ""
        self._checkout.selling.suspend()
        return basket.basket_id

    def _sell_or_refuse(self, ticket: Ticket, sale_id: str) -> None:
        try:
            planned = self._plan(ticket)
        except (Refused, ContractError) as error:
            row = ticket.tender_row if error.code.startswith(("tender.", "sale.")) else ticket.row
            detail = self._amounts(error)
            self._outcome.refused.append(RefusedTicket(ticket.ticket, row, error.code, *detail))
            return
        self._pace.wait_for(ticket.at)
        self._work_as(ticket)
        began = time.perf_counter()
        self._checkout.recording.begin(sale_id, moment_of(ticket.lines[0].at))
        for line, record in zip(planned.lines, ticket.lines, strict=True):
            self._checkout.recording.add(line, moment_of(record.at))
        paid = self._checkout.paying.all_of(planned.tenders, moment_of(ticket.at))
        took_ms = (time.perf_counter() - began) * 1000
        if paid.sale is not None:
            self._outcome.count(paid.sale, len(ticket.lines), took_ms)

    def _plan(self, ticket: Ticket) -> _Planned:
        """All that could be refused is refused here, before anything is written."""
        recording = self._checkout.recording
        lines = tuple(
            recording.line(line.code, line.name, line.unit_price_minor, line.quantity_milli)
            for line in ticket.lines
        )
        total_minor = recording.total_minor(lines)
        tenders = tuple((kind, total_minor if amount is None else amount) for kind, amount in ticket.tenders)
        tenders_minor = sum(amount for _, amount in tenders)
        if tenders_minor != total_minor:
            raise Refused("sale.tenders_do_not_sum", tenders_minor=tenders_minor, due_minor=total_minor)
        return _Planned(ticket, lines, tenders)

    def _amounts(self, error: Refused | ContractError) -> tuple[str, str]:
        unit = self._outcome.unit
        given, due = error.params.get("tenders_minor"), error.params.get("due_minor")
        if isinstance(given, int) and isinstance(due, int):
            return format_plain(given, unit), format_plain(due, unit)
        return "", ", ".join(f"{key}={value}" for key, value in error.params.items())

    def _work_as(self, ticket: Ticket) -> None:
        shift = ticket.shift or self._operator.shift
        session = self._checkout.desk.session
        if session is None or (session.operator_id, session.shift) != (self._operator.id, shift):
            self._checkout.staff.sign_in_for_record(self._operator, shift, moment_of(ticket.lines[0].at))
