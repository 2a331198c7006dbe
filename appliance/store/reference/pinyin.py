"""How a product's names are spelled on a Latin keyboard: pinyin and initials.

Runs when a push is applied, never while selling: pypinyin and its dictionary take 20 MB and are
imported only when a Chinese name is spelled.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from retail.catalogue import Names

VARIANTS_MAX = 4
"""Spellings of one name; a name with many ambiguous characters keeps the first ones."""

_CHUNK = re.compile(r"[㐀-鿿豈-﫿〇]+|[a-z0-9]+")
_HAN = re.compile(r"[㐀-鿿豈-﫿〇]")

OTHER_READINGS = {
    "重": ("zhong", "chong"), "长": ("chang", "zhang"), "乐": ("le", "yue"), "行": ("xing", "hang"),
    "调": ("tiao", "diao"), "薄": ("bao", "bo"), "粘": ("zhan", "nian"), "壳": ("ke", "qiao"),
    "参": ("can", "shen"), "和": ("he", "huo"), "茄": ("qie", "jia"), "蛤": ("ge", "ha"),
    "露": ("lu", "lou"), "仔": ("zi", "zai"), "咖": ("ka", "ga"), "芥": ("jie", "gai"), "石": ("shi", "dan"),
    "弹": ("dan", "tan"), "提": ("ti", "di"), "柏": ("bai", "bo"), "酵": ("jiao", "xiao"),
    "便": ("bian", "pian"),
    "车": ("che", "ju"), "什": ("shi", "shen"), "藏": ("cang", "zang"), "朝": ("chao", "zhao"),
    "曾": ("ceng", "zeng"), "核": ("he", "hu"), "色": ("se", "shai"), "熟": ("shu", "shou"),
    "盛": ("sheng", "cheng"), "传": ("chuan", "zhuan"), "大": ("da", "dai"), "厦": ("xia", "sha"),
    "血": ("xue", "xie"), "绿": ("lv", "lu"), "夹": ("jia", "ga"), "种": ("zhong", "chong"),
}  # fmt: skip
"""Characters of shop goods that people spell in two ways; others go by the word they stand in."""


@dataclass(frozen=True)
class Spelling:
    """`initials` like ``mcnt``, the one to show first; `syllables` like ``(("mo", "cha", "na", "tie"),)``."""

    initials: tuple[str, ...]
    syllables: tuple[tuple[str, ...], ...]


def spell(names: Names, mnemonic: str = "") -> Spelling:
    """Every spelling of the names in all languages, and the shop's own mnemonic last."""
    initials: dict[str, None] = {}
    syllables: dict[tuple[str, ...], None] = {}
    for name in names.values():
        chunks = _CHUNK.findall(name.casefold())
        if any(_HAN.match(chunk) for chunk in chunks):
            # A Latin word within a Chinese name is typed whole: 怪味豆25g is gwd25g.
            units = [unit for chunk in chunks for unit in (chunk if _HAN.match(chunk) else (chunk,))]
            for variant in islice(_variants(units, chunks), VARIANTS_MAX):
                syllables[tuple(filter(None, variant))] = None
                pairs = zip(units, variant, strict=True)
                initials["".join(read[:1] if _HAN.match(unit) else read for unit, read in pairs)] = None
        elif len(chunks) > 1:
            initials["".join(chunk[0] for chunk in chunks)] = None
    own = "".join(_CHUNK.findall(mnemonic.casefold()))
    if own.isascii() and own:
        initials[own] = None
    return Spelling(tuple(initials), tuple(syllables))


def _variants(units: list[str], chunks: list[str]) -> Iterator[tuple[str, ...]]:
    """The reading by words first, then those with one ambiguous character read otherwise."""
    first = tuple(part for chunk in chunks for part in _read(chunk))
    yield first
    for place, unit in enumerate(units):
        for reading in OTHER_READINGS.get(unit, ()):
            if reading != first[place]:
                yield (*first[:place], reading, *first[place + 1 :])


@lru_cache(maxsize=20_000)
def _read(chunk: str) -> tuple[str, ...]:
    """One syllable a Chinese character, empty where there is none; another word stays whole."""
    if not _HAN.match(chunk):
        return (chunk,)
    from pypinyin import Style, lazy_pinyin

    read: list[str] = []
    lazy = lazy_pinyin(chunk, style=Style.NORMAL, errors=lambda part: "?" * len(part))
    for syllable in lazy:
        read += [""] * len(syllable) if syllable.startswith("?") else [syllable]
    return tuple(read)
