"""Views as plain dicts: for the customer's screen in its own process, and for scripts.

One line on the socket holds 64 KiB, so long lists are cut; a view that is cut says so.
"""

from dataclasses import fields, is_dataclass, replace
from typing import Any

import msgspec

from appliance.ui.till import Till
from appliance.ui.views import CustomerView, QrView
from appliance.ui.views.parts import Intent

LIST_MAX = 120
LATENCIES_MAX = 1_000
BYTES_MAX = 48 << 10


def plain(value: Any) -> Any:
    """A view without intents, empty fields and the modules of codes."""
    if isinstance(value, Intent):
        return None
    if isinstance(value, QrView):
        return {"side": len(value.modules)}
    if is_dataclass(value) and not isinstance(value, type):
        shown = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        kept = {name: part for name, part in shown.items() if part not in (None, "", [], {})}
        return {"view": type(value).__name__, **kept} if type(value).__name__.endswith("View") else kept
    if isinstance(value, tuple | list):
        return [plain(part) for part in value[:LIST_MAX]]
    return value


def state_plain(till: Till) -> dict[str, Any]:
    """What the screen says, for scripts: the views, what is due, and the last latencies of scans."""
    state = till.state
    basket = state.desk.basket
    summary: dict[str, Any] = {
        "place": state.place,
        "pane": state.pane,
        "language": state.language,
        "theme": state.theme,
        "operator": state.desk.operator.id if state.desk.operator else "",
        "lines": [
            {
                "product": line.product_id,
                "code": line.code,
                "name": line.names.get(state.language, ""),
                "quantity_milli": line.quantity_milli,
                "amount_minor": part.total_minor,
            }
            for line, part in zip(basket.lines[-LIST_MAX:], state.desk.priced.lines[-LIST_MAX:], strict=True)
        ]
        if basket and state.desk.priced
        else [],
        "line_count": len(basket.lines) if basket else 0,
        "total_minor": state.desk.priced.total_minor if state.desk.priced else 0,
        "due_minor": state.desk.due_minor,
        "member": basket.member.member_id if basket and basket.member else "",
        "attempt": basket.attempt.state if basket and basket.attempt else "",
        "qr": basket.attempt.qr if basket and basket.attempt else "",
        "suspended": len(state.desk.suspended),
        "unsettled": len(state.desk.unsettled),
        "trouble": state.trouble.code if state.trouble else "",
        "toast": state.toast.key if state.toast else "",
        "busy": state.busy or state.pin_busy,
        "last_sale": state.desk.last_sale.receipt_number if state.desk.last_sale else "",
        "effects": [
            {"kind": one.effect.kind, "progress": one.progress, "fault": one.fault} for one in state.following
        ],
        "latencies_ms": [round(value, 2) for value in list(till.latencies_ms)[-LATENCIES_MAX:]],
    }
    shown = till.presented
    if shown is not None:
        views = {"screen": plain(shown.screen), "sheet": plain(shown.sheet), "toast_view": plain(shown.toast)}
        if len(msgspec.json.encode((summary, views))) < BYTES_MAX:
            summary.update(views)
        else:
            summary["cut"] = True
    return summary


def customer_plain(view: CustomerView) -> dict[str, Any]:
    """The customer's view as it travels; codes as rows of 0 and 1."""
    told: dict[str, Any] = msgspec.to_builtins(view)
    if view.qr is not None:
        told["qr"] = ["".join("1" if module else "0" for module in row) for row in view.qr.modules]
    return told


def customer_view(told: dict[str, Any]) -> CustomerView:
    """And back, in the customer's process."""
    known = {field.name for field in fields(CustomerView)}
    parts = {name: value for name, value in told.items() if name in known}
    rows = parts.pop("qr", None)
    parts.setdefault("shop", "")
    view = msgspec.convert(parts, CustomerView)
    if rows is None:
        return view
    code = QrView(tuple(tuple(module == "1" for module in row) for row in rows))
    return replace(view, qr=code)
