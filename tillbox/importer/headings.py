"""Which column is what: headings in Chinese of both scripts and in English, with their synonyms.

The words stand in ``headings.toml``. What a till does not carry (purchase price, supplier, stock)
is listed too, so that the report can tell "not needed" from "not understood".
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

_words = tomllib.loads(files("tillbox.importer").joinpath("headings.toml").read_text("utf-8"))
FIELDS: dict[str, tuple[str, ...]] = {field: tuple(words) for field, words in _words["fields"].items()}
UNUSED = frozenset[str](_words["unused"]["headings"])

HEADING_ROWS_MAX = 50
"""Titles, dates and empty lines above the headings."""

_SIMPLIFIED = str.maketrans(
    "貨號條碼編稱類別價會員單計記積許議質稅產標規簡倉備註銷項進發數級長體參與內類樣際國現銷買賣損貫貼門組電腦儲點維護庫聯營補範圍創業務檔購週",
    "货号条码编称类别价会员单计记积许议质税产标规简仓备注销项进发数级长体参与内类样际国现销买卖损贯贴门组电脑储点维护库联营补范围创业务档购周",
)
_BRACKETED = re.compile(r"[(\[【〔<].*?[)\]】〕>]")
_NOT_WORD = re.compile(r"[\W_]+")
_RANKED = {
    heading: (field, rank) for field, headings in FIELDS.items() for rank, heading in enumerate(headings)
}


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings found: `columns` maps a field to its column, `texts` are all headings as written."""

    columns: dict[str, int]
    texts: list[str]
    unused: list[str]
    unknown: list[str]

    @property
    def missing(self) -> list[str]:
        """What no product can do without."""
        return [field for field in ("name", "price") if field not in self.columns]


def normal(heading: str) -> str:
    """``保质期(天)`` and ``保質期`` are one; ``Retail Price`` is ``retailprice``."""
    text = unicodedata.normalize("NFKC", heading).casefold().translate(_SIMPLIFIED)
    return _NOT_WORD.sub("", _BRACKETED.sub("", text)) or _NOT_WORD.sub("", text)


def read_headings(cells: Sequence[str]) -> Headings:
    """What the cells of a row mean as headings; of two columns for one field the surer one is taken."""
    best: dict[str, tuple[int, int]] = {}
    for column, text in enumerate(cells):
        field, rank = _RANKED.get(normal(text), ("", 0))
        if field and (field not in best or (rank, column) < best[field]):
            best[field] = (rank, column)
    columns = {field: column for field, (_rank, column) in best.items()}
    unread = [
        (text, normal(text)) for column, text in enumerate(cells) if text and column not in columns.values()
    ]
    return Headings(
        columns=columns,
        texts=list(cells),
        unused=[text for text, word in unread if word in UNUSED],
        unknown=[text for text, word in unread if word not in UNUSED],
    )
