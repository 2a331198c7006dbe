"""Who may work here: PINs, the lock, cards, sessions across a restart."""

from pathlib import Path

import pytest

from appliance.checkout.staff import PIN_LOCK_MS, SESSION_LIFE_MS
from retail.errors import Refused
from tests.support.desk import Till, new_home, open_till


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return open_till(new_home(tmp_path), signed_in=False)


def wrong(till: Till) -> Refused:
    with pytest.raises(Refused) as caught:
        till.checkout.staff.sign_in("wang", "000000", till.clock.now())
    return caught.value


def test_five_wrong_pins_lock_for_a_minute_even_across_a_restart(till: Till) -> None:
    assert [wrong(till).params["tries_left"] for _ in range(4)] == [4, 3, 2, 1]
    till.close()
    again = open_till(till.home, till.clock, signed_in=False)
    assert wrong(again).code == "staff.locked"
    with pytest.raises(Refused, match=r"staff\.locked"):
        again.checkout.staff.sign_in("wang", "246810", again.clock.now())
    again.clock.now(PIN_LOCK_MS)
    assert again.checkout.staff.sign_in("wang", "246810", again.clock.now()).id == "wang"


def test_a_right_pin_forgives_the_wrong_ones(till: Till) -> None:
    for _ in range(3):
        wrong(till)
    till.checkout.staff.sign_in("wang", "246810", till.clock.now())
    assert wrong(till).params["tries_left"] == 4


def test_a_staff_card_needs_no_pin_and_a_strange_one_is_refused(till: Till) -> None:
    assert till.checkout.staff.sign_in_by_card("s1", till.clock.now()).id == "wang"
    with pytest.raises(Refused, match=r"staff\.unknown_card"):
        till.checkout.staff.sign_in_by_card("", till.clock.now())


def test_a_session_lives_through_a_short_stop_only(till: Till) -> None:
    till.checkout.staff.sign_in("wang", "246810", till.clock.now())
    till.close()
    soon = open_till(till.home, till.clock, signed_in=False)
    resumed = soon.checkout.staff.resume(soon.clock.now(1000))
    assert resumed is not None
    soon.close()
    late = open_till(till.home, till.clock, signed_in=False)
    assert late.checkout.staff.resume(late.clock.now(SESSION_LIFE_MS + 1)) is None
    with pytest.raises(Refused, match=r"staff\.sign_in_first"):
        late.checkout.selling.scan("6901234567892", "", late.clock.now())


def test_only_a_manager_may_approve(till: Till) -> None:
    with pytest.raises(Refused, match=r"staff\.manager_needed"):
        till.checkout.staff.approve("wang", "246810", till.clock.now())
    assert till.checkout.staff.approve("li", "135790", till.clock.now()).id == "li"


def test_opening_the_drawer_without_a_sale_is_on_record(till: Till) -> None:
    till.checkout.staff.sign_in("wang", "246810", till.clock.now())
    till.checkout.staff.open_drawer("change", till.clock.now())
    assert till.trade._rows("SELECT type FROM journal ORDER BY seq DESC LIMIT 1") == [("drawer.opened",)]
