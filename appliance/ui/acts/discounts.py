"""Codes, money off by hand, another price: asked step by step, a manager's word on the same sheet."""

from collections.abc import Mapping
from typing import Any

from appliance.ui.counter import Counter
from appliance.ui.sheets import ApprovalSheet, MenuSheet, TypingKind, TypingSheet
from appliance.ui.till import Args, Till
from appliance.ui.worker import Job, Reply
from retail.catalogue import Operator, name_in
from retail.errors import Refused
from retail.money import currency, parse_amount
from retail.quantity import parse_quantity

BY_HAND: tuple[TypingKind, ...] = ("off_percent", "off_amount", "new_price")
NEEDS_MANAGER = ("pricing.manual_over_limit", "pricing.override_needs_approval")


def type_amount(till: Till, args: Args) -> None:
    """How much comes off, or what it shall cost: of the line, or the whole basket without one."""
    kind, line_id = args["kind"], str(args.get("line", ""))
    basket, name = till.state.desk.basket, ""
    if line_id and basket is not None:
        name = name_in(basket.line(line_id).names, till.state.language)
    till.change(sheet=TypingSheet(kind, subject=line_id, name=name), trouble=None)


def typed(till: Till, sheet: TypingSheet) -> None:
    """The amount is there: why?"""
    unit = currency(till.state.shop.shop.currency)
    if sheet.kind == "off_percent":
        # Thousandths of a percent; what a keypad can type is whole basis points.
        value = parse_quantity(sheet.digits) // 10
    else:
        value = parse_amount(sheet.digits, unit)
    if (sheet.kind == "off_percent" and value > 10_000) or (value <= 0 and sheet.kind != "new_price"):
        raise Refused("by_hand.amount")
    wanted = {"kind": sheet.kind, "line": sheet.subject, "value": value}
    till.change(sheet=MenuSheet("discount_reason", wanted), trouble=None)


def because(till: Till, args: Args) -> None:
    """Why; then it is done, or a manager is asked for."""
    sheet = till.state.sheet
    if isinstance(sheet, MenuSheet) and sheet.kind == "discount_reason":
        operator = till.state.desk.operator
        allowed_by = operator.id if operator is not None and operator.role == "manager" else ""
        _decide(till, {**sheet.args, "reason": str(args["reason"])}, allowed_by)


def allowed(till: Till, sheet: ApprovalSheet, manager: Operator) -> None:
    """A manager agreed."""
    _decide(till, sheet.args, manager.id)


def _decide(till: Till, wanted: Mapping[str, Any], approver_id: str) -> None:
    job = _job(wanted, approver_id)

    def decided(reply: Reply) -> None:
        error = reply.error
        if error is not None and error.code in NEEDS_MANAGER and not approver_id:
            till.replied(Reply(None, None, reply.desk))
            _ask_manager(till, wanted, error.params)
        else:
            till.replied(reply)
            till.change(sheet=None)
            if error is None:
                till.change(trouble=None)
        till.render()

    till.outside.submit(job, decided)


def _job(wanted: Mapping[str, Any], approver_id: str) -> Job:
    kind, line_id, value, reason = wanted["kind"], wanted["line"], wanted["value"], wanted["reason"]

    def decide(counter: Counter) -> None:
        discounting = counter.checkout.discounting
        if kind == "new_price":
            discounting.set_price(line_id, value, reason, approver_id)
        else:
            off = {"off_bp": value} if kind == "off_percent" else {"off_minor": value}
            discounting.take_off(reason, line_id=line_id, approver_id=approver_id, **off)

    return decide


def _ask_manager(till: Till, wanted: Mapping[str, Any], params: Mapping[str, Any]) -> None:
    managers = [one for one in till.state.shop.operators if one.role == "manager"]
    if not managers:
        till.refuse(Refused("staff.manager_needed", may_override="manager"))
        return
    asked = {**wanted, "allowed_minor": params.get("allowed_minor", 0)}
    till.change(sheet=ApprovalSheet("by_hand", managers[0].id, args=asked), trouble=None)


def remove(till: Till, args: Args) -> None:
    """Nothing by hand any more: on the basket, or what a line has."""
    line_id = str(args.get("line", ""))

    def undo(counter: Counter) -> None:
        counter.checkout.discounting.no_discount(line_id)
        if line_id:
            counter.checkout.discounting.set_price(line_id, None)

    till.job(undo, lambda _: till.change(sheet=None, trouble=None))


# Codes


def open_code(till: Till, args: Args) -> None:
    """Type a coupon's code."""
    till.change(sheet=TypingSheet("coupon"), trouble=None)


def show_code(till: Till, code: str) -> None:
    """A code was typed or scanned."""

    def show(counter: Counter) -> None:
        counter.checkout.desk.require_session()
        counter.checkout.discounting.show_code(code, counter.moment())

    place = "sale" if till.state.place in ("done", "tender") else till.state.place
    till.job(show, lambda _: till.change(place=place, sheet=None, trouble=None))


def take_code(till: Till, args: Args) -> None:
    """The code leaves the basket."""
    code = str(args["code"])
    till.job(
        lambda counter: counter.checkout.discounting.take_coupon(code),
        lambda _: till.change(sheet=None, trouble=None),
    )
