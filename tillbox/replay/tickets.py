"""What a replay file says, as tickets: who bought what when, and how it was paid. Pure.

The lines of one ticket may be scattered; it stands where its first line stands. A ticket with one
wrong line is refused as a whole: half a sale is no sale.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from appliance.checkout.tender import TENDER_TYPES
from appliance.checkout.unlisted import NAME_LENGTH_MAX
from retail.errors import ContractError
from retail.money import AMOUNT_MINOR_MAX, Currency, parse_amount
from retail.quantity import extend, parse_quantity
from tillbox.replay.reading import COLUMNS, TOO_MANY_CELLS, RecordRow

CELL_LENGTH_MAX = 200
YEAR_MIN, YEAR_MAX = 1980, 2199
TENDERS_MAX = 20
VALUE_SHOWN_MAX = 60

_NUMBER = re.compile(r"[+-]?(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d{1,9})?")
_MOMENT = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}[T ].+")


class BadRecord(Exception):
    """A ticket that can't be sold as it stands: `code` says why, `row` where, `value` what stood there."""

    def __init__(self, code: str, row: int, value: str = "", detail: str = "") -> None:
        super().__init__(code, row)
        self.code, self.row, self.value, self.detail = code, row, value[:VALUE_SHOWN_MAX], detail


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One row: goods, quantity in thousandths, price in minor units. A negative quantity is taken back."""

    row: int
    at: datetime
    code: str
    name: str
    quantity_milli: int
    unit_price_minor: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """One sale of the record. `tenders` are (type, amount in minor units; None: all that is due).

    `key` is the same wherever the same ticket is read again, whatever the encoding or order of columns.
    """

    ticket: str
    key: str
    lines: tuple[TicketLine, ...]
    tenders: tuple[tuple[str, int | None], ...]
    tender_row: int
    shift: str

    @property
    def row(self) -> int:
        """Where it begins."""
        return self.lines[0].row

    @property
    def at(self) -> datetime:
        """When it was paid: at its last line."""
        return max(line.at for line in self.lines)


@dataclass(frozen=True, slots=True)
class RefusedTicket:
    """A ticket that was not sold; `row` as the file counts, `code` why, `value` what stood there."""

    ticket: str
    row: int
    code: str
    value: str = ""
    detail: str = ""


def tickets_of(
    rows: Sequence[RecordRow], unit: Currency, zone: ZoneInfo
) -> tuple[list[Ticket], list[RefusedTicket]]:
    """The tickets of a file in the order of their first lines, and those that can't be sold."""
    groups: dict[str, list[RecordRow]] = {}
    for number, cells in rows:
        # Rows without a number belong to nobody, so each stands for itself.
        name = cells.get("ticket", "")
        groups.setdefault(name or f"\0{number}", []).append((number, cells))
    tickets: list[Ticket] = []
    refused: list[RefusedTicket] = []
    for name, group in groups.items():
        shown = "" if name.startswith("\0") else name
        try:
            tickets.append(_ticket(shown, group, unit, zone))
        except BadRecord as bad:
            refused.append(RefusedTicket(shown[:VALUE_SHOWN_MAX], bad.row, bad.code, bad.value, bad.detail))
    return tickets, refused


def _ticket(name: str, group: list[RecordRow], unit: Currency, zone: ZoneInfo) -> Ticket:
    if not name:
        raise BadRecord("ticket.empty", group[0][0])
    lines = tuple(_line(row, cells, unit, zone) for row, cells in group)
    tender_row, tender = _agreed("tender", group)
    _shift_row, shift = _agreed("shift", group)
    if not tender:
        raise BadRecord("tender.empty", group[0][0])
    if sum(abs(extend(line.unit_price_minor, line.quantity_milli)) for line in lines) > AMOUNT_MINOR_MAX:
        raise BadRecord("ticket.too_large", group[0][0])
    return Ticket(name, _key(group), lines, _tenders(tender, tender_row, unit), tender_row, shift)


