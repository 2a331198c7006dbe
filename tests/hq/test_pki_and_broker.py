"""Certificates are ours, private and renewed; the broker lets each use its own branch only."""

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509

from hq import pki
from hq.broker import write
from retail.errors import ContractError

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def test_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    pki.issue(keys, "till-1", "till-1", NOW)
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}
    assert keys.stat().st_mode & 0o777 == 0o700


def test_a_certificate_is_kept_while_good_and_made_anew_in_time(tmp_path: Path) -> None:
    first = pki.issue(tmp_path, "till-1", "till-1", NOW).certificate.read_bytes()
    assert (
        pki.issue(tmp_path, "till-1", "till-1", NOW + dt.timedelta(days=59)).certificate.read_bytes() == first
    )
    later = NOW + dt.timedelta(days=61)
    renewed = pki.issue(tmp_path, "till-1", "till-1", later).certificate.read_bytes()
    assert renewed != first
    assert x509.load_pem_x509_certificate(renewed).not_valid_after_utc == later + dt.timedelta(days=90)


def test_another_name_a_torn_key_or_another_authority_is_replaced(tmp_path: Path) -> None:
    made = pki.issue(tmp_path, "leaf", "till-1", NOW)
    first = made.certificate.read_bytes()
    assert pki.issue(tmp_path, "leaf", "till-2", NOW).certificate.read_bytes() != first
    made.key.write_bytes(b"torn")
    second = pki.issue(tmp_path, "leaf", "till-2", NOW).certificate.read_bytes()
    (tmp_path / "ca.key").unlink()
    assert pki.issue(tmp_path, "leaf", "till-2", NOW).certificate.read_bytes() != second


@pytest.mark.parametrize("name", ["+", "#", "a/b", "", "till 1", "x" * 64])
def test_a_name_that_would_open_other_branches_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ContractError):
        pki.issue(tmp_path, "leaf", name, NOW)


def test_the_brokers_rules_bind_each_name_to_its_branch(tmp_path: Path) -> None:
    server = pki.issue(tmp_path / "keys", "broker", "broker", NOW, server=True)
    files = write(tmp_path / "broker", tmp_path / "keys" / "ca.crt", server, "demo", 18883)
    rules = (tmp_path / "broker" / "mosquitto.acl").read_text()
    assert "pattern write tb/1/demo/+/%u/up/#" in rules and "pattern read tb/1/demo/+/%u/dn/#" in rules
    config = files.config.read_text().splitlines()
    assert {"listener 18883 127.0.0.1", "require_certificate true", "persistence true"} <= set(config)
