"""What a person at the till does, through intents, over real databases: people, goods, basket."""

from pathlib import Path

import pytest

from appliance.ui.acts import goods, people
from appliance.ui.presenters.customer import display_rows
from appliance.ui.presenters.say import say_of
from appliance.ui.sheets import OptionsSheet, TypingSheet
from appliance.ui.views import SaleView, SignInView, ToastView
from appliance.ui.views.parts import Intent
from retail.errors import InvariantBroken
from tests.ui.brain import CARD, MANAGER_CARD, NO_CARD, PHONE, STAFF_CARD, Brain, new_brain

GIFT_CARD = "GC8800214471"
WATER, BEANS, UNKNOWN, WRONG = "6901234567892", "6901234567885", "4006381333931", "6901234567890"


@pytest.fixture
def till(tmp_path: Path) -> Brain:
    return new_brain(tmp_path)


@pytest.fixture
def selling(till: Brain) -> Brain:
    till.sign_in()
    return till


def lines(till: Brain) -> list[tuple[str, int]]:
    basket = till.desk_now.basket
    return [(line.product_id, line.quantity_milli) for line in basket.lines] if basket else []


# People


def test_the_pin_enters_by_itself_at_its_last_digit(till: Brain) -> None:
    till.do("operator.choose", id="wang")
    till.keys("24681")
    assert till.state.place == "sign_in"
    till.keys("0")
    assert till.state.place == "sale"
    assert till.desk_now.operator is not None and till.desk_now.operator.id == "wang"


def test_a_wrong_pin_says_how_many_tries_are_left_and_empties_the_field(till: Brain) -> None:
    till.sign_in(pin="000000")
    view = till.presented().screen
    assert isinstance(view, SignInView)
    assert view.pin_bad and view.pin_typed == 0
    assert "4" in view.pin_detail


def test_five_wrong_pins_lock_with_a_countdown_that_ends(till: Brain) -> None:
    for _ in range(5):
        till.sign_in(pin="000000")
    view = till.presented().screen
    assert isinstance(view, SignInView)
    assert not view.keypad.enabled
    till.keys("246810")
    assert till.state.place == "sign_in"
    till.tick(61_000)
    till.sign_in()
    assert till.state.place == "sale"


def test_a_staff_card_signs_in_and_does_nothing_while_somebody_sells(till: Brain) -> None:
    people.card(till.till, STAFF_CARD)
    assert till.state.place == "sale"
    people.card(till.till, MANAGER_CARD)
    assert till.desk_now.operator is not None and till.desk_now.operator.id == "wang"
    assert till.state.toast is not None and till.state.toast.key == "toast.staff_card"


def test_a_card_nobody_has_is_refused_with_what_to_do(selling: Brain) -> None:
    people.card(selling.till, NO_CARD)
    assert selling.state.trouble is not None and selling.state.trouble.code == "card.unknown"


def test_signing_out_keeps_the_basket_and_nobody_scans_into_it_meanwhile(selling: Brain) -> None:
    selling.scan(WATER)
    selling.do("sign_out")
    assert selling.state.place == "sign_in"
    selling.scan(WATER)
    assert lines(selling) == [("water", 1000)]
    assert selling.state.trouble is not None and selling.state.trouble.code == "staff.sign_in_first"
    selling.sign_in()
    assert lines(selling) == [("water", 1000)]


def test_language_and_theme_change_at_once_and_are_handed_on(selling: Brain) -> None:
    selling.do("language.choose", language="en")
    selling.do("theme.choose", theme="dark")
    view = selling.presented().screen
    assert isinstance(view, SaleView)
    assert view.basket.title == "Basket"
    assert selling.looks == [("light", "en"), ("dark", "en")]
    assert selling.counter.checkout.desk.language == "en"


# Goods


