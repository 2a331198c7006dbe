"""Turns a refused ticket's code into sentences, Chinese or English; they stand in ``sentences.toml``."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from tillbox.importer.sentences import Tongue
from tillbox.replay.tickets import RefusedTicket


@cache
def _sentences() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("tillbox.replay").joinpath("sentences.toml").read_text("utf-8"))


def of_refused(refused: RefusedTicket, tongue: Tongue) -> tuple[str, str]:
    """(why it was not sold, what to do)."""
    reason, what_to_do = _sentences().get(refused.code, {}).get(tongue, (refused.code, ""))
    return (
        reason.replace("{value}", refused.value).replace("{detail}", refused.detail),
        what_to_do.replace("{value}", refused.value).replace("{detail}", refused.detail),
    )
