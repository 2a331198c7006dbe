"""Go-back-N over the journal: what to send next, and what an acknowledgement means.

Pure: no clock, no network, no database. Only what HQ says it has committed moves the cursor; a
broker's acknowledgement proves nothing.
"""

from dataclasses import dataclass

from appliance.store.reference.mailbox import Cursor
from retail.messages import Ack

IN_FLIGHT_MAX = 200
RESEND_MS = 5_000
GAP_MS = 500


@dataclass(frozen=True)
class Room:
    """Send events after `seq`, at most `limit`."""

    seq: int
    limit: int


class Uploader:
    """One incarnation's journal on its way to HQ.

    `problem` is empty, or says why nothing is sent any more: ``journal.forked`` (HQ holds another
    history), ``journal.broken`` (an event does not link), ``journal.rolled_back`` (HQ holds more
    than we have: an old image was restored). Selling goes on; a person must look.
    """

    def __init__(self, at: Cursor, now_ms: int) -> None:
        self.cursor = at
        self.problem = ""
        self._sent = at.upto
        self._moved_ms = now_ms
        self._lower_seen = False

    def room(self, now_ms: int) -> Room | None:
        """What may be sent now; begins again after the cursor when HQ was silent for 5 s."""
        if self.problem:
            return None
        in_flight = self._sent - self.cursor.upto
        if in_flight and now_ms - self._moved_ms >= RESEND_MS:
            self._go_back(now_ms)
            in_flight = 0
        return Room(self._sent, IN_FLIGHT_MAX - in_flight) if in_flight < IN_FLIGHT_MAX else None

    def sent(self, upto: int, now_ms: int) -> None:
        """Events up to this one are on their way."""
        if self._sent == self.cursor.upto:
            self._moved_ms = now_ms
        self._sent = upto

    def acknowledged(self, ack: Ack, own_hash: str | None, now_ms: int) -> bool:
        """What HQ says about where it stands; whether the cursor moved.

        `own_hash` is our hash at `ack.upto`, None when our journal does not go so far. HQ may stand
        lower than it once said (its database was restored): believed when it is said twice.
        """
        if ack.problem:
            self.problem = f"journal.{ack.problem}"
        elif own_hash is None:
            self.problem = "journal.rolled_back"
        elif own_hash != ack.hash:
            self.problem = "journal.forked"
        if self.problem:
            return False
        lower = ack.upto < self.cursor.upto
        if lower and not self._lower_seen:
            self._lower_seen = True
            return False
        self._lower_seen = False
        if ack.upto == self.cursor.upto:
            if self._sent > ack.upto and now_ms - self._moved_ms >= GAP_MS:
                self._go_back(now_ms)
            return False
        self.cursor = Cursor(ack.upto, ack.hash)
        self._sent = ack.upto if lower else max(self._sent, ack.upto)
        self._moved_ms = now_ms
        return True

    def disconnected(self) -> None:
        """What was on its way may be lost: the next connection begins after the cursor."""
        self._sent = self.cursor.upto

    def _go_back(self, now_ms: int) -> None:
        self._sent = self.cursor.upto
        self._moved_ms = now_ms
