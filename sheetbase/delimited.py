"""Splits lines into records. A quote that never closes costs its own line, not the file's rest."""

import csv
from collections.abc import Iterator, Sequence

DELIMITERS = (",", "\t", ";", "|")
RECORD_LINES_MAX = 20
"""Lines that one quoted record may span."""


def records(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) for every record; cells are stripped."""
    place = 0
    while place < len(lines):
        cells, used = _record(lines, place, delimiter)
        yield place + 1, [cell.strip() for cell in cells]
        place += used


def _record(lines: Sequence[str], place: int, delimiter: str) -> tuple[list[str], int]:
    line = lines[place]
    if '"' not in line:
        return line.split(delimiter), 1
    for used in range(1, RECORD_LINES_MAX + 1):
        chunk = lines[place : place + used]
        if len(chunk) < used:
            break
        try:
            return next(csv.reader(["\n".join(chunk)], delimiter=delimiter, strict=True)), used
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                break
    # Not quoted after all: an inch sign, or a quote that was never closed. Taken as it stands.
    return next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE)), 1
