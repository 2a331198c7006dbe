"""Counts from a CSV: which goods, how many, and when each was counted. Reads only; HQ keeps the counts."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from retail.errors import ContractError, Refused
from retail.quantity import parse_quantity
from sheetbase.delimited import DELIMITERS, records
from sheetbase.encodings import decodings
from tillbox.replay.reading import read_bytes

HEADINGS = {
    "code": (
        "code",
        "product",
        "barcode",
        "plu",
        "编码",
        "編碼",
        "编号",
        "編號",
        "条码",
        "條碼",
        "商品",
        "货号",
    ),
    "counted": ("counted", "count", "quantity", "实数", "實數", "数量", "數量", "盘点数"),
    "at": ("at", "counted_at", "time", "时间", "時間", "点数时间", "點數時間"),
}
ROWS_MAX = 250_000


@dataclass(frozen=True, slots=True)
class CountRow:
    """One row: `count_id` is the same for the same row of the same file; `at_ms` 0 is now.

    `error` says why the row cannot be used.
    """

    row: int
    code: str
    count_id: str
    counted_milli: int = 0
    at_ms: int = 0
    error: Refused | ContractError | None = None


def read_counts(path: Path, zone: tzinfo) -> list[CountRow]:
    """All rows that are not blank. Times without an offset are the shop's.

    `ContractError` when the file cannot be used: ``file.*``, ``stock.headings`` when it does not name
    what was counted and how many.
    """
    data = read_bytes(path)
    digest = hashlib.sha256(data).hexdigest()[:32]
    found: list[str] = []
    for _encoding, text in decodings(data, path):
        lines = text.splitlines()
        for delimiter in DELIMITERS:
            rows = records(lines, delimiter)
            headings = next(([cell.lower() for cell in cells] for _, cells in rows if any(cells)), [])
            places = {
                name: next((at for at, cell in enumerate(headings) if cell in known), -1)
                for name, known in HEADINGS.items()
            }
            if places["code"] >= 0 and places["counted"] >= 0:
                return list(_rows(path, rows, places, digest, zone))
            found = found or headings
    raise ContractError("stock.headings", path=str(path), found=", ".join(found[:20])[:200])


def _rows(
    path: Path, rows: Iterator[tuple[int, list[str]]], places: dict[str, int], digest: str, zone: tzinfo
) -> Iterator[CountRow]:
    count = 0
    for number, cells in rows:
        if not any(cells):
            continue
        count += 1
        if count > ROWS_MAX:
            raise ContractError("file.too_many_rows", path=str(path), limit=ROWS_MAX)
        values = {name: cells[at] if 0 <= at < len(cells) else "" for name, at in places.items()}
        count_id = f"file:{digest}:{number}"
        try:
            counted_milli = parse_quantity(values["counted"])
            at_ms = _instant(values["at"], zone) if values["at"] else 0
        except (ContractError, Refused) as error:
            yield CountRow(number, values["code"], count_id, error=error)
        else:
            yield CountRow(number, values["code"], count_id, counted_milli, at_ms)


def _instant(text: str, zone: tzinfo) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ContractError("stock.date", path="at", value=text) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return round(moment.timestamp() * 1000)
