"""A basket becomes a sale: one value that says everything, and what must follow from it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from appliance.checkout.basket import Basket, Line, TenderLine
from appliance.checkout.coupons import used_benefits
from appliance.checkout.ports import Effect
from appliance.checkout.slip_note import SlipNote
from appliance.checkout.tender import paid_minor
from appliance.checkout.used import decisions_of, given_back, used_promotions
from retail.errors import ContractError, InvariantBroken, Refused
from retail.ids import IdSource
from retail.ledger import Entry, accounts, sale_entry
from retail.messages.events import (
    LineTax,
    SaleCompleted,
    SaleKind,
    SaleVoided,
    SoldLine,
    SoldTax,
    SoldTender,
    UsedBenefit,
)
from retail.pricing import PricedBasket, PricedLine


def business_day_of(local: datetime, day_starts: str) -> str:
    """The business day (ISO date) of an instant: the night until `day_starts` (HH:MM) is yesterday's."""
    hours, _, minutes = day_starts.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        raise ContractError("shop.business_day_starts", path="business_day_starts", value=day_starts)
    return (local - timedelta(hours=int(hours), minutes=int(minutes))).date().isoformat()


def sale_of(
    basket: Basket,
    priced: PricedBasket,
    currency: str,
    number: int,
    workstation: str,
    completed_at: datetime,
    business_day: str,
    taxes: Mapping[str, LineTax],
    origin: SaleCompleted | None = None,
    came_back: Mapping[str, int] = {},
) -> SaleCompleted:
    """The sale this basket has become; refused unless paid to the cent. `taxes` are the lines' shares.

    `origin` is the sale of which goods come back, `came_back` what of its lines had done so before.
    """
    if not basket.lines:
        raise Refused("basket.empty")
    if paid_minor(basket) != priced.total_minor:
        raise Refused("sale.not_paid", due_minor=priced.total_minor - paid_minor(basket))
    kind = _kind(basket)
    terms = basket.refund if kind != "sale" else None
    member_id = basket.member.member_id if basket.member else ""
    lines = tuple(
        _sold(line, part, taxes.get(line.line_id))
        for line, part in zip(basket.lines, priced.lines, strict=True)
    )
    sale = SaleCompleted(
        sale_id=basket.basket_id,
        number=number,
        receipt_number=receipt_number(workstation, number),
        order_number=basket.order_number,
        completed_at=completed_at.isoformat(timespec="milliseconds"),
        business_day=business_day,
        shift=basket.shift,
        operator_id=basket.operator_id,
        member_id=member_id or (terms.member_id if terms else ""),
        currency=currency,
        lines=lines,
        base_minor=priced.base_minor,
        tax_added_minor=priced.tax_added_minor,
        total_minor=priced.total_minor,
        taxes=tuple(
            SoldTax(tax_class=t.tax_class, rate_bp=t.rate_bp, net_minor=t.net_minor, tax_minor=t.tax_minor)
            for t in priced.taxes
        ),
        tenders=tuple(_tender(t) for t in basket.tenders),
        versions=basket.versions,
        kind=kind,
        reason=terms.reason if terms else "",
        approver_id=terms.approver_id if terms else "",
        benefits=(
            *used_benefits(basket.coupons, priced.applied),
            *_benefits_back(origin, came_back, lines),
        ),
        promotions=(
            *used_promotions(priced.applied),
            *(given_back(origin, came_back, lines) if origin is not None else ()),
        ),
        decisions=decisions_of(priced.applied),
        priced_at=basket.opened_at,
    )
    check_sale(sale)
    return sale


def _benefits_back(
    origin: SaleCompleted | None, came_back: Mapping[str, int], lines: Sequence[SoldLine]
) -> tuple[UsedBenefit, ...]:
    """What is the member's again because nothing of the sale it was used for is left; else it stays used."""
    if origin is None:
        return ()
    back = dict(came_back)
    for line in lines:
        if line.refers_to is not None:
            back[line.refers_to.line_id] = back.get(line.refers_to.line_id, 0) - line.quantity_milli
    sold = [line for line in origin.lines if line.quantity_milli > 0]
    return origin.benefits if all(back.get(line.line_id, 0) >= line.quantity_milli for line in sold) else ()


def _tender(paid: TenderLine) -> SoldTender:
    return SoldTender(
        tender_id=paid.tender_id,
        type=paid.type,
        amount_minor=paid.amount_minor,
        tendered_minor=paid.tendered_minor,
        change_minor=paid.change_minor,
        reference=paid.reference,
        refers_to=paid.refers_to,
    )


