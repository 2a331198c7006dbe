"""Customer displays of two rows on a serial line, with the CD5220 or the Epson command set.

CD5220 user's manual: `ESC Q A` and `ESC Q B` write a row and end with CR. Epson DM-D manuals: `US $ x y`
moves the cursor, `CLR` clears.
"""

from typing import Literal

from msgspec import Struct

from appliance.daemon.capabilities import Host
from appliance.daemon.links import Link, LinkOptions
from retail.errors import ContractError

CAPABILITY = "customer_display"
ESC, US, CLR, CR = b"\x1b", b"\x1f", b"\x0c", b"\r"


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where it is and what it understands; `gb18030` only for displays with a Chinese font."""

    link: LinkOptions
    commands: Literal["cd5220", "epson"] = "cd5220"
    charset: Literal["ascii", "gb18030"] = "ascii"
    columns: int = 20
    rows: int = 2


class VfdDisplay:
    """A display that can be written only."""

    def __init__(self, options: Options, host: Host) -> None:
        if options.commands == "cd5220" and options.rows > 2:
            raise ContractError("display.rows", path="$.options.rows", rows_max=2)
        self._options = options
        self._link: Link | None = None

    def open(self) -> None:
        self._link = self._options.link.open()
        self._link.write(ESC + b"@" + CLR)

    def display_text(self, lines: tuple[str, ...]) -> None:
        rows = [self._row(line) for line in lines[: self._options.rows]]
        rows += [b" " * self._options.columns] * (self._options.rows - len(rows))
        assert self._link
        if self._options.commands == "cd5220":
            data = b"".join(ESC + b"Q" + b"AB"[i : i + 1] + row + CR for i, row in enumerate(rows))
        else:
            # Overwrite mode and no clearing, or the display flickers.
            data = US + b"\x01" + b"".join(US + b"$" + bytes([1, i + 1]) + row for i, row in enumerate(rows))
        self._link.write(data)

    def _row(self, text: str) -> bytes:
        """A row of exactly its columns; a Chinese character is two of them and never cut in half."""
        row = b""
        for char in text:
            code = self._code(char)
            if len(row) + len(code) > self._options.columns:
                break
            row += code
        return row.ljust(self._options.columns)

    def _code(self, char: str) -> bytes:
        if " " <= char <= "~":
            return char.encode()
        if self._options.charset == "gb18030":
            code = char.replace("¥", "￥").encode("gb18030", "replace")
            if len(code) == 2:
                return code
        return b"?"

    def fileno(self) -> int | None:
        return self._link.fileno() if self._link else None

    def readable(self) -> None:
        """It says nothing, but this is how the end of the line is noticed."""
        assert self._link
        self._link.read()

    def poll(self) -> float:
        return 60.0

    def test(self) -> None:
        self.display_text(tuple(f"{n} " + "-" * 10 + " OK" for n in range(1, self._options.rows + 1)))

    def close(self) -> None:
        if self._link:
            self._link.close()
            self._link = None

    def node(self) -> str:
        return self._options.link.node()


def make(options: Options, host: Host) -> VfdDisplay:
    """The driver."""
    return VfdDisplay(options, host)
