"""What is on at the demo shop, from ``promotions.toml``: at least one promotion of every common kind."""

from collections.abc import Mapping
from typing import Any

import msgspec

from retail.errors import ContractError
from retail.pricing.promotion import AnyPromotion
from retail.pricing.pushed import HolidayList, ProductList, PushedPromotion
from retail.streams import AnyDocument
from tillbox.demo_shop.data import load, names_of


def promotions() -> list[AnyDocument]:
    """Lists of products and days, then the promotions that name them."""
    tables = load("promotions")
    made: list[AnyDocument] = [
        ProductList(id=one["id"], names=_names(one), products=tuple(one["products"]))
        for one in tables["list"]
    ]
    made += [
        HolidayList(id=one["id"], names=_names(one), dates=tuple(one["dates"])) for one in tables["holidays"]
    ]
    made += [PushedPromotion(id=one["id"], promotion=_promotion(one)) for one in tables["promotion"]]
    return made


def _promotion(table: Mapping[str, Any]) -> AnyPromotion:
    """`ContractError` for a table that is no promotion."""
    try:
        made: AnyPromotion = msgspec.convert({**table, "names": _names(table)}, type=AnyPromotion)
    except msgspec.ValidationError as error:
        raise ContractError("demo_shop.promotion", path=table["id"], detail=str(error)) from None
    return made


def _names(table: Mapping[str, Any]) -> dict[str, str]:
    return names_of(table["names"], table["id"])
