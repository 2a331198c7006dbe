"""Which encodings a text file may be in, likeliest first; the headings decide between them."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from retail.errors import ContractError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CANDIDATES = ("utf-8", "gb18030", "big5")
CONTROL_SHARE_MAX = 0.02


def decodings(data: bytes, path: Path) -> Iterator[tuple[str, str]]:
    """(encoding, text) of every encoding in which all bytes mean something.

    A file that says its encoding by a mark is not guessed at. `ContractError` when none fits or
    the bytes are no text at all.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                yield encoding, data.decode(encoding)
                return
            except UnicodeDecodeError as error:
                raise _unreadable(data, path, encoding, error) from error
    if b"\0" in data or _controls(data[:65_536]) > CONTROL_SHARE_MAX:
        raise ContractError("file.not_a_table", path=str(path), looks_like="")
    first: tuple[str, UnicodeDecodeError] | None = None
    fits = False
    for encoding in _CANDIDATES:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            first = first or (encoding, error)
            continue
        fits = True
        yield encoding, text
    if not fits and first:
        raise _unreadable(data, path, *first) from first[1]


def _controls(data: bytes) -> float:
    return sum(byte < 32 and byte not in b"\t\r\n\f\x1a" for byte in data) / max(len(data), 1)


def _unreadable(data: bytes, path: Path, encoding: str, error: UnicodeDecodeError) -> ContractError:
    line = data.count(b"\n", 0, error.start) + 1
    return ContractError("file.encoding", path=str(path), encoding=encoding, line=line)
