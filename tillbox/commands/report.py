"""`tillbox report day`: a business day's figures, while the till runs or not."""

import json
import os
from datetime import date
from typing import Annotated

import typer

from appliance.runtime.clock import SystemClock
from appliance.runtime.paths import Home, home_from_environment
from retail.errors import ContractError, TillboxError
from retail.money import currency
from tillbox.importer.sentences import tongue_of
from tillbox.report.day import Day
from tillbox.report.present import as_json, as_text
from tillbox.report.reading import current_day, operator_names, read_days
from tillbox.sentences import of_error

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)

EXIT_UNUSABLE = 2


@app.callback()
def _group() -> None:
    """Print figures from what is on record."""


@app.command()
def day(
    wanted: Annotated[
        str, typer.Argument(metavar="[DAY]", help="The business day, as 2026-07-04; else the current one.")
    ] = "",
    all_days: Annotated[bool, typer.Option("--all", help="Every business day on record.")] = False,
    in_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Print a business day's figures: sales, tenders, shifts, operators, taxes, best sellers, returns.

    Works while the till sells. With --json a day is an object; with --all, a list of them.
    """
    tongue = tongue_of(os.environ)
    home = home_from_environment()
    try:
        days = _days(home, wanted, all_days)
        unit = currency(next((one.currency for one in days if one.currency), "CNY"))
        if in_json:
            told = [as_json(one, unit) for one in days]
            typer.echo(json.dumps(told if all_days else told[0], ensure_ascii=False, indent=2))
            return
        operators = operator_names(home)
        typer.echo("\n\n".join(as_text(one, unit, operators, tongue) for one in days))
    except TillboxError as error:
        sentence = of_error(error, tongue)
        if in_json:
            typer.echo(json.dumps({"error": error.code, "text": sentence}, ensure_ascii=False, indent=2))
        else:
            typer.echo(sentence, err=True)
        raise typer.Exit(EXIT_UNUSABLE) from None


def _days(home: Home, wanted: str, all_days: bool) -> list[Day]:
    if all_days:
        return list(read_days(home, None).values())
    if wanted:
        try:
            chosen = date.fromisoformat(wanted).isoformat()
        except ValueError:
            raise ContractError("report.day", path="DAY", value=wanted) from None
    else:
        chosen = current_day(home, SystemClock())
    return [read_days(home, chosen).get(chosen, Day(chosen))]
