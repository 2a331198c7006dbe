"""Writes a table to a file that a spreadsheet opens, and that can be read again.

A text that a spreadsheet would take for a formula is written as a text: in XLSX by its type, in CSV with an
apostrophe before it, which `plain_text` takes off again.
"""

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from retail.errors import ContractError

Value = str | int | Decimal
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
COLUMN_WIDTH = 16
ROWS_MAX = 1_048_575


def write_table(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    """CSV (UTF-8 with mark) or XLSX by the name's end; how many rows. `ContractError` ``file.*``."""
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise ContractError("file.unknown_kind", path=str(path), allowed=sorted(writers))
    draft = path.with_name(f".{path.stem}.new{path.suffix}")
    try:
        draft.touch(mode=0o600)
        count = write(draft, headings, rows)
        draft.replace(path)
    except OSError as error:
        raise ContractError("file.cannot_write", path=str(path), why=error.strerror or "") from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def plain_text(text: str) -> str:
    """A cell's text without the apostrophe that kept it from being a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA_SIGNS else text


def _write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow([_harmless(text) for text in headings])
        for row in rows:
            count += 1
            table.writerow([_harmless(cell) if isinstance(cell, str) else str(cell) for cell in row])
    return count


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def _write_xlsx(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    count = 0
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(headings) - 1), COLUMN_WIDTH)
        for column, text in enumerate(headings):
            sheet.write_string(0, column, text, bold)
        for count, row in enumerate(rows, start=1):
            if count > ROWS_MAX:
                raise ContractError("file.too_many_rows", path=str(path), rows=count, limit=ROWS_MAX)
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(count, column, cell)
                else:
                    sheet.write_number(count, column, cell, money if isinstance(cell, Decimal) else None)
    return count
