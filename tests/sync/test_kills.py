"""kill -9 of HQ, broker and sync at random moments: every sale arrives once, in order, and it all heals."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from hq.database import database_path, open_to_read
from hq.tables import alarm, event, sale
from tests.support.broker import Broker
from tests.support.hq import HqProcess
from tests.support.till import TillHome
from tests.support.waiting import PROCESS_S, wait_for

ROUNDS = 6
PAUSE_S_MAX = 0.6


@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_sale_arrives_once_whoever_is_killed_whenever(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    broker = Broker(tmp_path)
    hq = HqProcess(broker)
    till = TillHome(tmp_path / "till-1", broker)
    broker.start()
    hq.start()
    till.start()
    deeds: list[tuple[Callable[[], None], Callable[[], None]]] = [
        (hq.kill, lambda: hq.start(wait=False)),
        (broker.kill, broker.start),
        (till.kill, till.start),
    ]
    try:
        for _ in range(ROUNDS):
            till.sell(chance.randint(1, 40))
            time.sleep(chance.uniform(0, PAUSE_S_MAX))
            kill, start_again = chance.choice(deeds)
            kill()
            till.sell(chance.randint(0, 5))
            start_again()
        wait_for(
            lambda: till.cursor() == (len(till.chain.events), till.chain.head), "the last sale", PROCESS_S
        )
    finally:
        till.close()
        hq.kill()
        broker.stop()
    reader = open_to_read(database_path(tmp_path))
    with reader.connect() as connection:
        stored = connection.execute(select(event.c.seq, event.c.hash).order_by(event.c.seq)).all()
        assert [tuple(row) for row in stored] == [(one["seq"], one["hash"]) for one in till.chain.events]
        assert len(connection.execute(select(sale.c.sale_id)).all()) == len(stored)
        assert connection.execute(select(alarm.c.code)).scalars().all() == []
    reader.dispose()
