"""`tillbox run`: the whole house on this machine."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from appliance.runtime.paths import home_from_environment
from retail.errors import ContractError, Refused, TillboxError
from tillbox.launcher.launch import SETTINGS_FILE, Wishes, launch, say_line
from tillbox.launcher.ports import BASE, WHAT

app = typer.Typer(add_completion=False, rich_markup_mode=None)

EXIT_UNUSABLE, EXIT_PORT_TAKEN, EXIT_ALREADY_RUNNING = 2, 3, 4
Port = Annotated[int | None, typer.Option(min=1, max=65535, show_default=False)]


@app.command()
def run(
    port: Annotated[
        int | None, typer.Option(min=1, max=65531, help=f"First of five ports; {BASE} if not set.")
    ] = None,
    window: Annotated[
        bool, typer.Option("--window/--no-window", help="Open the till's window where there is a display.")
    ] = True,
    home: Annotated[
        Path | None, typer.Option(help="The folder that holds all state.", file_okay=False)
    ] = None,
    bench_port: Port = None,
    hq_port: Port = None,
    broker_port: Port = None,
    network_port: Port = None,
    printer_port: Port = None,
) -> None:
    """Start the till, its peripherals and HQ; print one address.

    Ctrl-C ends everything; the next run goes on where this one stopped. Ends with 0, with 1 when a part
    did not come up, 2 when the configuration is wrong, 3 when a port is taken, 4 when this home is running
    already.
    """
    if home is not None:
        os.environ["TILLBOX_HOME"] = str(home.resolve())
    given = {
        "base": port,
        "bench": bench_port,
        "hq": hq_port,
        "broker": broker_port,
        "network": network_port,
        "printer": printer_port,
    }
    wishes = Wishes(home_from_environment(), window, given)
    try:
        code = launch(wishes, say_line)
    except TillboxError as error:
        text, code = explain(error, wishes)
        typer.echo(text, err=True)
    sys.exit(code)


def explain(error: TillboxError, wishes: Wishes) -> tuple[str, int]:
    """A sentence that says what to do, and the exit code."""
    file = wishes.home.root / SETTINGS_FILE
    if error.code == "launcher.ports_taken":
        lines = [
            f"Port {port} is taken, and {WHAT[name]} needs it."
            for name, port in error.params["ports"].items()
        ]
        one = next(iter(error.params["ports"]))
        lines += [
            "Nothing was started. End the program that has it, or choose other ports:",
            "  tillbox run --port 8700          (or: make run PORT=8700)",
            f"  tillbox run --{one}-port NUMBER",
            f"  or in {file}:  [ports]  {one} = NUMBER",
        ]
        return "\n".join(lines), EXIT_PORT_TAKEN
    if error.code == "launcher.already_running":
        return (
            f"This home is running already (process {error.params['pid']}): {wishes.home.root}\n"
            "End that run first, or use another home and other ports: tillbox run --home DIR --port 8700",
            EXIT_ALREADY_RUNNING,
        )
    if error.code == "broker.not_installed":
        return "The message broker mosquitto is missing. Type: make setup", EXIT_UNUSABLE
    if isinstance(error, ContractError | Refused):
        return f"The configuration cannot be used: {configuration(error)}", EXIT_UNUSABLE
    return f"Tillbox cannot start: {error}", EXIT_UNUSABLE


def configuration(error: TillboxError) -> str:
    """Where it is wrong and what was probably meant."""
    parameters = dict(error.params)
    where = parameters.pop("path", "")
    nearest = parameters.pop("nearest", "")
    rest = ", ".join(f"{key} {value}" for key, value in parameters.items())
    hint = f"; did you mean {nearest}?" if nearest else ""
    return f"{where}: {error.code.replace('_', ' ').replace('.', ': ')} ({rest}){hint}"
