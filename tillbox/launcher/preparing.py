"""What must stand in the home before anything starts: keys, and the configuration of broker, till and bench.

All of it is written again at each start; a shop's own settings stand in other files of `conf.d/`.
"""

import datetime as dt
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from appliance.runtime.paths import Home
from appliance.runtime.settings import load_settings
from hq import broker, pki
from retail.catalogue import Product
from tillbox.demo_shop import cards, catalogue
from tillbox.launcher.house import write_whole
from tillbox.launcher.ports import ADDRESS, Ports

BENCH_CONFIG = "00-bench.toml"
OWN_WORDS = (
    "# Written at every start of tillbox run. Put your own settings into a file that sorts after this one.\n"
)
TILL_KEYS = "till"
LOGO = Path(str(resources.files("appliance.ui"))) / "assets" / "generated" / "logo-receipt.png"


def prepare(home: Home, ports: Ports, window: bool, now: dt.datetime) -> Path:
    """Write all of it; the answer is mosquitto's configuration."""
    write_whole(home.config_dir / BENCH_CONFIG, till_config(home, ports, window))
    who = load_settings(home.config_dir).appliance
    authority = pki.create_ca(home.keys_dir, now)
    server = pki.issue(home.keys_dir, "broker", "broker", now, server=True)
    pki.issue(home.keys_dir, "hq", broker.HQ_NAME, now)
    pki.issue(home.keys_dir, TILL_KEYS, who.id, now)
    config = broker.write(
        home.hq_dir / "broker", authority.certificate, server, who.tenant, ports.broker
    ).config
    write_whole(home.run_dir / "bench.json", json.dumps(bench_goods(ports), ensure_ascii=False, indent=1))
    return config


def till_config(home: Home, ports: Ports, window: bool) -> str:
    """The layer of configuration that wires the till to the bench."""
    keys = home.keys_dir
    layer: dict[str, Mapping[str, Any]] = {
        # The customer's screen is on the bench's page; a second window would lie on top of the till's.
        "screen": {"remote": True, "window": window, "customer_window": False},
        "sync": {
            "broker_host": ADDRESS,
            "broker_port": ports.network,
            "ca": str(keys / "ca.crt"),
            "certificate": str(keys / f"{TILL_KEYS}.crt"),
            "key": str(keys / f"{TILL_KEYS}.key"),
        },
    }
    text = OWN_WORDS + "".join(f"\n[{name}]\n{table(values)}" for name, values in layer.items())
    for device in devices(home.run_dir, ports):
        text += f"\n[[device]]\n{table(device)}"
    return text


def devices(run_dir: Path, ports: Ports) -> list[dict[str, Any]]:
    """The emulated devices as the daemon finds them: ptys by their links, the printer's port, pins."""

    def serial(name: str, baud: int) -> dict[str, Any]:
        return {"type": "serial", "path": str(run_dir / name), "baud": baud}

    return [
        {"id": "scanner", "driver": "scanner_serial", "options": {"link": serial("scanner", 9600)}},
        {
            "id": "receipt",
            "driver": "printer_escpos",
            "options": {
                "link": {"type": "tcp", "host": ADDRESS, "port": ports.printer},
                "render": {"logos": {"shop": str(LOGO)}},
            },
        },
        {"id": "customer", "driver": "display_vfd", "options": {"link": serial("display", 9600)}},
        {"id": "reader", "driver": "reader_pn532", "options": {"link": serial("reader", 115200)}},
        {"id": "drawer", "driver": "drawer_gpio", "options": {"relay_pin": 17, "sensor_pin": 27}},
    ]


def table(values: Mapping[str, Any]) -> str:
    """The lines of a TOML table."""
    return "".join(f"{key} = {toml(value)}\n" for key, value in values.items())


def toml(value: Any) -> str:
    """A value as TOML; tables inline. JSON's strings and numbers are TOML's too."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key} = {toml(item)}" for key, item in value.items())
        return f"{{ {inside} }}"
    return json.dumps(value, ensure_ascii=False)


def bench_goods(ports: Ports) -> dict[str, Any]:
    """What the bench offers to scan, to tap and to look at; it may not know the demo shop itself."""
    packaged = [item for item in catalogue() if isinstance(item, Product) and item.gtins]
    hq = f"http://{ADDRESS}:{ports.hq}"
    return {
        "cards": [card._asdict() for card in cards()],
        "barcodes": [{"code": item.gtins[0], "names": dict(item.names)} for item in packaged],
        "links": {"hq": f"{hq}/", "payments": f"{hq}/payments"},
    }
