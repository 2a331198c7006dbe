"""Sheets of XLSX and XLS files, read by calamine: values only, formulas by their stored results."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine as calamine

from retail.errors import ContractError
from sheetbase.cells import as_text
from sheetbase.xlsx import SheetScan, scan_package

MERGED_CELLS_MAX = 1_000_000
SHEETS_MAX = 100


class Sheet:
    """One sheet; its rows can be walked more than once."""

    def __init__(self, sheet: calamine.CalamineSheet, format_: str, scan: SheetScan | None) -> None:
        self._sheet = sheet
        self._scan = scan
        self._merged = _merged_cells(sheet)
        self.format = format_
        self.name: str = sheet.name
        self.height: int = sheet.total_height + 1

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row number from 1, texts of the cells); a merged block's value stands in all of its cells."""
        # calamine begins at the first used column, but not at the first used row.
        first_column = (self._sheet.start or (0, 0))[1]
        values: dict[tuple[int, int], str] = {}
        for place, cells in enumerate(self._sheet.iter_rows()):
            texts = [""] * first_column + [as_text(cell) for cell in cells]
            for column, source in self._merged.get(place, ()):
                if column < len(texts):
                    if source == (place, column):
                        values[source] = texts[column]
                    else:
                        texts[column] = values.get(source, texts[column])
            yield place + 1, texts

    def valueless(self) -> dict[int, frozenset[int]]:
        """Columns by row number, where a formula has no stored result."""
        return self._scan.valueless if self._scan else {}


def sheets_of(path: Path) -> list[Sheet]:
    """Every sheet of a workbook; `ContractError` when it is locked, damaged or out of proportion."""
    with path.open("rb") as file:
        zipped = file.read(2) == b"PK"
    scans = scan_package(path) if zipped else {}
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        names = [data.name for data in book.sheets_metadata if data.typ == calamine.SheetTypeEnum.WorkSheet]
        format_ = "XLSX" if zipped else "XLS"
        return [Sheet(book.get_sheet_by_name(name), format_, scans.get(name)) for name in names[:SHEETS_MAX]]
    except calamine.PasswordError as error:
        raise ContractError("file.has_password", path=str(path)) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise ContractError("file.damaged", path=str(path), why=str(error)) from error
    except BaseException as error:
        # A panic inside the Rust library is no Exception; anything else goes on its way.
        if type(error).__name__ != "PanicException":
            raise
        raise ContractError("file.damaged", path=str(path), why=str(error)) from error


def _merged_cells(sheet: Any) -> dict[int, list[tuple[int, tuple[int, int]]]]:
    """By row: (column, the block's first cell) of every merged cell."""
    cells: dict[int, list[tuple[int, tuple[int, int]]]] = {}
    left = MERGED_CELLS_MAX
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
        left -= (bottom - top + 1) * (last - first + 1)
        if left < 0:
            break
        for row in range(top, bottom + 1):
            cells.setdefault(row, []).extend((column, (top, first)) for column in range(first, last + 1))
    return cells
