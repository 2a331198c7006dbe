"""Goods counted and moved: the shelf, what was done today, and the goods at hand with how many.

A count hides the book's level until it is confirmed, as the count of a till's cash does.
"""

from datetime import datetime

from appliance.checkout.ports import StockRecord
from appliance.ui.presenters import goods
from appliance.ui.presenters.notices import notice
from appliance.ui.presenters.say import Say
from appliance.ui.presenters.status import status_bar
from appliance.ui.presenters.stock_words import kind_words, reason_words
from appliance.ui.state import StockTask, TillState
from appliance.ui.views.parts import ControlView, Intent, KeypadView
from appliance.ui.views.sale import BasketView, EmptyView, LineView
from appliance.ui.views.stock import StockEntryView, StockView
from retail.catalogue import Product
from retail.messages.events import StockMoved
from retail.stock import REASONS

ICONS = {
    "count": "clipboard-check",
    "received": "download",
    "issued": "upload",
    "waste": "trash-2",
    "transfer_out": "truck",
    "transfer_in": "truck",
}
COMES = ("received", "transfer_in")


def view(state: TillState, say: Say) -> StockView:
    """The whole screen. The state holds a task."""
    task = state.stock
    assert task is not None  # the composer shows no such screen without one
    done = _done(state, say, task)
    return StockView(status_bar(state, say), goods.view(state, say), done, _entry(state, say, task))


# What was done


def _done(state: TillState, say: Say, task: StockTask) -> BasketView:
    count = len(task.records)
    small = state.small
    empty = EmptyView("clipboard-list", say.tr("stock.empty"), say.tr("stock.empty_detail"))
    return BasketView(
        title=say.tr("stock.done"),
        count=say.tr("stock.done_count", count=count) if count else "",
        number="",
        lines=tuple(
            _line(state, say, task, record, count - place) for place, record in enumerate(task.records)
        ),
        empty=None if count else empty,
        notice=notice(state, say),
        actions=ways_out(say),
        pick=say.control("goods.open", say.tr("goods.open"), icon="layout-grid") if small else None,
        find=say.control("goods.find", "", "search.focus", icon="search") if small else None,
        menu=say.control("stock.menu", "", "menu.open", args={"kind": "stock"}, icon="ellipsis")
        if small
        else None,
        below=say.tr("basket.below", count="{count}"),
    )


def ways_out(say: Say) -> tuple[ControlView, ...]:
    """To a customer and back, or done."""
    return (
        say.control("stock.leave", say.tr("stock.leave"), icon="chevron-left"),
        say.control("stock.finish", say.tr("stock.finish"), icon="check"),
    )


def _line(state: TillState, say: Say, task: StockTask, record: StockRecord, number: int) -> LineView:
    body = record.body
    product = task.products.get(body.product_id)
    at = datetime.fromtimestamp(record.at_ms / 1000, state.now.tzinfo).strftime("%H:%M")
    if isinstance(body, StockMoved):
        amount = ("+" if body.kind in COMES else "−") + _quantity(say, body.quantity_milli, product)
        why = body.other_store or reason_words(say, body.reason)
        detail = say.join(at, kind_words(say, body.kind), why, body.batch)
    else:
        amount = _quantity(say, body.counted_milli, product)
        detail = say.join(at, kind_words(say, "count"), _difference(say, record, body.counted_milli))
    return LineView(
        id=str(number),
        number=number,
        quantity=str(number),
        name=say.name(product.names) if product else body.product_id,
        amount=amount,
        intent=Intent("goods.pick", {"id": body.product_id}),
        detail=detail,
    )


def _difference(say: Say, record: StockRecord, counted_milli: int) -> str:
    if record.level_milli is None:
        return ""
    off_milli = counted_milli - record.level_milli
    if not off_milli:
        return say.tr("stock.as_booked")
    off = ("+" if off_milli > 0 else "−") + say.quantity(abs(off_milli))
    return say.tr("stock.booked", level=say.quantity(record.level_milli), off=off)


def _quantity(say: Say, milli: int, product: Product | None) -> str:
    unit = "" if product is None or product.unit == "each" else f" {product.unit}"
    return say.quantity(milli) + unit


# What is being done


def _entry(state: TillState, say: Say, task: StockTask) -> StockEntryView:
    product = task.product
    kind = say.control(
        "stock.kind", kind_words(say, task.kind), "menu.open", args={"kind": "stock"}, icon=ICONS[task.kind]
    )
    reason = _reason(say, task)
    if product is None:
        confirm = say.control("stock.confirm", "", enabled=False, why=say.tr("stock.choose"))
        return StockEntryView(kind, confirm, KeypadView(), hint=say.tr("stock.hint"), reason=reason)
    unit = say.tr("stock.pieces") if product.unit == "each" else product.unit
    level = ""
    if task.kind != "count" and task.level_milli is not None:
        level = say.tr("stock.level", level=_quantity(say, task.level_milli, product))
    lacks_store = task.kind.startswith("transfer") and not task.details.other_store
    missing = say.tr("stock.which_store") if lacks_store else say.tr("stock.type_amount")
    return StockEntryView(
        kind=kind,
        confirm=say.control(
            "stock.confirm",
            _confirm_words(say, task.kind, f"{task.digits} {unit}"),
            enabled=bool(task.digits) and not lacks_store,
            why=missing,
            busy=state.busy,
        ),
        keypad=KeypadView(),
        name=say.name(product.names),
        detail=say.join(product.plu or next(iter(product.gtins), ""), level),
        amount=task.digits,
        unit=unit,
        reason=reason,
    )


def _confirm_words(say: Say, kind: str, amount: str) -> str:
    if kind == "count":
        return say.tr("stock.confirm_count", amount=amount)
    return (
        say.tr("stock.confirm_in", amount=amount)
        if kind in COMES
        else say.tr("stock.confirm_out", amount=amount)
    )


def _reason(say: Say, task: StockTask) -> ControlView | None:
    if task.kind == "count":
        return None
    details = task.details
    if task.kind.startswith("transfer"):
        why = details.other_store or say.tr("stock.which_store")
    else:
        why = reason_words(say, details.reason or REASONS[task.kind][0])
    words = say.join(why, details.batch, details.expires, details.serial, details.note)
    return say.control("stock.reason", words, "stock.reasons", icon="pencil")
