"""What `tillbox stock` says to a person, Chinese or English."""

from hq.stock.reading import Shelf
from retail.catalogue import name_in
from retail.quantity import format_quantity
from tillbox.importer.sentences import Tongue

WORDS: dict[Tongue, dict[str, str]] = {
    "en": {
        "none": "No product has a stock book yet: record goods in, or count.",
        "low": "ORDER",
        "expires": "expires {date}",
        "at": "reorder at {level}",
        "moved": "{name}: {level} on hand now.",
        "counted": "{taken} counted, {adjusted} of them adjusted, {same} known already, {refused} refused.",
        "difference": "  row {row} {name}: the book was off by {difference}",
        "refused": "  row {row} {code}: {why}",
    },
    "zh": {
        "none": "还没有记库存的商品：请先入库或盘点。",
        "low": "待补货",
        "expires": "{date} 到期",
        "at": "补货点 {level}",
        "moved": "{name}：现有 {level}。",
        "counted": "已盘 {taken} 种，其中调整 {adjusted} 种；{same} 行以前已记，{refused} 行未用。",
        "difference": "  第 {row} 行 {name}：账面差 {difference}",
        "refused": "  第 {row} 行 {code}：{why}",
    },
}


def name_of(names: dict[str, str], tongue: Tongue) -> str:
    """A product's name."""
    return name_in(names, "zh-Hans" if tongue == "zh" else "en")


def quantity(quantity_milli: int, unit: str) -> str:
    """With its unit for weighed goods."""
    text = format_quantity(quantity_milli)
    return text if unit == "each" else f"{text} {unit}"


def level_row(shelf: Shelf, tongue: Tongue) -> str:
    """One level on a line: number, name, how many, and what wants attention."""
    words = WORDS[tongue]
    notes = [words["low"]] if shelf.low else []
    if shelf.reorder_milli is not None:
        notes.append(words["at"].format(level=quantity(shelf.reorder_milli, shelf.unit)))
    if shelf.next_expiry:
        notes.append(words["expires"].format(date=shelf.next_expiry))
    left = f"{shelf.number or shelf.product_id:>14}  {quantity(shelf.level_milli, shelf.unit):>12}"
    return f"{left}  {name_of(shelf.names, tongue)}  {'; '.join(notes)}".rstrip()
