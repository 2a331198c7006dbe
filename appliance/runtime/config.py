"""Configuration in layers of TOML: the defaults, then every `*.toml` of a folder in the order of its name.

Owns reading, merging and saying what is wrong where. What the keys mean stands in `settings.py`.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from appliance.runtime.strict import convert, refuse_unknown_keys
from retail.errors import ContractError

T = TypeVar("T")
LAYER_BYTES_MAX = 1 << 20


def load(form: type[T], config_dir: Path, *, defaults: Mapping[str, Any] | None = None) -> T:
    """All layers of `config_dir` merged over `defaults` and checked against the Struct `form`.

    Tables merge key by key; every other value, lists too, is replaced by the later layer. A folder that
    is not there is an empty one. Raises `ContractError` whose `path` names the file and the key.
    """
    merged: dict[str, Any] = merge({}, defaults or {})
    for file in sorted(config_dir.glob("*.toml")):
        layer = read_layer(file)
        # Checked one by one first, so that a misspelt key is blamed on the file that holds it.
        refuse_unknown_keys(layer, form, f"{file.name}: $")
        merged = merge(merged, layer)
    return convert(merged, form)


def read_layer(file: Path) -> dict[str, Any]:
    """One TOML file; `ContractError` when it can't be read or isn't TOML."""
    try:
        if file.stat().st_size > LAYER_BYTES_MAX:
            raise ContractError("config.too_large", path=str(file), bytes_max=LAYER_BYTES_MAX)
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ContractError("config.unreadable", path=str(file), detail=error.strerror or "") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError("config.not_toml", path=str(file), detail=str(error)) from error


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """A new table: `under` with `over` laid on top."""
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(value, Mapping):
            result[key] = merge(below if isinstance(below, Mapping) else {}, value)
        else:
            result[key] = value
    return result
