"""Goods that come back: finding the sale, choosing, giving the money back, voiding, training."""

from dataclasses import replace
from typing import Any

from appliance.checkout.paying import Paid
from appliance.checkout.refunding import Returnable
from appliance.ui.counter import Counter
from appliance.ui.sheets import ApprovalFor, ApprovalSheet, MenuSheet, TypingSheet
from appliance.ui.state import RefundDraft
from appliance.ui.till import Args, Till
from retail.catalogue import Operator
from retail.errors import Refused
from retail.messages.events import SaleCompleted
from retail.quantity import ONE_MILLI


def begin(till: Till, args: Args) -> None:
    """退货: scan the receipt or type its number; once more while goods are taken back ends it."""
    if args.get("on", True):
        till.change(sheet=TypingSheet("receipt"), trouble=None)
        return
    till.change(sheet=None)
    till.job(
        lambda counter: counter.checkout.selling.set_returning(False), lambda _: till.change(trouble=None)
    )


def find(till: Till, receipt: str) -> None:
    """The sale of a receipt, to choose what comes back of it."""

    def look(counter: Counter) -> Returnable:
        counter.checkout.desk.require_session()
        return counter.checkout.refunding.find(receipt)

    till.job(look, lambda of: _found(till, of))


def of_sale(till: Till, args: Args) -> None:
    """A sale that is on the screen."""
    find(till, str(args["sale"]))


def _found(till: Till, of: Returnable) -> None:
    draft = RefundDraft(of, {})
    if len(of.lines) == 1 and not of.is_spent and of.lines[0].line.grant is None:
        draft = replace(draft, quantities={of.lines[0].line.line_id: of.lines[0].left_milli})
    till.change(place="refund", refund=draft, sheet=None, trouble=None, search=type(till.state.search)())


def more(till: Till, args: Args) -> None:
    """One more of a line comes back; what is left if that is less than one."""
    _step(till, str(args["line"]), ONE_MILLI)


def less(till: Till, args: Args) -> None:
    """One less."""
    _step(till, str(args["line"]), -ONE_MILLI)


def _step(till: Till, line_id: str, by_milli: int) -> None:
    draft = till.state.refund
    if draft is None:
        return
    one = next((one for one in draft.of.lines if one.line.line_id == line_id), None)
    if one is None:
        raise Refused("line.not_there", line_id=line_id)
    if one.line.grant is not None:
        raise Refused("refund.is_promise")
    now = draft.quantities.get(line_id, 0)
    # Weighed goods come back whole: nobody weighs half of what was weighed once.
    wanted = now + by_milli if one.line.unit == "each" else (one.left_milli if by_milli > 0 else 0)
    quantity = min(max(wanted, 0), one.left_milli)
    till.change(refund=replace(draft, quantities={**draft.quantities, line_id: quantity}), trouble=None)


def choose_reason(till: Till, args: Args) -> None:
    """Why it comes back."""
    if till.state.refund is not None:
        till.change(refund=replace(till.state.refund, reason=str(args["reason"])), trouble=None)


def leave(till: Till, args: Args) -> None:
    """Back to the basket; nothing was taken back."""
    till.change(place="sale", refund=None, trouble=None)


def confirm(till: Till, args: Args) -> None:
    """The goods are taken back; on to the money."""
    _take_back(till, "giveback")


def exchange(till: Till, args: Args) -> None:
    """The goods are taken back; new ones are scanned into the same basket."""
    _take_back(till, "sale")


def _take_back(till: Till, place: str) -> None:
    draft = till.state.refund
    if draft is None or till.state.busy:
        return
    number, quantities, reason = draft.of.sale.number, dict(draft.quantities), draft.reason

    def take(counter: Counter) -> None:
        counter.checkout.desk.require_session()
        counter.checkout.refunding.take_back(number, quantities, reason, counter.moment())

    def taken(_: Any) -> None:
        owes = till.state.desk.due_minor <= 0
        till.change(place=place if owes else "sale", refund=None, trouble=None, removed=())
        if place == "sale":
            till.toast("accent", "toast.exchange")

    till.job(take, taken, busy=True)


# Money


def give(till: Till, args: Args) -> None:
    """This piece was handed back. What no tender of the sale covers goes out in cash, if a manager agrees."""
    tender_id = str(args["tender"])
    if not tender_id:
        _need_manager(till, "as_cash", tender_id)
        return
    _settle(till, lambda counter: counter.checkout.refunding.give(tender_id, counter.moment()))


def finish(till: Till, args: Args) -> None:
    """Nothing is owed either way."""
    _settle(till, lambda counter: counter.checkout.refunding.nothing_to_give(counter.moment()))


