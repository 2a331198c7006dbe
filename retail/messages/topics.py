"""MQTT topics: ``tb/1/{tenant}/{shard}/{appliance}/...``.

The shard divides the fleet over ingest workers; everything of one appliance stays in one shard,
so its order is kept.
"""

import hashlib
from dataclasses import dataclass

SHARDS = 64


def shard_of(appliance: str) -> int:
    """First four bytes of SHA-256 of the appliance's id, modulo 64."""
    return int.from_bytes(hashlib.sha256(appliance.encode()).digest()[:4], "big") % SHARDS


@dataclass(frozen=True)
class Topics:
    """The topics of one appliance; `up_*` are written by it, `dn_*` by HQ."""

    tenant: str
    appliance: str

    def _of(self, leaf: str) -> str:
        return f"tb/1/{self.tenant}/{shard_of(self.appliance)}/{self.appliance}/{leaf}"

    @property
    def up_event(self) -> str:
        """`EventBatch`: what the journal holds, in order."""
        return self._of("up/event")

    @property
    def up_state(self) -> str:
        """`State`, retained; the broker sends the offline one as last will."""
        return self._of("up/state")

    @property
    def up_request(self) -> str:
        """`Hello` and `Request`: what the appliance wants of HQ."""
        return self._of("up/request")

    @property
    def dn_ack(self) -> str:
        """`Ack`: how far HQ holds the journal."""
        return self._of("dn/ack")

    @property
    def dn_push(self) -> str:
        """`Push`: documents of a stream."""
        return self._of("dn/push")

    @property
    def dn_response(self) -> str:
        """`Answer` and `PaymentNews`."""
        return self._of("dn/response")

    @property
    def dn_all(self) -> str:
        """Everything HQ says to this appliance."""
        return self._of("dn/#")

    @staticmethod
    def hq_up_all() -> str:
        """What HQ listens to: every appliance's upward branch."""
        return "tb/1/+/+/+/up/#"


def parse_up(topic: str) -> tuple[str, str, str] | None:
    """(tenant, appliance, leaf) of an upward topic, or None if it is not one of ours."""
    parts = topic.split("/")
    if len(parts) != 7 or parts[:2] != ["tb", "1"] or parts[5] != "up":
        return None
    tenant, shard, appliance, leaf = parts[2], parts[3], parts[4], parts[6]
    return (tenant, appliance, leaf) if shard == str(shard_of(appliance)) else None
