"""Which column is what: headings in Chinese of both scripts and in English, with their synonyms.

A vocabulary is a TOML file: ``[fields]`` lists each field's headings, the surest first, written as `normal`
leaves them; ``[unused]`` those that are understood and not needed, so that a report can tell "not needed"
from "not understood".
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

HEADING_ROWS_MAX = 50
"""Titles, dates and empty lines above the headings."""

_SIMPLIFIED = str.maketrans(
    "貨號條碼編稱類別價會員單計記積許議質稅產標規簡倉備註銷項進發數級長體參與內類樣際國現銷買賣損貫貼門組電腦儲點維護庫聯營補範圍創業務檔購週贈狀態話繫餘額開冊時間機顧絡",
    "货号条码编称类别价会员单计记积许议质税产标规简仓备注销项进发数级长体参与内类样际国现销买卖损贯贴门组电脑储点维护库联营补范围创业务档购周赠状态话系余额开册时间机顾络",
)
_BRACKETED = re.compile(r"[(\[【〔<].*?[)\]】〕>]")
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings found: `columns` maps a field to its column, `texts` are all headings as written;
    `missing` is what no row can do without."""

    columns: dict[str, int]
    texts: list[str]
    unused: list[str]
    unknown: list[str]
    missing: list[str]


def normal(heading: str) -> str:
    """``保质期(天)`` and ``保質期`` are one; ``Retail Price`` is ``retailprice``."""
    text = unicodedata.normalize("NFKC", heading).casefold().translate(_SIMPLIFIED)
    return _NOT_WORD.sub("", _BRACKETED.sub("", text)) or _NOT_WORD.sub("", text)


@dataclass(frozen=True)
class Vocabulary:
    """The headings that a kind of table may have; `required` are the fields it must have."""

    fields: dict[str, tuple[str, ...]]
    unused: frozenset[str]
    required: tuple[str, ...]

    @classmethod
    def read(cls, toml: str, required: tuple[str, ...]) -> "Vocabulary":
        """From a file's text."""
        words = tomllib.loads(toml)
        fields = {name: tuple(found) for name, found in words["fields"].items()}
        return cls(fields, frozenset(words["unused"]["headings"]), required)

    @cached_property
    def _ranked(self) -> dict[str, tuple[str, int]]:
        return {
            heading: (name, rank) for name, found in self.fields.items() for rank, heading in enumerate(found)
        }

    def headings(self, cells: Sequence[str]) -> Headings:
        """What a row's cells mean as headings; of two columns for one field the surer one is taken."""
        best: dict[str, tuple[int, int]] = {}
        for column, text in enumerate(cells):
            name, rank = self._ranked.get(normal(text), ("", 0))
            if name and (name not in best or (rank, column) < best[name]):
                best[name] = (rank, column)
        columns = {name: column for name, (_rank, column) in best.items()}
        unread = [
            (text, normal(text))
            for column, text in enumerate(cells)
            if text and column not in columns.values()
        ]
        return Headings(
            columns=columns,
            texts=list(cells),
            unused=[text for text, word in unread if word in self.unused],
            unknown=[text for text, word in unread if word not in self.unused],
            missing=[name for name in self.required if name not in columns],
        )
