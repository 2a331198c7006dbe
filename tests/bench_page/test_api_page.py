"""docs/bench-api.md says what the bench's API is, no more and no less."""

import json
import re
import shlex
from pathlib import Path
from typing import Any, cast

from emulators.bench.api_devices import DeviceApi
from emulators.bench.api_house import HouseApi
from emulators.bench.api_screen import ScreenApi
from emulators.bench.app import routes_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "bench-api.md"
TEXT = PAGE.read_text(encoding="utf-8")
HEADING = re.compile(r"^`(GET|POST) (/api/[^?`]+)", re.MULTILINE)
EXAMPLE = re.compile(r"^curl .*", re.MULTILINE)


def routes() -> set[tuple[str, str]]:
    """Method and path of every route; the handlers are never called."""
    nothing = cast(Any, None)
    api = routes_of(ScreenApi(nothing, nothing), DeviceApi(nothing), HouseApi(nothing, nothing))
    return {(method, route.path) for route in api for method in route.methods or () if method != "HEAD"}


def test_every_address_is_explained_and_every_explained_one_is_there() -> None:
    assert set(HEADING.findall(TEXT)) == routes()


def test_every_address_has_an_example_and_every_example_is_an_address() -> None:
    called: set[tuple[str, str]] = set()
    for line in EXAMPLE.findall(TEXT):
        words = shlex.split(line)
        path = next(word for word in words if word.startswith("$B")).removeprefix("$B").partition("?")[0]
        posts = "-d" in words or "POST" in words
        if "-d" in words:
            assert isinstance(json.loads(words[words.index("-d") + 1]), dict)
        called.add(("POST" if posts else "GET", path))
    assert called == routes()
