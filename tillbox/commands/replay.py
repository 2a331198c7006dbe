"""`tillbox replay FILE.csv`: sell what a file says happened, and say what was sold."""

import json
import os
import sys
import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from appliance.runtime.clock import SystemClock
from appliance.runtime.paths import Home, home_from_environment
from retail.catalogue import Operator
from retail.errors import ContractError, TillboxError
from retail.money import currency
from tillbox.home import ensure_home
from tillbox.importer.sentences import Tongue, tongue_of
from tillbox.replay.outcome import Outcome
from tillbox.replay.pace import Pace, parse_speed
from tillbox.replay.reading import read_record
from tillbox.replay.sentences import of_refused
from tillbox.replay.table import table
from tillbox.replay.through_checkout import CheckoutReplay
from tillbox.replay.tickets import tickets_of
from tillbox.sentences import of_error
from tillbox.till import open_till

app = typer.Typer(add_completion=False, rich_markup_mode=None)

EXIT_NOTHING_SOLD, EXIT_UNUSABLE = 1, 2
PROGRESS_EVERY_S = 2.0


class Way(StrEnum):
    """What the file is sold through."""

    checkout = "checkout"
    screen = "screen"


@app.command()
def replay(
    file: Annotated[
        Path, typer.Argument(help="CSV with ticket,at,code,name,quantity,unit_price,tender,shift.")
    ],
    speed: Annotated[
        str, typer.Option(help="Times the pace it happened at (1, 60, 0.5), or max: without waiting.")
    ] = "max",
    through: Annotated[
        Way,
        typer.Option(help="checkout: the rules of selling; screen: scanner, screen, printer of tillbox run."),
    ] = Way.checkout,
    operator: Annotated[
        str, typer.Option(help="In whose name it is sold; else the shop's first cashier.")
    ] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Sell it once more, although it is sold already.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the sums as JSON.")] = False,
) -> None:
    """Sell what a file says happened, at the file's prices, and sum it up.

    A ticket that can't be sold is refused as a whole with its row and reason; the others are sold. The
    same ticket is sold only once, however often the file is replayed: after a kill, run it again. Ends
    with 0 when anything is sold or was before, 1 when all was refused, 2 when the file can't be used.
    """
    tongue = tongue_of(os.environ)
    home = home_from_environment()
    try:
        pace = Pace(parse_speed(speed))
        if through is Way.screen:
            from tillbox.replay.through_screen import replay_screen

            outcome = replay_screen(home, file, pace, again, _progress(tongue))
        else:
            outcome = _through_checkout(home, file, pace, operator, again, tongue)
    except TillboxError as error:
        sentence = of_error(error, tongue)
        if as_json:
            typer.echo(_json({"error": error.code, "params": dict(error.params), "text": sentence}))
        else:
            typer.echo(sentence, err=True)
        raise typer.Exit(EXIT_UNUSABLE) from None
    typer.echo(_json(_whole(outcome, tongue)) if as_json else table(outcome, tongue))
    raise typer.Exit(0 if outcome.all.sales or outcome.already else EXIT_NOTHING_SOLD)


def _through_checkout(
    home: Home, file: Path, pace: Pace, operator_id: str, again: bool, tongue: Tongue
) -> Outcome:
    record = read_record(file)
    ensure_home(home)
    began = time.monotonic()
    with open_till(home, "tillbox replay", SystemClock()) as till:
        unit = currency(till.shop.currency)
        outcome = Outcome(unit, ignored=record.ignored)
        tickets, outcome.refused = tickets_of(record.rows, unit, till.zone)
        who = _operator(till.reference.operators(), operator_id)
        CheckoutReplay(till, who, outcome, pace).sell(tickets, again, _progress(tongue))
    outcome.refused.sort(key=lambda refused: refused.row)
    outcome.seconds = time.monotonic() - began
    return outcome


def _operator(operators: Sequence[Operator], wanted: str) -> Operator:
    if wanted:
        for operator in operators:
            if operator.id == wanted:
                return operator
        known = ", ".join(operator.id for operator in operators)
        raise ContractError("replay.unknown_operator", path="--operator", operator_id=wanted, known=known)
    if not operators:
        raise ContractError("replay.no_operator", path="staff")
    return next((operator for operator in operators if operator.role == "cashier"), operators[0])


class _progress:  # noqa: N801 - called like the function it stands for
    """Says on stderr how far it is, every other second."""

    def __init__(self, tongue: Tongue) -> None:
        self._words = "已售 {} / {} 单" if tongue == "zh" else "{} of {} tickets"
        self._told_at = time.monotonic()

    def __call__(self, done: int, expected: int) -> None:
        now = time.monotonic()
        if now - self._told_at >= PROGRESS_EVERY_S or done == expected:
            self._told_at = now
            print(self._words.format(done, expected), file=sys.stderr, flush=True)


def _whole(outcome: Outcome, tongue: Tongue) -> dict[str, Any]:
    refused = []
    for one in outcome.refused:
        reason, what_to_do = of_refused(one, tongue)
        refused.append(
            {
                "ticket": one.ticket,
                "row": one.row,
                "code": one.code,
                "reason": reason,
                "what_to_do": what_to_do,
            }
        )
    return {**outcome.as_json(), "refused": refused}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
