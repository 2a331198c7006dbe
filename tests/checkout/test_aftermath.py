"""What follows a sale: printed once, offered until settled, never sent twice under one id."""

from pathlib import Path

import pytest

from appliance.checkout.ports import Effect
from retail.errors import Refused
from retail.messages.events import SaleCompleted
from tests.support.desk import Till, new_home, open_till


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return open_till(new_home(tmp_path))


def sell(till: Till) -> tuple[SaleCompleted, dict[str, Effect]]:
    till.checkout.selling.add_product_id("latte", till.clock.now())
    paid = till.checkout.paying.cash(2200, till.clock.now())
    assert paid.sale is not None
    return paid.sale, {effect.kind: effect for effect in paid.effects}


def test_what_is_done_is_not_offered_again(till: Till) -> None:
    _, effects = sell(till)
    assert {one.kind for one in till.trade.unsettled_effects()} == {"drawer", "receipt"}
    till.checkout.aftermath.settle(effects["receipt"].effect_id)
    till.checkout.aftermath.settle(effects["drawer"].effect_id)
    assert till.trade.unsettled_effects() == []


def test_a_failed_receipt_is_offered_and_printed_under_a_new_id(till: Till) -> None:
    sale, effects = sell(till)
    old = effects["receipt"]
    till.checkout.aftermath.settle(old.effect_id, "printer.paper_out")
    same, new = till.checkout.aftermath.again(old.effect_id)
    assert same == sale
    assert new.effect_id != old.effect_id
    assert (new.kind, new.state, new.fault, new.language) == ("receipt", "pending", "", old.language)
    assert old.effect_id not in {one.effect_id for one in till.trade.unsettled_effects()}


@pytest.mark.parametrize(
    ("fault", "is_copy"), [("printer.paper_out", False), ("printer.unconfirmed", True), ("ipc.lost", True)]
)
def test_a_second_slip_says_copy_only_if_the_first_may_have_come_out(
    till: Till, fault: str, is_copy: bool
) -> None:
    _, effects = sell(till)
    till.checkout.aftermath.settle(effects["receipt"].effect_id, fault)
    assert till.checkout.aftermath.again(effects["receipt"].effect_id)[1].copy is is_copy


def test_an_effect_nobody_heard_of_survives_a_restart_and_is_a_copy_when_printed(till: Till) -> None:
    _, effects = sell(till)
    till.close()
    reopened = open_till(till.home, till.clock)
    assert effects["receipt"] in reopened.trade.unsettled_effects()
    assert reopened.checkout.aftermath.again(effects["receipt"].effect_id)[1].copy


def test_what_was_dismissed_is_gone_and_cannot_be_done_again(till: Till) -> None:
    _, effects = sell(till)
    drawer = effects["drawer"].effect_id
    till.checkout.aftermath.dismiss(drawer)
    for refused in (till.checkout.aftermath.dismiss, till.checkout.aftermath.again):
        with pytest.raises(Refused) as caught:
            refused(drawer)
        assert caught.value.code == "effect.not_unsettled"


def test_a_reprint_is_a_copy_of_that_sale(till: Till) -> None:
    sale, _ = sell(till)
    same, effect = till.checkout.aftermath.reprint(sale.number)
    assert same == sale
    assert effect.copy
    assert effect in till.trade.unsettled_effects()


def test_a_sale_that_is_not_here_cannot_be_reprinted(till: Till) -> None:
    with pytest.raises(Refused) as caught:
        till.checkout.aftermath.reprint(99)
    assert caught.value.code == "effect.no_sale"
