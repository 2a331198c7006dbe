"""Paying: what is due, what is paid, and the pane of the chosen tender."""

from functools import lru_cache

from appliance.checkout.attempt import ATTEMPT_LIFE_MS, PaymentAttempt
from appliance.checkout.basket import OWN_TENDERS, Basket, TenderLine
from appliance.checkout.paying import UNDONE
from appliance.checkout.tender import change_in_notes, quick_notes
from appliance.ui.presenters import own_money
from appliance.ui.presenters.basket import count_text
from appliance.ui.presenters.notices import trouble_notice
from appliance.ui.presenters.offers import discount_rows
from appliance.ui.presenters.sale import ICONS, qr_blocked, tender_name
from appliance.ui.presenters.say import Say, initial
from appliance.ui.presenters.status import status_bar
from appliance.ui.qr import qr_view
from appliance.ui.state import TillState
from appliance.ui.views.parts import CheckView, ControlView, KeypadView, QrView, SumRowView
from appliance.ui.views.paying import (
    CardPaneView,
    CashPaneView,
    MemberFootView,
    PaidView,
    QrPaneView,
    SideCardView,
    TenderView,
)
from retail.errors import ContractError
from retail.money import parse_amount


def view(state: TillState, say: Say) -> TenderView:
    """The whole screen. The state holds an open basket with goods."""
    basket = state.desk.basket
    assert basket is not None  # the composer shows no tender screen without one
    due = state.desk.due_minor
    return TenderView(
        status=status_bar(state, say),
        back=say.control("tender.back", say.tr("tender.back"), icon="chevron-left"),
        rows=_rows(state, say, basket),
        rows_small=_rows(state, say, basket)[-1:],
        paid=tuple(_paid(say, one, basket) for one in basket.tenders),
        due_label=say.tr("tender.refund_due") if due < 0 else say.tr("tender.due"),
        due=say.price(abs(due)),
        tabs=tuple(_tab(state, say, kind, basket) for kind in own_money.offered(state)),
        pane=_pane(state, say, basket),
        member=_member(basket, say, state.desk.points_expected),
        notice=trouble_notice(state.trouble, say) if state.trouble is not None else None,
    )


def _rows(state: TillState, say: Say, basket: Basket) -> tuple[SumRowView, ...]:
    priced = state.desk.priced
    assert priced is not None  # priced whenever there is a basket
    rows = [SumRowView(count_text(say, basket), say.amount(priced.base_minor))]
    discounts = discount_rows(state.desk.ready, priced, say)
    if discounts:
        label = say.tr("totals.discounts", count=len(discounts))
        rows.append(SumRowView(label, say.amount(-priced.saved_minor()), "ok"))
    if priced.tax_added_minor:
        rows.append(SumRowView(say.tr("totals.tax_added"), say.amount(priced.tax_added_minor)))
    rows.append(SumRowView(say.tr("totals.due"), say.amount(priced.total_minor), strong=True))
    return tuple(rows)


def _paid(say: Say, tender: TenderLine, basket: Basket) -> PaidView:
    title = say.join(say.tr(f"tender.type.{tender.type}"), say.tr("tender.paid"))
    undo, detail = None, tender.reference
    if tender.type in OWN_TENDERS:
        detail = _own_detail(say, tender)
    if tender.type in UNDONE and basket.attempt is None:
        undo = say.control(
            f"tender.undo.{tender.tender_id}", "", "tender.undo", args={"id": tender.tender_id}, icon="undo-2"
        )
    return PaidView(title, detail, say.amount(-tender.amount_minor), undo=undo)


def _own_detail(say: Say, tender: TenderLine) -> str:
    """Which card, how many points, and what is left of it as far as HQ said."""
    if tender.type == "points":
        return say.tr("own.points_used", points=f"{tender.units:,}")
    tail = say.tr("promise.tail", tail=tender.tail) if tender.tail else ""
    left = say.tr("own.left", amount=say.price(tender.balance)) if tender.balance is not None else ""
    return say.join(tail, left)


