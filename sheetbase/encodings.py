"""Which encodings a text file may be in, likeliest first; the headings decide between them."""

import codecs
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from retail.errors import ContractError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CANDIDATES = ("utf-8", "gb18030", "big5")
CONTROL_SHARE_MAX = 0.02


def decodings(data: bytes, path: Path) -> Iterator[tuple[str, str]]:
    """(encoding, text), first where all bytes mean something, then with U+FFFD for those that do not.

    A file that says its encoding by a mark is not guessed at. `ContractError` when it is not in the
    encoding that it says, or when the bytes are no text at all.
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
    for encoding in _CANDIDATES:
        with suppress(UnicodeDecodeError):
            yield encoding, data.decode(encoding)
    # Some bytes are wrong in every encoding: their rows will be refused, the others need not be.
    for encoding in _CANDIDATES:
        yield encoding, data.decode(encoding, "replace")


def _controls(data: bytes) -> float:
    return sum(byte < 32 and byte not in b"\t\r\n\f\x1a" for byte in data) / max(len(data), 1)


def _unreadable(data: bytes, path: Path, encoding: str, error: UnicodeDecodeError) -> ContractError:
    line = data.count(b"\n", 0, error.start) + 1
    return ContractError("file.encoding", path=str(path), encoding=encoding, line=line)
