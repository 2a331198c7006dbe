"""The ledger: every entry balanced, one for each sale, its postings what the sale says.

The balances of cash and of what others owe are summed twice, from postings and from tenders.
"""

from collections import Counter, defaultdict

from sqlalchemy import Connection

from appliance.checkout.sale import entry_of, promised_minor
from retail.ledger import Posting, accounts, balances
from retail.messages.events import SaleCompleted
from tillbox.verify.findings import Findings
from tillbox.verify.journal import Journal

Amounts = dict[tuple[str, str], int]
"""(account, currency) to minor units; debit positive."""


def check_ledger(connection: Connection, journal: Journal, findings: Findings) -> Amounts:
    """Look at every entry; returns the balances."""
    postings: dict[int, list[Posting]] = defaultdict(list)
    for row in connection.exec_driver_sql("SELECT entry, account, currency, amount_minor FROM posting"):
        postings[row.entry].append(Posting(row.account, row.currency, row.amount_minor))
    sales = {sale.sale_id: sale for sale in journal.sales.values()}
    booked: Counter[str] = Counter()
    entries = connection.exec_driver_sql(
        "SELECT entry, entry_id, kind, cause FROM ledger_entry ORDER BY entry"
    ).all()
    caused = {row.entry_id: (row.entry, row.cause) for row in entries if row.kind == "sale"}
    voided = {void.voids: void for void in journal.voids.values()}
    undone: Counter[str] = Counter()
    for row in entries:
        found = balances(postings.get(row.entry, []))
        _check_entry(row.entry, found, findings)
        if row.kind == "sale":
            booked[row.cause] += 1
            sale = sales.get(row.cause)
            if sale is not None:
                _compare(row.entry, sale, found, findings)
            else:
                findings.add("ledger.without_cause", found=row.cause, entry=row.entry, field="cause")
        elif row.kind == "reversal":
            booked_as, sale_id = caused.get(row.cause, (0, ""))
            if sale_id not in voided:
                findings.add("ledger.without_cause", found=row.cause, entry=row.entry, field="cause")
                continue
            undone[sale_id] += 1
            _compare(row.entry, voided[sale_id], found, findings)
            _mirrors(row.entry, found, balances(postings.get(booked_as, [])), findings)
    for void in voided.values():
        if undone[void.voids] != 1:
            code = "ledger.twice" if undone[void.voids] else "ledger.missing"
            findings.add(code, 1, undone[void.voids], sale=void.number)
    for sale in sales.values():
        if booked[sale.sale_id] != 1:
            code = "ledger.twice" if booked[sale.sale_id] else "ledger.missing"
            findings.add(code, 1, booked[sale.sale_id], sale=sale.number)
    held = balances(posting for group in postings.values() for posting in group)
    _check_balances(held, journal, findings)
    return held


def _check_entry(entry: int, found: Amounts, findings: Findings) -> None:
    if not found:
        findings.add("ledger.empty", entry=entry)
    off: Counter[str] = Counter()
    for (_account, currency), amount_minor in found.items():
        off[currency] += amount_minor
    for currency, amount_minor in off.items():
        if amount_minor:
            findings.add("ledger.unbalanced", 0, amount_minor, entry=entry, field=currency)


def _compare(entry: int, sale: SaleCompleted, found: Amounts, findings: Findings) -> None:
    told = balances(entry_of(sale).postings)
    for key in sorted(told.keys() | found.keys()):
        if told.get(key, 0) != found.get(key, 0):
            findings.add(
                "ledger.posting_differs",
                told.get(key, 0),
                found.get(key, 0),
                entry=entry,
                sale=sale.number,
                field=f"{key[0]} {key[1]}",
            )


def _mirrors(entry: int, found: Amounts, undone: Amounts, findings: Findings) -> None:
    """A reversal takes back exactly what its entry moved."""
    for key in sorted(found.keys() | undone.keys()):
        if found.get(key, 0) != -undone.get(key, 0):
            findings.add(
                "ledger.posting_differs",
                -undone.get(key, 0),
                found.get(key, 0),
                entry=entry,
                field=f"{key[0]} {key[1]}",
            )


def _check_balances(held: Amounts, journal: Journal, findings: Findings) -> None:
    taken: Counter[tuple[str, str]] = Counter()
    for sale in (*journal.sales.values(), *journal.voids.values()):
        for tender in sale.tenders:
            account = "till/cash" if tender.type == "cash" else f"clearing/{tender.type}"
            taken[account, sale.currency] += tender.amount_minor
        promised = accounts.tender(accounts.SOLD), sale.currency
        taken[promised] -= promised_minor(sale)
    money = {key: amount for key, amount in held.items() if key[0].startswith(("till/", "clearing/"))}
    for key in sorted(taken.keys() | money.keys()):
        if taken[key] != money.get(key, 0):
            findings.add("ledger.balance_differs", taken[key], money.get(key, 0), field=f"{key[0]} {key[1]}")
