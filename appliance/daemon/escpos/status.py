"""What a printer's status bytes mean. ESC/POS reference: DLE EOT n, GS r n.

A DLE EOT answer is `0xx1xx10`, a GS r answer has bit 4 clear: so they can be told apart.
"""

from retail.errors import DeviceFault

DLE_EOT = b"\x10\x04"
OFFLINE_CAUSE, ERROR_CAUSE, PAPER = 2, 3, 4
ASK_FINISHED = b"\x1dr\x01"
"""GS r 1: answered only when everything before it has been carried out."""
CLEAR_BUFFERS = bytes.fromhex("1014080103140106 0208".replace(" ", ""))
"""DLE DC4 8: forget what waits, or it would come out when paper is put in, beside the job's repetition."""


def ask(what: int) -> bytes:
    """The real-time question, answered even while the printer is stopped."""
    return DLE_EOT + bytes([what])


def is_status(byte: int) -> bool:
    """Whether this byte answers DLE EOT."""
    return byte & 0x93 == 0x12


def is_finished(byte: int) -> bool:
    """Whether this byte answers GS r."""
    return byte & 0x90 == 0x00


def fault_of(offline: int, error: int, paper: int) -> str:
    """The code of what is wrong, from the answers to the three questions; `""` if nothing is."""
    if offline & 0x04:
        return "printer.cover_open"
    if paper & 0x60 or offline & 0x20:
        return "printer.paper_out"
    if error & 0x08:
        return "printer.cutter"
    if error & 0x40:
        return "printer.overheated"
    if error & 0x20:
        return "printer.cutter"
    return ""


def detail_of(paper: int) -> dict[str, bool | int | str]:
    """What else is worth knowing."""
    return {"paper": "low"} if paper & 0x0C else {}


def raise_fault(code: str) -> None:
    """`DeviceFault` if there is one."""
    if code:
        raise DeviceFault(code)
