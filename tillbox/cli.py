"""The command line: `tillbox COMMAND`. Loads a command's code only when it is asked for."""

import importlib
import importlib.metadata
import importlib.util
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS = {
    "run": "Start the till, its peripherals and HQ; prints one address.",
    "import": "Bring in a shop's own data: products, members from CSV, XLSX or XLS.",
    "export": "Write all members to CSV or XLSX.",
    "members": "Look after members: find, enrol, change, merge, erase, cards, notes, coupons.",
    "price": "Price a basket with its promotions, and say why each cent came off.",
    "ledger": "Look into HQ's ledger: what members are owed, entries, what tills hold.",
    "promotions": "Look after promotions: list, check, put, stop.",
    "replay": "Sell what a file says happened, and sum it up.",
    "report": "Print a business day's figures.",
    "stock": "Look after stock: levels, goods in and out, counts from a file.",
    "verify": "Check the journal's chain and every balance.",
}
"""Each is `tillbox.commands.<name>`, which has a Typer `app`; ``import`` is a reserved word: `import_`."""


def _module(name: str) -> str:
    return f"tillbox.commands.{'import_' if name == 'import' else name}"


class LazyCommands(TyperGroup):
    """Lists commands without importing them. Contexts and commands are `Any`: Typer keeps their classes
    private."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Those that are installed, in the order of `COMMANDS`."""
        return [name for name in COMMANDS if importlib.util.find_spec(_module(name))]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command's name and summary, enough for the help."""
        if cmd_name not in self.list_commands(ctx):
            return None
        return TyperCommand(cmd_name, short_help=COMMANDS[cmd_name], rich_markup_mode=None)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command itself, imported."""
        name, command, rest = super().resolve_command(ctx, args)
        if name and command:
            module: Any = importlib.import_module(_module(name))
            command = typer.main.get_command(module.app)
            command.name = name
        return name, command, rest


app = typer.Typer(cls=LazyCommands, add_completion=False, rich_markup_mode=None, no_args_is_help=True)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tillbox {importlib.metadata.version('tillbox')}")
        raise typer.Exit


@app.callback()
def _options(
    home: Annotated[
        Path | None,
        typer.Option(help="Folder of all state; else TILLBOX_HOME, else ./home.", file_okay=False),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Tillbox: a till in a box. Each command explains itself: tillbox COMMAND --help."""
    if home is not None:
        os.environ["TILLBOX_HOME"] = str(home.resolve())


def main() -> None:
    """The console script."""
    app(prog_name="tillbox")
