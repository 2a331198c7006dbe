"""Goods that come back: choosing them, and then giving the money back tender by tender."""

from appliance.checkout.basket import OWN_TENDERS, Basket
from appliance.checkout.refunding import REASONS, Planned, ReturnableLine, refund_plan, returned_line
from appliance.checkout.returns import given_of, step_of
from appliance.ui.presenters.basket import line_detail
from appliance.ui.presenters.notices import trouble_notice
from appliance.ui.presenters.say import Say
from appliance.ui.presenters.status import status_bar
from appliance.ui.state import RefundDraft, TillState
from appliance.ui.views.parts import CheckView, ControlView, NoticeView
from appliance.ui.views.refund import RefundRowView, RefundView
from retail.quantity import ONE_MILLI


def reason_words(say: Say, reason: str) -> str:
    """Why goods come back, in words."""
    words = {
        "changed_mind": say.tr("reason.changed_mind"),
        "damaged": say.tr("reason.damaged"),
        "wrong_item": say.tr("reason.wrong_item"),
        "wrong_price": say.tr("reason.wrong_price"),
        "quality": say.tr("reason.quality"),
    }
    return words.get(reason) or say.tr("reason.other")


def choosing(state: TillState, say: Say) -> RefundView:
    """Which lines, how much of each, and why. The state holds a draft."""
    draft = state.refund
    assert draft is not None  # the composer shows no such screen without one
    sale = draft.of.sale
    worths = _worths(draft)
    amount = sum(worths.values())
    ready = bool(amount or any(draft.quantities.values())) and bool(draft.reason)
    missing = say.tr("refund.choose_reason" if any(draft.quantities.values()) else "refund.choose_goods")
    voidable = sale.kind == "sale" and not any(one.returned_milli for one in draft.of.lines)
    controls = [
        say.control(
            "refund.exchange",
            say.tr("refund.exchange"),
            icon="shopping-bag",
            enabled=ready and not state.busy,
        )
    ]
    if voidable and not draft.of.voided:
        controls.append(
            say.control("refund.void", say.tr("refund.void"), icon="trash-2", enabled=bool(draft.reason))
        )
    controls.append(
        say.control(
            "refund.reprint", say.tr("receipt.reprint"), "receipt.reprint", args={"sale": sale.number}
        )
    )
    return RefundView(
        status=status_bar(state, say),
        back=say.control("refund.back", say.tr("tender.back"), "refund.leave", icon="chevron-left"),
        title=say.tr("refund.title", number=sale.order_number),
        detail=say.join(sale.receipt_number, sale.completed_at[:16].replace("T", " ")),
        rows=tuple(_row(say, draft, one, worths.get(one.line.line_id, 0)) for one in draft.of.lines),
        amount_label=say.tr("refund.to_customer"),
        amount=say.price(amount),
        checks=tuple(
            CheckView("absent", _where(say, piece), say.amount(piece.amount_minor))
            for piece in refund_plan(draft.of, amount)
        ),
        confirm=say.control(
            "refund.confirm",
            say.tr("refund.confirm", amount=say.price(amount)),
            enabled=ready,
            why=missing,
            busy=state.busy,
        ),
        reasons_title=say.tr("refund.why"),
        reasons=tuple(
            say.control(
                f"refund.reason.{reason}",
                reason_words(say, reason),
                "refund.reason",
                args={"reason": reason},
                selected=reason == draft.reason,
            )
            for reason in REASONS
        ),
        controls=tuple(controls),
        notice=_notice(state, say, draft),
    )


def _notice(state: TillState, say: Say, draft: RefundDraft) -> NoticeView | None:
    if state.trouble is not None:
        return trouble_notice(state.trouble, say)
    if draft.of.voided:
        return NoticeView("warn", "circle-alert", say.tr("refund.is_void"), (say.tr("refund.is_void.do"),))
    if draft.of.is_spent:
        return NoticeView("warn", "circle-alert", say.tr("refund.is_spent"), (say.tr("refund.is_spent.do"),))
    return None


def _worths(draft: RefundDraft) -> dict[str, int]:
    """What the chosen goods give back, by line, taxes added on top included."""
    found = {}
    for line_id, quantity in draft.quantities.items():
        if quantity:
            worth = returned_line(draft.of, line_id, quantity, "").returned
            assert worth is not None  # a returned line always says what it is worth
            found[line_id] = -worth.total_minor - (0 if worth.tax.included else worth.tax.tax_minor)
    return found


def _row(say: Say, draft: RefundDraft, one: ReturnableLine, worth_minor: int) -> RefundRowView:
    line = one.line
    chosen = draft.quantities.get(line.line_id, 0)
    arg = {"line": line.line_id}
    parts = [say.name(names) for names in line.option_names]
    parts.append(say.tr("refund.sold", quantity=say.quantity(line.quantity_milli)))
    if one.returned_milli:
        parts.append(say.tr("refund.already", quantity=say.quantity(one.returned_milli)))
    parts.append(say.tr("refund.cost", amount=say.price(line.total_minor)))
    if line.grant is not None:
        parts.append(say.tr("refund.promise"))
    can_change = one.left_milli > 0 and not draft.of.voided and one.line.grant is None
    return RefundRowView(
        id=line.line_id,
        name=say.name(line.names),
        detail=say.join(*parts),
        quantity=say.quantity(chosen),
        amount=say.amount(worth_minor) if worth_minor else "",
        chosen=chosen > 0,
        minus=say.control(
            f"refund.less.{line.line_id}", "", "refund.less", args=arg, icon="minus", enabled=chosen > 0
        )
        if can_change
        else None,
        plus=say.control(
            f"refund.more.{line.line_id}",
            "",
            "refund.more",
            args=arg,
            icon="plus",
            enabled=chosen < one.left_milli,
        )
        if can_change
        else None,
    )


