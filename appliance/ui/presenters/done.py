"""Paid: the change huge, what became of drawer and receipt, and on to the next."""

from appliance.checkout.slip_note import SlipNote
from appliance.ui.presenters.notices import CAPABILITY
from appliance.ui.presenters.say import Say
from appliance.ui.presenters.status import status_bar
from appliance.ui.presenters.tender import change_note
from appliance.ui.refusals import told
from appliance.ui.state import Following, TillState
from appliance.ui.views.parts import CheckView
from appliance.ui.views.paying import DoneView
from retail.messages.events import SaleCompleted, SaleVoided


def view(state: TillState, say: Say) -> DoneView:
    """The whole screen. The state holds the sale that was just completed."""
    sale = state.finished or state.desk.last_sale
    assert sale is not None  # the composer shows no such screen without one
    change = sum(tender.change_minor for tender in sale.tenders)
    label, amount = say.tr("done.paid"), sale.total_minor
    if sale.total_minor < 0:
        label, amount = say.tr("done.refunded"), -sale.total_minor
    elif change:
        label, amount = say.join(say.tr("tender.change"), change_note(say, change)), change
    return DoneView(
        status=status_bar(state, say),
        title=_title(sale, say),
        amount_label=label,
        amount=say.price(amount),
        summary=_summary(state, sale, say),
        effects=_effects(state, say, sale),
        next=say.control("done.next", say.tr("done.next")),
        number_label=say.tr("done.number"),
        number=sale.order_number,
        controls=(
            say.control(
                "done.reprint", say.tr("receipt.reprint"), "receipt.reprint", args={"sale": sale.number}
            ),
        ),
        foot=say.tr("done.scan_next"),
    )


def _title(sale: SaleCompleted, say: Say) -> str:
    if isinstance(sale, SaleVoided):
        return say.tr("done.title_void")
    return say.tr("done.title_refund") if sale.total_minor < 0 else say.tr("done.title")


def _summary(state: TillState, sale: SaleCompleted, say: Say) -> str:
    parts = [say.tr("done.total", amount=say.amount(sale.total_minor))]
    for tender in sale.tenders:
        parts.append(f"{say.tr(f'tender.type.{tender.type}')} {say.amount(tender.tendered_minor)}")
    return say.join(*parts, *held(say, state.desk.last_slip))


def held(say: Say, note: SlipNote) -> tuple[str, ...]:
    """What the member then has: the balance after paying or topping up, the points that were earned."""
    words = []
    if note.value_minor is not None:
        words.append(say.tr("own.left_now", amount=say.price(note.value_minor)))
    for tender in note.tenders:
        if tender.tail and tender.balance is not None:
            words.append(say.tr("own.card_left", tail=tender.tail, amount=say.price(tender.balance)))
    if note.points_earned:
        words.append(say.tr("own.points_earned", points=f"{note.points_earned:,}"))
    return tuple(words)


def _effects(state: TillState, say: Say, sale: SaleCompleted) -> tuple[CheckView, ...]:
    checks = [_effect(state, say, one) for one in state.following if one.effect.sale_number == sale.number]
    waiting = state.sync.waiting
    if not state.sync.online and waiting:
        checks.append(CheckView("warn", say.tr("done.waits_for_hq", count=waiting)))
    return tuple(checks)


def _effect(state: TillState, say: Say, one: Following) -> CheckView:
    drawer = one.effect.kind == "drawer"
    if one.progress == "running":
        return CheckView("busy", say.tr("drawer.opening") if drawer else say.tr("receipt.printing"))
    if one.progress == "done":
        if not drawer:
            return CheckView(
                "ok", say.tr("receipt.copy_printed") if one.effect.copy else say.tr("receipt.printed")
            )
        device = state.devices.first("drawer")
        closed = device is not None and device.detail.get("open") is False
        return CheckView("ok", say.tr("drawer.closed") if closed else say.tr("drawer.opened"))
    title, todo = told(say.tr, say.language, one.fault, {"capability": CAPABILITY[one.effect.kind]})
    again = say.control(
        f"effect.again.{one.effect.kind}",
        say.tr("drawer.again") if drawer else say.tr("receipt.again"),
        "effect.again",
        args={"effect": one.effect.effect_id},
    )
    return CheckView("bad", say.tr("toast.trouble", title=title, todo=todo), action=again)
