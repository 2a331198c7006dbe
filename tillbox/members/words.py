"""How members look on a terminal."""

from collections.abc import Mapping
from typing import Any

from hq.members.phones import written_phone
from hq.members.profile import Profile
from hq.web.texts import CATALOGUES, Texts
from retail.catalogue import HeldCoupon, HeldMembership, HeldPass
from retail.errors import ContractError
from retail.members.record import MemberRecord
from tillbox.importer.sentences import Tongue
from tillbox.sentences import of_error


def say(texts: Texts, code: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence of an error: HQ's, else the command line's."""
    if f"error.{code}" in CATALOGUES[texts.language]:
        return texts.or_code("error", code, params or {})
    tongue: Tongue = "en" if texts.language == "en" else "zh"
    return of_error(ContractError(code, **{k: v for k, v in (params or {}).items() if k != "path"}), tongue)


def line_of(record: MemberRecord) -> str:
    """A member on one line."""
    parts = [record.number, record.name or "–", written_phone(record.phone) or "–"]
    return "  ".join(parts if record.state == "active" else [*parts, f"[{record.state}]"])


def page_of(found: Profile, card_link: str, texts: Texts) -> str:
    """Everything about a member."""
    record, held = found.record, found.balances
    rows = [
        ("members.joined", record.joined_at.astimezone(texts.zone).date().isoformat()),
        ("members.birthday", record.birthday.isoformat() if record.birthday else ""),
        ("members.address", record.address),
        ("members.tier", held.tier),
        ("members.points", f"{held.points:,}"),
        ("members.value", texts.price(held.value_minor, found.currency)),
        ("members.principal", texts.price(found.principal_minor, found.currency)),
        ("members.bonus", texts.price(found.bonus_minor, found.currency)),
        ("members.card_link", card_link),
    ]
    lines = [line_of(record), *(f"  {texts.t(key)}: {value}" for key, value in rows if value)]
    lines += [f"  {_coupon(one, texts)} {one.until[:10]}  ({one.id})" for one in held.coupons]
    for one in held.passes:
        lines.append(f"  {_rests(one, texts)}: {texts.t('members.uses', count=one.left)}  ({one.id})")
    lines += [f"  {_rests(days, texts)} {days.ends_at[:10]}  ({days.id})" for days in held.memberships]
    lines += [f"  {one.note.at.date()}  {one.note.text}" for one in found.notes]
    for _, sale in found.purchases:
        total = texts.price(sale.total_minor, found.currency)
        lines.append(f"  {sale.completed_at[:16]}  {sale.receipt_number}  {total}")
    return "\n".join(lines)


def _coupon(one: HeldCoupon, texts: Texts) -> str:
    name = texts.name(one.names)
    return texts.t("members.goods", name=name) if one.covers else name


def _rests(one: HeldPass | HeldMembership, texts: Texts) -> str:
    name = texts.name(one.names)
    return name if one.state == "active" else f"{name} [{texts.t(f'members.state.{one.state}')}]"
