"""Money: cash, a card terminal of its own, a QR through HQ, and payments that nobody answers for."""

from typing import Any

from appliance.checkout.basket import OWN_TENDERS
from appliance.checkout.paying import Paid
from appliance.ui.acts import own_money
from appliance.ui.acts.keys import edited
from appliance.ui.counter import Counter, Followed
from appliance.ui.presenters.own_money import is_own
from appliance.ui.sheets import ApprovalSheet, MenuSheet, TypingSheet
from appliance.ui.state import Place, pane_of
from appliance.ui.till import Args, Till
from retail.errors import Refused
from retail.money import currency, parse_amount

AMOUNT_DIGITS_MAX = 9


def pay_with(till: Till, args: Args) -> None:
    """From the basket to paying; a QR is asked for at once."""
    tender = str(args["tender"])
    basket = till.state.desk.basket
    if basket is None or not basket.lines:
        raise Refused("basket.empty")
    receipt = basket.refund is not None and basket.refund.number
    if receipt and any(line.returned for line in basket.lines) and till.state.desk.due_minor <= 0:
        till.change(place="giveback", trouble=None, sheet=None, removed=())
        return
    if basket.refund is not None and basket.refund.mode == "payout":
        till.change(sheet=MenuSheet("payout"), trouble=None)
        return
    if basket.attempt is not None:
        place: Place = "unknown" if basket.attempt.state == "unknown" else "tender"
        till.change(place=place, pane=pane_of(basket), trouble=None, sheet=None)
        return
    if args.get("now"):
        own_money.pay_now(till)
        return
    till.change(place="tender", pane=tender, keypad="", trouble=None, sheet=None, removed=())
    if tender == "qr":
        ask_qr(till, args)


def choose(till: Till, args: Args) -> None:
    """Another tender; only while no code is live."""
    tender = str(args["tender"])
    basket = till.state.desk.basket
    if basket is not None and basket.attempt is not None:
        raise Refused("basket.payment_under_way", state=basket.attempt.state)
    till.change(pane=tender, keypad="", trouble=None, gift_card=None)
    if tender == "qr":
        ask_qr(till, args)


def back(till: Till, args: Args) -> None:
    """To the basket; part payments and a live code stay."""
    till.change(place="sale", keypad="", trouble=None)


def amount_key(till: Till, key: str) -> None:
    """A key of the keypad beside the notes, or of our own money's pane."""
    state = till.state
    if state.place != "tender" or state.busy or (state.desk.basket and state.desk.basket.attempt):
        return
    if state.pane == "cash" or (is_own(state.pane) and state.pane != "points" and not _is_number(till)):
        digits = 0 if state.shop.shop.currency == "JPY" else 2
        till.change(keypad=edited(state.keypad, key, AMOUNT_DIGITS_MAX, digits), trouble=None)
    elif is_own(state.pane):
        length_max = own_money.NUMBER_LENGTH_MAX if _is_number(till) else AMOUNT_DIGITS_MAX
        till.change(keypad=edited(state.keypad, key, length_max), trouble=None)


def _is_number(till: Till) -> bool:
    """Whether the keypad types a gift card's number."""
    return till.state.pane == "gift_card" and till.state.gift_card is None


def enter(till: Till, args: Args) -> None:
    """The enter key of a keyboard is the blue button of the pane."""
    if not till.state.keypad:
        return
    if till.state.pane == "cash":
        unit = currency(till.state.shop.shop.currency)
        cash(till, {"tendered_minor": parse_amount(till.state.keypad, unit)})
    elif _is_number(till):
        own_money.card(till, args)
    elif is_own(till.state.pane):
        own_money.ask(till, {"money": till.state.pane})


def cash(till: Till, args: Args) -> None:
    """Cash was handed over."""
    tendered_minor = int(args["tendered_minor"])
    _pay(till, lambda counter: counter.checkout.paying.cash(tendered_minor, counter.moment()))


def cash_refund(till: Till, args: Args) -> None:
    """What the shop owes is handed out."""
    _pay(till, lambda counter: counter.checkout.paying.exact("cash", counter.moment()))


def card_settled(till: Till, args: Args) -> None:
    """The terminal said yes."""
    _pay(till, lambda counter: counter.checkout.paying.exact("card", counter.moment()))


def _pay(till: Till, take: Any) -> None:
    if till.state.busy:
        return

    def job(counter: Counter) -> Paid:
        counter.checkout.desk.require_session()
        paid: Paid = take(counter)
        counter.stale()
        return paid

    till.job(job, till.sold, busy=True)


def undo(till: Till, args: Args) -> None:
    """A part payment is handed back."""
    tender_id = str(args["id"])
    till.job(
        lambda counter: counter.checkout.paying.undo(tender_id, counter.moment()),
        lambda _: till.change(trouble=None, keypad=""),
    )


# QR


def ask_qr(till: Till, args: Args) -> None:
    """Ask HQ for a code over what is due."""
    if not till.state.sync.online:
        till.change(pane=till.state.tenders.default if till.state.tenders.default != "qr" else "cash")
        raise Refused("tender.offline")
    till.change(place="tender", pane="qr", trouble=None)
    till.job(lambda counter: counter.checkout.paying.ask_qr(counter.moment()))


def query(till: Till, args: Args) -> None:
    """Ask HQ now how it stands."""
    till.job(
        lambda counter: counter.checkout.paying.query(counter.moment()),
        lambda _: till.toast("accent", "toast.asked"),
    )


def close(till: Till, args: Args) -> None:
    """Have HQ close the code; only its word frees the other tenders."""
    till.job(lambda counter: counter.checkout.paying.cancel_qr(counter.moment()))


def ask_manager(till: Till, args: Args) -> None:
    """A manager has seen the money elsewhere and confirms it."""
    managers = [one for one in till.state.shop.operators if one.role == "manager"]
    if not managers:
        raise Refused("staff.manager_needed", may_override="manager")
    till.change(sheet=ApprovalSheet("confirm_paid", managers[0].id), trouble=None)


def confirm_paid(till: Till, sheet: TypingSheet) -> None:
    """With the manager's name and the provider's number."""
    _pay(
        till,
        lambda counter: counter.checkout.paying.confirm_paid(sheet.subject, sheet.digits, counter.moment()),
    )


def followed(till: Till, news: tuple[Followed, ...]) -> None:
    """HQ has said something about payments."""
    for one in news:
        if one.was_open:
            _open_followed(till, one)
        else:
            _suspended_followed(till, one)


def _open_followed(till: Till, one: Followed) -> None:
    if one.paid.sale is not None:
        if till.state.place == "sign_in":
            till.follow_effects(one.paid.sale, one.paid.effects)
            till.toast("ok", "toast.paid_suspended", number=one.order_number)
        else:
            till.sold(one.paid)
    elif one.attempt.is_ours and one.paid.ended:
        own_money.ended(till, one)
    elif one.attempt.method in OWN_TENDERS:
        own_money.part_paid(till)
    elif one.paid.ended:
        if till.state.place == "giveback":
            till.refuse(Refused("refund.declined"))
            return
        if till.state.place in ("tender", "unknown"):
            till.change(place="tender", pane="cash", sheet=None)
        till.refuse(Refused(f"payment.{one.paid.ended}"))


def _suspended_followed(till: Till, one: Followed) -> None:
    if one.paid.sale is not None:
        till.follow_effects(one.paid.sale, one.paid.effects)
        till.toast("ok", "toast.paid_suspended", number=one.order_number)
    elif one.paid.ended and not one.attempt.is_quote:
        till.toast("warn", "toast.unpaid_suspended", number=one.order_number)
