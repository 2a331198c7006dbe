"""The keys of the search index: how a text is folded, and which tokens a product is found by.

Each token begins with a letter for its class, so that one index serves them all:

====  =========================================================
``p``  a name from its start, all languages
``b``  two neighbouring characters of a name, or its last one
``s``  initials from their start           ``i``  from anywhere
``y``  pinyin from the first syllable      ``z``  from any syllable
``c``  a PLU, barcode or own number from its start
====  =========================================================
"""

import unicodedata

from appliance.store.reference.pinyin import Spelling
from retail.catalogue import Product

TOKEN_LENGTH_MAX = 32
NAME_LENGTH_MAX = 120
"""Characters of a name that are searched; longer ones are cut in the index only."""

_FULL_WIDTH_OFFSET = 0xFEE0


def fold(text: str) -> str:
    """Lower case, compatibility forms unified, without spaces; punctuation the tokenizer would split at is
    shifted to its full-width form."""
    kept = []
    for character in unicodedata.normalize("NFKC", text).casefold():
        if character.isspace() or not character.isprintable():
            continue
        if character.isascii() and not character.isalnum():
            character = chr(ord(character) + _FULL_WIDTH_OFFSET)
        kept.append(character)
    return "".join(kept)


def bigrams(folded: str) -> list[str]:
    """Every two neighbours; FTS5's own trigrams cannot find a word of two characters."""
    return [folded[place : place + 2] for place in range(len(folded) - 1)]


def index_keys(product: Product, spelling: Spelling) -> str:
    """The tokens of one product, separated by spaces."""
    tokens: dict[str, None] = {}
    for name in product.names.values():
        folded = fold(name)[:NAME_LENGTH_MAX]
        if folded:
            tokens["p" + folded[: TOKEN_LENGTH_MAX - 1]] = None
            tokens.update(dict.fromkeys("b" + pair for pair in bigrams(folded)))
            tokens["b" + folded[-1]] = None
    for initials in spelling.initials:
        tokens["s" + initials[: TOKEN_LENGTH_MAX - 1]] = None
        tokens.update(dict.fromkeys(_suffixes("i", list(initials))))
    for syllables in spelling.syllables:
        tokens["y" + "".join(syllables)[: TOKEN_LENGTH_MAX - 1]] = None
        tokens.update(dict.fromkeys(_suffixes("z", list(syllables))))
    for code in (product.plu, *product.gtins):
        if folded := fold(code):
            tokens["c" + folded[: TOKEN_LENGTH_MAX - 1]] = None
    return " ".join(tokens)


def _suffixes(class_letter: str, parts: list[str]) -> list[str]:
    """Every ending but the whole, which has a class of its own."""
    return [class_letter + "".join(parts[place:])[: TOKEN_LENGTH_MAX - 1] for place in range(1, len(parts))]
