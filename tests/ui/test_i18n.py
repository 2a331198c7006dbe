"""The catalogues: complete, with the same placeholders, and strict about what is not there."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from appliance.ui.i18n import LOCALES, Translator
from retail.errors import ContractError, InvariantBroken

LANGUAGES = ("zh-Hans", "zh-Hant", "en")


def catalogue(language: str) -> Catalog:
    """The source of one language."""
    path: Path = LOCALES / language.replace("-", "_") / "LC_MESSAGES" / "tillbox.po"
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def texts(language: str) -> dict[str, tuple[str, ...]]:
    """Key to its forms."""
    found = {}
    for message in catalogue(language):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string)
    return found


def test_all_languages_have_the_same_keys_and_no_empty_text() -> None:
    all_texts = {language: texts(language) for language in LANGUAGES}
    assert all_texts["zh-Hans"].keys() == all_texts["zh-Hant"].keys() == all_texts["en"].keys()
    empty = [
        (language, key)
        for language, found in all_texts.items()
        for key, forms in found.items()
        if not all(forms)
    ]
    assert empty == []


@pytest.mark.parametrize("language", ["zh-Hant", "en"])
def test_a_translation_names_no_placeholder_that_the_others_lack(language: str) -> None:
    ours, others = texts("zh-Hans"), texts(language)

    def names(forms: tuple[str, ...]) -> set[str]:
        return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}

    assert {key for key in ours if not names(others[key]) <= names(ours[key])} == set()


def test_the_traditional_catalogue_has_only_characters_of_taiwan() -> None:
    """Big5 holds no simplified forms, so a text that was only copied shows at once."""
    strange = {
        (key, character)
        for key, forms in texts("zh-Hant").items()
        for character in "".join(forms)
        if not character.isascii() and character not in "¥−" and not character.encode("big5", errors="ignore")
    }
    assert strange == set()


def test_params_fill_placeholders_and_count_picks_the_form() -> None:
    say = Translator("en", strict=True)
    assert say("basket.count", count=1) == "1 item"
    assert say("basket.count", count=3) == "3 items"
    assert Translator("zh-Hans", strict=True)("basket.count", count=3) == "3 件"


def test_a_text_asked_for_without_params_keeps_its_placeholders() -> None:
    assert "{count}" in Translator("zh-Hans", strict=True)("basket.below")


def test_a_missing_key_is_our_mistake_in_tests_and_shown_in_the_shop() -> None:
    with pytest.raises(InvariantBroken):
        Translator("en", strict=True)("no.such.key")
    with pytest.raises(InvariantBroken):
        Translator("en", strict=True)("change.note", count=1)
    assert Translator("en")("no.such.key") == "no.such.key"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ContractError):
        Translator("fr")
