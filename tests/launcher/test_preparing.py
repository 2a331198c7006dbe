"""What stands in the home before anything starts: configuration that every process accepts."""

import datetime as dt
import json
from pathlib import Path

import pytest
from cryptography import x509

from appliance.daemon.registry import plan
from appliance.runtime.paths import Home
from appliance.runtime.settings import load_settings
from retail.barcodes.gtin import check_digit
from retail.errors import ContractError
from tillbox.launcher.parts import find_mosquitto
from tillbox.launcher.ports import Ports
from tillbox.launcher.preparing import prepare

PORTS = Ports(bench=9000, hq=9001, broker=9002, network=9003, printer=9004)
NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / 'a "quoted" folder 山')
    for folder in (home.config_dir, home.run_dir, home.keys_dir, home.hq_dir):
        folder.mkdir(parents=True)
    return home


def test_the_till_finds_broker_and_devices_in_its_configuration(home: Home) -> None:
    prepare(home, PORTS, False, NOW)
    settings = load_settings(home.config_dir)
    assert (settings.sync.broker_port, settings.screen.remote, settings.screen.window) == (9003, True, False)
    for path in (settings.sync.ca, settings.sync.certificate, settings.sync.key):
        assert Path(path).is_file()
    planned = {device.id: device.capability for device in plan(settings.device)}
    assert planned == {
        "scanner": "scanner",
        "receipt": "printer",
        "customer": "customer_display",
        "reader": "card_reader",
        "drawer": "drawer",
    }


def test_a_shops_own_file_wins_over_the_benchs(home: Home) -> None:
    (home.config_dir / "50-shop.toml").write_text('[appliance]\nid = "till-7"\n[screen]\nwindow = true\n')
    prepare(home, PORTS, False, NOW)
    assert load_settings(home.config_dir).screen.window
    certificate = x509.load_pem_x509_certificate((home.keys_dir / "till.crt").read_bytes())
    assert certificate.subject.rfc4514_string() == "CN=till-7"


def test_the_bench_is_told_cards_codes_and_pages(home: Home) -> None:
    prepare(home, PORTS, False, NOW)
    goods = json.loads((home.run_dir / "bench.json").read_text())
    assert {card["kind"] for card in goods["cards"]} == {"member", "staff"}
    assert len(goods["barcodes"]) >= 12
    for item in goods["barcodes"]:
        assert check_digit(item["code"][:-1]) == item["code"][-1]
        assert set(item["names"]) == {"zh-Hans", "zh-Hant", "en"}
    assert goods["links"]["hq"] == "http://127.0.0.1:9001/"


def test_a_missing_broker_is_found_unpacked_or_said(tmp_path: Path) -> None:
    program = tmp_path / "usr" / "sbin" / "mosquitto"
    library = tmp_path / "usr" / "lib" / "x86_64-linux-gnu" / "libdlt.so.2"
    for file in (program, library):
        file.parent.mkdir(parents=True)
        file.write_bytes(b"")
        file.chmod(0o755)
    found, env = find_mosquitto(tmp_path, "/nowhere", system_folders=())
    assert (found, env) == (str(program), {"LD_LIBRARY_PATH": str(library.parent)})
    with pytest.raises(ContractError):
        find_mosquitto(tmp_path / "nothing", "/nowhere", system_folders=())
