"""Reads one row into a draft of a product, with a note for everything doubtful. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from retail.catalogue import Names
from retail.money import Currency
from sheetbase.cells import BadCell, as_amount, as_days, as_flag, as_rate_bp
from sheetbase.report import VALUE_SHOWN_MAX, RowNote
from tillbox.importer.codes import as_codes, doubt
from tillbox.importer.units import KILOGRAM, NOT_KILOGRAM, is_weighed, word_of

NAME_LENGTH_MAX = 120
PLU_LENGTH_MAX = 7
"""A number of the shop's own up to here is typed by hand; a longer one is scanned."""

TAG_LENGTH_MAX = 40
_TAG_ENDS = re.compile(r"[,;|、，；]")
_HAN = re.compile(r"[㐀-鿿豈-﫿]")
Value = TypeVar("Value")


@dataclass(slots=True)
class Draft:
    """A row that may become a product. `changes` are fields of `Product` that the file gives."""

    row: int
    names: Names = field(default_factory=dict)
    gtins: tuple[str, ...] = ()
    plu: str = ""
    category: tuple[str, str] | None = None
    rate_bp: int | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    notes: list[RowNote] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether some note refuses the row."""
        return any(note.refused for note in self.notes)


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads rows of one table: which field stands where, under which heading, in which currency."""

    columns: dict[str, int]
    texts: list[str]
    currency: Currency
    decimal_comma: bool = False

    def read(self, row: int, cells: list[str], valueless: frozenset[int] = frozenset()) -> Draft:
        """The draft of a row; `valueless` are columns whose formula has no stored result."""
        draft = Draft(row)
        for name, column in self.columns.items():
            if column in valueless and not cells[column : column + 1][0]:
                self._note(draft, name, cells, "formula.no_value", refused=name in ("name", "price"))
        self._read_names(draft, cells)
        self._read_codes(draft, cells)
        self._read_prices(draft, cells)
        self._read_flags(draft, cells)
        self._read_rest(draft, cells)
        return draft

    def _read_names(self, draft: Draft, cells: list[str]) -> None:
        for name, language in (("name", ""), ("name_en", "en"), ("name_hant", "zh-Hant")):
            text = " ".join(self.cell(name, cells).split())
            if len(text) > NAME_LENGTH_MAX:
                self._note(draft, name, cells, "name.too_long", refused=True, detail=str(NAME_LENGTH_MAX))
            elif text:
                draft.names[language or ("zh-Hans" if _HAN.search(text) else "en")] = text
        if not self.cell("name", cells) and not draft.refused:
            self._note(draft, "name", cells, "name.empty", refused=True)

    def _read_codes(self, draft: Draft, cells: list[str]) -> None:
        found = {
            name: self._try(draft, name, cells, as_codes, refused=True) or []
            for name in ("barcode", "number", "plu")
        }
        plu = found["plu"][0] if found["plu"] else ""
        gtins = list(dict.fromkeys(code for name in ("barcode", "number") for code in found[name]))
        if not plu and found["number"] and len(found["number"][0]) <= PLU_LENGTH_MAX:
            plu = found["number"][0]
        draft.plu, draft.gtins = plu, tuple(code for code in gtins if code != plu)
        for name in ("barcode", "number"):
            for code in found[name]:
                if why := doubt(code):
                    self._note(draft, name, cells, why, detail=code)
        if not draft.gtins and not draft.plu and not draft.refused:
            name = next((one for one in ("barcode", "number", "plu") if one in self.columns), "name")
            self._note(draft, name, cells, "code.none")

    def _read_prices(self, draft: Draft, cells: list[str]) -> None:
        price = self._amount(draft, "price", cells, refused=True)
        if price is None:
            if not draft.refused:
                self._note(draft, "price", cells, "price.empty", refused=True)
            return
        if price == 0:
            self._note(draft, "price", cells, "price.zero", refused=True)
        member = self._amount(draft, "member_price", cells)
        minimum = self._amount(draft, "price_min", cells)
        if member and member > price:
            self._note(draft, "member_price", cells, "member_price.above_price")
            member = None
        if minimum and minimum > price:
            self._note(draft, "price_min", cells, "price_min.above_price")
            minimum = None
        by_weight, per_kg = self._read_unit(draft, cells)
        draft.changes["price_minor"] = price * per_kg
        if "member_price" in self.columns:
            draft.changes["member_price_minor"] = member * per_kg if member else None
        if "price_min" in self.columns:
            draft.changes["price_min_minor"] = minimum * per_kg if minimum else None
        if by_weight is not None:
            draft.changes |= {"by_weight": by_weight, "unit": "kg" if by_weight else "each"}

    def _read_unit(self, draft: Draft, cells: list[str]) -> tuple[bool | None, int]:
        """Whether the goods are weighed (None: the file does not say) and how many units make a kg."""
        if "unit" not in self.columns and "pricing" not in self.columns:
            return None, 1
        word = word_of(self.cell("unit", cells))
        weighed = self._try(draft, "pricing", cells, is_weighed)
        if word in NOT_KILOGRAM and weighed is not False:
            self._note(draft, "unit", cells, "unit.not_metric", refused=True)
            return None, 1
        if weighed is None:
            weighed = word in KILOGRAM
        if not word and "unit" in self.columns and not weighed:
            self._note(draft, "unit", cells, "unit.empty")
        if weighed and word not in KILOGRAM:
            if "unit" in self.columns:
                self._note(draft, "unit", cells, "unit.not_a_weight")
        elif weighed and KILOGRAM[word] > 1:
            self._note(draft, "unit", cells, "unit.converted", detail=str(KILOGRAM[word]))
        elif not weighed and word in KILOGRAM:
            self._note(draft, "unit", cells, "unit.weight_but_by_piece")
        return weighed, KILOGRAM.get(word, 1) if weighed else 1

    def _read_flags(self, draft: Draft, cells: list[str]) -> None:
        for name in ("points", "discount", "member_discount", "haggle"):
            flag = self._try(draft, name, cells, as_flag)
            if flag is not None:
                draft.changes[name] = flag
        # Where discounts are forbidden altogether, the tier's percentage is one of them.
        if "member_discount" not in self.columns and "discount" in draft.changes:
            draft.changes["member_discount"] = draft.changes["discount"]

    def _read_rest(self, draft: Draft, cells: list[str]) -> None:
        if "shelf_life" in self.columns:
            draft.changes["shelf_life_days"] = self._try(draft, "shelf_life", cells, as_days)
        if "mnemonic" in self.columns:
            draft.changes["mnemonic"] = self.cell("mnemonic", cells)[:NAME_LENGTH_MAX]
        if "tags" in self.columns:
            words = (word.strip()[:TAG_LENGTH_MAX] for word in _TAG_ENDS.split(self.cell("tags", cells)))
            draft.changes["tags"] = tuple(dict.fromkeys(word for word in words if word))
        draft.rate_bp = self._try(draft, "tax", cells, as_rate_bp)
        category = " ".join(self.cell("category", cells).split())[:NAME_LENGTH_MAX]
        code = self.cell("category_code", cells)
        if category or code:
            draft.category = (code, category or code)
        elif "category" in self.columns:
            self._note(draft, "category", cells, "category.empty")
        if self.cell("status", cells) in (
            "停售",
            "停用",
            "下架",
            "禁售",
            "作废",
            "淘汰",
            "否",
            "inactive",
            "discontinued",
        ):
            draft.changes["sold_out"] = True
            self._note(draft, "status", cells, "status.not_sold")
        elif "status" in self.columns:
            draft.changes["sold_out"] = False
        if (kind := self.cell("kind", cells)) and not kind.startswith(
            ("普通", "标准", "商品", "ordinary", "standard")
        ):
            self._note(draft, "kind", cells, "kind.as_ordinary")

    def cell(self, name: str, cells: list[str]) -> str:
        """The text of a field in this row; empty when there is no such column."""
        column = self.columns.get(name, -1)
        return cells[column] if 0 <= column < len(cells) else ""

    def _amount(self, draft: Draft, name: str, cells: list[str], refused: bool = False) -> int | None:
        return self._try(
            draft,
            name,
            cells,
            lambda text: as_amount(text, self.currency, self.decimal_comma),
            refused=refused,
        )

    def _try(
        self, draft: Draft, name: str, cells: list[str], read: Callable[[str], Value], refused: bool = False
    ) -> Value | None:
        text = self.cell(name, cells)
        if not text:
            return None
        try:
            return read(text)
        except BadCell as bad:
            self._note(draft, name, cells, bad.code, refused=refused, detail=bad.detail)
            return None

    def _note(
        self, draft: Draft, name: str, cells: list[str], code: str, refused: bool = False, detail: str = ""
    ) -> None:
        column = self.columns.get(name, -1)
        heading = self.texts[column] if 0 <= column < len(self.texts) else ""
        value = self.cell(name, cells)[:VALUE_SHOWN_MAX]
        draft.notes.append(RowNote(draft.row, heading, value, code, refused, detail))
