"""Stored value, points and gift cards as tenders: asked of HQ, heard within three seconds or given up."""

from appliance.checkout.basket import OWN_TENDERS, Basket
from appliance.checkout.own_money import GiftCardShown
from appliance.ui.counter import Counter, Followed
from appliance.ui.presenters.own_money import covers
from appliance.ui.sheets import MenuSheet
from appliance.ui.state import Pane
from appliance.ui.till import Args, Till
from retail.errors import Refused
from retail.money import currency, format_plain, parse_amount

NUMBER_LENGTH_MAX = 40


def require_online(till: Till) -> None:
    """Nobody is asked while HQ is out of reach: it would only cost three seconds."""
    if not till.state.sync.online and not till.state.desk.training:
        raise Refused("own_money.offline")


def ask(till: Till, args: Args) -> None:
    """Take what was typed, or all that may be taken."""
    money: Pane = args["money"]
    typed = "" if args.get("all") else till.state.keypad
    require_online(till)
    if money == "points":
        points = int(typed) if typed.isdigit() else None
        _begin(till, money, lambda counter: counter.checkout.own_money.points(points, counter.moment()))
        return
    amount = parse_amount(typed, currency(till.state.shop.shop.currency)) if typed else None
    if money == "stored_value":
        _begin(till, money, lambda counter: counter.checkout.own_money.stored_value(amount, counter.moment()))
        return
    card = till.state.gift_card
    if card is None:
        raise Refused("gift_card.scan_first")
    _by_card(till, card, amount)


def _by_card(till: Till, card: GiftCardShown, amount: int | None) -> None:
    def job(counter: Counter) -> Basket:
        return counter.checkout.own_money.gift_card(card, amount, counter.moment())

    _begin(till, "gift_card", job)


def _begin(till: Till, pane: Pane, job: object) -> None:
    def asked(counter: Counter) -> Basket:
        counter.checkout.desk.require_session()
        return job(counter)  # type: ignore[operator,no-any-return]  # one of the jobs above

    def begun(_: object) -> None:
        till.change(place="tender", pane=pane, keypad="", trouble=None, sheet=None, removed=())

    till.job(asked, begun)


def pay_now(till: Till) -> None:
    """The pay button: one tap when the card or live code was shown, else a word of confirmation."""
    basket = till.state.desk.basket
    if not covers(till.state) or basket is None or basket.member is None:
        till.change(place="tender", pane="stored_value", keypad="", trouble=None, sheet=None)
    elif basket.member.is_present:
        ask(till, {"money": "stored_value", "all": True})
    else:
        till.change(sheet=MenuSheet("confirm_value"), trouble=None)


# Gift cards


def card(till: Till, args: Args) -> None:
    """The number on the keypad is the card's."""
    take_number(till, till.state.keypad)


def take_number(till: Till, number: str) -> None:
    """A card was scanned or typed: as much of it as may be paid is asked for."""
    require_online(till)
    till.change(keypad="", trouble=None)

    def known(found: GiftCardShown) -> None:
        till.change(gift_card=found)
        _by_card(till, found, None)

    till.job(lambda counter: counter.gift_card(number), known)


def other_card(till: Till, args: Args) -> None:
    """Another card than the one that was scanned."""
    till.change(gift_card=None, keypad="", trouble=None)


# HQ's word


def part_paid(till: Till) -> None:
    """A part is reserved: the rest is paid otherwise."""
    till.change(pane=till.state.tenders.default, gift_card=None, keypad="", trouble=None)


def ended(till: Till, one: Followed) -> None:
    """HQ said no, or nothing for three seconds: the other tenders are there at once."""
    method = one.attempt.method
    refusal = one.paid.refusal
    if method == "void":
        till.change(place="sale", sheet=None)
        silent = one.paid.ended == "silent"
        till.refuse(Refused("void.silent") if silent or refusal is None else refusal)
        return
    if one.attempt.is_quote:
        till.change(sheet=None)
    if method == "upgrade" and refusal is None:
        till.refuse(Refused("upgrade.silent"))
        return
    if one.paid.ended == "silent" or refusal is None:
        till.change(pane=till.state.tenders.default, gift_card=None, keypad="")
        till.refuse(Refused("own_money.silent" if one.paid.ended == "silent" else "own_money.declined"))
        return
    params = dict(refusal.params)
    # HQ reckons reservations in units; of money these are minor units.
    left = params.setdefault("available_minor", params.get("available", 0)) if method != "points" else 0
    if method in OWN_TENDERS and isinstance(left, int) and left > 0:
        till.change(keypad=format_plain(left, currency(till.state.shop.shop.currency)))
    till.refuse(Refused(refusal.code, **params))