def _tab(state: TillState, say: Say, kind: str, basket: Basket) -> ControlView:
    why = ""
    if kind == "qr":
        why = qr_blocked(state, say) if basket.attempt is None else ""
    elif basket.attempt is not None:
        why = say.tr("own.asking") if basket.attempt.is_ours else say.tr("tender.close_code_first")
    elif own_money.is_own(kind):
        why = own_money.blocked(state, say, kind)
    return say.control(
        f"tender.{kind}",
        tender_name(say, kind),
        "tender.choose",
        args={"tender": kind},
        detail=say.tr("tender.qr.detail")
        if kind == "qr"
        else say.tr("tender.card.detail")
        if kind == "card"
        else own_money.detail(state, say, kind),
        icon=ICONS[kind],
        selected=kind == state.pane,
        enabled=not why,
        why=why,
    )


def _member(basket: Basket, say: Say, earns: int) -> MemberFootView | None:
    member = basket.member
    if member is None:
        return None
    name = say.name(member.names)
    return MemberFootView(
        initial(name),
        say.join(name, say.name(member.tier_names)),
        say.tr("member.earns", points=f"{earns:,}")
        if earns
        else say.tr("member.brief", points=f"{member.points:,}"),
    )


def _pane(state: TillState, say: Say, basket: Basket) -> CashPaneView | QrPaneView | CardPaneView:
    if own_money.is_own(basket.attempt.method if basket.attempt else state.pane):
        return own_money.pane(state, say, basket)
    if state.pane == "qr" or basket.attempt is not None:
        return _qr(state, say, basket.attempt)
    return _card(state, say) if state.pane == "card" else _cash(state, say)


def typed_minor(state: TillState, say: Say) -> int | None:
    """The amount on the keypad in minor units; None while there is none that can be meant."""
    try:
        return parse_amount(state.keypad, say.unit) if state.keypad else None
    except ContractError:
        return None


def _cash(state: TillState, say: Say) -> CashPaneView:
    due = state.desk.due_minor
    if due < 0:
        return _cash_back(state, say, -due)
    typed = typed_minor(state, say)
    received = due if typed is None and not state.keypad else (typed or 0)
    change = received - due
    label, tone = say.tr("tender.change"), "accent"
    if change < 0:
        label, tone = say.tr("tender.missing"), "warn"
    elif change:
        label = say.join(label, change_note(say, change))
    drawer = state.devices.first("drawer") is not None
    words = say.tr("tender.take_and_open" if drawer else "tender.take", amount=say.price(received))
    if change < 0:
        words = say.tr("tender.take_part", amount=say.price(received))
    return CashPaneView(
        received_label=say.tr("tender.received"),
        received=say.price(received) if not state.keypad else f"{say.unit.sign}{state.keypad}",
        change_label=label,
        change=say.price(abs(change)),
        notes_label=say.tr("tender.one_tap"),
        notes=_notes(state, say, due),
        keypad_label=say.tr("tender.or_type"),
        keypad=KeypadView(enabled=not state.busy),
        confirm=say.control(
            "tender.confirm",
            words,
            "cash.take",
            args={"tendered_minor": received},
            enabled=received > 0 or due == 0,
            why=say.tr("tender.type_amount"),
            busy=state.busy,
        ),
        change_tone="warn" if tone == "warn" else "accent",
    )


def _notes(state: TillState, say: Say, due: int) -> tuple[ControlView, ...]:
    exact = say.control(
        "tender.note.exact",
        say.tr("tender.exact", amount=say.amount(due)),
        "cash.take",
        args={"tendered_minor": due},
        enabled=not state.busy,
    )
    configured = [note for note in state.tenders.quick_notes_minor if note > due]
    notes = configured[:3] or quick_notes(due, say.unit.code)
    return (exact, *(_note(state, say, note, due) for note in notes))


def _note(state: TillState, say: Say, note: int, due: int) -> ControlView:
    return say.control(
        f"tender.note.{note}",
        say.short_price(note),
        "cash.take",
        args={"tendered_minor": note},
        detail=say.tr("tender.gives", amount=say.amount(note - due)),
        enabled=not state.busy,
    )


