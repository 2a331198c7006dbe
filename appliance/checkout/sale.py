"""A basket becomes a sale: one value that says everything, and what must follow from it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from appliance.checkout.basket import Basket, Line
from appliance.checkout.ports import Effect
from appliance.checkout.tender import paid_minor
from retail.errors import ContractError, InvariantBroken, Refused
from retail.ids import IdSource
from retail.ledger import Entry, sale_entry
from retail.messages.events import SaleCompleted, SoldLine, SoldTax, SoldTender
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
) -> SaleCompleted:
    """The sale this basket has become; refused unless it is paid to the cent."""
    if not basket.lines:
        raise Refused("basket.empty")
    if paid_minor(basket) != priced.total_minor:
        raise Refused("sale.not_paid", due_minor=priced.total_minor - paid_minor(basket))
    sale = SaleCompleted(
        sale_id=basket.basket_id,
        number=number,
        receipt_number=receipt_number(workstation, number),
        order_number=basket.order_number,
        completed_at=completed_at.isoformat(timespec="milliseconds"),
        business_day=business_day,
        shift=basket.shift,
        operator_id=basket.operator_id,
        member_id=basket.member.member_id if basket.member else "",
        currency=currency,
        lines=tuple(_sold(line, part) for line, part in zip(basket.lines, priced.lines, strict=True)),
        base_minor=priced.base_minor,
        tax_added_minor=priced.tax_added_minor,
        total_minor=priced.total_minor,
        taxes=tuple(
            SoldTax(tax_class=t.tax_class, rate_bp=t.rate_bp, net_minor=t.net_minor, tax_minor=t.tax_minor)
            for t in priced.taxes
        ),
        tenders=tuple(
            SoldTender(
                tender_id=t.tender_id,
                type=t.type,
                amount_minor=t.amount_minor,
                tendered_minor=t.tendered_minor,
                change_minor=t.change_minor,
                reference=t.reference,
            )
            for t in basket.tenders
        ),
        versions=basket.versions,
    )
    check_sale(sale)
    return sale


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


def entry_of(sale: SaleCompleted, entry_id: str) -> Entry:
    """The ledger entry of a sale."""
    return sale_entry(
        entry_id,
        sale.sale_id,
        sale.currency,
        [(tender.type, tender.amount_minor) for tender in sale.tenders],
        {tax.tax_class: tax.tax_minor for tax in sale.taxes},
    )


def effects_of(sale: SaleCompleted, new_id: IdSource, language: str) -> Sequence[Effect]:
    """What devices shall do now: open the drawer if cash moved, print the receipt."""
    receipt = Effect(effect_id=new_id(), sale_number=sale.number, kind="receipt", language=language)
    if not any(tender.type == "cash" and tender.tendered_minor for tender in sale.tenders):
        return (receipt,)
    return (Effect(effect_id=new_id(), sale_number=sale.number, kind="drawer"), receipt)


def _sold(line: Line, priced: PricedLine) -> SoldLine:
    if line.line_id != priced.line_id:
        raise InvariantBroken("sale.lines_out_of_order", line_id=line.line_id)
    return SoldLine(
        line_id=line.line_id,
        product_id=line.product_id,
        code=line.code,
        names=line.names,
        options=tuple(option.choice_id for option in line.options),
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
    )
