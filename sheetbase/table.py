"""Finds out what a file is by its content, and the table with headings in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from retail.errors import ContractError
from sheetbase.delimited import DELIMITERS, records
from sheetbase.encodings import decodings
from sheetbase.headings import HEADING_ROWS_MAX, Headings, Vocabulary
from sheetbase.workbook import Sheet, sheets_of

FILE_BYTES_MAX = 256 * 1024 * 1024
ROWS_MAX = 250_000

Row = tuple[int, list[str]]


@dataclass(slots=True)
class Table:
    """Rows under their headings, numbered as the file counts. `about` says how it was read;
    `valueless` names columns, by row, whose formula has no stored result."""

    headings: Headings
    rows: Iterator[Row]
    rows_expected: int
    about: dict[str, str]
    decimal_comma: bool = False
    valueless: dict[int, frozenset[int]] = field(default_factory=dict)


def read_table(path: Path, words: Vocabulary) -> Table:
    """The table with such headings in a CSV, XLSX or XLS file; `ContractError` says why there is none."""
    try:
        size_bytes = path.stat().st_size
        if path.is_dir():
            raise ContractError("file.is_folder", path=str(path))
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise ContractError("file.cannot_read", path=str(path), why=error.strerror or "") from error
    if size_bytes == 0 or not start.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise ContractError("file.empty", path=str(path))
    if size_bytes > FILE_BYTES_MAX:
        raise ContractError("file.too_large", path=str(path), limit_mib=FILE_BYTES_MAX >> 20)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _from_workbook(path, words)
    if start.lstrip().lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"%pdf", b"{\\rtf")):
        raise ContractError("file.not_a_table", path=str(path), looks_like=_looks(start))
    return _from_text(path, path.read_bytes(), words)


def _looks(start: bytes) -> str:
    first = start.lstrip().lower()
    return "PDF" if first.startswith(b"%pdf") else "RTF" if first.startswith(b"{\\rtf") else "HTML/XML"


def _from_workbook(path: Path, words: Vocabulary) -> Table:
    best: tuple[int, Sheet, int, Headings] | None = None
    for sheet in sheets_of(path):
        found = _find(islice(sheet.rows(), HEADING_ROWS_MAX), words)
        if found and (best is None or len(found[1].columns) > best[0]):
            best = (len(found[1].columns), sheet, *found)
    if best is None:
        raise ContractError("file.no_headings", path=str(path), rows=HEADING_ROWS_MAX)
    _score, sheet, at, headings = best
    _require(path, headings, at)
    return Table(
        headings,
        _below(sheet.rows(), at),
        _checked(path, sheet.height - at),
        {"format": sheet.format, "sheet": sheet.name, "heading_row": str(at)},
        valueless=sheet.valueless(),
    )


def _from_text(path: Path, data: bytes, words: Vocabulary) -> Table:
    nearest: tuple[Headings, int] | None = None
    for encoding, text in decodings(data, path):
        lines = text.splitlines()
        for delimiter in DELIMITERS:
            found = _find(islice(records(lines, delimiter), HEADING_ROWS_MAX), words)
            if found is None:
                continue
            at, headings = found
            if headings.missing:
                if nearest is None or len(headings.columns) > len(nearest[0].columns):
                    nearest = (headings, at)
                continue
            return Table(
                headings,
                _below(records(lines, delimiter), at),
                _checked(path, len(lines) - at),
                {"format": "CSV", "encoding": encoding, "delimiter": delimiter, "heading_row": str(at)},
                decimal_comma=delimiter == ";",
            )
    if nearest is not None:
        _require(path, *nearest)
    raise ContractError("file.no_headings", path=str(path), rows=HEADING_ROWS_MAX)


def _find(rows: Iterator[Row], words: Vocabulary) -> tuple[int, Headings] | None:
    """The first row that names what is required; else the one that says the most."""
    best: tuple[int, Headings] | None = None
    for number, cells in rows:
        headings = words.headings(cells)
        if not headings.missing:
            return number, headings
        if headings.columns and (best is None or len(headings.columns) > len(best[1].columns)):
            best = (number, headings)
    return best


def _require(path: Path, headings: Headings, at: int) -> None:
    if headings.missing:
        raise ContractError(
            "file.heading_missing",
            path=str(path),
            missing=headings.missing,
            row=at,
            found=[text for text in headings.texts if text][:60],
        )


def _below(rows: Iterator[Row], at: int) -> Iterator[Row]:
    return ((number, cells) for number, cells in rows if number > at)


def _checked(path: Path, rows: int) -> int:
    if rows > ROWS_MAX:
        raise ContractError("file.too_many_rows", path=str(path), rows=rows, limit=ROWS_MAX)
    return rows
