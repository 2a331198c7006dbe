"""Which drivers there are: the files of `drivers/`. Adding one edits nothing here.

A driver's name is its file's. The file has `CAPABILITY`, a Struct `Options` and `make(options, host)`.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from appliance.daemon import drivers
from appliance.daemon.capabilities import CAPABILITIES, Driver, Host
from appliance.ipc.daemon_contract import Capability
from appliance.runtime.settings import DeviceConfig
from appliance.runtime.strict import convert, nearest
from retail.errors import ContractError, InvariantBroken


@dataclass(frozen=True)
class Planned:
    """A configured device whose options were found right; `make(host)` makes its driver."""

    id: str
    driver: str
    capability: Capability
    make: Callable[[Host], Driver]


def names() -> list[str]:
    """The names of all drivers, without importing any."""
    return sorted(module.name for module in pkgutil.iter_modules(drivers.__path__))


def plan(devices: "list[DeviceConfig] | tuple[DeviceConfig, ...]") -> list[Planned]:
    """Check all devices. Raises `ContractError` whose path names the device and the key."""
    planned: list[Planned] = []
    for index, device in enumerate(devices):
        path = f"$.device[{index}]"
        if not device.id:
            raise ContractError("device.no_id", path=f"{path}.id")
        if any(device.id == other.id for other in planned):
            raise ContractError("device.twice", path=f"{path}.id", id=device.id)
        planned.append(_plan(device, path))
    return planned


def _plan(device: DeviceConfig, path: str) -> Planned:
    known = names()
    if device.driver not in known:
        raise ContractError(
            "device.unknown_driver",
            path=f"{path}.driver",
            driver=device.driver,
            nearest=nearest(device.driver, known),
            known=known,
        )
    module: Any = importlib.import_module(f"{drivers.__name__}.{device.driver}")
    if module.CAPABILITY not in CAPABILITIES:
        raise InvariantBroken("device.unknown_capability", driver=device.driver, capability=module.CAPABILITY)
    options = convert(device.options, module.Options, path=f"{path}.options")
    return Planned(device.id, device.driver, module.CAPABILITY, lambda host: module.make(options, host))
