"""The receipt says what was sold, to the cent, in its language."""

from pathlib import Path

import msgspec
import pytest

from appliance.checkout.attempt import News
from appliance.checkout.own_money import GiftCardShown
from appliance.checkout.promise import Promise, promise_words
from appliance.checkout.receipt import build_receipt, discount_in_words
from appliance.daemon.escpos.columns import row, width
from appliance.ui.i18n import Translator
from retail.barcodes import ScanKind, read
from retail.catalogue import Member, Shop, TaxClass
from retail.documents import Cut, Document, Qr, Row, Text
from retail.messages.events import Grant, Promised, SaleCompleted
from retail.pricing.promotion import AmountOff, Conditions, NthAtRate, Scope
from retail.pricing.pushed import PushedPromotion
from tests.support.desk import DOCUMENTS, Till, named, new_home, open_till, push
from tests.support.own import own_till


def words(key: str, **params: object) -> str:
    return key + ("".join(f" {value}" for value in params.values()))


def receipt(tmp_path: Path, copy: bool = False) -> tuple[SaleCompleted, Document]:
    till = open_till(new_home(tmp_path))
    selling, now = till.checkout.selling, till.clock.now
    selling.attach_member(next(x for x in DOCUMENTS if isinstance(x, Member)), now())
    selling.add_product_id("latte", now())
    line_id = till.checkout.desk.require_basket().lines[0].line_id
    selling.choose_options(line_id, {"size": "size.large"}, now())
    selling.set_quantity(line_id, 2000, now())
    selling.add_product_id("biscuit", now(), 125, weighed=True)
    sale = till.checkout.paying.cash(10_000, now()).sale
    assert sale is not None
    return sale, build_receipt(sale, till.reference.shop(), "王芳", "zh-Hans", words, copy)


def rows(document: Document) -> dict[str, str]:
    return {element.left.strip(): element.right for element in document.elements if isinstance(element, Row)}


def test_lines_discounts_total_tender_and_change_are_there(tmp_path: Path) -> None:
    sale, document = receipt(tmp_path)
    found = rows(document)
    assert found["Latte"] == "50.00"
    assert found["Biscuit"] == "11.00"
    assert found["receipt.total"] == "￥57.95"
    assert found["tender.type.cash"] == "100.00"
    assert found["receipt.change"] == "42.05"
    assert sale.total_minor == 5795
    texts = [element.text.strip() for element in document.elements if isinstance(element, Text)]
    assert "large · 2 x 25.00" in texts
    assert "0.125 kg x 88.00" in texts


def test_what_came_off_is_said_line_by_line(tmp_path: Path) -> None:
    sale, document = receipt(tmp_path)
    off = [e.right for e in document.elements if isinstance(e, Row) and e.left.startswith("  Gold")]
    assert off == ["-2.50", "-0.55"]
    assert sum(a.amount_minor for line in sale.lines for a in line.adjustments) == -305


def promoted(tmp_path: Path, language: str) -> tuple[Till, SaleCompleted]:
    """Four lattes with the second at half and a code, one by hand, sold; in a language's words."""
    home = new_home(tmp_path)
    second = NthAtRate(id="second", names=named("Second half"), scope=Scope(products=("latte",)))
    code = AmountOff(
        id="code",
        names=named("Spring code"),
        off_minor=100,
        scope=Scope(products=("water",)),
        conditions=Conditions(coupon_codes=("SPRING",)),
    )
    push(home, "promotions", 1, 2, tuple(PushedPromotion(id=one.id, promotion=one) for one in (second, code)))
    till = open_till(home)
    till.checkout.desk.language = language
    for product in ("latte", "latte", "latte", "latte", "water"):
        till.checkout.selling.add_product_id(product, till.clock.now())
    till.checkout.discounting.show_code("SPRING", till.clock.now())
    till.checkout.discounting.take_off("damaged", off_bp=1000, approver_id="li")
    sale = till.checkout.paying.exact("cash", till.clock.now()).sale
    assert sale is not None
    return till, sale


