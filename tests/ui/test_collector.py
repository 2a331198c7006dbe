"""What stays is set apart from the collector; what comes later is collected, and what goes is freed."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from appliance.ui import collector


class Thing:
    other: "Thing | None" = None


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


def test_the_collector_rests_until_the_till_stands_and_then_walks_only_what_is_new() -> None:
    collector.rest()
    assert not gc.isenabled()
    catalogue = [Thing() for _ in range(1000)]
    collector.settle()
    assert gc.isenabled() and gc.get_freeze_count() > 1000
    walked = {id(one) for one in gc.get_objects()}
    assert not any(id(one) in walked for one in catalogue)


def test_cycles_made_later_are_collected_and_a_replaced_catalogue_is_freed() -> None:
    catalogue = [Thing() for _ in range(100)]
    replaced = weakref.ref(catalogue[0])
    collector.settle()
    catalogue = [Thing() for _ in range(100)]
    assert replaced() is None
    cycle = weakref.ref(_cycle())
    collector.settle()
    assert cycle() is None
    walked = {id(one) for one in gc.get_objects()}
    assert not any(id(one) in walked for one in catalogue)


def _cycle() -> Thing:
    one, other = Thing(), Thing()
    one.other, other.other = other, one
    return one
