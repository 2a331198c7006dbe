"""Turns a replay's codes into sentences, Chinese or English; they stand in two TOML files beside this."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from retail.errors import TillboxError
from tillbox.importer.sentences import Tongue
from tillbox.importer.sentences import of_error as of_file_error
from tillbox.replay.tickets import RefusedTicket


@cache
def _table(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("tillbox.replay").joinpath(f"{name}.toml").read_text("utf-8"))


def of_refused(refused: RefusedTicket, tongue: Tongue) -> tuple[str, str]:
    """(why it was not sold, what to do)."""
    reason, what_to_do = _table("sentences").get(refused.code, {}).get(tongue, (refused.code, ""))
    return (
        reason.replace("{value}", refused.value).replace("{detail}", refused.detail),
        what_to_do.replace("{value}", refused.value).replace("{detail}", refused.detail),
    )


def of_error(error: TillboxError, tongue: Tongue) -> str:
    """Why nothing could be replayed, and what to do."""
    template = _table("errors").get(error.code, {}).get(tongue)
    if template is None:
        return of_file_error(error, tongue)
    for key, value in error.params.items():
        template = template.replace("{" + key + "}", str(value))
    return str(template)