@pytest.mark.parametrize(
    ("language", "by_hand"),
    [
        ("zh-Hans", "手动折扣 9 折 (瑕疵)"),
        ("zh-Hant", "手動折扣 9 折 (瑕疵)"),
        ("en", "Discount by hand −10% (Damaged)"),
    ],
)
def test_promotions_codes_and_hands_stand_under_the_lines_and_in_the_sum(
    tmp_path: Path, language: str, by_hand: str
) -> None:
    till, sale = promoted(tmp_path, language)
    text = Translator(language, strict=True)
    document = build_receipt(sale, till.reference.shop(), "王芳", language, text)
    found = [(one.left, one.right) for one in document.elements if isinstance(one, Row)]
    assert ("  Second half", "-22.00") in found
    assert ("Second half x2", "-22.00") in found
    assert found.count(("  Spring code", "-1.00")) == 1 and ("Spring code", "-1.00") in found
    assert (by_hand, "-6.80") in found
    assert sale.total_minor == 8800 - 2200 + 300 - 100 - 680
    for columns in (32, 48):
        shown = [line for left, right in found for line in row(left, right, columns)]
        assert max(map(width, shown)) <= columns
        assert any(line.startswith("Second half x2") and line.endswith("-22.00") for line in shown)


def test_the_slip_of_a_return_says_what_of_each_promotion_went_back(tmp_path: Path) -> None:
    till, sale = promoted(tmp_path, "en")
    till.checkout.refunding.take_back(1, {sale.lines[0].line_id: 4000}, "damaged", till.clock.now())
    refund = None
    for piece in till.checkout.refunding.plan():
        refund = till.checkout.refunding.give(piece.tender_id, till.clock.now()).sale
    assert refund is not None
    document = build_receipt(refund, till.reference.shop(), "", "en", Translator("en", strict=True))
    assert rows(document)["Second half x2"] == "22.00"


def test_the_code_at_the_foot_reads_back_as_this_sale(tmp_path: Path) -> None:
    sale, document = receipt(tmp_path)
    (code,) = (element for element in document.elements if isinstance(element, Qr))
    scan = read(code.data)
    assert (scan.kind, scan.code) == (ScanKind.RECEIPT, sale.receipt_number)
    assert isinstance(document.elements[-1], Cut)


def test_a_copy_says_so(tmp_path: Path) -> None:
    _, document = receipt(tmp_path, copy=True)
    assert any(isinstance(e, Text) and e.text == "receipt.copy" for e in document.elements)


def test_a_document_travels_as_json(tmp_path: Path) -> None:
    _, document = receipt(tmp_path)
    assert msgspec.json.decode(msgspec.json.encode(document), type=Document) == document


def test_percentages_as_people_say_them() -> None:
    assert discount_in_words(500, "zh-Hans") == "9.5"
    assert discount_in_words(2000, "zh-Hant") == "8"
    assert discount_in_words(500, "en") == "5%"


def test_a_void_a_refund_and_training_say_so_in_large_letters(tmp_path: Path) -> None:
    till = open_till(new_home(tmp_path))
    checkout, now, shop = till.checkout, till.clock.now, till.reference.shop()
    checkout.selling.add_product_id("latte", now())
    checkout.selling.add_product_id("latte", now())
    sale = checkout.paying.cash(4400, now()).sale
    assert sale is not None
    checkout.refunding.take_back(1, {sale.lines[0].line_id: 1000}, "damaged", now())
    refund = checkout.refunding.give(sale.tenders[0].tender_id, now()).sale
    checkout.selling.add_product_id("latte", now())
    sold = checkout.paying.cash(2200, now()).sale
    assert sold is not None
    checkout.refunding.start_void(sold.number, "other", "li", now())
    void = checkout.refunding.give(sold.tenders[0].tender_id, now()).sale
    assert refund is not None and void is not None
    slip = build_receipt(refund, shop, "", "en", words)
    assert "receipt.refund" in large_texts(slip) and rows(slip)["receipt.origin"] == "T1-000001"
    assert rows(slip)["Latte"] == "-22.00"
    slip = build_receipt(void, shop, "", "en", words)
    assert "receipt.void" in large_texts(slip) and rows(slip)["receipt.number"] == sold.receipt_number
    slip = build_receipt(sold, shop, "", "en", words, training=True)
    assert large_texts(slip).count("receipt.training") == 2
    assert not any(isinstance(element, Qr) for element in slip.elements)
    till.close()


def large_texts(document: Document) -> list[str]:
    return [one.text for one in document.elements if isinstance(one, Text) and one.scale == 2]


