"""Checking data from outside against a Struct: says where it is wrong and which name was meant.

Owns no format: the data are plain dicts, lists, numbers and strings, parsed by someone else.
"""

import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from retail.errors import ContractError

T = TypeVar("T")


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that a misspelt one probably meant, or `""`."""
    import difflib  # only needed when somebody misspelt something

    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return found[0] if found else ""


def convert(data: object, form: type[T], *, path: str = "$") -> T:
    """`data` as an instance of the Struct `form`.

    Raises `ContractError` with `path` (such as `$.device[1].driver`): code `contract.unknown_key` with
    `key` and `nearest`, or `contract.invalid` with msgspec's `detail`.
    """
    refuse_unknown_keys(data, form, path)
    try:
        return msgspec.convert(data, form)
    except msgspec.ValidationError as error:
        detail, _, inner = str(error).partition(" - at `")
        where = path + inner.rstrip("`").removeprefix("$")
        if detail.startswith("Object missing required field `"):
            where += "." + detail.split("`")[1]
        raise ContractError("contract.invalid", path=where, detail=detail) from None


def refuse_unknown_keys(data: object, form: Any, path: str) -> None:
    """Walk `data` beside `form` and refuse the first key that no Struct there has."""
    form = _struct_behind(form, data)
    if isinstance(data, list | tuple):
        items = _items_of(form)
        for index, item in enumerate(data):
            refuse_unknown_keys(item, items, f"{path}[{index}]")
    elif isinstance(data, Mapping) and _is_struct(form):
        fields = {field.encode_name: field.type for field in msgspec.structs.fields(form)}
        tag = form.__struct_config__.tag_field
        for key, value in data.items():
            if key in fields:
                refuse_unknown_keys(value, fields[key], f"{path}.{key}")
            elif key != tag:
                meant = nearest(str(key), fields)
                raise ContractError("contract.unknown_key", path=f"{path}.{key}", key=str(key), nearest=meant)


def _is_struct(form: Any) -> bool:
    return isinstance(form, type) and issubclass(form, msgspec.Struct)


def _items_of(form: Any) -> Any:
    arguments = typing.get_args(form)
    return arguments[0] if arguments else Any


def _struct_behind(form: Any, data: object) -> Any:
    """The member of a union that `data` is: the Struct with its tag, or the list, or the only Struct."""
    if not isinstance(form, types.UnionType) and typing.get_origin(form) is not typing.Union:
        return form
    members = typing.get_args(form)
    structs = [member for member in members if _is_struct(member)]
    if isinstance(data, Mapping):
        for struct in structs:
            config = struct.__struct_config__
            if config.tag is not None and data.get(config.tag_field) == config.tag:
                return struct
        return structs[0] if len(structs) == 1 else Any
    return next((member for member in members if typing.get_origin(member) in (list, tuple)), Any)
