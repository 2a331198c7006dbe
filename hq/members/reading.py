"""Reads a list of members: every row becomes a draft, a draft with a note, or a refusal. Stores nothing."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from pathlib import Path

from hq.members.enrolling import ADDRESS_MAX, NAME_MAX, YEAR_MIN
from retail.errors import ContractError
from retail.members.phone import normal_phone
from retail.members.record import NOTE_MAX
from retail.money import Currency
from retail.secrets import NUMBER, normal_uid
from sheetbase import Report, RowNote, Table, Vocabulary, read_table
from sheetbase.cells import BadCell, as_amount, as_flag
from sheetbase.report import VALUE_SHOWN_MAX
from sheetbase.writing import plain_text

WORDS = Vocabulary.read(files("hq.members").joinpath("headings.toml").read_text("utf-8"), required=("phone",))
PERSONAL = frozenset({"phone", "other_phones", "name", "card", "birthday", "address", "note"})
"""What is personal is not repeated in a report: reports are shown, kept and sent around."""
POINTS_MAX = 100_000_000
FROZEN = frozenset(
    [
        "冻结",
        "停用",
        "挂失",
        "禁用",
        "锁定",
        "凍結",
        "掛失",
        "鎖定",
        "frozen",
        "blocked",
        "disabled",
        "inactive",
    ]
)
SUM_WORDS = ("合计", "总计", "小计", "合計", "總計", "小計", "total", "sum")
_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T].*)?")


@dataclass(slots=True)
class Draft:
    """A row that may become a member. None: the file does not say."""

    row: int
    phone: str = ""
    other_phones: tuple[str, ...] = ()
    name: str | None = None
    number: str = ""
    card: str = ""
    birthday: date | None = None
    address: str | None = None
    tier: str = ""
    principal_minor: int | None = None
    bonus_minor: int | None = None
    points: int | None = None
    joined: date | None = None
    contact: bool | None = None
    frozen: bool | None = None
    note: str = ""
    notes: list[RowNote] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether some note refuses the row."""
        return any(note.refused for note in self.notes)


def read_members(path: Path, currency: Currency, tiers: Mapping[str, str]) -> tuple[Report, Iterator[Draft]]:
    """An empty report that says how the file was read, and its rows. `tiers`: ids by case-folded name.

    `ContractError` (``file.*``) when the file as such cannot be used.
    """
    table = read_table(path, WORDS)
    report = Report()
    report.describe(table)
    return report, _drafts(table, currency, tiers, report)


def _drafts(table: Table, currency: Currency, tiers: Mapping[str, str], report: Report) -> Iterator[Draft]:
    seen: dict[str, int] = {}
    for number, cells in table.rows:
        first = next((cell for cell in cells if cell), "").casefold().rstrip(":： ")
        if not first or cells == table.headings.texts or first in SUM_WORDS:
            report.blank += 1
            continue
        row = _Row(number, cells, table, currency, tiers)
        draft = row.read()
        earlier = seen.setdefault(draft.phone, number) if draft.phone else number
        if earlier != number:
            row.note("phone", "phone.of_earlier_row", refused=True, detail=str(earlier))
        yield draft


