"""Somebody joins at the till: phone, perhaps a name, a birthday and a card; nothing of it is kept here."""

import os
from dataclasses import replace
from typing import Any

from appliance.checkout.joining import NAME_LENGTH_MAX, Joined, Joiner
from appliance.ui.acts.members import sheet_job, shown
from appliance.ui.counter import Counter
from appliance.ui.sheets import EnrolSheet, TypingSheet
from appliance.ui.till import Args, Till
from retail.errors import ContractError, Refused
from retail.members.phone import normal_phone
from retail.members.sealing import KEY_BYTES
from retail.secrets import card_hash, phone_hash

PHONE_LENGTH_MAX = 16
BIRTHDAY_DIGITS = 4
PAD_KEYS = ("backspace", "clear")
LENGTHS = {"phone": PHONE_LENGTH_MAX, "name": NAME_LENGTH_MAX, "birthday": BIRTHDAY_DIGITS}


def open_enrol(till: Till, args: Args) -> None:
    """A new member; what was typed to find them is not typed again."""
    sheet = till.state.sheet
    typed = sheet.digits if isinstance(sheet, TypingSheet) and sheet.kind == "phone" else ""
    till.change(sheet=EnrolSheet(phone=typed if _is_phone(typed) else ""), trouble=None)


def _is_phone(typed: str) -> bool:
    try:
        normal_phone(typed)
    except ContractError:
        return False
    return True


def focus(till: Till, args: Args) -> None:
    """Type into this field from now on."""
    sheet = till.state.sheet
    if isinstance(sheet, EnrolSheet) and args["field"] in ("phone", "name", "birthday"):
        till.change(sheet=replace(sheet, focus=args["field"]))


def contact(till: Till, args: Args) -> None:
    """Whether they agree to be written to."""
    sheet = till.state.sheet
    if isinstance(sheet, EnrolSheet):
        till.change(sheet=replace(sheet, contact=not sheet.contact))


def edit(till: Till, sheet: EnrolSheet, key: str) -> None:
    """One key of the pad or the letters, or what a hardware keyboard or its input method gives, for the
    field that has the focus. Letters can only be the name, and take the focus there."""
    if key not in PAD_KEYS and any(sign.isalpha() for sign in key):
        sheet = replace(sheet, focus="name")
    length_max = LENGTHS[sheet.focus]
    text = str(getattr(sheet, sheet.focus))
    if key == "backspace":
        text = text[:-1]
    elif key == "clear":
        text = ""
    elif sheet.focus == "name" or key.isdigit() or (sheet.focus == "phone" and key == "+"):
        text = (text + key)[:length_max]
    changed: dict[str, Any] = {sheet.focus: text, "trouble": ""}
    till.change(sheet=replace(sheet, **changed))


def next_field(till: Till, sheet: EnrolSheet) -> None:
    """Tab: on to the next field."""
    order = {"phone": "name", "name": "birthday", "birthday": "phone"}
    till.change(sheet=replace(sheet, focus=order[sheet.focus]))  # type: ignore[arg-type]  # the three names


def card(till: Till, uid: str) -> None:
    """A card tapped while somebody joins becomes theirs; refused if it is anybody else's."""

    def free(counter: Counter) -> str:
        hashed = card_hash(counter.lookup_key, uid)
        if counter.operator_by_card(uid) or counter.checkout.people.by_card(hashed):
            raise Refused("member.card_taken")
        return hashed

    def taken(hashed: str) -> None:
        sheet = till.state.sheet
        if isinstance(sheet, EnrolSheet):
            till.change(sheet=replace(sheet, card_hash=hashed, trouble=""))

    sheet_job(till, free, taken)


def confirm(till: Till, args: Args) -> None:
    """They join: at the till at once, whether HQ is there or not."""
    sheet = till.state.sheet
    if not isinstance(sheet, EnrolSheet) or till.state.busy:
        return
    try:
        phone = normal_phone(sheet.phone)
        month, day = _month_and_day(sheet.birthday)
    except (ContractError, Refused) as error:
        till.change(sheet=replace(sheet, trouble=error.code))
        return
    secret = os.urandom(KEY_BYTES)

    def enrol(counter: Counter) -> Joined:
        who = Joiner(
            phone=phone,
            phone_hash=phone_hash(counter.lookup_key, phone),
            name=sheet.name,
            month=month,
            day=day,
            card_hash=sheet.card_hash,
            contact=sheet.contact,
        )
        counter.stale()
        return counter.checkout.joining.enrol(who, secret, counter.moment())

    def joined(who: Joined) -> None:
        shown(till)
        till.toast("ok", "toast.enrolled" if who.is_new else "toast.enrolled_known")

    till.change(busy=True)
    sheet_job(till, enrol, joined)


def _month_and_day(digits: str) -> tuple[int, int]:
    if not digits:
        return 0, 0
    if len(digits) != BIRTHDAY_DIGITS:
        raise Refused("member.birthday")
    return int(digits[:2]), int(digits[2:])
