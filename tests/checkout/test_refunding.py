"""Law 7: what comes back is worth what it cost, and parts add up to the whole, to the cent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.checkout.refunding import Returnable, refund_plan, returnable, returned_line
from retail.errors import InvariantBroken, Refused
from retail.messages.events import SaleCompleted, SoldLine, SoldTax, SoldTender
from retail.money import split
from retail.pricing import Adjustment

NAMES = {"zh-Hans": "货", "zh-Hant": "貨", "en": "goods"}


@st.composite
def sales(draw: st.DrawFn) -> SaleCompleted:
    """Sales of any lines with any discounts, two taxes, any tenders."""
    lines = []
    for number in range(draw(st.integers(1, 4))):
        quantity = draw(st.integers(1, 7)) * 1000 if draw(st.booleans()) else draw(st.integers(1, 9000))
        base = draw(st.integers(0, 100_000))
        off = [draw(st.integers(0, base // 3)) for _ in range(draw(st.integers(0, 3)))]
        lines.append(
            SoldLine(
                line_id=f"l{number}",
                product_id="p",
                code="",
                names=NAMES,
                options=(),
                quantity_milli=quantity,
                unit="kg",
                unit_price_minor=1,
                base_minor=base,
                adjustments=tuple(Adjustment(rule="r", names=NAMES, amount_minor=-one) for one in off),
                total_minor=base - sum(off),
                tax_class=draw(st.sampled_from(["a", "b"])),
            )
        )
    taxes, added = [], 0
    for tax_class, included in (("a", True), ("b", False)):
        gross = sum(line.total_minor for line in lines if line.tax_class == tax_class)
        tax = gross * 13 // 113 if included else gross * 6 // 100
        taxes.append(
            SoldTax(
                tax_class=tax_class,
                rate_bp=1300 if included else 600,
                net_minor=gross - (tax if included else 0),
                tax_minor=tax,
            )
        )
        added += 0 if included else tax
    total = sum(line.total_minor for line in lines) + added
    kinds = draw(st.lists(st.sampled_from(["cash", "qr", "card", "stored_value"]), min_size=1, max_size=4))
    weights = [draw(st.integers(1, 9)) for _ in kinds]
    tenders = tuple(
        SoldTender(tender_id=f"t{n}", type=kind, amount_minor=part, tendered_minor=part)
        for n, (kind, part) in enumerate(zip(kinds, split(total, weights), strict=True))
    )
    return SaleCompleted(
        sale_id="s",
        number=1,
        receipt_number="T1-000001",
        order_number="A001",
        completed_at="",
        business_day="2026-01-01",
        shift="",
        operator_id="",
        member_id="",
        currency="CNY",
        lines=tuple(lines),
        base_minor=sum(line.base_minor for line in lines),
        tax_added_minor=added,
        total_minor=total,
        taxes=tuple(taxes),
        tenders=tenders,
        versions={},
    )


@settings(max_examples=200, deadline=None)
@given(sales(), st.data())
def test_any_split_into_partial_refunds_adds_up_to_the_sale(sale: SaleCompleted, data: st.DataObject) -> None:
    returned: dict[str, int] = {}
    given_back: dict[str, int] = {}
    sums = {line.line_id: [0, 0, 0, 0] for line in sale.lines}
    paid_out = 0
    while any(one.left_milli for one in state(sale, returned, given_back).lines):
        of = state(sale, returned, given_back)
        amount = 0
        for one in of.lines:
            if not one.left_milli:
                continue
            quantity = data.draw(st.one_of(st.just(one.left_milli), st.integers(1, one.left_milli)))
            line = returned_line(of, one.line.line_id, quantity, "new")
            worth = line.returned
            assert worth is not None
            assert worth.total_minor <= 0, "a return never costs the customer"
            assert worth.base_minor + sum(a.amount_minor for a in worth.adjustments) == worth.total_minor
            added = 0 if worth.tax.included else worth.tax.tax_minor
            for place, part in enumerate(
                (
                    worth.base_minor,
                    sum(a.amount_minor for a in worth.adjustments),
                    worth.total_minor,
                    worth.tax.tax_minor,
                )
            ):
                sums[one.line.line_id][place] += part
            amount -= worth.total_minor + added
            returned[one.line.line_id] = one.returned_milli + quantity
        plan = refund_plan(of, amount)
        assert sum(piece.amount_minor for piece in plan) == amount
        assert all(piece.tender_id for piece in plan), "the sale's own tenders cover it"
        for piece in plan:
            given_back[piece.tender_id] = given_back.get(piece.tender_id, 0) + piece.amount_minor
        paid_out += amount
    assert paid_out == sale.total_minor
    for line in sale.lines:
        base, discounts, total, _ = sums[line.line_id]
        assert (base, total) == (-line.base_minor, -line.total_minor)
        assert discounts == -sum(one.amount_minor for one in line.adjustments)
    for tax in sale.taxes:
        of_class = [line.line_id for line in sale.lines if line.tax_class == tax.tax_class]
        assert sum(sums[line_id][3] for line_id in of_class) == -tax.tax_minor
    assert {key: part for key, part in given_back.items() if part} == {
        tender.tender_id: tender.amount_minor for tender in sale.tenders if tender.amount_minor
    }


def state(sale: SaleCompleted, returned: dict[str, int], given_back: dict[str, int]) -> Returnable:
    return returnable(sale, dict(returned), dict(given_back), False)


@given(sales(), st.integers(1, 10_000))
@settings(max_examples=50, deadline=None)
def test_more_than_was_sold_is_refused(sale: SaleCompleted, beyond: int) -> None:
    line = sale.lines[0]
    with pytest.raises(Refused, match=r"refund\.more_than_sold"):
        returned_line(state(sale, {}, {}), line.line_id, line.quantity_milli + beyond, "new")


@given(sales(), st.integers(1, 10_000))
@settings(max_examples=10, deadline=None)
def test_no_money_is_planned_the_other_way_round(sale: SaleCompleted, owed: int) -> None:
    with pytest.raises(InvariantBroken, match=r"refund\.negative"):
        refund_plan(state(sale, {}, {}), -owed)
    assert refund_plan(state(sale, {}, {}), 0) == ()
