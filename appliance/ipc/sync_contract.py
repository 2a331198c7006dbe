"""What may be said on `sync.sock`. Explained in docs/ipc.md."""

from msgspec import Struct, field

from appliance.ipc.contract import Contract, Done, EventParams, Method, Nothing, Result


class SyncState(Struct, frozen=True, kw_only=True):
    """Whether HQ is reached, how many records wait for it, and the version of each stream it pushed.

    `problem` is empty, or a code that a person must look at: nothing is sent to HQ until then.
    """

    online: bool
    waiting: int
    versions: dict[str, int] = field(default_factory=dict)
    problem: str = ""


class SyncHello(Result, frozen=True):
    """The agent's whole state."""

    version: str
    revision: int
    state: SyncState


class SyncChanged(EventParams, frozen=True):
    """The state changed."""

    state: SyncState
    revision: int = 0


class CatalogueActivated(EventParams, frozen=True):
    """A stream has a new version in the reference database; `changed` counts its records."""

    stream: str
    version: int
    changed: int
    revision: int = 0


class PaymentChanged(EventParams, frozen=True):
    """HQ said something about a payment; the fact stands in the reference database."""

    attempt_id: str
    revision: int = 0


JOURNAL_GREW = Method("journal.grew", Nothing, Done)

SYNC = Contract(
    "sync",
    SyncHello,
    (JOURNAL_GREW,),
    {
        "sync.changed": SyncChanged,
        "catalogue.activated": CatalogueActivated,
        "payment.changed": PaymentChanged,
    },
)
