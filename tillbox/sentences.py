"""Turns errors that end a command into sentences, Chinese or English; they stand in ``errors.toml``."""

import tomllib
from functools import cache
from importlib.resources import files

from retail.errors import TillboxError
from retail.pricing import saying as pricing
from tillbox.importer.sentences import Tongue
from tillbox.importer.sentences import of_error as of_file_error


@cache
def _templates() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("tillbox").joinpath("errors.toml").read_text("utf-8"))


def of_error(error: TillboxError, tongue: Tongue) -> str:
    """What is wrong and what to do; the code itself where there is no sentence for it."""
    template = _templates().get(error.code, {}).get(tongue)
    if template is None and error.code in pricing.sentences()["errors"]:
        return pricing.of_error(error, "zh-Hans" if tongue == "zh" else "en")
    if template is None:
        return of_file_error(error, tongue)
    for key, value in error.params.items():
        template = template.replace("{" + key + "}", str(value))
    return template
