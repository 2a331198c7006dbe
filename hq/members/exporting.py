"""Writes all members to a list that a spreadsheet opens and `importing` reads again."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from hq import catalogue
from hq.ledger import SqlBook
from hq.ledger.members import tier_of
from hq.members import notes, records
from hq.members.keys import Keys
from hq.members.phones import written_phone
from hq.tables import member
from retail.catalogue import Language, Tier, name_in
from retail.members.record import MemberRecord
from retail.money import Currency, currency
from sheetbase.writing import Value, write_table

PAGE = 500
COLUMNS: dict[Language, str] = {
    "zh-Hans": "会员号|姓名|手机号|其他手机号|生日|地址|等级|状态|本金|赠金|积分|入会日期|可联系|备注",
    "zh-Hant": "會員號|姓名|手機號|其他手機號|生日|地址|等級|狀態|本金|贈金|積分|入會日期|可聯繫|備註",
    "en": "Number|Name|Phone|Other phones|Birthday|Address|Tier|State"
    "|Principal|Bonus|Points|Joined|Contact|Note",
}
STATES: dict[str, dict[Language, str]] = {
    "active": {"zh-Hans": "正常", "zh-Hant": "正常", "en": "active"},
    "frozen": {"zh-Hans": "冻结", "zh-Hant": "凍結", "en": "frozen"},
}
FLAGS: dict[bool, dict[Language, str]] = {
    True: {"zh-Hans": "是", "zh-Hant": "是", "en": "yes"},
    False: {"zh-Hans": "否", "zh-Hant": "否", "en": "no"},
}


def export_members(engine: Engine, keys: Keys, path: Path, language: Language) -> int:
    """CSV or XLSX by the name's end, readable by its owner only; how many members."""
    with engine.connect() as connection:
        return write_table(path, COLUMNS[language].split("|"), _rows(connection, keys, language))


def _rows(connection: Connection, keys: Keys, language: Language) -> Iterator[tuple[Value, ...]]:
    shop = catalogue.shop(connection)
    money = currency(shop.currency if shop else "CNY")
    tiers = {
        held.document.id: name_in(held.document.names, language)
        for held in catalogue.held(connection, Tier)
        if isinstance(held.document, Tier)
    }
    last = ""
    while True:
        wanted = select(member.c.member_id).where(
            member.c.member_id > last, member.c.state.in_(records.LIVING)
        )
        ids = list(connection.execute(wanted.order_by(member.c.member_id).limit(PAGE)).scalars())
        if not ids:
            return
        last = ids[-1]
        found = records.load(connection, keys, ids)
        for member_id in ids:
            record = found[member_id]
            tier = tier_of(connection, member_id)
            yield _row(connection, keys, record, tiers.get(tier, tier), money, language)


def _row(
    connection: Connection,
    keys: Keys,
    record: MemberRecord,
    tier: str,
    money: Currency,
    language: Language,
) -> tuple[Value, ...]:
    book = SqlBook(connection)
    value = book.value(record.id, money.code)
    kept = [one.note.text for one in notes.of_member(connection, keys, record.id) if one.note.kind == "note"]
    return (
        record.number,
        record.name,
        written_phone(record.phone),
        ", ".join(written_phone(phone) for phone in record.other_phones),
        record.birthday.isoformat() if record.birthday else "",
        record.address,
        tier,
        STATES[record.state][language],
        _major(value.principal.total, money),
        _major(value.bonus.total, money),
        book.points(record.id).total,
        record.joined_at.date().isoformat(),
        FLAGS[record.contact][language],
        kept[0] if kept else "",
    )


def _major(amount_minor: int, money: Currency) -> Decimal:
    return Decimal(amount_minor).scaleb(-money.digits)
