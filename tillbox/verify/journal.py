"""The journal: no seq missing, every event linked to the one before, every hash as its content says."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, Row

from appliance.checkout.sale import check_sale
from retail.errors import InvariantBroken
from retail.messages import GENESIS, Envelope, canonical
from retail.messages.events import EVENT_TYPES, SaleCompleted, SaleVoided
from tillbox.verify.findings import Findings

COLUMNS = "seq, id, type, body, prev, hash, hlc, wall, time_trust, business_day"
BATCH_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose journal it is; every hash covers it."""

    tenant: str
    appliance: str
    incarnation: str


@dataclass(slots=True)
class Journal:
    """What the walk saw: hashes by seq, and the sales and voids that the events tell."""

    hashes: dict[int, str] = field(default_factory=dict)
    sales: dict[int, SaleCompleted] = field(default_factory=dict)
    voids: dict[int, SaleVoided] = field(default_factory=dict)
    mismatched: list[int] = field(default_factory=list)
    head_seq: int = 0
    head_hash: str = GENESIS


def walk_journal(connection: Connection, owner: Owner, findings: Findings) -> Journal:
    """Look at every event, in order."""
    journal = Journal()
    last_hlc = 0
    for row in _rows(connection):
        if row.seq != journal.head_seq + 1:
            findings.add("journal.gap", journal.head_seq + 1, row.seq, seq=journal.head_seq + 1)
        elif row.prev != journal.head_hash:
            findings.add("journal.unlinked", journal.head_hash, row.prev, seq=row.seq, field="prev")
        if row.hlc <= last_hlc:
            findings.add("journal.clock_back", f"more than {last_hlc}", row.hlc, seq=row.seq, field="hlc")
        if not _hash_fits(row, owner):
            journal.mismatched.append(row.seq)
        _look_at_body(row, journal, findings)
        journal.hashes[row.seq] = row.hash
        journal.head_seq, journal.head_hash, last_hlc = row.seq, row.hash, row.hlc
    _tell_mismatched(journal, owner, findings)
    return journal


def _rows(connection: Connection) -> Iterator[Row[tuple[object, ...]]]:
    seq = -(1 << 62)
    while True:
        rows = connection.exec_driver_sql(
            f"SELECT {COLUMNS} FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", (seq, BATCH_ROWS)
        ).all()
        if not rows:
            return
        yield from rows
        seq = rows[-1].seq


def _hash_fits(row: Row[tuple[object, ...]], owner: Owner) -> bool:
    try:
        body = msgspec.json.decode(row.body, type=dict)
        if canonical(body) != row.body.encode():
            return False
        envelope = Envelope(
            tenant=owner.tenant,
            appliance=owner.appliance,
            incarnation=owner.incarnation,
            **{**row._mapping, "body": body},
        )
    except (msgspec.DecodeError, UnicodeEncodeError):
        return False
    return bool(envelope.computed_hash() == row.hash)


def _look_at_body(row: Row[tuple[object, ...]], journal: Journal, findings: Findings) -> None:
    form = EVENT_TYPES.get(row.type)
    if form is None:
        return  # a newer program's event: linked and hashed, and not ours to judge
    try:
        body = msgspec.json.decode(row.body, type=form)
    except msgspec.DecodeError as error:
        findings.add("journal.body_malformed", row.type, error, seq=row.seq, field="body")
        return
    if isinstance(body, SaleCompleted):
        if isinstance(body, SaleVoided):
            journal.voids[row.seq] = body
        else:
            journal.sales[row.seq] = body
        _add_up(row.seq, body, findings)
        if body.business_day != row.business_day:
            findings.add(
                "sale.field_differs",
                row.business_day,
                body.business_day,
                seq=row.seq,
                sale=body.number,
                field="business_day",
            )


def _add_up(seq: int, sale: SaleCompleted, findings: Findings) -> None:
    try:
        check_sale(sale)
    except InvariantBroken as error:
        sums = {name: error.params[name] for name in ("lines", "tenders", "taxed")}
        findings.add(
            "sale.does_not_add_up", sale.total_minor, sums, seq=seq, sale=sale.number, field="total_minor"
        )
    base = sum(line.base_minor for line in sale.lines)
    if base != sale.base_minor:
        findings.add(
            "sale.does_not_add_up", base, sale.base_minor, seq=seq, sale=sale.number, field="base_minor"
        )
    for place, line in enumerate(sale.lines, 1):
        made = line.base_minor + sum(adjustment.amount_minor for adjustment in line.adjustments)
        if made != line.total_minor:
            findings.add(
                "sale.does_not_add_up",
                made,
                line.total_minor,
                seq=seq,
                sale=sale.number,
                line=place,
                field="lines.total_minor",
            )


def _tell_mismatched(journal: Journal, owner: Owner, findings: Findings) -> None:
    """When no hash at all fits, it is not the events that were changed but whose they are."""
    if len(journal.mismatched) == len(journal.hashes) > 1:
        shown = f"{owner.tenant}/{owner.appliance}/{owner.incarnation}"
        findings.add("identity.changed", "", shown, field="identity")
        return
    for seq in journal.mismatched:
        findings.add("journal.hash_mismatch", seq=seq)
