"""Returns and voids: no line came back more than it was sold, no tender got back more than it paid, and the
tables say what the events say."""

from collections import Counter

from sqlalchemy import Connection

from retail.messages.events import SaleCompleted
from tillbox.verify.findings import Findings
from tillbox.verify.journal import Journal

Key = tuple[int, str]
"""(sale number, line or tender id)."""


def check_returns(connection: Connection, journal: Journal, findings: Findings) -> None:
    """Look at all that came back."""
    if not _has_tables(connection):
        return
    sales = {sale.number: sale for sale in journal.sales.values()}
    goods, money = _told(journal)
    _compare(connection, "sale_return", "line_id", "quantity_milli", goods, findings)
    _compare(connection, "tender_return", "tender_id", "amount_minor", money, findings)
    for (number, line_id), milli in goods.items():
        sold = sum(line.quantity_milli for line in _sold(sales, number) if line.line_id == line_id)
        if milli > sold:
            findings.add("return.more_than_sold", sold, milli, sale=number, field=line_id)
    for (number, tender_id), amount in money.items():
        tenders = sales[number].tenders if number in sales else ()
        paid = sum(tender.amount_minor for tender in tenders if tender.tender_id == tender_id)
        if amount > paid:
            findings.add("return.more_than_paid", paid, amount, sale=number, field=tender_id)
    _check_voids(connection, journal, sales, {number for number, _ in goods}, findings)


def _has_tables(connection: Connection) -> bool:
    """A till that has not been started since the update has none."""
    found = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'sale_return'")
    return found.first() is not None


def _sold(sales: dict[int, SaleCompleted], number: int) -> tuple:  # type: ignore[type-arg]  # SoldLine
    return sales[number].lines if number in sales else ()


def _told(journal: Journal) -> tuple[Counter[Key], Counter[Key]]:
    """What the events say came back, in thousandths and in minor units."""
    goods: Counter[Key] = Counter()
    money: Counter[Key] = Counter()
    for sale in journal.sales.values():
        number = next((line.refers_to.number for line in sale.lines if line.refers_to), 0)
        for line in sale.lines:
            if line.refers_to is not None:
                goods[line.refers_to.number, line.refers_to.line_id] -= line.quantity_milli
        for tender in sale.tenders:
            if tender.refers_to:
                money[number, tender.refers_to] -= tender.amount_minor
    return goods, money


def _compare(
    connection: Connection, table: str, key: str, value: str, told: Counter[Key], findings: Findings
) -> None:
    rows = connection.exec_driver_sql(f"SELECT number, {key}, sum({value}) FROM {table} GROUP BY 1, 2")
    kept = {(int(number), str(one)): int(total) for number, one, total in rows}
    for number, one in sorted(told.keys() | kept.keys()):
        expected, found = told[number, one], kept.get((number, one), 0)
        if expected != found:
            findings.add("return.differs", expected, found, sale=number, field=one)


def _check_voids(
    connection: Connection,
    journal: Journal,
    sales: dict[int, SaleCompleted],
    returned: set[int],
    findings: Findings,
) -> None:
    rows = connection.exec_driver_sql("SELECT number, event_seq, total_minor FROM sale_void").all()
    kept = {row.event_seq: row for row in rows}
    for seq, void in journal.voids.items():
        sale = sales.get(void.number)
        row = kept.pop(seq, None)
        if row is None or row.number != void.number or row.total_minor != void.total_minor:
            findings.add("void.differs", void.number, row and row.number, seq=seq, sale=void.number)
        if sale is None or sale.sale_id != void.voids or sale.total_minor != -void.total_minor:
            findings.add("void.not_the_whole", sale and -sale.total_minor, void.total_minor, seq=seq)
        if void.number in returned:
            findings.add("void.of_returned", 0, void.number, seq=seq, sale=void.number)
    for seq, row in kept.items():
        findings.add("void.differs", "", row.number, seq=seq, sale=row.number)
