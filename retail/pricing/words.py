"""What `check` and `check_set` find as sentences in three languages, for HQ's pages and the command line."""

import tomllib
from functools import cache
from importlib.resources import files

from retail.catalogue import Language
from retail.money import Currency, format_amount
from retail.pricing.check import Finding


@cache
def sentences() -> dict[str, dict[str, str]]:
    """By code, then language; they stand in ``findings.toml``."""
    return tomllib.loads(files("retail.pricing").joinpath("findings.toml").read_text("utf-8"))


def sentence(finding: Finding, language: Language, unit: Currency) -> str:
    """What a shop manager should know about a promotion they wrote; its code where there are no words."""
    template = sentences().get(finding.code, {}).get(language, finding.code)
    for key, value in finding.params.items():
        money = key == "amount" or key.endswith("_minor")
        shown = str(value)
        if isinstance(value, int) and money:
            shown = format_amount(value, unit)
        elif isinstance(value, int) and key.endswith("_bp"):
            shown = f"{value / 100:g}%"
        template = template.replace("{" + key + "}", shown)
    return template