def _where(say: Say, piece: Planned) -> str:
    """What happens with a piece of the plan."""
    if piece.type == "cash":
        return say.tr("refund.in_cash")
    return say.tr("refund.back_to", tender=say.tr(f"tender.type.{piece.type}"))


def giving(state: TillState, say: Say) -> RefundView:
    """The goods are in the basket: now the money. The state holds a basket that owes the customer."""
    basket, priced = state.desk.basket, state.desk.priced
    assert basket is not None and priced is not None  # the composer looks before it asks
    voiding = basket.refund is not None and basket.refund.mode == "void"
    owed = -state.desk.due_minor
    reason = reason_words(say, basket.refund.reason) if basket.refund else ""
    rows = tuple(
        RefundRowView(
            line.line_id,
            say.name(line.names),
            line_detail(say, line),
            say.quantity(line.quantity_milli),
            say.amount(part.total_minor),
        )
        for line, part in zip(basket.lines, priced.lines, strict=True)
    )
    free = (basket.attempt is None or _asks_first(basket)) and not basket.tenders
    key = "refund.leave_void" if voiding else "refund.edit"
    leave = say.control("refund.back", say.tr("tender.back"), key, icon="chevron-left") if free else None
    number = basket.order_number
    return RefundView(
        status=status_bar(state, say),
        back=leave,
        title=say.tr("refund.title_void", number=number) if voiding else say.tr("refund.title_giving"),
        detail=say.join(number, reason),
        rows=rows,
        amount_label=say.tr("refund.still_to_give") if basket.tenders else say.tr("refund.to_customer"),
        amount=say.price(owed),
        checks=_checks(state, say, basket),
        confirm=_confirm(state, say, basket),
        controls=_ways(state, say, basket, voiding),
        notice=trouble_notice(state.trouble, say) if state.trouble is not None else None,
    )


def _checks(state: TillState, say: Say, basket: Basket) -> tuple[CheckView, ...]:
    done = [
        CheckView(
            "ok",
            say.tr("refund.given", tender=say.tr(f"tender.type.{tender.type}")),
            say.amount(-tender.amount_minor),
        )
        for tender in given_of(basket)
    ]
    waiting = []
    for piece in state.desk.plan:
        under_way = basket.attempt is not None and basket.attempt.refunds == piece.tender_id
        words = _where(say, piece)
        tone = "absent"
        if under_way and basket.attempt is not None:
            unknown = basket.attempt.state == "unknown"
            words = say.tr("refund.unknown") if unknown else say.tr("refund.asking")
            tone = "warn" if unknown else "busy"
        waiting.append(
            CheckView(
                "warn" if tone == "warn" else "busy" if tone == "busy" else "absent",
                words,
                say.amount(piece.amount_minor),
            )
        )
    return (*done, *waiting)


def _confirm(state: TillState, say: Say, basket: Basket) -> ControlView:
    """The next step: the first piece of the plan."""
    if _asks_first(basket):
        return say.control("refund.give", say.tr("void.asking"), busy=True)
    if basket.attempt is not None:
        return say.control("refund.query", say.tr("refund.query"), "qr.query", icon="refresh-cw")
    if not state.desk.plan:
        return say.control("refund.finish", say.tr("refund.finish"), busy=state.busy)
    piece = state.desk.plan[0]
    amount = say.price(piece.amount_minor)
    args = {"tender": piece.tender_id}
    if step_of(piece) == "ask":
        offline = "" if state.sync.online else say.tr("qr.offline_short")
        return say.control(
            "refund.ask",
            say.tr("refund.ask", amount=amount),
            args=args,
            enabled=not offline,
            why=offline,
            busy=state.busy,
        )
    if piece.type in OWN_TENDERS:
        words = say.tr("refund.give_own", amount=amount, tender=say.tr(f"tender.type.{piece.type}"))
    else:
        words = say.tr("refund.give_cash" if piece.type == "cash" else "refund.give_card", amount=amount)
    return say.control("refund.give", words, args=args, busy=state.busy)


def _asks_first(basket: Basket) -> bool:
    """Whether HQ is being asked if the sale may be undone at all."""
    return basket.attempt is not None and basket.attempt.method == "void"


def _ways(state: TillState, say: Say, basket: Basket, voiding: bool) -> tuple[ControlView, ...]:
    """What else may be done: in cash instead, put aside."""
    found = []
    other = basket.attempt is None and not voiding and bool(state.desk.plan)
    if other and state.desk.plan[0].type not in ("cash", *OWN_TENDERS):
        args = {"tender": state.desk.plan[0].tender_id}
        found.append(say.control("refund.as_cash", say.tr("refund.as_cash"), args=args, icon="banknote"))
    if basket.attempt is not None and not _asks_first(basket):
        found.append(say.control("refund.hold", say.tr("unknown.suspend"), "basket.hold", icon="user-plus"))
        found.append(
            say.control("refund.confirm_paid", say.tr("refund.seen"), "unknown.confirm", icon="user-check")
        )
    return tuple(found)


def count_words(say: Say, quantity_milli: int) -> str:
    """How many pieces, whole ones without a fraction."""
    return say.quantity(abs(quantity_milli) or ONE_MILLI)
