"""Sells a record's tickets at a running till, truly by hand: scanner, screen, printer.

A sale by hand happens now and in the shift of whoever is signed in; `at` only sets the pace. What no
hand can do at this till is refused before anything is touched.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Engine

from appliance.checkout.basket import line_of
from appliance.runtime.paths import Home
from appliance.store.reference import ReferenceReader, open_reference
from appliance.store.reference.reader import NEWEST
from appliance.store.trade import read_trade
from retail.catalogue import Product, name_in
from retail.errors import Busy, InvariantBroken
from retail.messages.events import SaleCompleted
from retail.money import currency, format_amount, format_plain
from retail.quantity import ONE_MILLI, extend, format_quantity
from tillbox.replay.bench_client import Refusal, running_house
from tillbox.replay.hand import HQ_WITHIN_S, WITHIN_S, Hand, Stuck
from tillbox.replay.outcome import Outcome
from tillbox.replay.pace import Pace
from tillbox.replay.reading import read_record
from tillbox.replay.screen_log import ScreenLog
from tillbox.replay.tickets import BadRecord, RefusedTicket, Ticket, TicketLine, tickets_of
from tillbox.till import sale_of_receipt, zone_of

OFFERED = ("cash", "card", "qr")
Progress = Callable[[int, int], None]
Tenders = Sequence[tuple[str, int]]


def replay_screen(home: Home, file: Path, pace: Pace, again: bool, progress: Progress) -> Outcome:
    """Sell a file at the till that runs in this home."""
    record = read_record(file)
    bench, hq = running_house(home)
    reference = open_reference(home, writable=False)
    trade = read_trade(home)
    try:
        reader = ReferenceReader(reference)
        shop = reader.shop()
        outcome = Outcome(currency(shop.currency), ignored=record.ignored)
        tickets, outcome.refused = tickets_of(record.rows, outcome.unit, zone_of(shop))
        log = ScreenLog(home.trade_db.with_name("replay-screen.jsonl"))
        if again:
            log.forget()
        began = time.monotonic()
        replay = ScreenReplay(Hand(bench, hq, outcome.unit), reader, trade, log, outcome)
        try:
            replay.sell(tickets, pace, progress)
        except Stuck as stuck:
            raise Busy("replay.screen_stuck", what=stuck.what, detail=stuck.detail) from stuck
        except Refusal as refusal:
            raise Busy("replay.screen_refused", said=refusal.said) from refusal
        outcome.seconds = time.monotonic() - began
        outcome.refused.sort(key=lambda refused: refused.row)
        return outcome
    finally:
        trade.dispose()
        reference.dispose()


class ScreenReplay:
    """One run over one file."""

    def __init__(
        self, hand: Hand, reference: ReferenceReader, trade: Engine, log: ScreenLog, outcome: Outcome
    ) -> None:
        self._hand = hand
        self._reference = reference
        self._trade = trade
        self._log = log
        self._outcome = outcome

    def sell(self, tickets: list[Ticket], pace: Pace, progress: Progress) -> None:
        """Sell what is not sold yet, in the order of the file."""
        view = self._hand.come_to_the_till()
        if self._log.settle(str(view["last_sale"])):
            self._hand.clear()
        self._hand.put_aside()
        for done, ticket in enumerate(tickets, 1):
            receipt = self._log.receipt(ticket.key)
            if receipt:
                self._outcome.already += 1
                self._outcome.already_total_minor += self._sale(receipt).total_minor
                continue
            try:
                tenders = self._check(ticket)
            except BadRecord as bad:
                self._refuse(ticket, bad)
            else:
                pace.wait_for(ticket.at)
                self._sell_or_drop(ticket, tenders)
            progress(done, len(tickets))

    def _refuse(self, ticket: Ticket, bad: BadRecord) -> None:
        self._outcome.refused.append(RefusedTicket(ticket.ticket, bad.row, bad.code, bad.value, bad.detail))

    def _sell_or_drop(self, ticket: Ticket, tenders: Tenders) -> None:
        before = str(self._hand.view()["last_sale"])
        self._log.begun(ticket.key, before)
        began = time.perf_counter()
        try:
            self._put_all_in(ticket)
            receipt = self._pay(tenders)
        except (BadRecord, Stuck) as failure:
            receipt = str(self._hand.view()["last_sale"])
            if receipt == before:
                self._hand.clear()
                self._log.dropped(ticket.key)
                self._refuse(ticket, failure if isinstance(failure, BadRecord) else _as_bad(ticket, failure))
                return
        # However slowly the screen said it, the sale is made.
        self._log.ended(ticket.key, receipt)
        took_ms = (time.perf_counter() - began) * 1000
        self._outcome.count(self._sale(receipt), len(ticket.lines), took_ms)
        self._look_at_paper(ticket, receipt)
        self._hand.next_customer(self._hand.view())

    def _check(self, ticket: Ticket) -> Tenders:
        """All that no hand could do, before anything is touched; the tenders with their amounts."""
        for line in ticket.lines:
            if line.quantity_milli % ONE_MILLI and not self._weighed(line):
                raise BadRecord("screen.part_of_a_piece", line.row, format_quantity(line.quantity_milli))
        total = _total_minor(ticket)
        tenders = [(kind, total if amount is None else amount) for kind, amount in ticket.tenders]
        text = ";".join(f"{kind}:{format_plain(amount, self._outcome.unit)}" for kind, amount in tenders)
        for kind, _amount in tenders:
            if kind not in OFFERED:
                raise BadRecord("screen.tender_not_offered", ticket.tender_row, kind)
        if sum(amount for _, amount in tenders) != total:
            given = format_plain(sum(amount for _, amount in tenders), self._outcome.unit)
            due = format_plain(total, self._outcome.unit)
            raise BadRecord("sale.tenders_do_not_sum", ticket.tender_row, given, due)
        *parts, last = tenders
        by_hand = all(kind == "cash" and amount > 0 for kind, amount in parts)
        if not by_hand or (parts and (last[0] == "qr" or last[1] <= 0)):
            raise BadRecord("screen.several_tenders", ticket.tender_row, text)
        if last[0] == "qr" and total <= 0:
            raise BadRecord("screen.several_tenders", ticket.tender_row, text)
        return tenders

    def _put_all_in(self, ticket: Ticket) -> None:
        for line in ticket.lines:
            self._hand.take_back(line.quantity_milli < 0)
            self._put_in(line)
        total, shown = _total_minor(ticket), self._hand.view()["total_minor"]
        if shown != total:
            unit = self._outcome.unit
            raise BadRecord(
                "screen.total_differs", ticket.row, format_plain(shown, unit), format_plain(total, unit)
            )

    def _put_in(self, line: TicketLine) -> None:
        product = self._product(line)
        pieces = abs(line.quantity_milli) // ONE_MILLI
        if product is not None and self._listed_minor(product) == line.unit_price_minor:
            if product.by_weight:
                weight = format_quantity(abs(line.quantity_milli))
                self._hand.scan_weighed(line.code, weight)
            else:
                self._hand.scan(line.code, pieces)
            return
        name = line.name or (name_in(product.names, "zh-Hans") if product else line.code)
        self._hand.sell_by_name(name, line.unit_price_minor, pieces)

    def _pay(self, tenders: Tenders) -> str:
        *parts, (last, amount_minor) = tenders
        for _kind, part_minor in parts:
            self._hand.pay_part_in_cash(part_minor)
        if parts:
            self._hand.pay_rest(last)
        elif last == "cash":
            self._hand.pay_cash()
        elif last == "card":
            self._hand.pay_card()
        else:
            self._hand.pay_qr(amount_minor)
        return self._hand.sale_done(HQ_WITHIN_S if last == "qr" else WITHIN_S)

    def _look_at_paper(self, ticket: Ticket, receipt: str) -> None:
        slip = self._hand.slip_of(receipt)
        total = format_amount(_total_minor(ticket), self._outcome.unit).lstrip("−")
        if slip and total in slip:
            self._outcome.slips += 1
        else:
            self._outcome.slips_wrong.append((ticket.ticket, receipt, total))

    def _product(self, line: TicketLine) -> Product | None:
        product = self._reference.product_by_code(line.code, NEWEST) if line.code else None
        return None if product is None or product.sold_out else product

    def _weighed(self, line: TicketLine) -> bool:
        product = self._product(line)
        return (
            product is not None and product.by_weight and self._listed_minor(product) == line.unit_price_minor
        )

    def _listed_minor(self, product: Product) -> int:
        groups = self._reference.option_groups(NEWEST)
        return line_of(product, groups, {}, "", ONE_MILLI).unit_price_minor

    def _sale(self, receipt: str) -> SaleCompleted:
        sale = sale_of_receipt(self._trade, receipt)
        if sale is None:
            raise InvariantBroken("replay.sale_not_on_record", receipt=receipt)
        return sale


def _total_minor(ticket: Ticket) -> int:
    return sum(extend(line.unit_price_minor, line.quantity_milli) for line in ticket.lines)


def _as_bad(ticket: Ticket, stuck: Stuck) -> BadRecord:
    return BadRecord("screen.stuck", ticket.row, f"{stuck.what} {stuck.detail}".strip())