def _cash_back(state: TillState, say: Say, owed: int) -> CashPaneView:
    """Money goes back: the exact sum, nothing to type."""
    give = say.control(
        "tender.note.exact",
        say.tr("pay.refund_amount", amount=say.price(owed)),
        "cash.refund",
        enabled=not state.busy,
    )
    return CashPaneView(
        received_label=say.tr("tender.received"),
        received=say.price(0),
        change_label=say.tr("tender.refund_due"),
        change=say.price(owed),
        notes_label=say.tr("tender.one_tap"),
        notes=(give,),
        keypad_label="",
        keypad=KeypadView(enabled=False),
        confirm=say.control(
            "tender.confirm",
            say.tr("pay.refund_and_open", amount=say.price(owed)),
            "cash.refund",
            busy=state.busy,
        ),
    )


def change_note(say: Say, change_minor: int) -> str:
    """``给 50 元 1 张``: the first notes to hand back; coins go without saying."""
    parts = change_in_notes(change_minor, say.unit.code)[:2]
    words = [
        say.tr("change.note", note=say.short_price(note)[len(say.unit.sign) :], count=count)
        for note, count in parts
    ]
    return say.join(*words)


def _card(state: TillState, say: Say) -> CardPaneView:
    due = state.desk.due_minor
    refund = due < 0
    steps = ("card.refund_step_1", "card.refund_step_2") if refund else ("card.step_1", "card.step_2")
    confirm = say.tr("card.refunded") if refund else say.tr("card.paid", amount=say.price(due))
    return CardPaneView(
        title=say.tr("card.refund_title") if refund else say.tr("card.title"),
        amount=say.price(abs(due)),
        steps=tuple(say.tr(step, amount=say.price(abs(due))) for step in steps),
        confirm=say.control("tender.card.confirm", confirm, "card.settled", busy=state.busy),
        cancel=say.control(
            "tender.card.cancel", say.tr("card.not_paid"), "tender.choose", args={"tender": "cash"}
        ),
        note=say.tr("card.note"),
    )


@lru_cache(maxsize=4)
def code_of(payload: str) -> QrView | None:
    """The code of what HQ sent; None when it does not fit into one."""
    try:
        return qr_view(payload)
    except ValueError:
        return None


def _qr(state: TillState, say: Say, attempt: PaymentAttempt | None) -> QrPaneView:
    if attempt is None:
        blocked = qr_blocked(state, say)
        again = say.control("qr.ask", say.tr("qr.ask"), "qr.ask", enabled=not blocked, why=blocked)
        return QrPaneView(
            title=say.tr("qr.title"),
            amount=say.price(state.desk.due_minor),
            state=CheckView("absent", blocked or say.tr("qr.none")),
            cards=(SideCardView(say.tr("qr.ask"), say.tr("qr.ask.hint"), "qr-code", control=again),),
        )
    closing = attempt.state == "cancelling"
    left_ms = max(0, attempt.expires_ms - state.now_ms)
    shown = code_of(attempt.qr) if attempt.qr and not closing and left_ms else None
    seconds = -(-left_ms // 1000)
    return QrPaneView(
        title=say.tr("qr.title"),
        amount=say.price(attempt.amount_minor),
        state=_qr_state(say, attempt, left_ms),
        qr=shown,
        countdown=f"{seconds // 60}:{seconds % 60:02d}" if shown else "",
        left=left_ms / ATTEMPT_LIFE_MS if shown else 0.0,
        foot=say.tr("qr.mirrored") if shown else "",
        cards=(
            SideCardView(
                say.tr("qr.says_paid"),
                say.tr("qr.says_paid.hint"),
                control=say.control("qr.query", say.tr("qr.query"), icon="search-check"),
            ),
        ),
        close=say.control("qr.close", say.tr("qr.closing") if closing else say.tr("qr.close"), busy=closing),
    )


def _qr_state(say: Say, attempt: PaymentAttempt, left_ms: int) -> CheckView:
    if attempt.state == "cancelling":
        return CheckView("busy", say.tr("qr.closing.hint"))
    if attempt.state == "requested" or not attempt.qr:
        return CheckView("busy", say.tr("qr.making"))
    if not left_ms:
        return CheckView("busy", say.tr("qr.expired"))
    return CheckView("busy", say.tr("qr.waiting"))
