"""The words and sheets of goods counted and moved: what is done, why, and the details."""

from appliance.ui.presenters.say import Say
from appliance.ui.refusals import told
from appliance.ui.sheets import StockSheet
from appliance.ui.state import STOCK_KINDS, TillState
from appliance.ui.views.parts import ControlView, KeyboardView, KeypadView
from appliance.ui.views.sheets import FieldView, FormSheetView, MenuSheetView
from retail.stock import REASONS


def kind_words(say: Say, kind: str) -> str:
    """What is done, in words."""
    words = {
        "count": say.tr("stock.count"),
        "received": say.tr("stock.received"),
        "issued": say.tr("stock.issued"),
        "waste": say.tr("stock.waste"),
        "transfer_out": say.tr("stock.transfer_out"),
        "transfer_in": say.tr("stock.transfer_in"),
    }
    return words[kind]


def reason_words(say: Say, reason: str) -> str:
    """Why goods move, in words."""
    words = {
        "delivery": say.tr("stock.reason.delivery"),
        "made_here": say.tr("stock.reason.made_here"),
        "found": say.tr("stock.reason.found"),
        "own_use": say.tr("stock.reason.own_use"),
        "to_supplier": say.tr("stock.reason.to_supplier"),
        "expired": say.tr("stock.reason.expired"),
        "damaged": say.tr("stock.reason.damaged"),
        "lost": say.tr("stock.reason.lost"),
        "tasting": say.tr("stock.reason.tasting"),
        "to_store": say.tr("stock.reason.to_store"),
        "from_store": say.tr("stock.reason.from_store"),
    }
    return words.get(reason) or say.tr("reason.other")


def kinds_menu(state: TillState, say: Say, ways_out: tuple[ControlView, ...]) -> MenuSheetView:
    """What can be done with goods; on a small screen also how to leave."""
    task = state.stock
    here = state.place == "stock" and task is not None
    kinds = tuple(
        say.control(
            f"stock.kind.{one}",
            kind_words(say, one),
            "stock.open",
            args={"kind": one},
            selected=here and task is not None and task.kind == one,
        )
        for one in STOCK_KINDS
    )
    return MenuSheetView(
        say.tr("stock.title"),
        (*(ways_out if here and state.small else ()), *kinds),
        say.control("sheet.close", "", icon="x"),
        detail=say.tr("stock.detail"),
    )


def reasons_menu(state: TillState, say: Say) -> MenuSheetView:
    """Why goods move, and the way to the details."""
    task = state.stock
    controls: tuple[ControlView, ...] = ()
    title = say.tr("stock.title")
    if task is not None and task.kind != "count":
        title = kind_words(say, task.kind)
        chosen = task.details.reason or REASONS[task.kind][0]
        controls = tuple(
            say.control(
                f"stock.reason.{reason}",
                reason_words(say, reason),
                "stock.because",
                args={"reason": reason},
                selected=reason == chosen,
            )
            for reason in REASONS[task.kind]
        )
    more = say.control("stock.details", say.tr("stock.details"), icon="pencil")
    return MenuSheetView(title, (*controls, more), say.control("sheet.close", "", icon="x"))


def details(say: Say, sheet: StockSheet) -> FormSheetView:
    """Batch, date, note, the other store."""
    labels = {
        "other_store": say.tr("stock.other_store"),
        "batch": say.tr("stock.batch"),
        "expires": say.tr("stock.expires"),
        "note": say.tr("stock.note"),
    }
    letters = KeyboardView(say.control("keyboard.done", say.tr("action.done"), "stock.confirm_details"))
    return FormSheetView(
        title=say.tr("stock.details"),
        fields=tuple(
            FieldView(
                labels[name],
                _dashed(text) if name == "expires" else text,
                hint=_hint(say, name),
                focused=sheet.focus == name,
                control=say.control(f"field.{name}", "", "stock.focus", args={"field": name}),
            )
            for name, text in sheet.texts.items()
        ),
        keys=KeypadView(say.tr("action.clear")) if sheet.focus == "expires" else letters,
        close=say.control("sheet.close", "", icon="x"),
        confirm=say.control("stock.confirm_details", say.tr("action.apply")),
        trouble=told(say.tr, say.language, sheet.trouble, {})[1] if sheet.trouble else "",
    )


def _hint(say: Say, name: str) -> str:
    if name == "expires":
        return say.tr("stock.expires_hint")
    return "" if name == "other_store" else say.tr("enrol.optional")


def _dashed(digits: str) -> str:
    return "-".join(part for part in (digits[:4], digits[4:6], digits[6:]) if part)
