"""Turns codes into sentences in Chinese or English; they stand in ``sentences.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from retail.errors import TillboxError
from sheetbase import RowNote

Tongue = Literal["zh", "en"]

_MISSING_WORDS = {"name": {"zh": "品名", "en": "name"}, "price": {"zh": "零售价", "en": "price"}}


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("tillbox.importer").joinpath("sentences.toml").read_text("utf-8"))


def tongue_of(environment: Mapping[str, str]) -> Tongue:
    """Chinese where LC_ALL, LC_MESSAGES or LANG (the first that is set) says so, else English."""
    told = next((environment[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(key)), "")
    return "zh" if told.lower().startswith("zh") else "en"


def of_note(note: RowNote, tongue: Tongue) -> str:
    """What is wrong with a row and what to do."""
    template = _sentences().get(note.code, {}).get(tongue, note.code)
    return template.replace("{value}", note.value).replace("{detail}", note.detail)


def of_error(error: TillboxError, tongue: Tongue) -> str:
    """Why a file cannot be used and what to do; the code itself for errors of other places."""
    template = _sentences().get(error.code, {}).get(tongue)
    if template is None:
        return str(error)
    for key, value in error.params.items():
        template = template.replace("{" + key + "}", _shown(key, value, tongue))
    return template


def _shown(key: str, value: object, tongue: Tongue) -> str:
    if key == "looks_like":
        return "" if not value else f"（{value}）" if tongue == "zh" else f" (it looks like {value})"
    if isinstance(value, list):
        words = [_MISSING_WORDS.get(str(one), {}).get(tongue, str(one)) for one in value]
        return ("、" if tongue == "zh" else ", ").join(words)
    return str(value)
