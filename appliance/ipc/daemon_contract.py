"""What may be said on `daemon.sock`. Explained in docs/ipc.md."""

from typing import Literal

from msgspec import Struct, field

from appliance.ipc.contract import Contract, Done, EventParams, Method, Nothing, Params, Result
from retail.documents import Document

Capability = Literal["printer", "drawer", "scanner", "card_reader", "customer_display"]
State = Literal["absent", "opening", "ready", "degraded", "faulted", "backing_off"]
Outcome = Literal["done", "failed", "running", "waiting", "unknown"]
Detail = dict[str, bool | int | str]

FAULT_CODES = frozenset(
    {
        "device.absent",
        "device.lost",
        "device.silent",
        "device.garbled",
        "printer.paper_out",
        "printer.cover_open",
        "printer.cutter",
        "printer.overheated",
        "printer.unconfirmed",
        "drawer.stuck",
        "display.refused",
    }
)


class Device(Struct, frozen=True, kw_only=True):
    """One device as it is now; `fault` is one of `FAULT_CODES` or empty."""

    id: str
    capability: Capability
    driver: str
    state: State
    fault: str = ""
    detail: Detail = field(default_factory=dict)


class DaemonHello(Result, frozen=True):
    """The state of all devices."""

    version: str
    revision: int
    devices: tuple[Device, ...]


class PrintParams(Params, frozen=True):
    """A document for a printer. `deadline_ms` counts from receipt of the call."""

    device: str
    job_id: str
    document: Document
    deadline_ms: int = 10_000


class OpenDrawerParams(Params, frozen=True):
    """A pulse for a drawer."""

    device: str
    job_id: str
    deadline_ms: int = 3_000


class ShowParams(Params, frozen=True):
    """Text for a customer display, one string a row; none clears it."""

    device: str
    lines: tuple[str, ...] = ()


class JobParams(Params, frozen=True):
    """A job, by the id its caller gave it."""

    job_id: str


class DeviceParams(Params, frozen=True):
    """A device, by its id."""

    device: str


class JobDone(Result, frozen=True):
    """A job that was carried out, now or when it was first asked for."""

    job_id: str
    outcome: Outcome


class JobState(Result, frozen=True):
    """What became of a job; `fault` is the code of what made it fail."""

    job_id: str
    outcome: Outcome
    fault: str = ""


class DeviceChanged(EventParams, frozen=True):
    """A device's state, fault or detail changed."""

    device: Device
    revision: int = 0


class Scanned(EventParams, frozen=True):
    """One complete read; `at_ns` is the daemon's monotonic clock at its last byte."""

    device: str
    data: str
    symbology: str
    at_ns: int


class Garbled(EventParams, frozen=True):
    """A read of which nothing is used."""

    device: str
    reason: Literal["torn", "too_long", "not_text"]


class Tapped(EventParams, frozen=True):
    """A card came to the reader; `uid` in upper-case hex."""

    device: str
    uid: str
    at_ns: int


class FocusLost(EventParams, frozen=True):
    """The client `to` took the focus."""

    to: str


FOCUS_TAKE = Method("focus.take", Nothing, Done)
PRINT = Method("printer.print", PrintParams, JobDone)
OPEN_DRAWER = Method("drawer.open", OpenDrawerParams, JobDone)
SHOW = Method("display.show", ShowParams, Done)
JOB_STATUS = Method("job.status", JobParams, JobState)
DEVICE_TEST = Method("device.test", DeviceParams, Done)

DAEMON = Contract(
    "daemon",
    DaemonHello,
    (FOCUS_TAKE, PRINT, OPEN_DRAWER, SHOW, JOB_STATUS, DEVICE_TEST),
    {
        "device.changed": DeviceChanged,
        "scanner.scanned": Scanned,
        "scanner.garbled": Garbled,
        "card.tapped": Tapped,
        "focus.lost": FocusLost,
    },
)
