"""Finds products by what a cashier types: a name, pinyin, initials, a PLU or the start of a barcode.

Candidates come from the index in tiers (numbers, initials, beginnings, anywhere), each in the order of
the shelf; what the index only suspects is checked against the document.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from appliance.store.reference.codes import canonical, codes_of
from appliance.store.reference.keys import NAME_LENGTH_MAX, TOKEN_LENGTH_MAX, bigrams, fold
from retail.catalogue import Product

TEXT_LENGTH_MAX = 64
TERMS_MAX = 6
CANDIDATES_MAX = 2_000
"""Rows one tier may look at; beyond that a cashier types one more letter."""

decode_product = msgspec.json.Decoder(Product).decode

_IN_VERSION = "d.from_version <= :as_of AND (d.until_version IS NULL OR d.until_version > :as_of)"
_BY_INDEX = f"""
    SELECT d.body, p.initials, p.pinyin FROM search
    CROSS JOIN product p ON p.rank = search.rowid CROSS JOIN document d ON d.seq = p.seq
    WHERE search MATCH :match AND {_IN_VERSION} ORDER BY search.rowid LIMIT :limit"""
_BY_CODE = f"""
    SELECT d.body, p.initials, p.pinyin FROM lookup l
    CROSS JOIN product p ON p.seq = l.seq CROSS JOIN document d ON d.seq = p.seq
    WHERE l.code = :code AND {_IN_VERSION}
    ORDER BY CASE l.kind WHEN 'gtin' THEN 0 WHEN 'plu' THEN 1 ELSE 2 END, p.rank LIMIT :limit"""


@dataclass(frozen=True)
class SearchHit:
    """A product and why it was found: `matched` is its initials, PLU or barcode, of which the
    characters from `start` to `end` were typed. Empty when the name itself shows it."""

    product: Product
    matched: str = ""
    start: int = 0
    end: int = 0

    @property
    def marked(self) -> str:
        """``mc**nt**``: the matched text with the typed part between stars."""
        if self.start == self.end:
            return self.matched
        text = self.matched
        return f"{text[: self.start]}**{text[self.start : self.end]}**{text[self.end :]}"


@dataclass(frozen=True)
class _Row:
    product: Product
    initials: list[str]
    pinyin: list[list[str]]


def search(connection: Connection, text: str, as_of: int, limit: int) -> list[SearchHit]:
    """At most `limit` products that carry every word of the text, best first; see the module."""
    terms = [term for word in text[:TEXT_LENGTH_MAX].split()[:TERMS_MAX] if (term := fold(word))]
    found: dict[str, SearchHit] = {}
    if not terms or limit <= 0:
        return []
    whole = "".join(terms)
    for row in _tier(connection, _BY_CODE, limit, code=canonical(text), as_of=as_of):
        found.setdefault(row.product.id, SearchHit(row.product, (code := text.strip()), 0, len(code)))
    for match in _tiers(terms, whole):
        if len(found) >= limit:
            break
        for row in _tier(connection, _BY_INDEX, CANDIDATES_MAX, match=match, as_of=as_of):
            if row.product.id not in found and (hit := _explain(row, terms, whole)):
                found[row.product.id] = hit
                if len(found) >= limit:
                    break
    return list(found.values())[:limit]


def _tiers(terms: list[str], whole: str) -> list[str]:
    """FTS5 expressions, best first."""
    anywhere = " AND ".join(f"({_anywhere(term)})" for term in terms)
    return [
        _prefix("s", whole),
        f"{_prefix('p', whole)} OR {_prefix('y', whole)}",
        _prefix("c", whole),
        anywhere,
    ]


def _prefix(class_letter: str, term: str) -> str:
    return f'"{class_letter}{term[: TOKEN_LENGTH_MAX - 1]}"*'


def _anywhere(term: str) -> str:
    pairs = bigrams(term)
    inside = " AND ".join(f'"b{pair}"' for pair in pairs) if pairs else _prefix("b", term)
    spelled = (_prefix(letter, term) for letter in "siyzc") if term.isascii() else ()
    return " OR ".join([f"({inside})", *spelled])


def _tier(connection: Connection, statement: str, limit: int, **params: str | int) -> Iterator[_Row]:
    cursor = connection.exec_driver_sql(statement, {**params, "limit": limit})
    try:
        for body, initials, pinyin in cursor:
            spelled = [syllables.split() for syllables in pinyin.split("/")]
            yield _Row(decode_product(body), initials.split(), spelled)
    finally:
        cursor.close()


def _explain(row: _Row, terms: list[str], whole: str) -> SearchHit | None:
    """The hit, or None where the index was wrong: neighbouring pairs need not be one word."""
    hit = _match(row, whole)
    if hit is None and len(terms) > 1:
        hits = [_match(row, term) for term in terms]
        if all(hits):
            hit = next((one for one in hits if one and one.matched), hits[0])
    return hit


def _match(row: _Row, term: str) -> SearchHit | None:
    places = [(initials.find(term), initials) for initials in row.initials]
    for place, initials in sorted(one for one in places if one[0] >= 0):
        return SearchHit(row.product, initials, place, place + len(term))
    if any(term in fold(name)[:NAME_LENGTH_MAX] for name in row.product.names.values()):
        return SearchHit(row.product)
    for syllables in row.pinyin:
        if hit := _match_pinyin(row, syllables, term):
            return hit
    for _kind, code in codes_of(row.product):
        if fold(code).startswith(term):
            return SearchHit(row.product, code, 0, len(term))
    return None


def _match_pinyin(row: _Row, syllables: list[str], term: str) -> SearchHit | None:
    """Where whole syllables, the last one maybe unfinished, spell the term; shown on the initials."""
    for first in range(len(syllables)):
        if "".join(syllables[first:]).startswith(term):
            last, rest = first, len(term)
            while rest > 0:
                rest -= len(syllables[last])
                last += 1
            shown = row.initials[0] if row.initials else ""
            starts = _starts(shown, syllables)
            return (
                SearchHit(row.product, shown, starts[first], starts[last])
                if starts
                else SearchHit(row.product)
            )
    return None


def _starts(initials: str, syllables: list[str]) -> list[int]:
    """Where each syllable stands in the initials, and their end: one letter each, but Latin words whole.
    Empty when these initials do not belong to these syllables."""
    starts = [0]
    for syllable in syllables:
        whole = len(syllable) > 1 and initials.startswith(syllable, starts[-1])
        if not whole and not initials.startswith(syllable[:1], starts[-1]):
            return []
        starts.append(starts[-1] + (len(syllable) if whole else 1))
    return starts if starts[-1] == len(initials) else []
