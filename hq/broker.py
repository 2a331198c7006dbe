"""mosquitto's configuration: mutual TLS, and each certificate's own branch only."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from hq.pki import Identity

QUEUED_MESSAGES_MAX = 10_000
"""mosquitto's own 1,000 drops silently; an appliance has at most 200 events under way."""
QUEUED_BYTES_MAX = 256 * 1024 * 1024
MESSAGE_BYTES_MAX = 64 * 1024 * 1024
HQ_NAME = "hq"


@dataclass(frozen=True)
class BrokerFiles:
    """What mosquitto is started with."""

    config: Path
    folder: Path


def write(folder: Path, ca: Path, server: Identity, tenant: str, port: int) -> BrokerFiles:
    """Write `mosquitto.conf` and its access rules into a folder; start it with ``mosquitto -c``."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    rules = folder / "mosquitto.acl"
    rules.write_text(_rules(tenant), "utf-8")
    rules.chmod(0o600)
    lines = [
        # Started by root it would become another user, who may not read our keys.
        f"user {pwd.getpwuid(os.geteuid()).pw_name}",
        "per_listener_settings false",
        f"listener {port} 127.0.0.1",
        "protocol mqtt",
        f"cafile {ca}",
        f"certfile {server.certificate}",
        f"keyfile {server.key}",
        "tls_version tlsv1.2",
        "require_certificate true",
        "use_identity_as_username true",
        "allow_anonymous false",
        f"acl_file {rules}",
        "persistence true",
        f"persistence_location {data}/",
        "autosave_interval 30",
        "persistent_client_expiration 7d",
        f"max_queued_messages {QUEUED_MESSAGES_MAX}",
        f"max_queued_bytes {QUEUED_BYTES_MAX}",
        f"max_packet_size {MESSAGE_BYTES_MAX}",
        "max_inflight_messages 100",
        "max_keepalive 120",
        "connection_messages false",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        "log_timestamp_format %Y-%m-%dT%H:%M:%S",
    ]
    config = folder / "mosquitto.conf"
    config.write_text("\n".join(lines) + "\n", "utf-8")
    return BrokerFiles(config, folder)


def _rules(tenant: str) -> str:
    """%u is the certificate's common name: an appliance's identity."""
    return f"""\
pattern write tb/1/{tenant}/+/%u/up/#
pattern read tb/1/{tenant}/+/%u/dn/#

user {HQ_NAME}
topic read tb/1/+/+/+/up/#
topic write tb/1/+/+/+/dn/#
"""
