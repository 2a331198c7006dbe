"""HQ's ledger of record: every entry, every account's rule, and the rows beside them against the postings."""

from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection

from hq.ledger.moments import derived_id
from retail.ledger import accounts
from retail.ledger.lots import LAPSE_KINDS
from retail.ledger.passes import CountPass
from retail.ledger.units import uses_of
from retail.members.coupons import Coupon
from tillbox.verify.findings import Findings

FILE = "hq.db"
ZERO = tuple(
    accounts.tender(kind)
    for kind in (accounts.STORED_VALUE, accounts.GIFT_CARD, accounts.POINTS_TENDER, accounts.SOLD)
)
SELLING = ("pass.bought", "pass.renewed", "pass.upgraded")
Sums = dict[tuple[str, str], int]


def check_hq_ledger(connection: Connection, findings: Findings) -> int:
    """Look at everything; how many entries there are. An HQ from before the ledger has none to look at."""
    if not connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'ledger_entry'").first():
        return 0
    sums, lapsed = _check_entries(connection, findings)
    _check_balances(connection, sums, lapsed, findings)
    _check_rules(sums, findings)
    _check_lots(connection, sums, findings)
    _check_passes(connection, sums, findings)
    _check_cards(connection, sums, findings)
    _check_reservations(connection, sums, findings)
    _check_booked(connection, findings)
    return int(connection.exec_driver_sql("SELECT count(*) FROM ledger_entry").scalar_one())


def _check_entries(connection: Connection, findings: Findings) -> tuple[Sums, Sums]:
    sums: Sums = defaultdict(int)
    lapsed: Sums = defaultdict(int)
    rows = connection.exec_driver_sql(
        "SELECT e.entry_id, e.kind, e.closed, p.account, p.unit, p.amount FROM ledger_entry e"
        " LEFT JOIN posting p ON p.entry = e.entry ORDER BY e.entry"
    )
    entry_id, closed, off, empty = "", 1, Counter[str](), False
    for row in rows:
        if row.entry_id != entry_id:
            _close(entry_id, closed, off, empty, findings)
            entry_id, closed, off, empty = row.entry_id, row.closed, Counter(), row.account is None
        if row.account is not None:
            off[row.unit] += row.amount
            sums[row.account, row.unit] += row.amount
            if row.kind in LAPSE_KINDS:
                lapsed[row.account, row.unit] += row.amount
    _close(entry_id, closed, off, empty, findings)
    return sums, lapsed


def _close(entry_id: str, closed: int, off: Counter[str], empty: bool, findings: Findings) -> None:
    if not closed:
        findings.add("hq_ledger.open", entry=entry_id, file=FILE)
    if empty:
        findings.add("hq_ledger.empty", entry=entry_id, file=FILE)
    for unit, amount in off.items():
        if amount:
            findings.add("hq_ledger.unbalanced", 0, amount, entry=entry_id, field=unit, file=FILE)


def _check_balances(connection: Connection, sums: Sums, lapsed: Sums, findings: Findings) -> None:
    kept = {
        (row.account, row.unit): (row.amount, row.lapsed)
        for row in connection.exec_driver_sql("SELECT * FROM ledger_balance")
    }
    for key in sorted(sums.keys() | kept.keys()):
        told, found = (sums.get(key, 0), lapsed.get(key, 0)), kept.get(key, (0, 0))
        if told != found:
            field = _place(*key)
            findings.add("hq_ledger.balance_differs", told[0], found[0], field=field, file=FILE)


def _place(account: str, unit: str) -> str:
    return f"{account} {unit}"


def _check_rules(sums: Sums, findings: Findings) -> None:
    for (account, unit), amount in sorted(sums.items()):
        is_debt = accounts.lot_id(account) == accounts.DEBT
        is_below = amount > 0 and not accounts.may_be_below_zero(account)
        if is_below or (is_debt and amount < 0):
            findings.add("hq_ledger.below_zero", 0, -amount, field=_place(account, unit), file=FILE)
        if amount and account in ZERO:
            findings.add("hq_ledger.clearing", 0, amount, field=_place(account, unit), file=FILE)


def _check_lots(connection: Connection, sums: Sums, findings: Findings) -> None:
    lots = {tuple(row) for row in connection.exec_driver_sql("SELECT account, unit FROM ledger_lot")}
    for account, unit in sorted(sums):
        is_lot = account.startswith("member/") and accounts.lot_id(account) != accounts.DEBT
        if is_lot and (account, unit) not in lots:
            findings.add("hq_ledger.lot_missing", field=_place(account, unit), file=FILE)


