"""`tillbox export members FILE`: all members, for a spreadsheet or another system."""

from pathlib import Path
from typing import Annotated

import typer

from hq.members.exporting import export_members
from tillbox.members.house import House, with_hq

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Write this home's data to a file."""


@app.command()
def members(
    file: Annotated[Path, typer.Argument(help="A name that ends in .csv or .xlsx.")],
    in_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Write every member with phone and balances: keep the file safe, it is the shop's customers."""

    def work(house: House) -> None:
        count = export_members(house.engine, house.keys, file, house.texts.language)
        typer.echo(f'{{"members": {count}}}' if in_json else house.t("members.exported", count=count))

    with_hq(work, in_json)
