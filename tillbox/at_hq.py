"""Commands that work on this home's HQ: its database, and refusals told as sentences or JSON."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from sqlalchemy import Engine

from appliance.runtime.paths import home_from_environment
from hq.database import open_hq
from retail.errors import TillboxError
from tillbox.home import ensure_home, hq_database
from tillbox.importer.sentences import Tongue, tongue_of
from tillbox.sentences import of_error

EXIT_REFUSED = 2


def with_hq(job: Callable[[Engine, Tongue], None], in_json: bool) -> None:
    """Do it on this home's HQ; a refusal is told and ends with 2."""
    tongue = tongue_of(os.environ)
    try:
        with _hq() as engine:
            job(engine, tongue)
    except TillboxError as error:
        sentence = of_error(error, tongue)
        if in_json:
            print_json({"error": error.code, "params": dict(error.params), "text": sentence})
        else:
            typer.echo(sentence, err=True)
        raise typer.Exit(EXIT_REFUSED) from None


@contextmanager
def _hq() -> Iterator[Engine]:
    home = home_from_environment()
    ensure_home(home)
    engine = open_hq(hq_database(home))
    try:
        yield engine
    finally:
        engine.dispose()


def print_json(value: Any) -> None:
    """As a person may read it."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
