"""What the screen of goods that come back shows: what to take back on the left, the money on the right."""

from dataclasses import dataclass

from appliance.ui.views.parts import CheckView, ControlView, NoticeView, StatusBarView


@dataclass(frozen=True, slots=True)
class RefundRowView:
    """A line of the sale; `quantity` is how much comes back. Without `minus` and `plus` it can't change."""

    id: str
    name: str
    detail: str
    quantity: str
    amount: str
    chosen: bool = False
    minus: ControlView | None = None
    plus: ControlView | None = None


@dataclass(frozen=True, slots=True)
class RefundView:
    """While choosing there are `reasons`, of which one is `selected`; while giving back, `checks` say which
    money goes where and what became of it. `confirm` is the one blue button."""

    status: StatusBarView
    back: ControlView | None
    title: str
    detail: str
    rows: tuple[RefundRowView, ...]
    amount_label: str
    amount: str
    checks: tuple[CheckView, ...]
    confirm: ControlView
    reasons_title: str = ""
    reasons: tuple[ControlView, ...] = ()
    controls: tuple[ControlView, ...] = ()
    notice: NoticeView | None = None