def test_scans_become_lines_and_equal_goods_add_up(selling: Brain) -> None:
    for code in (WATER, BEANS, WATER):
        selling.scan(code)
    assert lines(selling) == [("water", 2000), ("beans", 1000)]
    assert selling.desk_now.due_minor == 2 * 300 + 7800


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (WRONG, "scan.wrong_check_digit"),
        (UNKNOWN, "scan.unknown_code"),
        ("   ", "scan.unreadable"),
        ("130012345678901234", "scan.payment_code"),
        ("TBM1:abc", "member.unknown_code"),
        ("TBR1:1-000099", "receipt.not_ours"),
    ],
)
def test_a_scan_that_is_no_goods_changes_nothing_and_says_why(
    selling: Brain, code: str, trouble: str
) -> None:
    selling.scan(WATER)
    selling.scan(code)
    assert lines(selling) == [("water", 1000)]
    assert selling.state.trouble is not None and selling.state.trouble.code == trouble
    view = selling.presented().screen
    assert isinstance(view, SaleView) and view.basket.notice is not None and all(view.basket.notice.lines)


def test_the_next_good_scan_takes_the_notice_away(selling: Brain) -> None:
    selling.scan(WRONG)
    selling.scan(WATER)
    assert selling.state.trouble is None


def test_a_torn_read_is_told(selling: Brain) -> None:
    goods.garbled(selling.till)
    assert selling.state.trouble is not None and selling.state.trouble.code == "scan.garbled"


def test_an_unknown_code_can_be_sold_by_name_with_the_code_kept(selling: Brain) -> None:
    selling.scan(UNKNOWN)
    selling.touch("notice.sell_by_name")
    assert isinstance(selling.state.sheet, TypingSheet) and selling.state.sheet.code == UNKNOWN
    selling.do("keyboard.text", text="tea")
    selling.touch("field.digits")
    selling.keys("12.50")
    selling.touch("sheet.confirm")
    basket = selling.desk_now.basket
    assert basket is not None and basket.lines[0].names["en"] == "tea"
    assert (basket.lines[0].unit_price_minor, basket.lines[0].code) == (1250, UNKNOWN)
    assert selling.state.sheet is None


def test_what_may_be_a_gift_card_is_shown_by_its_end_and_kept_nowhere(selling: Brain) -> None:
    selling.scan(GIFT_CARD)
    view = selling.presented().screen
    assert isinstance(view, SaleView) and view.basket.notice is not None
    assert "…4471" in view.basket.notice.title and GIFT_CARD not in repr(view)
    selling.touch("notice.sell_by_name")
    selling.do("keyboard.text", text="tea")
    selling.touch("field.digits")
    selling.keys("12.50")
    selling.touch("sheet.confirm")
    assert GIFT_CARD not in repr(selling.state)
    assert selling.desk_now.basket is not None and selling.desk_now.basket.lines[0].code == "…4471"


def test_a_sold_out_tile_says_so(selling: Brain) -> None:
    selling.do("goods.category", id="cakes")
    selling.do("goods.pick", id="cake")
    assert selling.state.trouble is not None and selling.state.trouble.code == "product.sold_out"


def test_goods_by_weight_ask_for_their_weight(selling: Brain) -> None:
    selling.do("goods.category", id="snacks")
    selling.do("goods.pick", id="biscuit")
    assert isinstance(selling.state.sheet, TypingSheet) and selling.state.sheet.kind == "weight"
    selling.keys("0.1255")
    assert selling.state.sheet.digits == "0.125"
    selling.touch("sheet.confirm")
    assert lines(selling) == [("biscuit", 125)]
    assert selling.desk_now.due_minor == 1100


def test_a_weight_of_nothing_is_refused_in_the_sheet(selling: Brain) -> None:
    selling.do("goods.pick", id="biscuit")
    selling.keys("0")
    selling.do("typing.confirm")
    assert isinstance(selling.state.sheet, TypingSheet) and selling.state.sheet.trouble == "quantity.zero"
    assert lines(selling) == []


def test_typing_searches_and_enter_takes_an_exact_number(selling: Brain) -> None:
    selling.do("keyboard.text", text="lat")
    view = selling.presented().screen
    assert isinstance(view, SaleView)
    assert [tile.id for tile in view.goods.tiles] == ["latte"]
    selling.do("keyboard.key", key="escape")
    selling.do("keyboard.text", text="101")
    selling.do("keyboard.key", key="enter")
    assert lines(selling) == [("latte", 1000)]
    assert selling.state.search.text == ""


