"""Append to the journal: the next `seq`, linked to the one before by its hash.

What an event moves in the ledger stands in its row, beside what is hashed.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from appliance.checkout.ports import Moment
from appliance.store.trade.opening import Identity
from retail.ids import IdSource
from retail.ledger import Entry, check_balanced
from retail.messages import GENESIS, canonical, event_hash

_encode = msgspec.json.Encoder().encode


class Head:
    """The journal's last link and the last sale's number, kept in memory by the one writer; read back when a
    unit fails."""

    def __init__(self, identity: Identity, new_id: IdSource) -> None:
        self._identity = identity
        self._new_id = new_id
        self._seq = 0
        self._hash = GENESIS
        self._hlc = 0
        self.sale_number = 0

    def reload(self, driver: Any) -> None:
        """Read both from the database."""
        rows = driver.execute("SELECT seq, hash, hlc FROM journal ORDER BY seq DESC LIMIT 1").fetchall()
        self._seq, self._hash, self._hlc = rows[0] if rows else (0, GENESIS, 0)
        self.sale_number = driver.execute("SELECT coalesce(max(number), 0) FROM sale").fetchall()[0][0]

    def append(
        self, driver: Any, kind: str, body: Struct, business_day: str, moment: Moment, entry: Entry | None
    ) -> int:
        """Write one event inside the caller's transaction; its `seq`. An entry must balance.

        The hybrid logical clock is milliseconds times 65,536, or one more than the last if the
        wall clock has gone back.
        """
        if entry is not None:
            check_balanced(entry)
        moved = _encode(entry).decode() if entry is not None else None
        seq, prev = self._seq + 1, self._hash
        hlc = max(moment.unix_ms << 16, self._hlc + 1)
        event_id = self._new_id()
        wall = datetime.fromtimestamp(moment.unix_ms / 1000, UTC).isoformat(timespec="milliseconds")
        raw = canonical(body)
        content = {
            "v": 1,
            "id": event_id,
            "tenant": self._identity.tenant,
            "appliance": self._identity.appliance,
            "incarnation": self._identity.incarnation,
            "seq": seq,
            "prev": prev,
            "type": kind,
            "hlc": hlc,
            "wall": wall,
            "time_trust": moment.trust,
            "business_day": business_day,
            "body": msgspec.Raw(raw),
        }
        digest = event_hash(prev, content)
        driver.execute(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (seq, event_id, kind, raw.decode(), prev, digest, hlc, wall, moment.trust, business_day, moved),
        )
        self._seq, self._hash, self._hlc = seq, digest, hlc
        return seq
