"""Selling top-ups, gift cards, passes and memberships, and paying them out."""

from collections.abc import Callable
from typing import Any

from appliance.checkout.paying import Paid
from appliance.ui.acts.own_money import require_online
from appliance.ui.counter import Counter
from appliance.ui.sheets import ApprovalSheet, MenuSheet, TypingSheet
from appliance.ui.till import Args, Till
from retail.catalogue import LANGUAGES, Names
from retail.errors import Refused
from retail.money import currency, parse_amount


def pick(till: Till, args: Args) -> None:
    """A tile of the shelf: into the basket, or first the card, the amount, or which pass it renews."""
    kind, id_ = str(args["kind"]), str(args.get("id", ""))
    if kind == "gift_card":
        till.change(sheet=TypingSheet("gift_card", subject=id_), trouble=None)
    elif kind == "top_up" and "paid_minor" not in args:
        till.change(sheet=TypingSheet("top_up"), trouble=None)
    elif kind == "top_up":
        top_up(till, int(args["paid_minor"]))
    else:
        _pass_or_membership(till, kind, id_)


def top_up(till: Till, paid_minor: int) -> None:
    """So much onto the member's balance."""
    names = names_in_all(till, "promise.top_up")
    _sell(till, lambda counter: counter.checkout.promising.top_up(paid_minor, names, counter.moment()))


def typed_top_up(till: Till, sheet: TypingSheet) -> None:
    """The amount as typed."""
    if not sheet.digits:
        raise Refused("price.missing")
    top_up(till, parse_amount(sheet.digits, currency(till.state.shop.shop.currency)))


def gift_card(till: Till, kind_id: str, number: str, reload: bool = False) -> None:
    """The card that is sold, as scanned or typed."""

    def sell(counter: Counter) -> Any:
        card = counter.gift_card(number)
        return counter.checkout.promising.gift_card(kind_id, card, counter.moment(), reload)

    _sell(till, sell)


def reload(till: Till, args: Args) -> None:
    """The money goes onto a card that was sold before."""
    sheet = till.state.sheet
    if isinstance(sheet, TypingSheet) and sheet.kind == "gift_card":
        if not sheet.digits:
            raise Refused("gift_card.scan_first")
        gift_card(till, sheet.subject, sheet.digits, reload=True)


def _pass_or_membership(till: Till, kind: str, kind_id: str) -> None:
    """A member who holds one of this kind is asked: longer, or one more."""

    def asked(held: Any) -> None:
        if not held:
            sell_prepaid(till, {"kind": kind, "id": kind_id})
            return
        choices = {"kind": kind, "id": kind_id, "held": held}
        till.change(sheet=MenuSheet("renew", choices), trouble=None)

    till.job(lambda counter: counter.checkout.promising.renewable(kind_id), asked)


def sell_prepaid(till: Till, args: Args) -> None:
    """A pass or membership, new or longer."""
    kind, kind_id, renews = str(args["kind"]), str(args["id"]), str(args.get("renews", ""))

    def sell(counter: Counter) -> Any:
        promising, moment = counter.checkout.promising, counter.moment()
        if kind == "pass":
            return promising.count_pass(kind_id, moment, renews)
        return promising.membership(kind_id, moment, renews)

    _sell(till, sell)


def _sell(till: Till, sell: Callable[[Counter], Any]) -> None:
    def job(counter: Counter) -> Any:
        counter.checkout.desk.require_session()
        return sell(counter)

    till.job(job, lambda _: till.change(place="sale", sheet=None, trouble=None, goods_over=False))


def names_in_all(till: Till, key: str) -> Names:
    """A text of the till's in every language, as the name of a line."""
    return {language: till.outside.words(language)(key) for language in LANGUAGES}


# Money out


def open_payouts(till: Till, args: Args) -> None:
    """What the member, or the bearer of a card, may want their money back for."""
    basket = till.state.desk.basket
    member_id = basket.member.member_id if basket and basket.member else ""
    if not member_id:
        till.change(sheet=MenuSheet("payouts"), trouble=None)
        return

    def found(member: Any) -> None:
        till.change(sheet=MenuSheet("payouts", {"member": member}), trouble=None)

    till.job(lambda counter: counter.reference.member(member_id), found)


def card_out(till: Till, args: Args) -> None:
    """A gift card is scanned first."""
    till.change(sheet=TypingSheet("payout_card"), trouble=None)


def ask(till: Till, args: Args) -> None:
    """HQ reckons what is paid out."""
    what, account = str(args["what"]), str(args["id"])
    member_id = str(args.get("member", ""))
    names = dict(args["names"]) if "names" in args else names_in_all(till, f"payout.{what}")
    require_online(till)

    def job(counter: Counter) -> Any:
        counter.checkout.desk.require_session()
        return counter.checkout.paying_out.ask(what, account, names, counter.moment(), member_id)

    till.job(job, lambda _: till.change(place="sale", sheet=MenuSheet("payout"), trouble=None))


def ask_card(till: Till, number: str) -> None:
    """The same for a gift card, as scanned or typed."""
    names = names_in_all(till, "payout.gift_card")
    require_online(till)

    def job(counter: Counter) -> Any:
        counter.checkout.desk.require_session()
        card = counter.gift_card(number)
        out = counter.checkout.paying_out
        return out.ask("gift_card", card.card_hash, names, counter.moment(), tail=card.tail)

    till.job(job, lambda _: till.change(place="sale", sheet=MenuSheet("payout"), trouble=None))


def pay(till: Till, args: Args) -> None:
    """The money is handed out, if a manager agrees."""
    operator = till.state.desk.operator
    if operator is not None and operator.role == "manager":
        allowed(till, operator.id)
        return
    managers = [one for one in till.state.shop.operators if one.role == "manager"]
    if not managers:
        raise Refused("staff.manager_needed", may_override="manager")
    till.change(sheet=ApprovalSheet("payout", managers[0].id), trouble=None)


def allowed(till: Till, manager_id: str) -> None:
    """A manager agreed."""

    def job(counter: Counter) -> Paid:
        counter.checkout.desk.require_session()
        paid = counter.checkout.paying_out.pay(manager_id, counter.moment())
        counter.stale()
        return paid

    till.change(sheet=None)
    till.job(job, till.sold, busy=True)


def drop(till: Till, args: Args) -> None:
    """Nothing is paid out: HQ frees what it held."""
    basket = till.state.desk.basket

    def job(counter: Counter) -> None:
        if basket is not None and basket.attempt is not None:
            counter.checkout.paying.give_up(basket, counter.moment(), "cancelled")
        else:
            counter.checkout.selling.clear(counter.moment())

    till.job(job, lambda _: till.change(sheet=None, trouble=None))
