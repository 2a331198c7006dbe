"""The screens of goods that come back, made by the presenters themselves from a made-up sale."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from samples_parts import say_in as texts_in
from samples_parts import status

from appliance.checkout.attempt import PaymentAttempt
from appliance.checkout.basket import Basket, RefundTerms, TenderLine
from appliance.checkout.pricing import price_basket
from appliance.checkout.refunding import Returnable, refund_plan, returnable, returned_line
from appliance.ui.i18n import Translator
from appliance.ui.presenters import Presented, present
from appliance.ui.sheets import ApprovalSheet, MenuSheet, Sheet, TypingSheet
from appliance.ui.state import (
    DeskSnapshot,
    Devices,
    DeviceState,
    RefundDraft,
    ShopSnapshot,
    Sync,
    TillState,
)
from appliance.ui.views import SheetView
from retail.catalogue import Operator, Shop
from retail.messages.events import SaleCompleted, SoldLine, SoldTax, SoldTender
from retail.pricing import Adjustment, PriceRules, TaxRate
from tests.support.desk import SHANGHAI

GOODS = (
    ("拿铁", "拿鐵", "Latte", 2, 5800, -290),
    ("手冲埃塞俄比亚耶加雪菲", "手沖衣索比亞耶加雪菲", "Pour-over Ethiopia Yirgacheffe", 1, 4200, 0),
    ("可颂", "可頌", "Croissant", 3, 4800, 0),
)
NAMES = {"zh-Hans": "金卡", "zh-Hant": "金卡", "en": "Gold"}


def named(hans: str, hant: str, english: str) -> dict[str, str]:
    return {"zh-Hans": hans, "zh-Hant": hant, "en": english}


def made_sale() -> SaleCompleted:
    """Six goods, a discount, paid in two tenders."""
    lines = tuple(
        SoldLine(
            line_id=f"l{number}",
            product_id=f"p{number}",
            code="",
            names=named(hans, hant, english),
            options=(),
            option_names=(named("大杯", "大杯", "Large"),) if not number else (),
            quantity_milli=pieces * 1000,
            unit="each",
            unit_price_minor=base // pieces,
            base_minor=base,
            adjustments=(Adjustment(rule="r", names=NAMES, amount_minor=off),) if off else (),
            total_minor=base + off,
            tax_class="food",
        )
        for number, (hans, hant, english, pieces, base, off) in enumerate(GOODS)
    )
    total = sum(line.total_minor for line in lines)
    tenders = (("t1", "cash", 5000, ""), ("t2", "qr", total - 5000, "4200002"))
    return SaleCompleted(
        sale_id="s",
        number=128,
        receipt_number="T1-000128",
        order_number="A087",
        completed_at="2026-11-22T10:42:07.000+08:00",
        business_day="2026-11-22",
        shift="morning",
        operator_id="wang",
        member_id="",
        currency="CNY",
        lines=lines,
        base_minor=sum(line.base_minor for line in lines),
        tax_added_minor=0,
        total_minor=total,
        taxes=(SoldTax(tax_class="food", rate_bp=600, net_minor=total - 820, tax_minor=820),),
        tenders=tuple(
            SoldTender(tender_id=key, type=kind, amount_minor=part, tendered_minor=part, reference=told)
            for key, kind, part, told in tenders
        ),
        versions={},
    )


def of_sale(returned: int = 0) -> Returnable:
    return returnable(made_sale(), {"l2": returned} if returned else {}, {}, False)


def shown(language: str, **changes: Any) -> tuple[Any, ...]:
    """What the till shows in a state."""
    wang = Operator(id="wang", names=named("王芳", "王芳", "Wang Fang"), pin_hash="", shift="morning")
    li = Operator(id="li", names=named("李敏", "李敏", "Li Min"), pin_hash="", role="manager")
    shop = Shop(
        id="shop",
        names=named("山隅咖啡", "山隅咖啡", "Shanyu Coffee"),
        store_names=named("静安店", "靜安店", "Jing'an"),
        workstation_names=named("1 号台", "1 號台", "Till 1"),
    )
    kinds = ("printer", "drawer", "scanner", "card_reader")
    state = TillState(
        shop=changes.pop("shop", ShopSnapshot(shop, operators=(wang, li))),
        desk=changes.pop("desk", DeskSnapshot(operator=wang, shift="morning")),
        devices=Devices(True, tuple(DeviceState(kind, kind, "ready") for kind in kinds)),
        sync=Sync(True, True, 0),
        language=language,
        now=datetime(2026, 11, 22, 10, 48, tzinfo=SHANGHAI),
        **changes,
    )
    state = replace(state, desk=replace(state.desk, operator=wang, shift="morning"))
    seen: Presented = present(state, Translator(language, strict=True))
    screen = replace(seen.screen, status=replace(seen.screen.status, items=status(texts_in(language)).items))  # type: ignore[union-attr,type-var]  # every one of these screens has a status bar
    sheet: SheetView | None = seen.sheet
    return (screen, sheet) if sheet is not None else (screen,)


def refund(language: str) -> tuple[Any, ...]:
    """Choosing: two of the lines, one of which came back in part before."""
    draft = RefundDraft(of_sale(1000), {"l0": 1000, "l2": 2000}, "quality")
    return shown(language, place="refund", refund=draft)


def _basket(mode: str, attempt: PaymentAttempt | None, given: bool) -> DeskSnapshot:
    of = of_sale()
    lines = tuple(
        returned_line(of, one.line.line_id, one.left_milli, f"n{place}") for place, one in enumerate(of.lines)
    )
    terms = RefundTerms(mode=mode, reason="quality", number=128, sale_id="s")  # type: ignore[arg-type]  # one of the three
    card = TenderLine(tender_id="g", type="qr", amount_minor=-9510, tendered_minor=-9510, refers_to="t2")
    basket = Basket(
        basket_id="b",
        opened_ms=0,
        operator_id="wang",
        shift="",
        order_number="A087",
        versions={},
        lines=lines,
        refund=terms,
        attempt=attempt,
        tenders=(card,) if given else (),
    )
    priced = price_basket(basket, PriceRules({"food": TaxRate(600)}))
    due = priced.total_minor + (9510 if given else 0)
    plan = refund_plan(replace(of, given_back={"t2": 9510} if given else {}), -due)
    return DeskSnapshot(basket=basket, priced=priced, due_minor=due, plan=plan)


def refund_giving(language: str) -> tuple[Any, ...]:
    """The code has its money back; cash is next."""
    return shown(language, place="giveback", desk=_basket("receipt", None, True))


def refund_asking(language: str) -> tuple[Any, ...]:
    """A void waits for HQ's word on the code's refund."""
    attempt = PaymentAttempt(
        attempt_id="a",
        method="qr",
        amount_minor=9510,
        state="unknown",
        asked_ms=0,
        expires_ms=0,
        refunds="t2",
    )
    return shown(language, place="giveback", desk=_basket("void", attempt, False))


def refund_receipt(language: str) -> tuple[Any, ...]:
    """Asking for the receipt, in training."""
    return _sheet(language, TypingSheet("receipt", digits="128"), training=True)


def refund_reasons(language: str) -> tuple[Any, ...]:
    """Why, when there is no receipt."""
    return _sheet(language, MenuSheet("void"))


def refund_approval(language: str) -> tuple[Any, ...]:
    """A manager for a void."""
    return _sheet(language, ApprovalSheet("void", "li", "13", subject="128", reason="wrong_price"))


def _sheet(language: str, sheet: Sheet, training: bool = False) -> tuple[Any, ...]:
    sale = made_sale()
    paid = msgspec.structs.replace(sale.tenders[0], amount_minor=14510, tendered_minor=14510)
    desk = DeskSnapshot(last_sale=msgspec.structs.replace(sale, tenders=(paid,)), training=training)
    return shown(language, place="sale", sheet=sheet, desk=desk)


def training(language: str) -> tuple[Any, ...]:
    """The empty till in training."""
    return shown(language, place="sale", desk=DeskSnapshot(training=True), small=True)
