"""Finding drivers by their files, and saying what is wrong with a device's configuration."""

import ast
import importlib
from pathlib import Path
from typing import Any

import pytest

from appliance.daemon import drivers
from appliance.daemon.capabilities import CAPABILITIES, PROTOCOLS, Host
from appliance.daemon.registry import names, plan
from appliance.ipc.daemon_contract import FAULT_CODES
from appliance.runtime.settings import DeviceConfig
from retail.errors import ContractError

FOLDER = Path(drivers.__path__[0])
SERIAL = {"type": "serial", "path": "/dev/null"}
UNKNOWN_DRIVER = "device.unknown_driver"
MINIMAL: dict[str, dict[str, Any]] = {
    "display_vfd": {"link": SERIAL},
    "drawer_gpio": {"relay_pin": 17},
    "printer_escpos": {"link": SERIAL},
    "reader_pn532": {"link": SERIAL},
    "scanner_serial": {"link": SERIAL},
    "scanner_wedge": {"link": {"path": "/dev/null"}},
}


class NoHost:
    """A host nobody talks to."""

    def __getattr__(self, name: str) -> object:
        return lambda *_: None


def test_every_file_is_a_driver_of_its_capability() -> None:
    assert names() == sorted(MINIMAL)
    host: Host = NoHost()  # type: ignore[assignment]  # it has every method there is
    for name in names():
        module = importlib.import_module(f"{drivers.__name__}.{name}")
        assert module.CAPABILITY in CAPABILITIES
        (planned,) = plan([DeviceConfig(id="x", driver=name, options=MINIMAL[name])])
        assert isinstance(planned.make(host), PROTOCOLS[module.CAPABILITY])


def test_drivers_never_import_each_other() -> None:
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert "daemon.drivers" not in (node.module or ""), file.name


def test_drivers_raise_only_fault_codes_of_the_contract() -> None:
    said: set[str] = set()
    for file in FOLDER.parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            is_fault = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "DeviceFault"
            if is_fault and isinstance(node.args[0], ast.Constant):
                said.add(str(node.args[0].value))
    assert said <= FAULT_CODES


@pytest.mark.parametrize(
    ("config", "path", "code", "nearest"),
    [
        (DeviceConfig(id="x", driver="scaner_wedge"), "$.device[1].driver", UNKNOWN_DRIVER, "scanner_wedge"),
        (
            DeviceConfig(id="x", driver="printer_escpos", options={"link": SERIAL, "renderer": {}}),
            "$.device[1].options.renderer",
            "contract.unknown_key",
            "render",
        ),
        (
            DeviceConfig(id="x", driver="scanner_serial", options={"link": {**SERIAL, "buad": 9600}}),
            "$.device[1].options.link.buad",
            "contract.unknown_key",
            "baud",
        ),
        (DeviceConfig(id="x", driver="scanner_serial"), "$.device[1].options.link", "contract.invalid", None),
        (
            DeviceConfig(id="x", driver="drawer_gpio", options={"relay_pin": "17"}),
            "$.device[1].options.relay_pin",
            "contract.invalid",
            None,
        ),
        (DeviceConfig(id="first", driver="drawer_gpio"), "$.device[1].id", "device.twice", None),
        (DeviceConfig(id="", driver="drawer_gpio"), "$.device[1].id", "device.no_id", None),
    ],
)
def test_a_wrong_device_says_where_and_what_was_meant(
    config: DeviceConfig, path: str, code: str, nearest: str | None
) -> None:
    first = DeviceConfig(id="first", driver="drawer_gpio", options={"relay_pin": 17})
    with pytest.raises(ContractError) as caught:
        plan([first, config])
    assert (caught.value.path, caught.value.code) == (path, code)
    if nearest is not None:
        assert caught.value.params["nearest"] == nearest
