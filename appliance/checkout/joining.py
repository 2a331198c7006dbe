"""Somebody joins at the till, online or not: known here at once, and to HQ as soon as it answers.

Who they are goes to HQ sealed; what stays here is what HQ itself would push: masks and keyed hashes.
"""

from dataclasses import dataclass, field
from datetime import date

import msgspec

from appliance.checkout.basket import Basket
from appliance.checkout.desk import Desk
from appliance.checkout.people import People, attached, without_member
from appliance.checkout.ports import HqRequest, Moment, question
from appliance.checkout.selling import Selling, require_promises_to
from retail.catalogue import LANGUAGES, Member
from retail.errors import Refused
from retail.members.names import masked_name
from retail.members.phone import masked_phone
from retail.members.pushed import SealingKey
from retail.members.sealing import seal
from retail.members.tiers import TierRules
from retail.messages import Answer
from retail.messages.asking import EnrolAsked, Enrolled, Personal
from retail.messages.events import MemberEnrolled

NAME_LENGTH_MAX = 40
YEAR_NOT_TOLD = 1904
"""A birthday without its year is in this one: a leap year in which nobody was born who joins today."""


@dataclass(frozen=True, slots=True)
class Joiner:
    """What was typed: `phone` as E.164, a birthday's month and day or 0; hashes as documents have them.

    `contact` is the consent to be written to.
    """

    phone: str = field(repr=False)
    phone_hash: str
    name: str = field(default="", repr=False)
    month: int = 0
    day: int = 0
    card_hash: str = ""
    contact: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Who is at the till now; not `is_new` when the phone was known already."""

    member: Member
    is_new: bool


class Joining:
    """Enrolling on one desk."""

    def __init__(self, desk: Desk, people: People, selling: Selling) -> None:
        self._desk = desk
        self._people = people
        self._selling = selling

    def enrol(self, who: Joiner, secret: bytes, moment: Moment) -> Joined:
        """Join and be at the till at once; somebody whose phone is known here is simply at the till.

        `secret`: 32 random bytes for the seal. Refused: ``member.birthday``, ``member.name_too_long``,
        ``member.card_taken`` (the card is somebody else's), ``member.no_sealing_key``,
        ``promise.member_stays`` (something is promised to another member).
        """
        known = self._people.by_phone(who.phone_hash)
        holder = self._people.by_card(who.card_hash) if who.card_hash else None
        if holder is not None and (known is None or holder.id != known.id):
            raise Refused("member.card_taken")
        if known is not None and (not who.card_hash or holder is not None):
            self._selling.attach_member(known, moment)
            return Joined(known, False)
        return self._ask(who, known, secret, moment)

    def _ask(self, who: Joiner, known: Member | None, secret: bytes, moment: Moment) -> Joined:
        session = self._desk.require_session()
        member_id = self._desk.new_id()
        asked = self._asked(who, member_id, secret)
        member = known or self._as_pushed(who, member_id)
        event = MemberEnrolled(member_id=member_id, operator_id=session.operator_id)
        before = self._desk.basket
        if before is not None:
            require_promises_to(before, member.id)
        with self._desk.trade.unit() as unit:
            base = before or self._desk.new_basket(unit, moment)
            after = attached(self._desk, base, member)
            if known is None:
                unit.put_pending("enrolment", member_id, member)
                self._desk.record(unit, "member.enrolled", event, moment)
            unit.ask_hq(question(self._desk.new_id(), "member.enrol", asked, moment.unix_ms))
            self._desk.keep(unit, before, after)
        self._desk.show(after)
        return Joined(member, known is None)

    def _asked(self, who: Joiner, member_id: str, secret: bytes) -> EnrolAsked:
        key = sealing_key(self._desk)
        personal = Personal(
            phone=who.phone,
            name=checked_name(who.name),
            birthday=birthday(who.month, who.day),
            contact=who.contact,
        )
        return EnrolAsked(
            member_id=member_id,
            kid=key.id,
            sealed=seal(key.public, msgspec.json.encode(personal), secret),
            phone_hash=who.phone_hash,
            card_hash=who.card_hash,
        )

    def _as_pushed(self, who: Joiner, member_id: str) -> Member:
        """What HQ will push of them, as far as the till can know."""
        masked = masked_name(checked_name(who.name))
        return Member(
            id=member_id,
            names=dict.fromkeys(LANGUAGES, masked) if masked else {},
            phone_masked=masked_phone(who.phone),
            tier=self._base_tier(),
            card_hashes=(who.card_hash,) if who.card_hash else (),
            phone_hash=who.phone_hash,
            birth_month=who.month,
        )

    def _base_tier(self) -> str:
        rules = next(iter(self._desk.reference.documents(TierRules)), None)
        return rules.base if rules else next((tier.id for tier in self._desk.reference.tiers()), "")

    # HQ's answer

    def heard(self, request: HqRequest, answer: Answer, moment: Moment) -> Member | None:
        """HQ knows them now, perhaps as somebody it knew before; or it refused them, then it is nobody.

        Baskets with them go on under the id that HQ says. A basket that is being paid keeps their terms.
        """
        asked = msgspec.convert(request.body, EnrolAsked)
        here = self._desk.trade.pending("enrolment", Member).get(asked.member_id)
        if answer.error:
            self._deal(request.id, asked.member_id, None, here, drop=True)
            return None
        told = msgspec.convert(answer.body, Enrolled)
        known = self._desk.reference.member(told.member_id)
        if here is not None and told.member_id != here.id:
            here = msgspec.structs.replace(here, id=told.member_id, aliases=(asked.member_id,))
        self._deal(request.id, asked.member_id, known or here, here, drop=known is not None)
        return known or here

    def _deal(
        self, request_id: str, asked_id: str, member: Member | None, here: Member | None, drop: bool
    ) -> None:
        opened = self._desk.basket
        with self._desk.trade.unit() as unit:
            unit.forget_request(request_id)
            if drop or here is None:
                unit.drop_pending("enrolment", asked_id)
            else:
                unit.put_pending("enrolment", asked_id, here)
            for basket in (*([opened] if opened else []), *self._desk.trade.suspended_baskets()):
                after = _with_answer(self._desk, basket, asked_id, member)
                if after is not basket:
                    self._desk.keep(unit, basket, after)
                opened = after if basket is opened else opened
        self._desk.show(opened)

    def tidy(self) -> None:
        """Forget who joined here once HQ's documents have them."""
        reference = self._desk.reference
        done = [
            key
            for key, one in self._desk.trade.pending("enrolment", Member).items()
            if reference.member(key) is not None or reference.member(one.id) is not None
        ]
        if done:
            with self._desk.trade.unit() as unit:
                for key in done:
                    unit.drop_pending("enrolment", key)


def _with_answer(desk: Desk, basket: Basket, asked_id: str, member: Member | None) -> Basket:
    """The basket after HQ's word on its member; one that HQ refused leaves it if nothing is paid yet."""
    if basket.member is None or basket.member.member_id != asked_id:
        return basket
    editable = basket.attempt is None and not basket.tenders
    if member is None:
        return without_member(desk, basket) if editable else basket
    if editable and member.state == "active":
        known = attached(desk, basket, member, basket.member.is_present)
        return desk.touch(known, coupons=basket.coupons, asked=basket.asked)
    if member.id == asked_id:
        return basket
    return desk.touch(basket, member=msgspec.structs.replace(basket.member, member_id=member.id))


def sealing_key(desk: Desk) -> SealingKey:
    """HQ's newest key for what only HQ may read; refused while it has sent none."""
    key = max(desk.reference.documents(SealingKey), key=lambda one: one.id, default=None)
    if key is None:
        raise Refused("member.no_sealing_key")
    return key


def checked_name(name: str) -> str:
    """A name without spare spaces; refused when no one is called so."""
    cleaned = " ".join(name.split())
    if len(cleaned) > NAME_LENGTH_MAX:
        raise Refused("member.name_too_long", length_max=NAME_LENGTH_MAX)
    return cleaned


def birthday(month: int, day: int) -> str:
    """``1904-02-29``; empty for none. Refused for a day that is in no calendar."""
    if not month and not day:
        return ""
    try:
        return date(YEAR_NOT_TOLD, month, day).isoformat()
    except ValueError:
        raise Refused("member.birthday", month=month, day=day) from None
