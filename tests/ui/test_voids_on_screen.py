"""Sales of promises undone: HQ is asked first."""

from pathlib import Path

import pytest

from appliance.ui.state import Sync
from appliance.ui.views import RefundView
from tests.support.own_hq import OwnHq
from tests.ui.brain import Brain, texts_of
from tests.ui.own_at_the_till import by_card, hq_answers, new_shop, trouble


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Brain, OwnHq]:
    return new_shop(tmp_path)


def undo_last(till: Brain) -> None:
    till.touch("done.next")
    till.touch("sale.more")
    till.touch("menu.void")
    till.touch("reason.other")
    if till.state.sheet is not None:
        till.keys("135790")


def top_up(till: Brain) -> None:
    by_card(till)
    till.do("promise.pick", kind="top_up", paid_minor=20_000)
    till.touch("pay.cash")
    till.touch("tender.note.exact")


def test_a_top_up_is_undone_when_hq_has_said_that_all_of_it_is_there(shop: tuple[Brain, OwnHq]) -> None:
    till, hq = shop
    top_up(till)
    undo_last(till)
    view = till.presented().screen
    assert isinstance(view, RefundView) and view.confirm is not None and view.confirm.busy
    hq_answers(till, hq)
    till.touch("refund.give")
    assert till.state.place == "done" and till.trade.void_of(1) is not None


def test_a_top_up_that_is_used_is_told_with_what_is_left(shop: tuple[Brain, OwnHq]) -> None:
    till, hq = shop
    top_up(till)
    sale = till.desk_now.last_sale
    assert sale is not None
    hq.used[sale.sale_id] = (22_000, 10_000)
    undo_last(till)
    hq_answers(till, hq)
    assert (till.state.place, trouble(till)) == ("sale", "grant.already_used")
    assert "¥100.00" in "".join(texts_of(till.presented().screen))
    assert till.trade.void_of(1) is None and till.desk_now.basket is None


def test_without_hq_a_top_up_is_not_undone_in_words(shop: tuple[Brain, OwnHq]) -> None:
    till, _ = shop
    top_up(till)
    till.till.change(sync=Sync(True, False, 0))
    undo_last(till)
    assert trouble(till) == "void.needs_hq" and till.desk_now.basket is None
