"""What leaves the process fits on a line; what a person chose is remembered, never half."""

from pathlib import Path

import msgspec

from appliance.ipc.wire import LINE_BYTES_MAX
from appliance.ui.acts import people
from appliance.ui.plain import customer_plain, state_plain
from appliance.ui.prefs import Prefs, load_prefs, save_prefs
from appliance.ui.presenters import customer
from appliance.ui.presenters.say import say_of
from tests.ui.brain import new_brain


def test_a_very_long_basket_still_fits_on_one_line(tmp_path: Path) -> None:
    till = new_brain(tmp_path)
    till.sign_in()
    for number in range(300):
        till.counter.checkout.selling.add_open_item(
            f"很长很长的名字 {number}" * 3, 100 + number, till.counter.moment()
        )
    till.do("goods.category", id="coffee")
    till.till.latencies_ms.extend([12.345] * 1_000)
    assert till.state.desk.basket is not None and len(till.state.desk.basket.lines) == 300
    told = state_plain(till.till)
    assert told["line_count"] == 300 and len(told["latencies_ms"]) == 1_000
    assert len(msgspec.json.encode(told)) < LINE_BYTES_MAX - 1_000
    seen = customer.view(till.state, say_of(till.state, till.words("zh-Hans")))
    assert len(msgspec.json.encode(customer_plain(seen))) < LINE_BYTES_MAX


def test_a_till_left_alone_dims_then_locks_and_keeps_the_basket(tmp_path: Path) -> None:
    till = new_brain(tmp_path)
    till.sign_in()
    till.do("goods.pick", id="latte")
    till.tick(179_000)
    people.idle(till.till, 180, 600)
    assert not till.till.dimmed
    till.tick(2_000)
    people.idle(till.till, 180, 600)
    assert till.till.dimmed and till.state.place == "sale"
    till.tick(420_000)
    people.idle(till.till, 180, 600)
    assert till.state.place == "sign_in"
    till.sign_in()
    assert not till.till.dimmed
    assert till.desk_now.due_minor == 2200


def test_a_payment_under_way_is_not_locked_away(tmp_path: Path) -> None:
    till = new_brain(tmp_path)
    till.sign_in()
    till.do("goods.pick", id="latte")
    till.touch("pay.qr")
    till.tick(700_000)
    people.idle(till.till, 180, 600)
    assert till.state.place != "sign_in"


def test_choices_are_remembered_and_nonsense_is_not(tmp_path: Path) -> None:
    path, otherwise = tmp_path / "ui.json", Prefs(language="en", theme="light")
    assert load_prefs(path, otherwise) == otherwise
    save_prefs(path, Prefs(language="zh-Hant", theme="dark"))
    assert load_prefs(path, otherwise) == Prefs(language="zh-Hant", theme="dark")
    for nonsense in ("", "[]", '{"language": "klingon", "theme": "dark"}', '{"language": 3}'):
        path.write_text(nonsense)
        assert load_prefs(path, otherwise) == otherwise
