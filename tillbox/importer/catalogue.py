"""Joins drafts with the catalogue that is there: ids, categories, tax classes, numbers used twice.

Ids come from codes, so the same file always means the same products. Pure.
"""

import hashlib
import re
from collections.abc import Iterable

from msgspec.structs import replace

from retail.barcodes.gtin import is_gtin_shaped
from retail.catalogue import Category, Product, TaxClass
from retail.streams import AnyDocument
from sheetbase import Headings, RowNote
from tillbox.importer.row import Draft

CATEGORY_WITHOUT = Category(
    id="imported", names={"zh-Hans": "未分类", "zh-Hant": "未分類", "en": "Other goods"}, order=10_000
)
CATEGORY_ORDER_FIRST = 1_000
"""Imported categories stand behind those that somebody has put in order."""

_SAFE = re.compile(r"[0-9A-Za-z._-]{1,64}")


class Shelf:
    """The catalogue as it becomes; `place` adds one draft or refuses it with a note."""

    def __init__(self, existing: Iterable[AnyDocument]) -> None:
        there = list(existing)
        self._products = {one.id: one for one in there if isinstance(one, Product)}
        self._categories = {one.id: one for one in there if isinstance(one, Category)}
        self._taxes = [one for one in there if isinstance(one, TaxClass)]
        self._by_gtin = {bare(code): one.id for one in self._products.values() for code in one.gtins}
        self._category_by_name = {
            name: one.id for one in reversed(self._categories.values()) for name in one.names.values()
        }
        self._plu_owner = {one.plu: (one.id, 0) for one in self._products.values() if one.plu}
        self._rows: dict[str, int] = {}
        self._made: dict[tuple[str, str], AnyDocument] = {}
        self.new = self.changed = self.same = 0

    def documents(self) -> list[AnyDocument]:
        """Everything the file needs, those that others refer to first."""
        order = {"category": 0, "tax": 1, "product": 2}
        return [self._made[key] for key in sorted(self._made, key=lambda key: order[key[0]])]

    def expect(self, drafts: Iterable[Draft]) -> None:
        """Free the PLUs of products that the file gives anew, so that two may trade theirs."""
        coming = {self._id_of(draft) for draft in drafts if not draft.refused}
        self._plu_owner = {plu: owner for plu, owner in self._plu_owner.items() if owner[0] not in coming}

    def place(self, draft: Draft, headings: Headings) -> None:
        """Make the product of a draft; a code that an earlier row has refuses it."""
        id_ = self._id_of(draft)
        if id_ in self._rows:
            self._refuse(draft, headings, self._rows[id_])
            return
        for code in draft.gtins:
            if (earlier := self._rows.get(f"code {bare(code)}")) is not None:
                self._refuse(draft, headings, earlier)
                return
        self._rows[id_] = draft.row
        self._rows |= {f"code {bare(code)}": draft.row for code in draft.gtins}
        before = self._products.get(id_)
        product = self._product(id_, draft, headings, before)
        self._made["product", id_] = product
        self.new += before is None
        self.same += product == before
        self.changed += before is not None and product != before

    def _product(self, id_: str, draft: Draft, headings: Headings, before: Product | None) -> Product:
        changes = dict(draft.changes)
        if plu := self._plu(id_, draft, headings):
            changes["plu"] = plu
        if draft.category is not None:
            changes["category"] = self._category(*draft.category)
        elif before is None:
            changes["category"] = self._category("", "")
        if draft.rate_bp is not None:
            changes["tax_class"] = self._tax(draft.rate_bp)
        if before is None:
            return Product(id=id_, names=draft.names, gtins=draft.gtins, **changes)
        gtins = draft.gtins + tuple(code for code in before.gtins if bare(code) not in map(bare, draft.gtins))
        return replace(before, names=before.names | draft.names, gtins=gtins, **changes)

    def _id_of(self, draft: Draft) -> str:
        for code in draft.gtins:
            if known := self._by_gtin.get(bare(code)):
                return known
        code = draft.gtins[0] if draft.gtins else draft.plu
        return f"p-{_safe(bare(code))}" if code else f"n-{_digest(next(iter(draft.names.values()), ''))}"

    def _plu(self, id_: str, draft: Draft, headings: Headings) -> str:
        if not draft.plu:
            return ""
        owner, row = self._plu_owner.setdefault(draft.plu, (id_, draft.row))
        if owner == id_:
            return draft.plu
        column = headings.columns.get("plu", headings.columns.get("number", 0))
        detail = str(row) if row else owner
        code = "plu.of_other_row" if row else "plu.of_other_product"
        draft.notes.append(RowNote(draft.row, headings.texts[column], draft.plu, code, detail=detail))
        return ""

    def _category(self, code: str, name: str) -> str:
        if not name:
            id_, names = CATEGORY_WITHOUT.id, CATEGORY_WITHOUT.names
        else:
            id_ = f"c-{_safe(code)}" if code else f"c-{_digest(name)}"
            names = {"zh-Hans" if not name.isascii() else "en": name}
        if name and id_ not in self._categories and (known := self._category_by_name.get(name)):
            id_ = known
        there = self._categories.get(id_)
        made = there or Category(id=id_, names=names, order=self._next_order(name))
        if name:
            made = replace(made, names=made.names | names)
        self._categories[id_] = made
        self._made["category", id_] = made
        return id_

    def _next_order(self, name: str) -> int:
        used = [one.order for one in self._categories.values() if one.order < CATEGORY_WITHOUT.order]
        return max([CATEGORY_ORDER_FIRST - 1, *used]) + 1 if name else CATEGORY_WITHOUT.order

    def _tax(self, rate_bp: int) -> str:
        known = [one for one in self._taxes if one.inclusive and one.rate_bp == rate_bp]
        if known:
            best = min(known, key=lambda one: (one.id != "standard", one.id))
            self._made["tax", best.id] = best
            return best.id
        percent = f"{rate_bp / 100:g}%"
        names = {"zh-Hans": f"税率 {percent}", "zh-Hant": f"稅率 {percent}", "en": f"Tax {percent}"}
        made = TaxClass(id=f"rate-{rate_bp}", names=names, rate_bp=rate_bp)
        self._taxes.append(made)
        self._made["tax", made.id] = made
        return made.id

    def _refuse(self, draft: Draft, headings: Headings, earlier: int) -> None:
        column = next(
            (headings.columns[one] for one in ("barcode", "number", "plu") if one in headings.columns), 0
        )
        value = draft.gtins[0] if draft.gtins else draft.plu or next(iter(draft.names.values()), "")
        note = RowNote(draft.row, headings.texts[column], value, "code.of_earlier_row", True, str(earlier))
        draft.notes.append(note)


def bare(code: str) -> str:
    """A GTIN without leading zeros beyond UPC-A's twelve digits, so that all its lengths are one."""
    while is_gtin_shaped(code) and len(code) > 12 and code[0] == "0":
        code = code[1:]
    return code


def _safe(code: str) -> str:
    return code if _SAFE.fullmatch(code) else _digest(code)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
