"""Units and ways of pricing. Prices per 斤, 两 or gram become prices per kg, which is exact."""

import unicodedata

from sheetbase.cells import BadCell

KILOGRAM: dict[str, int] = {
    "kg": 1, "kgs": 1, "公斤": 1, "千克": 1, "kilogram": 1, "kilo": 1, "斤": 2, "市斤": 2, "500g": 2,
    "500克": 2, "100g": 10, "100克": 10, "两": 20, "50g": 20, "50克": 20, "g": 1_000, "克": 1_000,
}  # fmt: skip
"""How many of a unit make a kilogram; the price is multiplied by it."""

NOT_KILOGRAM = frozenset(("lb", "lbs", "磅", "oz", "盎司", "司马斤", "台斤"))
"""Units of weight that a scale in kilograms cannot price to the cent."""

WEIGHED = frozenset(
    ("计重", "称重", "散称", "按重量", "weight", "weighed", "byweight", "kg", "是", "yes", "y", "1", "true")
)
PIECES = frozenset(
    (
        "普通",
        "计件",
        "计数",
        "标准",
        "按件",
        "each",
        "piece",
        "pieces",
        "unit",
        "normal",
        "否",
        "no",
        "n",
        "0",
        "false",
    )
)


def word_of(text: str) -> str:
    """A unit's name as the tables above spell it."""
    return unicodedata.normalize("NFKC", text).casefold().strip().removeprefix("/")


def is_weighed(pricing: str) -> bool | None:
    """Whether goods are sold by weight; None when the cell is empty."""
    word = word_of(pricing)
    if word in WEIGHED:
        return True
    if word in PIECES:
        return False
    if not word:
        return None
    raise BadCell("pricing.unknown")
