"""How the tests are spread over workers: a file stays together, and those that take longest begin first.

A file's fixtures are made once then, and no worker begins something long while the other has nothing left.
"""

import pytest


def pytest_itemcollected(item: pytest.Item) -> None:
    """Give the test the group of its file; later is too late, for xdist reads the groups before our hooks."""
    if item.get_closest_marker("xdist_group") is None:
        item.add_marker(pytest.mark.xdist_group(item.path.relative_to(item.config.rootpath).as_posix()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The groups with the longest bounds of time come first."""
    longest: dict[str, float] = {}
    for item in items:
        longest[group(item)] = max(allowed_s(item), longest.get(group(item), 0.0))
    items.sort(key=lambda item: -longest[group(item)])


def group(item: pytest.Item) -> str:
    """The tests of a group run one after the other in one process."""
    mark = item.get_closest_marker("xdist_group")
    assert mark is not None
    return str(mark.args[0])


def allowed_s(item: pytest.Item) -> float:
    """The test's own bound; nothing where the usual one is enough."""
    mark = item.get_closest_marker("timeout")
    return float(mark.args[0]) if mark else 0.0
