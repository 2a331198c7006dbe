"""Reads the rows of a replay file: its encoding, its delimiter, its headings. Knows nothing of tickets."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retail.errors import ContractError
from sheetbase.delimited import DELIMITERS, records
from sheetbase.encodings import decodings

COLUMNS = ("ticket", "at", "code", "name", "quantity", "unit_price", "tender", "shift")
OPTIONAL = ("code", "name", "shift")
FILE_BYTES_MAX = 64 << 20
ROWS_MAX = 500_000
TOO_MANY_CELLS = "more cells than headings"
"""The key under which a row's surplus stands."""

RecordRow = tuple[int, dict[str, str]]
_BREAKS = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Record:
    """Rows that are not blank, numbered as the file counts. `ignored` are headings that mean nothing here."""

    rows: list[RecordRow]
    ignored: list[str]


def read_record(path: Path) -> Record:
    """The rows of a replay file.

    `ContractError` says why it can't be used: ``file.cannot_read``, ``file.is_folder``, ``file.empty``,
    ``file.too_large``, ``file.not_a_table``, ``file.encoding``, ``replay.workbook``,
    ``replay.heading_missing``, ``replay.heading_twice``, ``replay.too_many_rows``, ``replay.no_rows``.
    """
    best: tuple[int, list[str], Iterator[tuple[int, list[str]]]] | None = None
    for _encoding, text in decodings(read_bytes(path), path):
        lines = _BREAKS.split(text)
        for delimiter in DELIMITERS:
            rows = records(lines, delimiter)
            columns = next(([cell.lower() for cell in cells] for _, cells in rows if any(cells)), [])
            score = len(set(columns) & set(COLUMNS))
            if best is None or score > best[0]:
                best = (score, columns, rows)
    _score, columns, rows = best or (0, [], iter(()))
    _check_headings(path, columns)
    ignored = [name for name in columns if name and name not in COLUMNS]
    return Record(list(_below(path, columns, rows)), ignored)


def read_bytes(path: Path) -> bytes:
    """The file's bytes, within limits."""
    try:
        if path.is_dir():
            raise ContractError("file.is_folder", path=str(path))
        size_bytes = path.stat().st_size
        if size_bytes > FILE_BYTES_MAX:
            raise ContractError("file.too_large", path=str(path), limit_mib=FILE_BYTES_MAX >> 20)
        data = path.read_bytes()
    except OSError as error:
        raise ContractError("file.cannot_read", path=str(path), why=error.strerror or "") from error
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise ContractError("file.empty", path=str(path))
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ContractError("replay.workbook", path=str(path))
    return data


def _check_headings(path: Path, columns: Sequence[str]) -> None:
    missing = [name for name in COLUMNS if name not in columns and name not in OPTIONAL]
    if "code" not in columns and "name" not in columns:
        missing.append("name")
    if missing:
        found = ", ".join(name[:60] for name in columns[:20])
        raise ContractError("replay.heading_missing", path=str(path), missing=", ".join(missing), found=found)
    for name in COLUMNS:
        if columns.count(name) > 1:
            raise ContractError("replay.heading_twice", path=str(path), heading=name)


def _below(path: Path, columns: Sequence[str], rows: Iterator[tuple[int, list[str]]]) -> Iterator[RecordRow]:
    count = 0
    for number, cells in rows:
        if not any(cells):
            continue
        count += 1
        if count > ROWS_MAX:
            raise ContractError("replay.too_many_rows", path=str(path), limit=ROWS_MAX)
        row = {name: cell for name, cell in zip(columns, cells, strict=False) if name in COLUMNS}
        surplus = [cell for cell in cells[len(columns) :] if cell]
        if surplus:
            row[TOO_MANY_CELLS] = surplus[0]
        yield number, row
    if count == 0:
        raise ContractError("replay.no_rows", path=str(path))