def _line(row: int, cells: dict[str, str], unit: Currency, zone: ZoneInfo) -> TicketLine:
    if TOO_MANY_CELLS in cells:
        raise BadRecord("row.too_many_cells", row, cells[TOO_MANY_CELLS])
    for column, value in cells.items():
        if len(value) > CELL_LENGTH_MAX:
            raise BadRecord("row.cell_too_long", row, value, column)
    code, name = cells.get("code", ""), " ".join(cells.get("name", "").split())
    if not code and not name:
        raise BadRecord("goods.unnamed", row)
    if len(name or code) > NAME_LENGTH_MAX:
        raise BadRecord("goods.name_too_long", row, name, str(NAME_LENGTH_MAX))
    return TicketLine(
        row=row,
        at=_moment(cells.get("at", ""), row, zone),
        code=code,
        name=name,
        quantity_milli=_quantity(cells.get("quantity", ""), row),
        unit_price_minor=_price(cells.get("unit_price", ""), row, unit),
    )


def _agreed(column: str, group: list[RecordRow]) -> tuple[int, str]:
    """The one value that the lines of a ticket give, and the row that gives it first."""
    given = [(row, cells[column]) for row, cells in group if cells.get(column)]
    for row, value in given:
        if value != given[0][1]:
            raise BadRecord(f"{column}.contradicts", row, value, given[0][1])
    return given[0] if given else (group[0][0], "")


def _tenders(text: str, row: int, unit: Currency) -> tuple[tuple[str, int | None], ...]:
    parts = [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]
    if not 1 <= len(parts) <= TENDERS_MAX:
        raise BadRecord("tender.malformed", row, text)
    tenders: list[tuple[str, int | None]] = []
    for part in parts:
        kind, colon, amount = part.replace("：", ":").partition(":")
        kind = kind.strip().lower()
        if kind not in TENDER_TYPES:
            raise BadRecord("tender.unknown_type", row, kind, ", ".join(TENDER_TYPES))
        if not colon and len(parts) > 1:
            raise BadRecord("tender.amount_missing", row, text)
        tenders.append((kind, _amount(amount, "tender.not_an_amount", row, unit) if colon else None))
    return tuple(tenders)


def _plain_number(text: str, code: str, row: int) -> str:
    cleaned = text.strip().replace("−", "-")
    if not _NUMBER.fullmatch(cleaned) or not cleaned.isascii():
        raise BadRecord(code, row, text)
    return cleaned.replace(",", "")


def _amount(text: str, code: str, row: int, unit: Currency) -> int:
    try:
        return parse_amount(_plain_number(text, code, row), unit)
    except ContractError as error:
        raise BadRecord(error.code, row, text, str(unit.digits)) from error


def _price(text: str, row: int, unit: Currency) -> int:
    price_minor = _amount(text, "unit_price.not_an_amount", row, unit)
    if price_minor < 0:
        raise BadRecord("unit_price.negative", row, text)
    return price_minor


def _quantity(text: str, row: int) -> int:
    try:
        quantity_milli = parse_quantity(_plain_number(text, "quantity.not_a_number", row))
    except ContractError as error:
        raise BadRecord(error.code, row, text) from error
    if quantity_milli == 0:
        raise BadRecord("quantity.zero", row, text)
    return quantity_milli


def _moment(text: str, row: int, zone: ZoneInfo) -> datetime:
    """ISO 8601, or ``2026-07-04 21:05[:09]``; without an offset it is the shop's time."""
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError("no date and time")
        date, time = re.split("[T ]", text.replace("/", "-"), maxsplit=1)
        year, month, day = (int(part) for part in date.split("-"))
        read = datetime.fromisoformat(f"{year:04d}-{month:02d}-{day:02d}T{_two_digits(time)}")
        if not YEAR_MIN <= read.year <= YEAR_MAX:
            raise ValueError("year")
        return read.astimezone(zone) if read.tzinfo else read.replace(tzinfo=zone)
    except ValueError:
        raise BadRecord("at.not_a_moment", row, text) from None


def _two_digits(time: str) -> str:
    cleaned = time.strip()
    return f"0{cleaned}" if cleaned[1:2] == ":" else cleaned


def _key(group: list[RecordRow]) -> str:
    """SHA-256 of what the ticket says, cell by cell."""
    digest = hashlib.sha256()
    for _row, cells in group:
        for column in COLUMNS:
            digest.update(cells.get(column, "").encode() + b"\0")
        digest.update(b"\n")
    return digest.hexdigest()
