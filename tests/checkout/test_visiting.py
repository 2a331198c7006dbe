"""A use of a pass without a sale: taken when HQ says yes, given back as another event, and once each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.checkout.visiting import KEPT_MS, Visit
from retail.errors import Refused
from retail.messages import Answer
from tests.support.holding import MEMBER, PASS, Shop
from tests.support.refusing import refuses


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.till.close()
    made.engine.dispose()


def visit(shop: Shop) -> Visit:
    return shop.till.checkout.visiting.visit(MEMBER.id, PASS, shop.till.clock.now())


def events(shop: Shop) -> list[dict[str, Any]]:
    """The uses on record."""
    found = shop.trade._rows("SELECT body FROM journal WHERE type = 'pass.used' ORDER BY seq")
    return [msgspec.json.decode(body) for (body,) in found]


def test_visits_can_be_undone_for_a_day_and_are_then_forgotten(shop: Shop) -> None:
    visiting, now = shop.till.checkout.visiting, shop.till.clock.now
    first = visit(shop)
    shop.turn()
    now(KEPT_MS // 2)
    second = visit(shop)
    shop.turn()
    assert [one.id for one in visiting.of(MEMBER.id)] == [second.id, first.id]
    now(KEPT_MS // 2)
    third = visit(shop)
    assert [one.id for one in visiting.of(MEMBER.id)] == [third.id, second.id]
    refuses(shop.till, "visit.not_there", visiting.undo, first.id, now())
    visiting.undo(second.id, now())
    assert [one["gives_back"] for one in events(shop)] == ["", "", second.id]


def test_a_visit_is_undone_once(shop: Shop) -> None:
    undo, now = shop.till.checkout.visiting.undo, shop.till.clock.now
    used = visit(shop)
    shop.turn()
    undo(used.id, now())
    refuses(shop.till, "visit.not_there", undo, used.id, now())
    assert len(events(shop)) == 2


def test_a_yes_that_is_heard_twice_is_one_visit(shop: Shop) -> None:
    visit(shop)
    (request,) = shop.hq.requests()
    yes = Answer(id=request.id, body={})
    heard = [shop.till.checkout.visiting.heard(request, yes, shop.till.clock.now()) for _ in range(2)]
    assert heard == [PASS.names, None]
    assert len(events(shop)) == 1 and shop.hq.requests() == []


def test_visits_that_hq_has_not_answered_count_towards_what_is_left(shop: Shop) -> None:
    for _ in range(PASS.left):
        visit(shop)
    with pytest.raises(Refused) as refused:
        visit(shop)
    assert refused.value.code == "pass.not_enough"
    shop.turn()
    assert len(events(shop)) == PASS.left