def ask(till: Till, args: Args) -> None:
    """HQ gives a code's payment back."""
    if not till.state.sync.online:
        raise Refused("tender.offline")
    tender_id = str(args["tender"])
    till.job(
        lambda counter: counter.checkout.refunding.ask(tender_id, counter.moment()),
        lambda _: till.change(trouble=None),
        busy=True,
    )


def as_cash(till: Till, args: Args) -> None:
    """In cash though it was paid otherwise: a manager allows it."""
    _need_manager(till, "as_cash", str(args["tender"]))


def _settle(till: Till, do: Any) -> None:
    if till.state.busy:
        return

    def job(counter: Counter) -> Paid:
        counter.checkout.desk.require_session()
        paid: Paid = do(counter)
        counter.stale()
        return paid

    till.job(job, till.sold, busy=True)


def edit(till: Till, args: Args) -> None:
    """From the money back to the basket."""
    till.change(place="sale", trouble=None)


# Without a receipt, and voids


def no_receipt(till: Till, args: Args) -> None:
    """There is none: first why."""
    till.change(sheet=MenuSheet("no_receipt"), trouble=None)


def no_receipt_because(till: Till, args: Args) -> None:
    """Then who allows it."""
    _need_manager(till, "no_receipt", "", str(args["reason"]))


def void(till: Till, args: Args) -> None:
    """The whole sale on the screen is undone."""
    draft = till.state.refund
    if draft is not None:
        _need_hq(till, draft.of.sale)
        _need_manager(till, "void", str(draft.of.sale.number), draft.reason)


def void_last(till: Till, args: Args) -> None:
    """The last sale is undone, for this reason."""
    sale = till.state.desk.last_sale
    if sale is None:
        raise Refused("refund.no_sale")
    _need_hq(till, sale)
    _need_manager(till, "void", str(sale.number), str(args["reason"]))


def _need_hq(till: Till, sale: SaleCompleted) -> None:
    """Nobody is asked in vain: HQ must say that what the sale brought is all there."""
    sells_promises = any(line.grant for line in sale.lines)
    if sells_promises and not till.state.sync.online and not till.state.desk.training:
        raise Refused("void.needs_hq")


def leave_void(till: Till, args: Args) -> None:
    """The sale stays as it is."""
    till.job(
        lambda counter: counter.checkout.refunding.abandon_void(),
        lambda _: till.change(place="sale", trouble=None),
    )


def _need_manager(till: Till, what: ApprovalFor, subject: str, reason: str = "") -> None:
    """A manager who works here has agreed by asking; anybody else fetches one."""
    operator = till.state.desk.operator
    sheet = ApprovalSheet(what, subject=subject, reason=reason)
    if operator is not None and operator.role == "manager":
        allowed(till, sheet, operator)
        return
    managers = [one for one in till.state.shop.operators if one.role == "manager"]
    if not managers:
        raise Refused("staff.manager_needed", may_override="manager")
    till.change(sheet=replace(sheet, operator_id=managers[0].id), trouble=None)


def allowed(till: Till, sheet: ApprovalSheet, manager: Operator) -> None:
    """A manager agreed."""
    till.change(sheet=None, trouble=None)
    approver = manager.id
    if sheet.what == "as_cash":
        _settle(
            till,
            lambda counter: counter.checkout.refunding.give(
                sheet.subject, counter.moment(), as_cash=True, approver_id=approver
            ),
        )
    elif sheet.what == "no_receipt":
        till.job(
            lambda counter: counter.checkout.refunding.return_without_receipt(
                sheet.reason, approver, counter.moment()
            ),
            lambda _: till.change(place="sale", refund=None),
        )
    elif sheet.what == "void":
        number = int(sheet.subject)
        till.job(
            lambda counter: counter.checkout.refunding.start_void(
                number, sheet.reason, approver, counter.moment()
            ),
            lambda _: till.change(place="giveback", refund=None, removed=()),
        )


# Training


def train(till: Till, args: Args) -> None:
    """Practise: nothing is kept, no drawer opens."""
    till.change(sheet=None)

    def began(_: Any) -> None:
        till.change(place="sale", trouble=None, removed=(), following=(), refund=None)
        till.toast("warn", "toast.training")

    till.job(lambda counter: counter.train(), began)


def end_training(till: Till, args: Args) -> None:
    """Back to real sales."""
    till.change(sheet=None)

    def ended(_: Any) -> None:
        till.change(place="sale", trouble=None, removed=(), following=(), refund=None, finished=None)
        till.toast("ok", "toast.training_over")

    till.job(lambda counter: counter.end_training(), ended)
