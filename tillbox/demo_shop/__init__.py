"""The demo shop: a café that does not exist, as the documents HQ would push.

`documents` is all a till or an HQ needs; `cards` and `pins` are for the bench, the demo and
tests, which must tap and type what the documents only know as hashes. The data stands in the
TOML files of this folder. Nothing here writes anything.
"""

from retail.streams import AnyDocument
from tillbox.demo_shop.benefits import benefits, birthday
from tillbox.demo_shop.catalogue import catalogue, categories
from tillbox.demo_shop.people import DemoCard, cards, people, pins
from tillbox.demo_shop.promotions import promotions
from tillbox.demo_shop.shop import shop
from tillbox.demo_shop.stock import opening

__all__ = [
    "DemoCard",
    "benefits",
    "birthday",
    "cards",
    "catalogue",
    "categories",
    "documents",
    "opening",
    "people",
    "pins",
    "promotions",
    "shop",
]


def documents(lookup_key: bytes) -> list[AnyDocument]:
    """Every document of the demo shop, those that others refer to before those that refer.

    `lookup_key` is the key of the hashes of cards and phones (`retail.secrets`). The same key
    gives the same documents, so pushing them twice changes nothing.
    """
    return [*shop(), *catalogue(), *promotions(), *benefits(), *people(lookup_key)]
