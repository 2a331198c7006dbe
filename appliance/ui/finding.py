"""What was typed, scanned or tapped, as members: in the worker's thread, with the key that hashes need.

Nothing that is typed here is kept, logged or told on.
"""

import unicodedata
from dataclasses import dataclass

from appliance.ui.counter import Counter
from retail.catalogue import Member
from retail.errors import Refused
from retail.members.card_token import CardToken, is_card_token
from retail.members.phone import TAIL_MIN, normal_phone
from retail.members.record import is_printed_number
from retail.secrets import card_hash, number_hash, phone_hash

DIGITS_MIN = TAIL_MIN
"""Fewer digits than these are never meant to be a member."""


@dataclass(frozen=True, slots=True)
class Found:
    """Who may be meant. `is_present`: they showed something, `card` if it was a virtual card."""

    members: tuple[Member, ...]
    is_present: bool = False
    card: CardToken | None = None


def may_be_member(text: str) -> bool:
    """Whether what was typed into the search box could be a member: a phone, its last four, a number."""
    digits = _folded(text)
    return is_printed_number(digits) or (digits.removeprefix("+").isdigit() and len(digits) >= DIGITS_MIN)


def by_typing(counter: Counter, text: str) -> Found:
    """Whole phone, its last four digits, or a member's number; `Refused` and `ContractError` say what not."""
    people = counter.checkout.people
    typed = _folded(text)
    if len(typed) == TAIL_MIN:
        return Found(people.by_tail(typed))
    if is_printed_number(typed):
        return Found((_by_number(counter, typed),))
    member = people.by_phone(phone_hash(counter.lookup_key, normal_phone(typed)))
    if member is None:
        raise Refused("member.unknown_phone")
    return Found((member,))


def by_code(counter: Counter, code: str) -> Found:
    """A member's code from the scanner: a virtual card, or the number printed on a card."""
    if is_card_token(code):
        member, token = counter.checkout.people.by_token(code, counter.moment())
        return Found((member,), True, token)
    if not is_printed_number(code):
        raise Refused("member.unknown_code")
    return Found((_by_number(counter, code),))


def by_card(counter: Counter, uid: str) -> Found:
    """A card on the reader."""
    member = counter.checkout.people.by_card(card_hash(counter.lookup_key, uid))
    if member is None:
        raise Refused("card.unknown")
    return Found((member,), True)


def attach(counter: Counter, found: Found) -> Found:
    """Put the one who was found at the till; of several somebody must choose first."""
    counter.checkout.desk.require_session()
    if len(found.members) == 1:
        member, selling = found.members[0], counter.checkout.selling
        selling.attach_member(member, counter.moment(), is_present=found.is_present, card=found.card)
    return found


def _by_number(counter: Counter, number: str) -> Member:
    member = counter.checkout.people.by_number(number_hash(counter.lookup_key, number))
    if member is None:
        raise Refused("member.unknown_number")
    return member


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
