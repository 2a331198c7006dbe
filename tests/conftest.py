"""For all tests: the order of their files, and that no verdict hangs on chance or on how busy the machine is.

The files that take longest begin first, so that no worker begins one when the other has nothing left.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no mistake, and the same tests on the same code say the same twice.
settings.register_profile(
    "same", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
# To look for what nobody has thought of: `make test ARGS="--hypothesis-profile explore tests/retail"`.
settings.register_profile("explore", settings.get_profile("same"), derandomize=False, max_examples=1_000)
settings.load_profile("same")


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
