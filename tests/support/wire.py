"""Fixtures of tests over the wire: a broker, HQ's worker in this process, a till as a real process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.broker import Broker
from tests.support.hq import Headquarters
from tests.support.till import TillHome
from tests.support.waiting import wait_for


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    made = Broker(tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def hq(broker: Broker) -> Iterator[Headquarters]:
    made = Headquarters(broker)
    wait_for(lambda: made.worker.connected, what="HQ's connection")
    yield made
    made.stop()


@pytest.fixture
def till(tmp_path: Path, broker: Broker) -> Iterator[TillHome]:
    made = TillHome(tmp_path / "till-1", broker)
    yield made
    made.close()
