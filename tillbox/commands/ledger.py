"""`tillbox ledger`: what members are owed, an account's balance and entries, and what tills still hold."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, Engine

from appliance.runtime.clock import SystemClock
from hq.ledger import SqlBook, asking, booking, reading
from tillbox.at_hq import print_json, with_hq
from tillbox.importer.sentences import Tongue

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)

InJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
Path_ = Annotated[str, typer.Argument(metavar="ACCOUNT", help="A path such as member/m1 or till/cash.")]

WORDS: dict[Tongue, dict[str, str]] = {
    "en": {
        "none": "Nothing.",
        "stale": "OLDER THAN A DAY",
        "off": "{} is written off.",
        "made": "{} entries made.",
    },
    "zh": {"none": "没有。", "stale": "超过一天", "off": "已核销 {}。", "made": "补记了 {} 笔分录。"},
}


@app.callback()
def _group() -> None:
    """Look into HQ's ledger of record. HQ may run meanwhile."""


@app.command()
def owed(in_json: InJson = False) -> None:
    """Print what the shop owes its members, by kind."""

    def rows(connection: Connection) -> list[dict[str, Any]]:
        return [
            {"kind": one.kind, "unit": one.unit, "amount": one.amount} for one in reading.owed(connection)
        ]

    _show(rows, lambda row, _: f"{row['kind']:12} {row['unit']:6} {row['amount']:>14}", in_json)


@app.command()
def balance(account: Path_, in_json: InJson = False) -> None:
    """Print what an account, and everything below it, holds: credits less debits."""

    def rows(connection: Connection) -> list[dict[str, Any]]:
        return [
            {"account": name, "unit": unit, "held": -amount}
            for (name, unit), amount in sorted(SqlBook(connection).sums().items())
            if name == account or name.startswith(f"{account.rstrip('/')}/")
        ]

    _show(rows, lambda row, _: f"{row['account']:60} {row['unit']:6} {row['held']:>14}", in_json)


@app.command()
def entries(
    account: Path_,
    limit: Annotated[int, typer.Option(help="At most so many, the latest first.")] = 50,
    in_json: InJson = False,
) -> None:
    """Print the entries that moved an account, or anything below a path."""

    def rows(connection: Connection) -> list[dict[str, Any]]:
        return [
            {
                "entry_id": entry.entry_id,
                "at": at.isoformat(),
                "kind": entry.kind,
                "cause": entry.cause,
                "postings": [
                    {"account": p.account, "unit": p.currency, "amount": p.amount_minor}
                    for p in entry.postings
                ],
            }
            for at, entry in SqlBook(connection).entries(account.rstrip("/"), max(1, limit))
        ]

    def line(row: dict[str, Any], _: Tongue) -> str:
        head = f"{row['at']}  {row['kind']}  {row['entry_id']}"
        posted = [f"    {p['account']:60} {p['unit']:6} {p['amount']:>14}" for p in row["postings"]]
        return "\n".join([head, *posted])

    _show(rows, line, in_json)


@app.command()
def holds(in_json: InJson = False) -> None:
    """Print what tills have reserved and neither used nor given up, the oldest first."""

    def rows(connection: Connection) -> list[dict[str, Any]]:
        return [
            {
                "auth_id": one.auth_id,
                "appliance": one.appliance,
                "at": one.at.isoformat(),
                "asks": [{"purse": p, "unit": unit, "amount": amount} for p, unit, amount in one.asks],
                "stale": one.stale,
            }
            for one in reading.holds(connection, SystemClock().unix_ms())
        ]

    def line(row: dict[str, Any], tongue: Tongue) -> str:
        asked = ", ".join(f"{ask['purse']} {ask['unit']} {ask['amount']}" for ask in row["asks"])
        late = f"  {WORDS[tongue]['stale']}" if row["stale"] else ""
        return f"{row['at']}  {row['appliance']}  {row['auth_id']}  {asked}{late}"

    _show(rows, line, in_json)


@app.command("write-off")
def write_off(
    auth_id: Annotated[str, typer.Argument(metavar="ID", help="As `holds` prints it.")],
    in_json: InJson = False,
) -> None:
    """Give up waiting for a till: what it held is free again.

    If its sale comes after all, it is booked, with an alarm.
    """

    def do(engine: Engine, tongue: Tongue) -> None:
        with engine.begin() as connection:
            asking.write_off(connection, auth_id)
        print_json({"auth_id": auth_id}) if in_json else typer.echo(WORDS[tongue]["off"].format(auth_id))

    with_hq(do, in_json)


@app.command()
def replay(in_json: InJson = False) -> None:
    """Book every event of the tills' journals that is not in the ledger. Harmless to repeat."""

    def do(engine: Engine, tongue: Tongue) -> None:
        with engine.begin() as connection:
            made = booking.replay(connection, SystemClock().unix_ms())
        print_json({"entries": made}) if in_json else typer.echo(WORDS[tongue]["made"].format(made))

    with_hq(do, in_json)


Rows = Callable[[Connection], list[dict[str, Any]]]


def _show(rows: Rows, line: Callable[[dict[str, Any], Tongue], str], in_json: bool) -> None:
    def show(engine: Engine, tongue: Tongue) -> None:
        with engine.connect() as connection:
            found = rows(connection)
        if in_json:
            print_json(found)
        else:
            typer.echo("\n".join(line(row, tongue) for row in found) or WORDS[tongue]["none"])

    with_hq(show, in_json)
