"""Lines whose price is in no catalogue: sold by name, or at the price that a record says was paid."""

import msgspec

from appliance.checkout.basket import Line, PriceSource, checked_quantity
from retail.catalogue import LANGUAGES
from retail.errors import Refused
from retail.money import AMOUNT_MINOR_MAX
from retail.quantity import ONE_MILLI

NAME_LENGTH_MAX = 80


def named_line(
    name: str,
    unit_price_minor: int,
    line_id: str,
    quantity_milli: int,
    tax_class: str,
    source: PriceSource,
    code: str = "",
) -> Line:
    """A line of goods that are in no catalogue; refuses an empty or over-long name and a price below zero."""
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > NAME_LENGTH_MAX:
        raise Refused("open_item.name", length_max=NAME_LENGTH_MAX)
    return Line(
        line_id=line_id,
        product_id="",
        code=code,
        names={language: cleaned for language in LANGUAGES},
        options=(),
        quantity_milli=checked_quantity(quantity_milli, True),
        unit="each",
        by_weight=bool(quantity_milli % ONE_MILLI),
        unit_price_minor=checked_price(unit_price_minor),
        member_price_minor=None,
        tax_class=tax_class,
        member_discount=False,
        price_source=source,
    )


def at_price_on_record(line: Line, unit_price_minor: int, quantity_milli: int) -> Line:
    """The same goods at the price and in the quantity that a record has, parts of a piece too."""
    return msgspec.structs.replace(
        line,
        quantity_milli=checked_quantity(quantity_milli, True),
        by_weight=line.by_weight or bool(quantity_milli % ONE_MILLI),
        unit_price_minor=checked_price(unit_price_minor),
        member_price_minor=None,
        member_discount=False,
        price_source="record",
    )


def checked_price(unit_price_minor: int) -> int:
    """A price goods can have: not below zero, not absurd."""
    if not 0 <= unit_price_minor <= AMOUNT_MINOR_MAX:
        raise Refused("open_item.price", unit_price_minor=unit_price_minor)
    return unit_price_minor
