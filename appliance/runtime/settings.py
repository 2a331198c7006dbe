"""What can be configured: one schema, checked whole by every process, so that a typo is found by the first.

No secrets here: keys and certificates are named by path. Options of a device stay a table; the daemon
checks them against its driver.
"""

from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from appliance.runtime import config

Density = Literal["auto", "compact", "regular", "comfortable"]
Theme = Literal["light", "dark", "high-contrast"]
Language = Literal["zh-Hans", "zh-Hant", "en"]


class ApplianceSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who this box is."""

    id: str = "till-1"
    tenant: str = "demo"
    store: str = "demo"
    workstation: str = "1"


class ScreenSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The till's screen; pixels and seconds. `remote` lets others see and touch it, `window` opens one,
    `customer_window` one more for the customer, on a second output.
    """

    width: int = 1280
    height: int = 800
    density: Density = "auto"
    theme: Theme = "light"
    language: Language = "zh-Hans"
    remote: bool = False
    window: bool = True
    customer_window: bool = True
    idle_dim_s: int = 180
    idle_lock_s: int = 600


class SyncSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The broker; an empty host means none. Paths of PEM files, empty for a connection without TLS."""

    broker_host: str = ""
    broker_port: int = 8883
    ca: str = ""
    certificate: str = ""
    key: str = ""


class TenderSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ways of paying that this till offers; `default` is the one that the pay button names.

    Our own money is offered where HQ has sent rules for it; stored value that covers a sale goes before
    the default.
    """

    cash: bool = True
    qr: bool = True
    card: bool = True
    stored_value: bool = True
    points: bool = True
    gift_card: bool = True
    default: Literal["cash", "qr", "card"] = "cash"
    quick_notes_minor: tuple[int, ...] = ()


class DeviceConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One device: the name others call it by, its driver (a file of `daemon/drivers/`), its options."""

    id: str
    driver: str
    options: dict[str, Any] = field(default_factory=dict)


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything, with its defaults."""

    appliance: ApplianceSettings = ApplianceSettings()
    screen: ScreenSettings = ScreenSettings()
    sync: SyncSettings = SyncSettings()
    tenders: TenderSettings = TenderSettings()
    device: tuple[DeviceConfig, ...] = ()


def load_settings(config_dir: Path) -> Settings:
    """The settings of a home's `conf.d/`; `ContractError` says which key of which file is wrong."""
    return config.load(Settings, config_dir)
