"""Sheets: opening, typing into them, confirming, closing; and where keys go."""

from dataclasses import replace

from appliance.ui.acts import (
    basket,
    discounts,
    enrolling,
    goods,
    member_sheet,
    members,
    paying,
    people,
    promises,
    refunds,
    stock,
    upgrades,
)
from appliance.ui.acts.keys import edited
from appliance.ui.acts.own_money import NUMBER_LENGTH_MAX
from appliance.ui.sheets import ApprovalSheet, EnrolSheet, MenuSheet, NoteSheet, StockSheet, TypingSheet
from appliance.ui.till import Args, Till
from retail.errors import ContractError, Refused
from retail.money import currency, parse_amount
from retail.quantity import parse_quantity

NAME_LENGTH_MAX = 40
REFERENCE_LENGTH_MAX = 40
CODE_LENGTH_MAX = 40
DIGITS_MAX = {
    "open_price": 9,
    "weight": 7,
    "quantity": 6,
    "phone": 15,
    "reference": REFERENCE_LENGTH_MAX,
    "receipt": 32,
    "hold": NAME_LENGTH_MAX,
    "top_up": 9,
    "gift_card": NUMBER_LENGTH_MAX,
    "payout_card": NUMBER_LENGTH_MAX,
    "off_percent": 5,
    "off_amount": 9,
    "new_price": 9,
    "coupon": CODE_LENGTH_MAX,
}
DECIMALS = {
    "open_price": 2,
    "weight": 3,
    "quantity": 0,
    "phone": -1,
    "reference": -1,
    "receipt": -1,
    "hold": -1,
    "top_up": 2,
    "gift_card": -1,
    "payout_card": -1,
    "off_percent": 2,
    "off_amount": 2,
    "new_price": 2,
    "coupon": -1,
}
LETTERS = ("reference", "receipt", "hold", "phone", "coupon", "gift_card", "payout_card")
"""Sheets whose one field takes letters too."""


def open_menu(till: Till, args: Args) -> None:
    """A menu, the main one unless another is named."""
    till.change(sheet=MenuSheet(args.get("kind", "menu")))


def open_hold(till: Till, args: Args) -> None:
    """Put the basket aside under a name."""
    till.change(sheet=TypingSheet("hold"), trouble=None)


def close(till: Till, args: Args) -> None:
    """Away with the sheet; nothing in it was done. What is only reckoned is given up."""
    sheet = till.state.sheet
    if isinstance(sheet, MenuSheet) and sheet.kind == "payout":
        promises.drop(till, args)
        return
    if isinstance(sheet, MenuSheet) and sheet.kind == "upgrade":
        upgrades.drop(till, args)
        return
    till.change(sheet=None)


def dismiss_notice(till: Till, args: Args) -> None:
    """The notice was read."""
    till.change(trouble=None)


def focus_field(till: Till, args: Args) -> None:
    """Type into this field from now on."""
    sheet = till.state.sheet
    if isinstance(sheet, TypingSheet):
        till.change(sheet=replace(sheet, focus="name" if args["field"] == "name" else "digits"))


# Keys


def keypad_key(till: Till, args: Args) -> None:
    """A key of a number pad, on the screen or a keyboard."""
    key, sheet = str(args["key"]), till.state.sheet
    if isinstance(sheet, ApprovalSheet):
        people.approval_key(till, sheet, key)
    elif isinstance(sheet, TypingSheet):
        _type(till, sheet, key)
    elif isinstance(sheet, EnrolSheet):
        enrolling.edit(till, sheet, key)
    elif isinstance(sheet, StockSheet):
        stock.edit(till, sheet, key)
    elif stock.is_open(till):
        _stock_key(till, key)
    elif till.state.place == "sign_in":
        people.pin_key(till, key)
    else:
        paying.amount_key(till, key)


def _stock_key(till: Till, key: str) -> None:
    """The pad is there beside the search box: digits go where the caret is."""
    if not till.state.search.focused:
        stock.key(till, key)
    elif key == "backspace":
        goods.key(till, key)
    else:
        goods.typed(till, key)


def _type(till: Till, sheet: TypingSheet, key: str) -> None:
    if sheet.focus == "name":
        # Digits belong to the name too; the pad's own keys work on it like a keyboard.
        name = edited(sheet.name, key, NAME_LENGTH_MAX) if key != "." else sheet.name + "."
        till.change(sheet=replace(sheet, name=name, trouble=""))
        return
    decimals = DECIMALS[sheet.kind]
    if sheet.kind == "quantity" and _is_weighed(till, sheet):
        decimals = 3
    digits = edited(sheet.digits, key, DIGITS_MAX[sheet.kind], decimals)
    till.change(sheet=replace(sheet, digits=digits, trouble=""))


def _is_weighed(till: Till, sheet: TypingSheet) -> bool:
    lines = till.state.desk.basket.lines if till.state.desk.basket else ()
    return any(line.line_id == sheet.subject and line.by_weight for line in lines)


