"""What may be said on `screen.sock`. Explained in docs/ipc.md."""

from typing import Any, Literal

from msgspec import Struct

from appliance.ipc.contract import Contract, Done, EventParams, Method, Nothing, Params, Result


class ScreenHello(Result, frozen=True):
    """The screen's size in pixels, its newest picture's number, and what the customer's screen shows."""

    version: str
    revision: int
    width: int
    height: int
    frame: int
    customer: dict[str, Any]


class CaptureParams(Params, frozen=True):
    """The name of a file in `run/` to write the picture to."""

    file: str


class Captured(Result, frozen=True):
    """The picture that was written."""

    file: str
    width: int
    height: int
    frame: int


class TouchParams(Params, frozen=True):
    """A finger; pixels from the top left."""

    phase: Literal["down", "move", "up"]
    x: float
    y: float


class TypeParams(Params, frozen=True):
    """A text typed, or one of three keys."""

    text: str = ""
    key: Literal["", "enter", "backspace", "escape"] = ""


class ScreenState(Result, frozen=True):
    """What the screen says, for scripts."""

    place: str
    view: dict[str, Any]


class FindParams(Params, frozen=True):
    """The name of a control."""

    name: str


class Found(Struct, frozen=True, kw_only=True):
    """A control's middle, in pixels from the top left."""

    name: str
    text: str
    x: float
    y: float
    enabled: bool


class FoundAll(Result, frozen=True):
    """Every control of that name, from the top left."""

    found: tuple[Found, ...]


class Drawn(EventParams, frozen=True):
    """A new picture is on the screen."""

    frame: int
    revision: int = 0


class CustomerChanged(EventParams, frozen=True):
    """What the customer's screen shows now."""

    customer: dict[str, Any]
    revision: int = 0


CAPTURE = Method("screen.capture", CaptureParams, Captured)
TOUCH = Method("screen.touch", TouchParams, Done)
TYPE = Method("screen.type", TypeParams, Done)
STATE = Method("screen.state", Nothing, ScreenState)
FIND = Method("screen.find", FindParams, FoundAll)

SCREEN = Contract(
    "screen",
    ScreenHello,
    (CAPTURE, TOUCH, TYPE, STATE, FIND),
    {"screen.drawn": Drawn, "customer.changed": CustomerChanged},
)
