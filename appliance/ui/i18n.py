"""Texts by key in the language of the screen, from the compiled catalogues.

Owns loading them. A catalogue's msgid is a dotted key such as ``sale.title``; placeholders are named
and in braces. Knows nothing of screens.
"""

import gettext
import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

from retail.errors import ContractError, InvariantBroken

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "tillbox"
_FOLDERS = {"zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant", "en": "en"}
_log = logging.getLogger(__name__)


@lru_cache(maxsize=len(_FOLDERS))
def _catalogue(language: str) -> gettext.GNUTranslations:
    folder = _FOLDERS.get(language)
    if folder is None:
        raise ContractError(
            "ui.unknown_language", path="ui.language", language=language, known=sorted(_FOLDERS)
        )
    path = LOCALES / folder / "LC_MESSAGES" / f"{DOMAIN}.mo"
    try:
        with path.open("rb") as file:
            return gettext.GNUTranslations(file)
    except FileNotFoundError:
        raise ContractError(
            "ui.catalogue_missing", path=str(path), remedy="python tools/build_assets.py"
        ) from None


class Translator:
    """Says keys in one language: ``zh-Hans``, ``zh-Hant`` or ``en``.

    A key that is not in the catalogue, or a placeholder without a value, is our own mistake:
    `InvariantBroken` when `strict`, as in tests; else the key is shown and logged once.
    """

    def __init__(self, language: str, *, strict: bool = False) -> None:
        self.language = language
        self._catalogue = _catalogue(language)
        self._strict = strict
        self._missed: set[str] = set()

    def __call__(self, key: str, **params: Any) -> str:
        """The text of a key with its placeholders filled; an integer `count` also picks the plural form.

        Without params the placeholders stay: that is how a widget gets a text it fills in itself.
        """
        text = self._text(key, params.get("count"))
        if text is None:
            return self._miss(key, "ui.text_missing")
        try:
            return text.format_map(params) if params and "{" in text else text
        except (KeyError, ValueError, IndexError):
            return self._miss(key, "ui.text_placeholder", text)

    def _text(self, key: str, count: Any) -> str | None:
        # A key of a catalogue never equals its text, so that an unchanged key means that it is not there.
        text = self._catalogue.ngettext(key, key, count) if isinstance(count, int) else key
        if text == key:
            text = self._catalogue.gettext(key)
        return None if text == key else text

    def _miss(self, key: str, problem: str, shown: str = "") -> str:
        if self._strict:
            raise InvariantBroken(problem, key=key, language=self.language)
        if key not in self._missed:
            self._missed.add(key)
            _log.error("%s: %s in %s", problem, key, self.language)
        return shown or key
