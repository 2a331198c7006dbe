"""What the screen of goods counted and moved shows: goods, what was done, and what is being done."""

from dataclasses import dataclass

from appliance.ui.views.parts import ControlView, KeypadView, StatusBarView
from appliance.ui.views.sale import BasketView, GoodsView


@dataclass(frozen=True, slots=True)
class StockEntryView:
    """The goods at hand and how many. `kind` names what is done and changes it, `reason` says why goods move
    and opens the details; without `name`, `hint` says how goods are chosen."""

    kind: ControlView
    confirm: ControlView
    keypad: KeypadView
    name: str = ""
    detail: str = ""
    amount: str = ""
    unit: str = ""
    hint: str = ""
    reason: ControlView | None = None


@dataclass(frozen=True, slots=True)
class StockView:
    """The whole screen; `done` lists what was counted and moved today."""

    status: StatusBarView
    goods: GoodsView
    done: BasketView
    entry: StockEntryView
