"""What a person chose for this screen, remembered over restarts: language and theme."""

import logging
import os
from pathlib import Path

import msgspec
from msgspec import Struct

log = logging.getLogger(__name__)
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
THEMES = ("light", "dark", "contrast")


class Prefs(Struct, frozen=True, kw_only=True):
    """The content of `data/ui.json`."""

    language: str = "zh-Hans"
    theme: str = "light"


def load_prefs(path: Path, otherwise: Prefs) -> Prefs:
    """What was remembered; what the configuration says when nothing was, or nothing that makes sense."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Prefs)
    except FileNotFoundError:
        return otherwise
    except (OSError, msgspec.DecodeError) as error:
        log.warning("%s is not usable, the configuration holds: %s", path, error)
        return otherwise
    known = found.language in LANGUAGES and found.theme in THEMES
    return found if known else otherwise


def save_prefs(path: Path, prefs: Prefs) -> None:
    """Remember; a kill leaves the old file or the new one, never half of one."""
    draft = path.with_name(path.name + ".new")
    try:
        with draft.open("wb") as file:
            file.write(msgspec.json.encode(prefs))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        # The choice holds for this run; losing it is no reason to stop selling.
        log.warning("can't remember the choice of language and theme: %s", error)
