"""The small parts that every view is made of: pure data, translated and formatted texts only.

A control carries its stable `name` (by which scripts find it) and the `intent` it sends up when it
is used. A view holds only what is shown: what may not be done is not there, and what cannot be done
yet is there with `enabled=False` and says in `why` what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Tone = Literal["plain", "quiet", "accent", "ok", "warn", "bad", "busy", "absent"]
"""What a colour stands for; `busy` is arrows at work, `absent` a minus circle."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a person wants: a name like ``goods.category`` and plain arguments."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ControlView:
    """Something to touch. `detail` is its second, smaller line; `why` replaces `text` while not enabled.

    `busy` shows a spinner and makes it deaf. `selected` marks the chosen one of several.
    """

    name: str
    text: str
    intent: Intent
    detail: str = ""
    icon: str = ""
    enabled: bool = True
    why: str = ""
    busy: bool = False
    selected: bool = False


@dataclass(frozen=True, slots=True)
class ChipView:
    """A short word in a pill."""

    text: str
    tone: Tone = "accent"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class StatusItemView:
    """One state of the status bar: a picture of what, a word, and a tone that has its own shape."""

    name: str
    icon: str
    text: str
    tone: Tone
    intent: Intent | None = None


@dataclass(frozen=True, slots=True)
class StatusBarView:
    """The top edge. `title` and `title_detail` replace shop and place on a small screen if given."""

    shop: str
    place: str
    items: tuple[StatusItemView, ...]
    clock: str
    operator: str = ""
    shift: str = ""
    title: str = ""
    title_detail: str = ""
    training: str = ""
    """Not empty while nothing that is done here counts: it stands on every screen."""
    operator_control: ControlView | None = None
    """Makes the operator's name a control (sign out, language), named e.g. ``status.operator``."""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice that stays: what happened, then what to do. `lines[0]` is ink, the others quiet."""

    tone: Tone
    icon: str
    title: str
    lines: tuple[str, ...] = ()
    action: ControlView | None = None


@dataclass(frozen=True, slots=True)
class ToastView:
    """A short notice that the shell takes away after 4 s; `id` tells a new one from the one shown."""

    id: str
    tone: Tone
    text: str
    action: ControlView | None = None


@dataclass(frozen=True, slots=True)
class SumRowView:
    """A label and an amount; `tone` colours the amount, `strong` makes both bold."""

    label: str
    amount: str
    tone: Tone = "plain"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class CheckView:
    """A sentence with the sign of its state, e.g. an effect of a sale; `at` is a time before it."""

    tone: Tone
    text: str
    at: str = ""
    action: ControlView | None = None


@dataclass(frozen=True, slots=True)
class KeypadView:
    """Which keys there are: they send ``keypad.key`` with ``{"key": "0"–"9" | "." | "backspace" | "clear"}``.

    `clear` is the text of the key that empties the field; without it there is a decimal point.
    """

    clear: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class KeyboardView:
    """The on-screen keyboard for searching; its keys send ``keyboard.text`` and ``keyboard.key``."""

    done: ControlView


@dataclass(frozen=True, slots=True)
class QrView:
    """A code as rows of booleans (True is dark), without a quiet zone; see `appliance.ui.qr`."""

    modules: tuple[tuple[bool, ...], ...]