class _Row:
    """One row being read."""

    def __init__(
        self, number: int, cells: list[str], table: Table, currency: Currency, tiers: Mapping[str, str]
    ) -> None:
        self._cells, self._table, self._currency, self._tiers = cells, table, currency, tiers
        self._draft = Draft(number)

    def read(self) -> Draft:
        draft = self._draft
        self._check_cells()
        draft.phone = self._phone("phone", self._cell("phone"), refused=True)
        others = re.split(r"[,，;；、\s]+", self._cell("other_phones"))
        found = [self._phone("other_phones", one, refused=False) for one in others if one]
        draft.other_phones = tuple(one for one in dict.fromkeys(found) if one and one != draft.phone)
        draft.name = self._text("name", NAME_MAX)
        draft.address = self._text("address", ADDRESS_MAX)
        draft.note = (self._text("note", NOTE_MAX) or "").strip()
        self._read_number_and_card()
        draft.birthday = self._date("birthday")
        draft.joined = self._date("joined")
        self._read_tier_and_state()
        draft.principal_minor = self._number("principal", self._amount)
        draft.bonus_minor = self._number("bonus", self._amount)
        draft.points = self._number("points", _points)
        return draft

    def note(self, name: str, code: str, refused: bool = False, detail: str = "") -> None:
        """Say something about a field; what is personal is not repeated."""
        column = self._table.headings.columns.get(name)
        value = "" if name in PERSONAL else self._cell(name)[:VALUE_SHOWN_MAX]
        heading = self._table.headings.texts[column] if column is not None else ""
        self._draft.notes.append(RowNote(self._draft.row, heading, value, code, refused, detail))

    def _cell(self, name: str) -> str:
        column = self._table.headings.columns.get(name)
        found = self._cells[column] if column is not None and column < len(self._cells) else ""
        return plain_text(found.strip())

    def _check_cells(self) -> None:
        columns = self._table.headings.columns
        for name, column in columns.items():
            if column < len(self._cells) and "\ufffd" in self._cells[column]:
                self.note(name, "row.bad_characters", refused=True)
            if column in self._table.valueless.get(self._draft.row, ()) and not self._cell(name):
                self.note(name, "formula.no_value", refused=name == "phone")
        if any(self._cells[len(self._table.headings.texts) :]):
            self.note("", "row.too_many_cells", refused=True)

    def _phone(self, name: str, text: str, refused: bool) -> str:
        if not text:
            self.note(name, "phone.empty", refused=True)
            return ""
        if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text):
            self.note(name, "code.scientific", refused=refused)
            return ""
        try:
            return normal_phone(text)
        except ContractError as error:
            self.note(name, error.code, refused=refused)
            return ""

    def _text(self, name: str, length_max: int) -> str | None:
        if name not in self._table.headings.columns:
            return None
        text = " ".join(self._cell(name).split())
        if len(text) > length_max:
            self.note(name, "member.cut_off", detail=str(length_max))
        return text[:length_max]

    def _read_number_and_card(self) -> None:
        number = "".join(unicodedata.normalize("NFKC", self._cell("number")).split()).upper()
        if number and not NUMBER.fullmatch(number):
            self.note("number", "member.bad_number")
        else:
            self._draft.number = number
        if card := self._cell("card"):
            try:
                self._draft.card = normal_uid(card)
            except ContractError as error:
                self.note("card", error.code)

    def _date(self, name: str) -> date | None:
        text = unicodedata.normalize("NFKC", self._cell(name))
        if not text:
            return None
        matched = _DATE.fullmatch(text)
        try:
            found = date(*map(int, matched.groups())) if matched else None
        except ValueError:
            found = None
        if found is None or found.year < YEAR_MIN:
            self.note(name, "member.bad_date")
            return None
        return found

    def _read_tier_and_state(self) -> None:
        draft = self._draft
        if tier := self._cell("tier"):
            draft.tier = self._tiers.get(tier.casefold(), "")
            if not draft.tier:
                self.note("tier", "tier.unknown")
        if state := self._cell("state"):
            draft.frozen = state.casefold() in FROZEN
        try:
            draft.contact = as_flag(self._cell("contact"))
        except BadCell as bad:
            self.note("contact", bad.code, detail=bad.detail)

    def _number(self, name: str, read: Callable[[str], int]) -> int | None:
        text = self._cell(name)
        if not text:
            return None
        try:
            return read(text)
        except BadCell as bad:
            # Money that is not understood must not become none: the row waits until a person looks.
            self.note(name, bad.code, refused=True, detail=bad.detail)
            return None

    def _amount(self, text: str) -> int:
        return as_amount(text, self._currency, self._table.decimal_comma)


def _points(text: str) -> int:
    cleaned = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("分").strip()
    whole = re.fullmatch(r"(-?\d{1,12})(\.0*)?", cleaned)
    if whole is None:
        raise BadCell("points.not_whole")
    found = int(whole[1])
    if not 0 <= found <= POINTS_MAX:
        raise BadCell("amount.negative" if found < 0 else "amount.too_large")
    return found
