"""Operators, members, cards, languages and themes."""

import logging
from dataclasses import replace
from typing import Any

from appliance.ui.acts import discounts, enrolling, goods, members, promises, refunds, stock
from appliance.ui.acts.keys import edited
from appliance.ui.counter import Counter
from appliance.ui.presenters.sign_in import PIN_LENGTH, seconds_left
from appliance.ui.sheets import ApprovalSheet, EnrolSheet, TypingSheet
from appliance.ui.state import Search, pane_of
from appliance.ui.till import Args, Till
from retail.catalogue import Operator
from retail.errors import Busy

log = logging.getLogger(__name__)
LOCKED_FROM = ("sale", "tender", "done", "refund", "giveback", "stock")


def choose_operator(till: Till, args: Args) -> None:
    """Somebody says who they are; the PIN begins anew."""
    till.change(operator_id=str(args["id"]), pin="", trouble=None, locked_until_ms=0)


def pin_key(till: Till, key: str) -> None:
    """A key of the PIN pad; the last digit enters."""
    state = till.state
    if not state.operator_id or state.pin_busy or seconds_left(state):
        return
    pin = edited(state.pin, key, PIN_LENGTH)
    till.change(pin=pin, trouble=None)
    if len(pin) == PIN_LENGTH:
        till.change(pin_busy=True)
        operator_id = state.operator_id
        till.outside.submit(
            lambda counter: counter.checkout.staff.sign_in(operator_id, pin, counter.moment()),
            lambda reply: _pin_answered(till, reply),
        )


def _pin_answered(till: Till, reply: Any) -> None:
    till.change(pin="", pin_busy=False)
    till.replied(reply)
    if reply.error is None:
        signed_in(till, reply.answer)
    elif reply.error.code == "staff.locked":
        till.change(locked_until_ms=till.state.now_ms + int(reply.error.params["seconds"]) * 1000)
    till.settle_place()
    till.render()


def signed_in(till: Till, operator: Operator) -> None:
    """Somebody works here: on with what lies on the counter."""
    basket = till.state.desk.basket
    under_way = basket is not None and basket.attempt is not None
    till.change(
        place="tender" if under_way else "sale",
        pane=pane_of(basket),
        operator_id=operator.id,
        pin="",
        trouble=None,
        sheet=None,
        search=Search(),
    )
    till.touched()


def sign_out(till: Till, args: Args) -> None:
    """Nobody works here any more; an open basket stays."""

    def away(_: Any) -> None:
        till.change(
            place="sign_in", sheet=None, pin="", trouble=None, search=Search(), refund=None, finished=None
        )
        till.change(stock=None)

    def sign_off(counter: Counter) -> None:
        counter.end_training()
        counter.checkout.staff.sign_out()

    till.job(sign_off, away)


def idle(till: Till, dim_s: int, lock_s: int) -> None:
    """Nobody was here for a while: dim, later lock. The basket stays; a payment under way keeps it open."""
    state = till.state
    idle_s = (state.now_ms - till.last_touched_ms) / 1000
    if idle_s >= dim_s and not till.dimmed:
        till.dimmed = True
        till.outside.dim(True)
    basket = state.desk.basket
    under_way = basket is not None and basket.attempt is not None
    if idle_s >= lock_s and state.place in LOCKED_FROM and not under_way:
        try:
            sign_out(till, {})
        except Busy as busy:
            log.info("can't lock now: %s", busy.code)


def card(till: Till, uid: str) -> None:
    """A card came to the reader: who it is decides what it means."""
    till.touched()
    state = till.state
    if state.place == "sign_in":
        till.job(lambda counter: counter.sign_in_by_card(uid), lambda operator: signed_in(till, operator))
        return
    if isinstance(state.sheet, ApprovalSheet):
        till.job(lambda counter: counter.manager_by_card(uid), lambda found: approved(till, found))
        return
    if isinstance(state.sheet, EnrolSheet):
        enrolling.card(till, uid)
        return
    members.card(till, uid)


def choose_language(till: Till, args: Args) -> None:
    """All words in another language, at once."""
    language = str(args["language"])
    till.change(language=language)
    till.outside.use_look(till.state.theme, language)
    till.outside.submit(lambda counter: counter.use_language(language), lambda reply: None)


def choose_theme(till: Till, args: Args) -> None:
    """All colours of another theme, at once."""
    theme = str(args["theme"])
    till.change(theme=theme)
    till.outside.use_look(theme, till.state.language)


# A manager's approval, taken on the spot


def choose_approver(till: Till, args: Args) -> None:
    """Which manager types their PIN."""
    sheet = till.state.sheet
    if isinstance(sheet, ApprovalSheet):
        till.change(sheet=replace(sheet, operator_id=str(args["id"]), pin="", trouble=""))


def approval_key(till: Till, sheet: ApprovalSheet, key: str) -> None:
    """A key of the approver's PIN pad."""
    pin = edited(sheet.pin, key, PIN_LENGTH)
    till.change(sheet=replace(sheet, pin=pin, trouble=""))
    if len(pin) < PIN_LENGTH or till.state.pin_busy:
        return
    till.change(pin_busy=True)
    approver = sheet.operator_id
    till.outside.submit(
        lambda counter: counter.checkout.staff.approve(approver, pin, counter.moment()),
        lambda reply: _approval_answered(till, reply),
    )


def _approval_answered(till: Till, reply: Any) -> None:
    till.change(pin_busy=False)
    sheet = till.state.sheet
    if reply.desk is not None:
        till.change(desk=reply.desk)
    if isinstance(sheet, ApprovalSheet):
        if reply.error is None:
            approved(till, reply.answer)
        else:
            params = reply.error.params
            number = int(params.get("seconds", params.get("tries_left", 0)))
            till.change(sheet=replace(sheet, pin="", trouble=reply.error.code, seconds=number))
    till.render()


def approved(till: Till, manager: Operator) -> None:
    """A manager agreed: what it was asked for goes on; a payment seen elsewhere needs its number."""
    sheet = till.state.sheet
    if isinstance(sheet, ApprovalSheet) and sheet.what == "sell_expired":
        goods.sell_expired(till, sheet, manager.id)
    elif isinstance(sheet, ApprovalSheet) and sheet.what == "stock":
        stock.allowed(till, sheet, manager)
    elif isinstance(sheet, ApprovalSheet) and sheet.what == "payout":
        promises.allowed(till, manager.id)
    elif isinstance(sheet, ApprovalSheet) and sheet.what == "by_hand":
        discounts.allowed(till, sheet, manager)
    elif isinstance(sheet, ApprovalSheet) and sheet.what != "confirm_paid":
        refunds.allowed(till, sheet, manager)
    else:
        till.change(sheet=TypingSheet("reference", subject=manager.id), trouble=None)