def _check_passes(connection: Connection, sums: Sums, findings: Findings) -> None:
    """A pass's uses granted are what its entries credited; without uses left nothing is owed for it."""
    granted: Counter[str] = Counter()
    rows = connection.exec_driver_sql(
        "SELECT p.account, p.amount FROM posting p JOIN ledger_entry e ON e.entry = p.entry"
        " LEFT JOIN ledger_entry undone ON e.kind = 'reversal' AND undone.entry_id = e.cause"
        f" WHERE p.account GLOB 'pass/*/uses' AND coalesce(undone.kind, e.kind) IN {SELLING}"
        " AND (p.amount < 0) = (undone.kind IS NULL)"
    )
    for account, amount in rows:
        granted[account] -= amount
    bodies = connection.exec_driver_sql("SELECT id, body FROM benefit WHERE what = 'pass'")
    known = {row.id: msgspec.json.decode(row.body, type=CountPass) for row in bodies}
    for pass_ in known.values():
        account = accounts.pass_uses(pass_.id)
        left = -sums.get((account, uses_of(pass_.kind)), 0)
        owed_minor = -sums.get((accounts.pass_owed(pass_.id), pass_.currency), 0)
        if pass_.state != "closed" and granted[account] != pass_.granted:
            findings.add("hq_ledger.pass_uses", pass_.granted, granted[account], field=account, file=FILE)
        if owed_minor and not left:
            findings.add("hq_ledger.pass_money", 0, owed_minor, field=account, file=FILE)
    _all_known("pass", known, sums, findings)


def _check_cards(connection: Connection, sums: Sums, findings: Findings) -> None:
    for what, prefix in (("gift_card", "card"), ("membership", "membership")):
        rows = connection.exec_driver_sql("SELECT id FROM benefit WHERE what = ?", (what,))
        _all_known(prefix, {row.id for row in rows}, sums, findings)


def _all_known(prefix: str, known: Iterable[str], sums: Sums, findings: Findings) -> None:
    ids = set(known)
    for (account, unit), amount in sorted(sums.items()):
        if amount and account.startswith(f"{prefix}/") and account.split("/")[1] not in ids:
            findings.add("hq_ledger.benefit_missing", 0, -amount, field=_place(account, unit), file=FILE)


def _check_reservations(connection: Connection, sums: Sums, findings: Findings) -> None:
    reserved: Counter[tuple[str, str]] = Counter()
    rows = connection.exec_driver_sql(
        "SELECT a.auth_id, a.purse, a.unit, a.amount - a.spent AS held FROM reservation_ask a"
        " JOIN reservation r ON r.auth_id = a.auth_id WHERE r.state = 'open'"
    )
    holders: set[str] = set()
    for row in rows:
        holders.add(row.auth_id)
        if not row.purse.startswith("coupon/"):
            reserved[row.purse, row.unit] += row.held
    for (purse, unit), amount in sorted(reserved.items()):
        held = _held(purse, unit, sums)
        if amount > held:
            findings.add("hq_ledger.over_reserved", held, amount, field=_place(purse, unit), file=FILE)
    bodies = connection.exec_driver_sql(
        "SELECT body FROM benefit WHERE what = 'coupon' AND state = 'reserved'"
    )
    for row in bodies:
        coupon = msgspec.json.decode(row.body, type=Coupon)
        if coupon.held_by not in holders:
            field = accounts.coupon(coupon.id)
            findings.add("hq_ledger.coupon_not_held", "", coupon.held_by, field=field, file=FILE)


def _held(purse: str, unit: str, sums: Sums) -> int:
    """What stands on a purse as tills name it."""
    owner, _, name = purse.rpartition("/")
    paths = {"value": ("principal", "bonus"), "points": ("points",)}.get(name)
    if not purse.startswith("member/") or paths is None:
        return -sums.get((purse, unit), 0)
    wanted = tuple(f"{owner}/{path}/" for path in paths)
    return -sum(amount for (a, u), amount in sums.items() if u == unit and a.startswith(wanted))


def _check_booked(connection: Connection, findings: Findings) -> None:
    """Every sale HQ has is in the books, or waits for the sale it speaks of."""
    booked = set(
        connection.exec_driver_sql("SELECT entry_id FROM ledger_entry WHERE kind = 'sale'").scalars()
    )
    waiting = connection.exec_driver_sql("SELECT needs, envelope FROM ledger_waiting").all()
    late = set()
    for row in waiting:
        sale_id = msgspec.json.decode(row.envelope)["body"].get("sale_id", "")
        late.add(sale_id)
        findings.add("hq_ledger.waiting", row.needs, sale_id, file=FILE)
    for sale_id in connection.exec_driver_sql("SELECT sale_id FROM sale").scalars():
        if derived_id(sale_id, "sale") not in booked and sale_id not in late:
            findings.add("hq_ledger.not_booked", 1, 0, sale=sale_id, file=FILE)