def test_a_member_s_slip_says_what_was_used_what_is_left_and_what_was_bought(tmp_path: Path) -> None:
    till, hq = own_till(tmp_path)
    member = till.reference.member("m1")
    assert member is not None
    till.checkout.selling.attach_member(member, till.clock.now())
    till.checkout.selling.add_product_id("latte", till.clock.now())
    till.checkout.promising.top_up(50_000, {"en": "Top-up"}, till.clock.now())
    basket = till.checkout.own_money.points(600, till.clock.now())
    hq.answer_all(till.trade)
    assert basket.attempt is not None
    told = News(basket.attempt.attempt_id, "paid", params={"balance": 1_760})
    till.checkout.paying.hear(basket, told, till.clock.now())
    paid = till.checkout.paying.cash(60_000, till.clock.now())
    assert paid.sale is not None
    printed = next(effect for effect in paid.effects if effect.kind == "receipt")
    (kept,) = [one for one in till.trade.unsettled_effects() if one.kind == "receipt"]
    assert kept.note == printed.note, "a receipt that is printed after a restart says the same"
    slip = build_receipt(paid.sale, till.reference.shop(), "", "en", words, note=printed.note)
    found = rows(slip)
    assert found["receipt.member"] == "C*"
    assert found["receipt.value_left"] == "868.50"
    assert found["receipt.points_earned"] == "30", "1.5 a yuan on 20.90, less what points paid of all of it"
    assert found["receipt.points_total"] == f"{2_360 - 600 + 30:,}"
    texts = [element.text.strip() for element in slip.elements if isinstance(element, Text)]
    assert "promise.bonus 100.00" in texts and "receipt.points_used 600" in texts
    assert basket.attempt.attempt_id not in str(slip)


def test_the_foot_has_the_shop_s_address_words_and_phone(tmp_path: Path) -> None:
    sale, plain = receipt(tmp_path)
    shop = msgspec.structs.replace(
        next(one for one in DOCUMENTS if isinstance(one, Shop)),
        address={"zh-Hans": "武康路 1 号", "en": "1 Wukang Road"},
        footer={"zh-Hans": "谢谢惠顾", "en": "Thank you"},
        phone="021-5555 0199",
    )
    slip = build_receipt(sale, shop, "", "en", words)
    added = [one.text for one in slip.elements if isinstance(one, Text) and one not in plain.elements]
    assert added[-3:] == ["1 Wukang Road", "Thank you", "021-5555 0199"]


def test_tax_on_top_and_the_terminal_s_reference_are_said(tmp_path: Path) -> None:
    taxed = TaxClass(id="standard", names=named("10%"), rate_bp=1000, inclusive=False)
    till = open_till(new_home(tmp_path, (taxed, *(one for one in DOCUMENTS if one.id != "standard"))))
    till.checkout.selling.add_product_id("beans", till.clock.now())
    sale = till.checkout.paying.exact("card", till.clock.now(), "visa 4242").sale
    assert sale is not None
    slip = build_receipt(sale, till.reference.shop(), "", "en", words)
    found = rows(slip)
    assert (found["receipt.tax_added"], found["tender.type.card"]) == ("7.80", "85.80")
    assert found["receipt.tax_on_top 10%"] == "7.80"
    assert not any(name.startswith("receipt.tax_included") for name in found)
    assert "  visa 4242" in [one.text for one in slip.elements if isinstance(one, Text)]


@pytest.mark.parametrize("left", [2_800, 0, None])
def test_a_gift_card_says_its_last_figures_and_what_is_left_where_hq_said_it(
    tmp_path: Path, left: int | None
) -> None:
    till, hq = own_till(tmp_path)
    till.checkout.selling.add_product_id("latte", till.clock.now())
    basket = till.checkout.own_money.gift_card(GiftCardShown("card-1", "4821"), None, till.clock.now())
    hq.answer_all(till.trade)
    assert basket.attempt is not None
    told = News(basket.attempt.attempt_id, "paid", params={} if left is None else {"balance_minor": left})
    paid = till.checkout.paying.hear(basket, told, till.clock.now())
    assert paid is not None and paid.sale is not None
    note = till.trade.slip(paid.sale.number)
    slip = build_receipt(paid.sale, till.reference.shop(), "", "en", words, note=note)
    assert "  promise.tail 4821" in [one.text for one in slip.elements if isinstance(one, Text)]
    assert rows(slip).get("receipt.card_left") == {2_800: "28.00", 0: "0.00", None: None}[left]
    assert basket.attempt.attempt_id not in str(slip)


def test_a_top_up_says_the_coupons_that_it_brings() -> None:
    grant = Grant(kind="top_up", id="t1", promised=Promised(bonus_minor=500, coupons=("spring", "summer")))
    said = promise_words(Promise(grant=grant), words, str)
    assert said == ["promise.bonus 500", "promise.coupons 2"]
