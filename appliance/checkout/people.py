"""Who the members are, as this till knows: what HQ pushed, and whoever joined here since.

`joining` adds members; `attached` is a basket with one at the till, on the terms of that moment.
"""

import base64
import binascii
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct
from msgspec.structs import replace

from appliance.checkout.basket import OWN_TENDERS, Basket, BasketMember, require_editable
from appliance.checkout.desk import Desk
from appliance.checkout.ports import Moment, Unit
from retail.catalogue import Member
from retail.errors import ContractError, Refused
from retail.members.card_token import CardToken, accept_once, read_card
from retail.members.phone import FOUND_MAX, by_tail
from retail.members.pushed import CardKey


class Taken(Struct, frozen=True, kw_only=True):
    """A virtual card this till has taken, and the Unix second from which it may forget it."""

    until_s: int


class People:
    """Members found on one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def by_id(self, member_id: str) -> Member | None:
        """The member of an id, also of one they had before."""
        return self._desk.reference.member(member_id) or self._joined(
            lambda one: member_id == one.id or member_id in one.aliases
        )

    def by_card(self, card_hash: str) -> Member | None:
        """Whose card this is."""
        return self._desk.reference.member_by_card(card_hash) or self._joined(
            lambda one: card_hash in one.card_hashes
        )

    def by_phone(self, phone_hash: str) -> Member | None:
        """Whose phone this is."""
        return self._desk.reference.member_by_phone(phone_hash) or self._joined(
            lambda one: one.phone_hash == phone_hash
        )

    def by_number(self, number_hash: str) -> Member | None:
        """Whose number this is."""
        return self._desk.reference.member_by_number(number_hash)

    def by_tail(self, tail: str) -> tuple[Member, ...]:
        """Everybody whose phone ends with these four digits.

        `Refused` ``member.tail_too_short``, ``member.too_many``, ``member.unknown_tail``.
        """
        known = {one.id: one for one in self._desk.reference.members_by_tail(tail, FOUND_MAX + 1)}
        for one in self.joined():
            if one.phone_masked.endswith(tail) and self._desk.reference.member(one.id) is None:
                known[one.id] = one
        found = by_tail(((one.id, one.phone_masked) for one in known.values()), tail)
        if not found:
            raise Refused("member.unknown_tail")
        return tuple(known[member_id] for member_id in found)

    def by_token(self, text: str, moment: Moment) -> tuple[Member, CardToken]:
        """The member who shows a virtual card, checked without HQ; `take_card` notes it as taken.

        `Refused` ``card_token.*`` says what is wrong with it, ``member.unknown_card`` that nobody is known.
        """
        now_s = moment.unix_ms // 1000
        keys = {key.id: _public(key) for key in self._desk.reference.documents(CardKey)}
        token = read_card(text, keys, self._desk.shop().id, now_s)
        accept_once(_taken(self._desk), token, now_s)
        member = self.by_id(token.member)
        if member is None:
            raise Refused("member.unknown_card")
        return member, token

    def take_balances(self) -> None:
        """What the member at the till has, by HQ's newest word: they may just have redeemed points, here or
        elsewhere. Once own money has come into the basket that word counts it, so then nothing changes."""
        basket = self._desk.basket
        if basket is None or basket.member is None or basket.attempt is not None:
            return
        member = self.by_id(basket.member.member_id)
        if member is None or any(tender.type in OWN_TENDERS for tender in basket.tenders):
            return
        terms = replace(basket.member, points=member.points, value_minor=member.value_minor)
        if terms == basket.member:
            return
        after = self._desk.touch(basket, member=terms)
        with self._desk.trade.unit() as unit:
            self._desk.keep(unit, basket, after)
        self._desk.show(after)

    def joined(self) -> tuple[Member, ...]:
        """Who joined at this till and may not be in HQ's documents yet."""
        return tuple(self._desk.trade.pending("enrolment", Member).values())

    def _joined(self, fits: Callable[[Member], bool]) -> Member | None:
        return next((one for one in self.joined() if fits(one)), None)


def attached(
    desk: Desk, basket: Basket, member: Member, is_present: bool = False, card: CardToken | None = None
) -> Basket:
    """The basket with this member at the till; refused for a frozen member, or while it is being paid."""
    require_editable(basket)
    if member.state == "frozen":
        raise Refused("member.frozen", member_id=member.id)
    tier = next((one for one in desk.reference.tiers() if one.id == member.tier), None)
    terms = BasketMember(
        member_id=member.id,
        names=member.names,
        phone_masked=member.phone_masked,
        tier_id=member.tier,
        tier_names=tier.names if tier else {},
        discount_bp=tier.discount_bp if tier else 0,
        points=member.points,
        value_minor=member.value_minor,
        birth_month=member.birth_month,
        promotion_uses=member.promotion_uses,
        is_present=is_present,
        card_jti=card.jti if card else "",
    )
    if basket.member is not None and basket.member.member_id != member.id:
        basket = without_member(desk, basket)
    return desk.touch(basket, member=terms)


def without_member(desk: Desk, basket: Basket) -> Basket:
    """The basket without its member and what HQ holds of theirs; public codes stay."""
    public = tuple(one for one in basket.coupons if one.kind == "code")
    return desk.touch(basket, member=None, coupons=public, asked=())


def take_card(desk: Desk, unit: Unit, card: CardToken, moment: Moment) -> None:
    """Note a virtual card as taken, in the unit that lets its member in; those that ended are forgotten."""
    before = _taken(desk)
    after = accept_once(before, card, moment.unix_ms // 1000)
    for jti in before.keys() - after.keys():
        unit.drop_pending("card", jti)
    unit.put_pending("card", card.jti, Taken(until_s=after[card.jti]))


def _taken(desk: Desk) -> dict[str, int]:
    return {jti: one.until_s for jti, one in desk.trade.pending("card", Taken).items()}


def _public(key: CardKey) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(key.public, validate=True))
    except (ValueError, binascii.Error):
        raise ContractError("card_key.malformed", path="$.public", kid=key.id) from None
