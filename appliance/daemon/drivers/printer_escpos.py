"""Receipt printers that speak ESC/POS, on any link: asked before each job, and after it whether it finished.

Never says "done" of a slip that the printer did not confirm. What the bytes are: `daemon/escpos/`.
"""

import time

from msgspec import Struct

from appliance.daemon.capabilities import Host
from appliance.daemon.escpos import status
from appliance.daemon.escpos.render import Renderer, RenderOptions
from appliance.daemon.links import Link, LinkOptions
from retail.documents import Cut, Document
from retail.errors import DeviceFault

CAPABILITY = "printer"
ASK_TIMEOUT_S = 2.0
ASK_TRIES = 2
LOOK_S = 0.3
"""While a slip prints, so often is looked whether paper or cover stopped it."""


class Options(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`status = false` is for printers with no way back: then a slip counts as done once it is sent."""

    link: LinkOptions
    render: RenderOptions = RenderOptions()
    status: bool = True
    poll_ms: int = 1000
    confirm_timeout_ms: int = 8000


class EscposPrinter:
    """A printer."""

    def __init__(self, options: Options, host: Host) -> None:
        self._options, self._host = options, host
        self._renderer = Renderer(options.render)
        self._link: Link | None = None
        self._torn = False
        self._polls = 0

    def open(self) -> None:
        self._link = self._options.link.open()
        self._polls = 0
        if self._options.status:
            self._look()

    def print_document(self, document: Document) -> None:
        data = self._renderer.render(document)
        assert self._link
        if self._options.status:
            status.raise_fault(self._look())
        if self._torn:
            # What is left of the last slip must not be the head of this one.
            data = self._renderer.render(Document(elements=(Cut(),))) + data
        self._torn = True
        try:
            self._send(data)
        except DeviceFault as fault:
            if fault.code == "device.lost":
                raise
            self._give_up()
            raise
        self._torn = False

    def _send(self, data: bytes) -> None:
        assert self._link
        try:
            self._link.write(data)
            if self._options.status:
                self._link.drain()
                self._link.write(status.ASK_FINISHED)
        except DeviceFault as fault:
            if fault.code == "device.silent" and self._options.status:
                # It takes no more: most often because paper or cover stopped it.
                status.raise_fault(self._look())
            raise
        if self._options.status:
            self._await_finished()

    def _await_finished(self) -> None:
        """Wait for the answer that comes after the last dot. Raises what stopped it, or `unconfirmed`."""
        assert self._link
        deadline = time.monotonic() + self._options.confirm_timeout_ms / 1000
        while time.monotonic() < deadline:
            answer = self._link.read_within(LOOK_S)
            if any(status.is_finished(byte) for byte in answer):
                # The paper may have run out on the last line, which GS r answers all the same.
                status.raise_fault(self._look())
                return
            if not answer:
                finished, code = self._look_while_printing()
                if finished:
                    return
                status.raise_fault(code)
        raise DeviceFault("printer.unconfirmed")

    def _give_up(self) -> None:
        """Have the printer forget the rest, or it comes out later beside the slip's repetition."""
        assert self._link
        if self._options.status:
            self._link.write(status.CLEAR_BUFFERS, stall_timeout_s=0.5)

    # Status

    def _ask(self, what: int) -> tuple[int, bool]:
        """The answer to one question, and whether a finished slip was confirmed meanwhile."""
        assert self._link
        finished = False
        for _ in range(ASK_TRIES):
            self._link.write(status.ask(what))
            deadline = time.monotonic() + ASK_TIMEOUT_S
            left_s = ASK_TIMEOUT_S
            while left_s > 0:
                # Looked at once more after the time is over: it may have been us who were late.
                left_s = deadline - time.monotonic()
                for byte in self._link.read_within(left_s):
                    if status.is_status(byte):
                        return byte, finished
                    finished = finished or status.is_finished(byte)
        raise DeviceFault("device.silent", asked=what)

    def _look_while_printing(self) -> tuple[bool, str]:
        questions = (status.OFFLINE_CAUSE, status.ERROR_CAUSE, status.PAPER)
        answers = [self._ask(what) for what in questions]
        offline, error, paper = (byte for byte, _ in answers)
        code = status.fault_of(offline, error, paper)
        self._host.condition(code, status.detail_of(paper))
        return any(finished for _, finished in answers), code

    def _look(self) -> str:
        """Ask how the printer is and tell the host; the answer is a fault code or `""`."""
        assert self._link
        self._link.drain()
        return self._look_while_printing()[1]

    def fileno(self) -> int | None:
        """It speaks only when asked, except to say that the line has ended."""
        return self._link.fileno() if self._link else None

    def readable(self) -> None:
        assert self._link
        self._link.read()

    def poll(self) -> float:
        if self._options.status:
            self._look()
        self._polls += 1
        if self._polls == 2:
            self._renderer.warm_up()
        return self._options.poll_ms / 1000

    def test(self) -> None:
        self.print_document(self._renderer.test_document())

    def close(self) -> None:
        if self._link:
            self._link.close()
            self._link = None

    def node(self) -> str:
        return self._options.link.node()


def make(options: Options, host: Host) -> EscposPrinter:
    """The driver."""
    return EscposPrinter(options, host)
