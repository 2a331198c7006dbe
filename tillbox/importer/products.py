"""The import itself: every row of a table becomes a product, a product with a note, or a refusal.

Files are read through `files`; everything else is pure. The same file with the same `existing`
documents gives the same report.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from retail.money import Currency
from retail.streams import AnyDocument
from sheetbase import Headings, RowNote, Table, read_table
from tillbox.importer.catalogue import Shelf
from tillbox.importer.headings import PRODUCTS
from tillbox.importer.report import ImportReport
from tillbox.importer.row import Draft, RowReader

PROGRESS_ROWS = 5_000
SUM_WORDS = ("合计", "总计", "小计", "合計", "總計", "小計", "total", "sum", "subtotal")

Progress = Callable[[int, int], None]
"""Told (rows read, rows expected) now and then."""


def import_products(
    path: Path, existing: Iterable[AnyDocument], currency: Currency, progress: Progress | None = None
) -> ImportReport:
    """Read a product list; nothing is stored.

    `existing` is HQ's catalogue: a product found again by its code keeps its id and whatever the
    file does not say. `ContractError` (``file.*``) when the file as such cannot be used.
    """
    table = read_table(path, PRODUCTS)
    report = report_for(table)
    reader = RowReader(table.headings.columns, table.headings.texts, currency, table.decimal_comma)
    drafts = list(_drafts(table, reader, report, progress))
    shelf = Shelf(existing)
    shelf.expect(drafts)
    for draft in drafts:
        if not draft.refused:
            shelf.place(draft, table.headings)
        report.note(draft.row, draft.notes)
    report.documents = shelf.documents()
    report.new, report.changed, report.same = shelf.new, shelf.changed, shelf.same
    return report


def report_for(table: Table) -> ImportReport:
    """An empty report that says how the file was read."""
    report = ImportReport()
    report.describe(table)
    return report


def _drafts(
    table: Table, reader: RowReader, report: ImportReport, progress: Progress | None
) -> Iterator[Draft]:
    for count, (number, cells) in enumerate(table.rows, start=1):
        if progress and count % PROGRESS_ROWS == 0:
            progress(count, table.rows_expected)
        if not any(cells) or cells == table.headings.texts or _is_sum(cells, table.headings):
            report.blank += 1
            continue
        draft = reader.read(number, cells, table.valueless.get(number, frozenset()))
        for column, cell in enumerate(cells):
            if "\ufffd" in cell and column in table.headings.columns.values():
                heading = table.headings.texts[column]
                draft.notes.append(RowNote(number, heading, cell[:60], "row.bad_characters", refused=True))
        if extra := [cell for cell in cells[len(table.headings.texts) :] if cell]:
            draft.notes.append(RowNote(number, "", extra[0][:60], "row.too_many_cells", refused=True))
        yield draft


def _is_sum(cells: list[str], headings: Headings) -> bool:
    """A line below the goods that adds them up: its first word says so and it has no name or no code."""
    first = next(cell for cell in cells if cell).casefold().rstrip(":： ")
    name = headings.columns["name"]
    return first in SUM_WORDS and not (len(cells) > name and cells[name] and cells[name].casefold() != first)
