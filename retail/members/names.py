"""Names shown so that their owner knows them and the next in the queue does not."""

import unicodedata

STAR = "*"


def masked_name(name: str) -> str:
    """``陈*怡``, ``陈*``, ``欧**娜``; ``J*** S***`` for Latin names; one sign alone is hidden.

    Letters written without spaces (Han, kana, Hangul) keep the first and, from three on, the last.
    Other words keep their first letter, and their length is not told.
    """
    words = unicodedata.normalize("NFC", name).split()
    return " ".join(_masked_word(word) for word in words)


def _masked_word(word: str) -> str:
    signs = _signs(word)
    if not _is_ideographic(signs[0]):
        return STAR * 3 if len(signs) == 1 else f"{signs[0]}{STAR * 3}"
    if len(signs) == 1:
        return STAR
    if len(signs) == 2:
        return f"{signs[0]}{STAR}"
    return f"{signs[0]}{STAR * (len(signs) - 2)}{signs[-1]}"


def _is_ideographic(sign: str) -> bool:
    name = unicodedata.name(sign[0], "")
    return name.startswith(("CJK ", "HIRAGANA ", "KATAKANA ", "HANGUL ", "BOPOMOFO "))


def _signs(word: str) -> list[str]:
    """Characters with the marks that belong to them, so that no accent stands alone."""
    signs: list[str] = []
    for char in word:
        if signs and unicodedata.combining(char):
            signs[-1] += char
        else:
            signs.append(char)
    return signs
