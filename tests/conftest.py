"""The files that take longest begin first, so that no worker begins one when the other has nothing left."""

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files by the longest time that a test of theirs is allowed."""
    longest: dict[Path, float] = {}
    for item in items:
        longest[item.path] = max(allowed_s(item), longest.get(item.path, 0.0))
    items.sort(key=lambda item: -longest[item.path])


def allowed_s(item: pytest.Item) -> float:
    """The test's own bound; nothing where the usual one is enough."""
    mark = item.get_closest_marker("timeout")
    return float(mark.args[0]) if mark else 0.0