def test_a_search_without_a_hit_offers_to_sell_that_name(selling: Brain) -> None:
    selling.do("keyboard.text", text="zebra")
    selling.touch("goods.sell_by_name")
    assert isinstance(selling.state.sheet, TypingSheet) and selling.state.sheet.name == "zebra"


# The basket


def test_quantities_go_up_down_and_the_last_one_out(selling: Brain) -> None:
    selling.scan(WATER)
    selling.touch("basket.plus")
    assert lines(selling) == [("water", 2000)]
    selling.touch("basket.minus")
    selling.touch("basket.minus")
    assert lines(selling) == []
    selling.touch("basket.undo")
    assert lines(selling) == [("water", 1000)]


def test_a_quantity_can_be_typed(selling: Brain) -> None:
    selling.scan(WATER)
    selling.touch("basket.quantity")
    selling.keys("12")
    selling.touch("sheet.confirm")
    assert lines(selling) == [("water", 12_000)]


def test_undo_is_offered_for_five_seconds(selling: Brain) -> None:
    selling.scan(WATER)
    selling.scan(BEANS)
    selling.touch("basket.remove")
    assert selling.has_control("basket.undo")
    selling.tick(5_100)
    assert not selling.has_control("basket.undo")
    assert lines(selling) == [("water", 1000)]


def test_options_change_the_line_and_its_price(selling: Brain) -> None:
    selling.do("goods.pick", id="latte")
    selling.touch("basket.options")
    assert isinstance(selling.state.sheet, OptionsSheet)
    selling.touch("option.size.large")
    selling.touch("options.plus")
    selling.touch("options.confirm")
    basket = selling.desk_now.basket
    assert basket is not None
    assert (basket.lines[0].unit_price_minor, basket.lines[0].quantity_milli) == (2500, 2000)


def test_clearing_asks_first(selling: Brain) -> None:
    selling.scan(WATER)
    selling.touch("basket.clear")
    assert lines(selling)
    selling.touch("clear.confirm")
    assert lines(selling) == []


def test_a_basket_is_put_aside_and_brought_back(selling: Brain) -> None:
    selling.scan(WATER)
    selling.touch("basket.hold")
    assert lines(selling) == [] and len(selling.desk_now.suspended) == 1
    selling.touch("basket.recall")
    basket_id = selling.desk_now.suspended[0].basket_id
    selling.touch(f"suspended.{basket_id}")
    assert lines(selling) == [("water", 1000)] and not selling.desk_now.suspended


def test_a_member_card_brings_name_tier_and_member_prices(selling: Brain) -> None:
    selling.scan(BEANS)
    people.card(selling.till, CARD)
    assert selling.desk_now.due_minor == 7000
    view = selling.presented().screen
    assert isinstance(view, SaleView)
    assert "Gold" in str(view.member)
    selling.touch("member.remove")
    assert selling.desk_now.due_minor == 7800


def test_a_member_is_found_by_phone(selling: Brain) -> None:
    selling.touch("member.phone")
    selling.keys(PHONE)
    selling.touch("sheet.confirm")
    assert selling.desk_now.basket is not None and selling.desk_now.basket.member is not None
    assert selling.state.sheet is None


def test_what_the_character_display_shows_is_two_rows_of_twenty(selling: Brain) -> None:
    say = say_of(selling.state, selling.words("zh-Hans"))
    assert all(len(row) <= 20 for row in display_rows(selling.state, say))
    selling.scan(BEANS)
    assert display_rows(selling.state, say) == ("Beans          78.00", "TOTAL          78.00")


def test_opening_the_drawer_is_recorded_before_the_pulse(selling: Brain) -> None:
    before = selling.trade.head_seq()
    selling.touch("drawer.open")
    assert selling.trade.head_seq() == before + 1
    assert selling.drawer_pulses == 1


def test_an_intent_that_nobody_knows_is_our_own_bug(selling: Brain) -> None:
    with pytest.raises(InvariantBroken):
        selling.till.intent(Intent("nonsense.do"))


def test_a_toast_goes_by_itself(selling: Brain) -> None:
    selling.till.toast("ok", "toast.held")
    assert isinstance(selling.presented().toast, ToastView)
    selling.tick(10_000)
    assert selling.presented().toast is None