def keyboard_text(till: Till, args: Args) -> None:
    """Letters: into the field that has the focus, else into the search box."""
    text, sheet = str(args["text"]), till.state.sheet
    if isinstance(sheet, TypingSheet):
        if sheet.kind in LETTERS:
            digits = (sheet.digits + text)[: DIGITS_MAX[sheet.kind]]
            till.change(sheet=replace(sheet, digits=digits, trouble=""))
        elif sheet.kind == "open_price":
            default = till.outside.words(till.state.language)("open_item.default_name")
            name = "" if sheet.name == default else sheet.name
            till.change(sheet=replace(sheet, name=(name + text)[:NAME_LENGTH_MAX], focus="name", trouble=""))
    elif isinstance(sheet, EnrolSheet):
        enrolling.edit(till, sheet, text)
    elif isinstance(sheet, NoteSheet):
        member_sheet.edit_note(till, sheet, text)
    elif isinstance(sheet, StockSheet):
        stock.edit(till, sheet, text)
    elif sheet is None and till.state.place in ("sale", "stock"):
        goods.typed(till, text)


def keyboard_key(till: Till, args: Args) -> None:
    """Enter, escape, backspace of a keyboard: enter is the blue button."""
    key, sheet, place = str(args["key"]), till.state.sheet, till.state.place
    if sheet is not None:
        if key == "escape":
            close(till, args)
        elif key == "enter" and isinstance(sheet, TypingSheet):
            confirm_typing(till, args)
        elif isinstance(sheet, EnrolSheet | NoteSheet | StockSheet):
            _form_key(till, sheet, key)
    elif stock.is_open(till) and key == "enter" and not till.state.search.text:
        stock.confirm(till, args)
    elif stock.is_open(till) or place == "sale":
        goods.key(till, key)
    elif place == "done" and key in ("enter", "escape"):
        next_sale(till, args)
    elif place == "tender" and key == "escape":
        paying.back(till, args)
    elif place == "tender" and key == "enter":
        paying.enter(till, args)


def _form_key(till: Till, sheet: EnrolSheet | NoteSheet | StockSheet, key: str) -> None:
    """Keys of a hardware keyboard in a form."""
    if isinstance(sheet, StockSheet):
        if key == "enter":
            stock.confirm_details(till, {})
        elif key == "tab":
            stock.next_field(till, sheet)
        elif key == "backspace":
            stock.edit(till, sheet, key)
    elif isinstance(sheet, NoteSheet):
        if key == "enter":
            member_sheet.confirm_note(till, {})
        elif key == "backspace":
            member_sheet.edit_note(till, sheet, key)
    elif key == "enter":
        enrolling.confirm(till, {})
    elif key == "tab":
        enrolling.next_field(till, sheet)
    elif key == "backspace":
        enrolling.edit(till, sheet, key)


def next_sale(till: Till, args: Args) -> None:
    """From done to an empty basket."""
    till.change(place="sale", pane="cash", trouble=None, keypad="", finished=None)


# Confirming what was typed


def confirm_typing(till: Till, args: Args) -> None:
    """The blue button of a sheet: what is wrong stays in the sheet."""
    sheet = till.state.sheet
    if not isinstance(sheet, TypingSheet):
        return
    try:
        _confirm(till, sheet)
    except (ContractError, Refused) as error:
        till.change(sheet=replace(sheet, trouble=error.code))


def _confirm(till: Till, sheet: TypingSheet) -> None:
    if sheet.kind == "open_price":
        if not sheet.digits:
            raise Refused("price.missing")
        basket.sell_by_name(till, sheet, parse_amount(sheet.digits, currency(till.state.shop.shop.currency)))
    elif sheet.kind == "weight":
        quantity_milli = parse_quantity(sheet.digits or "0")
        if quantity_milli <= 0:
            raise Refused("quantity.zero")
        basket.sell_weighed(till, sheet, quantity_milli)
    elif sheet.kind == "quantity":
        basket.set_quantity(till, sheet.subject, parse_quantity(sheet.digits or "0"))
    elif sheet.kind == "phone":
        members.find(till, sheet.digits)
    elif sheet.kind == "receipt":
        refunds.find(till, sheet.digits)
    elif sheet.kind == "top_up":
        promises.typed_top_up(till, sheet)
    elif sheet.kind == "gift_card":
        promises.gift_card(till, sheet.subject, sheet.digits)
    elif sheet.kind == "payout_card":
        promises.ask_card(till, sheet.digits)
    elif sheet.kind == "hold":
        basket.hold(till, {"name": sheet.digits})
    elif sheet.kind in discounts.BY_HAND:
        discounts.typed(till, sheet)
    elif sheet.kind == "coupon":
        discounts.show_code(till, sheet.digits)
    else:
        paying.confirm_paid(till, sheet)