def _kind(basket: Basket) -> SaleKind:
    if not any(line.quantity_milli < 0 for line in basket.lines):
        return "sale"
    return "exchange" if any(line.quantity_milli > 0 for line in basket.lines) else "refund"


def void_of(undone: SaleCompleted, sale: SaleCompleted) -> SaleVoided:
    """The undoing of `sale`, of which `undone` took all goods back and gave back all money."""
    kept = {
        "receipt_number": sale.receipt_number,
        "order_number": sale.order_number,
        "member_id": sale.member_id,
    }
    void = SaleVoided(**{**msgspec.structs.asdict(undone), **kept}, voids=sale.sale_id)
    if void.total_minor != -sale.total_minor or void.base_minor != -sale.base_minor:
        raise InvariantBroken("void.not_the_whole", sale_id=sale.sale_id, total_minor=void.total_minor)
    return void


def receipt_number(workstation: str, number: int) -> str:
    """``T1-000123``: what stands on the receipt and in its code."""
    return f"{workstation}-{number:06d}"


def sale_number(receipt: str, workstation: str) -> int:
    """The number of a sale of this till that a receipt names; refused for another till's."""
    till, _, digits = receipt.rpartition("-")
    if till != workstation or not digits.isdigit():
        raise Refused("receipt.not_ours", receipt=receipt)
    return int(digits)


def check_sale(sale: SaleCompleted) -> None:
    """`InvariantBroken` unless lines, tenders and taxes sum to the total."""
    lines = sum(line.total_minor for line in sale.lines) + sale.tax_added_minor
    tenders = sum(tender.amount_minor for tender in sale.tenders)
    taxed = sum(tax.net_minor + tax.tax_minor for tax in sale.taxes)
    if not lines == tenders == taxed == sale.total_minor:
        raise InvariantBroken(
            "sale.does_not_add_up", sale_id=sale.sale_id, lines=lines, tenders=tenders, taxed=taxed
        )


def entry_of(sale: SaleCompleted) -> Entry:
    """The ledger entry of a sale, named as the sale is: there is one.

    What it took for top-ups, cards, passes and memberships is not earned.
    """
    tenders = [(tender.type, tender.amount_minor) for tender in sale.tenders]
    deferred = {accounts.tender(accounts.SOLD): promised_minor(sale)}
    return sale_entry(sale.sale_id, sale.sale_id, sale.currency, tenders, tax_by_class(sale), deferred)


def promised_minor(sale: SaleCompleted) -> int:
    """What a sale took for what it promises; below zero for a balance paid out."""
    return sum(line.total_minor for line in sale.lines if line.grant is not None)


def tax_by_class(sale: SaleCompleted) -> dict[str, int]:
    """The tax of each class; goods that come back may have had another rate than those sold today."""
    owed: dict[str, int] = {}
    for tax in sale.taxes:
        owed[tax.tax_class] = owed.get(tax.tax_class, 0) + tax.tax_minor
    return owed


def effects_of(sale: SaleCompleted, new_id: IdSource, language: str, note: SlipNote) -> Sequence[Effect]:
    """What devices shall do now: open the drawer if cash moved, print the receipt."""
    receipt = Effect(
        effect_id=new_id(), sale_number=sale.number, kind="receipt", language=language, note=note
    )
    if not any(tender.type == "cash" and tender.tendered_minor for tender in sale.tenders):
        return (receipt,)
    return (Effect(effect_id=new_id(), sale_number=sale.number, kind="drawer"), receipt)


def _sold(line: Line, priced: PricedLine, tax: LineTax | None) -> SoldLine:
    if line.line_id != priced.line_id:
        raise InvariantBroken("sale.lines_out_of_order", line_id=line.line_id)
    return SoldLine(
        line_id=line.line_id,
        product_id=line.product_id,
        code=line.code,
        names=line.names,
        options=line.returned.options
        if line.returned
        else tuple(option.choice_id for option in line.options),
        option_names=tuple(option.names for option in line.options if not option.is_default),
        quantity_milli=line.quantity_milli,
        unit=line.unit,
        unit_price_minor=line.unit_price_minor,
        base_minor=priced.base_minor,
        adjustments=priced.adjustments,
        total_minor=priced.total_minor,
        tax_class=line.tax_class,
        price_source=line.price_source,
        lot=line.lot,
        tax=tax,
        refers_to=line.returned.refers_to if line.returned else None,
        grant=line.promise.grant if line.promise else None,
    )
