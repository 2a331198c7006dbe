"""Reads the demo shop's TOML files, and the two shapes they all share: names and prices."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from retail.catalogue import LANGUAGES, Names
from retail.errors import ContractError
from retail.money import CURRENCIES, parse_amount

CURRENCY = CURRENCIES["CNY"]


def load(name: str) -> dict[str, Any]:
    """The tables of ``<name>.toml`` in this folder."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def names_of(texts: Sequence[str], path: str) -> Names:
    """``["拿铁", "拿鐵", "Latte"]`` as names by language; `ContractError` when one is missing."""
    if len(texts) != len(LANGUAGES) or not all(text.strip() for text in texts):
        raise ContractError("demo_shop.names_not_in_all_languages", path=path, names=list(texts))
    return dict(zip(LANGUAGES, texts, strict=True))


def price_of(table: Mapping[str, Any], key: str) -> int | None:
    """Minor units of a price in yuan, None when the table has no such key."""
    text = table.get(key)
    return None if text is None else parse_amount(text, CURRENCY)
