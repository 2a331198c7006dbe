"""Looks into an XLSX package before it is read: sizes, and formulas without a stored result.

calamine makes a rectangle of the farthest cell and unpacks whatever it is given, so a small file
could take all memory; and it cannot tell an empty cell from a formula that was never calculated.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from retail.errors import ContractError

UNPACKED_BYTES_MAX = 1024 * 1024 * 1024
RATIO_MAX = 400
"""Real sheets shrink 5 to 40 times; thousands of times is a bomb."""
AREA_CELLS_MAX = 30_000_000
PART_BYTES_MAX = 4 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024
ROW_BYTES_MAX = 8 * 1024 * 1024

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_VALUELESS = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


@dataclass(slots=True)
class SheetScan:
    """`valueless`: columns from 0 by row from 1, where a formula's result is missing."""

    valueless: dict[int, frozenset[int]] = field(default_factory=dict)


def scan_package(path: Path) -> dict[str, SheetScan]:
    """Every worksheet of the package by name; `ContractError` for anything that is not safe to read."""
    try:
        with zipfile.ZipFile(path) as package:
            if "xl/workbook.xml" not in package.namelist():
                raise ContractError("file.not_a_table", path=str(path), looks_like="ZIP")
            _check_sizes(package, path)
            return {name: _scan(package, part, path) for name, part in _worksheets(package, path)}
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        KeyError,
        ElementTree.ParseError,
    ) as error:
        raise ContractError("file.damaged", path=str(path), why=str(error)) from error


def _check_sizes(package: zipfile.ZipFile, path: Path) -> None:
    infos = package.infolist()
    unpacked, packed = sum(one.file_size for one in infos), sum(one.compress_size for one in infos)
    if unpacked > UNPACKED_BYTES_MAX or unpacked > max(packed, 64 * 1024) * RATIO_MAX:
        raise ContractError("file.out_of_proportion", path=str(path), unpacked_mib=unpacked >> 20)


def _worksheets(package: zipfile.ZipFile, path: Path) -> Iterator[tuple[str, str]]:
    relations = {
        one.get("Id", ""): one.get("Target", "")
        for one in _xml(package, "xl/_rels/workbook.xml.rels", path).iter(_RELATION)
    }
    for tag in (f"{_MAIN}sheet", f"{_STRICT}sheet"):
        for sheet in _xml(package, "xl/workbook.xml", path).iter(tag):
            target = next(
                (relations.get(value, "") for key, value in sheet.items() if key.endswith("}id")), ""
            )
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in package.namelist():
                yield sheet.get("name", ""), part


def _xml(package: zipfile.ZipFile, part: str, path: Path) -> ElementTree.Element:
    with package.open(part) as file:
        data = file.read(PART_BYTES_MAX + 1)
    if len(data) > PART_BYTES_MAX or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ContractError("file.damaged", path=str(path), why=part)
    return ElementTree.fromstring(data)


def _scan(package: zipfile.ZipFile, part: str, path: Path) -> SheetScan:
    columns: set[bytes] = set()
    rows_max = 0
    valueless: dict[int, set[int]] = {}
    with package.open(part) as file:
        for rows in _whole_rows(file, path):
            references = _REFERENCE.findall(rows)
            columns.update(letters for letters, _ in references)
            rows_max = max(rows_max, max((int(row) for _, row in references), default=0))
            for attributes in _VALUELESS.findall(rows) if b"<f" in rows or b":f" in rows else ():
                if (where := _REFERENCE.search(attributes)) and b't="str"' not in attributes:
                    valueless.setdefault(int(where[2]), set()).add(column_number(where[1].decode()))
    width = max((column_number(letters.decode()) + 1 for letters in columns), default=0)
    if rows_max * width > AREA_CELLS_MAX:
        raise ContractError("file.out_of_proportion", path=str(path), cells=rows_max * width)
    return SheetScan({row: frozenset(found) for row, found in valueless.items()})


def _whole_rows(file: IO[bytes], path: Path) -> Iterator[bytes]:
    rest = b""
    while chunk := file.read(CHUNK_BYTES):
        rest += chunk
        end = rest.rfind(b"row>")
        if end >= 0:
            yield rest[: end + 4]
            rest = rest[end + 4 :]
        elif len(rest) > ROW_BYTES_MAX:
            raise ContractError("file.out_of_proportion", path=str(path), row_mib=len(rest) >> 20)
    yield rest


def column_number(letters: str) -> int:
    """``A`` is 0, ``AA`` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
