"""Turns findings into sentences, Chinese or English; they stand in two TOML files beside this."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from tillbox.importer.sentences import Tongue
from tillbox.verify.findings import Finding


@cache
def _table(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("tillbox.verify").joinpath(f"{name}.toml").read_text("utf-8"))


def of_finding(finding: Finding, tongue: Tongue) -> str:
    """What is wrong."""
    template = str(_table("sentences").get(finding.code, {}).get(tongue, finding.code))
    return template.replace("{expected}", finding.expected or "-").replace("{found}", finding.found or "-")


def place_of(finding: Finding) -> str:
    """``seq 17, sale 9, field total_minor``."""
    return ", ".join(f"{name} {value}" for name, value in finding.where.items())


def advice(finding: Finding, tongue: Tongue) -> str:
    """What to do about it."""
    return str(_table("advice").get(finding.code.partition(".")[0], {}).get(tongue, ""))
