"""What goods that come back are worth, and to which tenders the money goes: pure rules, no store.

Amounts come from the sale's own lines and are never priced again. A line gives back its running share:
what belongs to all pieces returned so far, less what belonged to those before. So partial returns add up
to the whole line, to the cent, in every amount: base, discounts, total and tax.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.checkout.basket import OWN_TENDERS, ChosenOption, Line, Returned
from appliance.checkout.promise import Promise
from retail.errors import InvariantBroken, Refused
from retail.messages.events import LineReference, LineTax, SaleCompleted, SoldLine, SoldTax, SoldTender
from retail.money import split
from retail.pricing import Adjustment
from retail.quantity import ONE_MILLI

REASONS = ("changed_mind", "damaged", "wrong_item", "wrong_price", "quality", "other")
"""Why goods come back; words for them stand with the screens."""
OWN_MONEY = (*OWN_TENDERS, "coupon", "voucher")
"""Tenders that are ours to give. HQ puts them back to where they came from, by the refund's event."""
CASH = "cash"


@dataclass(frozen=True, slots=True)
class ReturnableLine:
    """A line of a sale and how much of it may still come back."""

    line: SoldLine
    returned_milli: int

    @property
    def left_milli(self) -> int:
        """What may still come back."""
        return max(0, self.line.quantity_milli - self.returned_milli)


@dataclass(frozen=True, slots=True)
class Returnable:
    """A sale as its customer brings it back. `voided` says that it was undone as a whole."""

    sale: SaleCompleted
    lines: tuple[ReturnableLine, ...]
    given_back: Mapping[str, int]
    voided: bool = False

    @property
    def is_spent(self) -> bool:
        """Whether nothing of it can come back any more."""
        return self.voided or not any(one.left_milli for one in self.lines)


@dataclass(frozen=True, slots=True)
class Planned:
    """Money to give back: so much to this tender of the sale; `tender_id` is empty for what no tender
    covers (goods that were paid with other goods), which is cash."""

    tender_id: str
    type: str
    amount_minor: int
    reference: str = ""


def returnable(
    sale: SaleCompleted, returned: Mapping[str, int], given_back: Mapping[str, int], voided: bool
) -> Returnable:
    """What may come back of a sale; goods that were themselves taken back in it may not."""
    lines = tuple(
        ReturnableLine(line, returned.get(line.line_id, 0)) for line in sale.lines if line.quantity_milli > 0
    )
    return Returnable(sale, lines, given_back, voided)


def returned_line(of: Returnable, line_id: str, quantity_milli: int, new_line_id: str) -> Line:
    """So much of a line, as a line of the basket that takes it back; refused beyond what was sold."""
    one = next((one for one in of.lines if one.line.line_id == line_id), None)
    if one is None:
        raise Refused("line.not_there", line_id=line_id)
    sold = one.line
    if quantity_milli <= 0:
        raise Refused("quantity.zero")
    if quantity_milli > one.left_milli:
        raise Refused("refund.more_than_sold", names=sold.names, left=one.left_milli / ONE_MILLI)
    by_weight = sold.unit != "each" or bool(sold.quantity_milli % ONE_MILLI)
    if not by_weight and quantity_milli % ONE_MILLI:
        raise Refused("quantity.not_whole")
    return Line(
        line_id=new_line_id,
        product_id=sold.product_id,
        code=sold.code,
        names=sold.names,
        options=tuple(_shown(names) for names in sold.option_names),
        quantity_milli=-quantity_milli,
        unit=sold.unit,
        by_weight=by_weight,
        unit_price_minor=sold.unit_price_minor,
        member_price_minor=None,
        tax_class=sold.tax_class,
        member_discount=False,
        price_source="record",
        lot=sold.lot,
        returned=_worth(of.sale, sold, one.returned_milli, quantity_milli),
        promise=Promise(grant=sold.grant) if sold.grant else None,
    )


def _shown(names: dict[str, str]) -> ChosenOption:
    return ChosenOption(group_id="", choice_id="", names=names, price_delta_minor=0, is_default=False)


def share_of_line(amount_minor: int, part_milli: int, whole_milli: int) -> int:
    """The share of the first `part_milli` of a line, by largest remainder."""
    return split(amount_minor, [part_milli, whole_milli - part_milli])[0]


def _worth(sale: SaleCompleted, sold: SoldLine, before_milli: int, quantity_milli: int) -> Returned:
    """What these goods cost the customer, with the sign turned."""
    before, after = before_milli, before_milli + quantity_milli
    tax = line_taxes(sale)[sold.line_id]

    def minus(amount_minor: int) -> int:
        whole = sold.quantity_milli
        return share_of_line(amount_minor, before, whole) - share_of_line(amount_minor, after, whole)

    base, total = minus(sold.base_minor), minus(sold.total_minor)
    parts = [minus(one.amount_minor) for one in sold.adjustments]
    if parts:
        # The total and the base have shares of their own; the largest discount takes the cent between.
        largest = max(range(len(parts)), key=lambda at: abs(sold.adjustments[at].amount_minor))
        parts[largest] += total - base - sum(parts)
    adjustments = tuple(
        Adjustment(rule=one.rule, names=one.names, amount_minor=part, rate_bp=one.rate_bp)
        for one, part in zip(sold.adjustments, parts, strict=True)
        if part
    )
    reference = LineReference(
        sale_id=sale.sale_id, number=sale.number, line_id=sold.line_id, before_milli=before_milli
    )
    return Returned(
        refers_to=reference,
        base_minor=base,
        adjustments=adjustments,
        total_minor=total,
        tax=LineTax(rate_bp=tax.rate_bp, tax_minor=minus(tax.tax_minor), included=tax.included),
        options=sold.options,
    )


def off_by_rule(sale: SaleCompleted, quantities: Mapping[str, int]) -> dict[str, int]:
    """What the first so many thousandths of each line had off, by rule, as amounts to give back."""
    found: dict[str, int] = {}
    for sold in sale.lines:
        quantity_milli = quantities.get(sold.line_id, 0)
        if quantity_milli > 0 and sold.adjustments:
            for one in _worth(sale, sold, 0, quantity_milli).adjustments:
                found[one.rule] = found.get(one.rule, 0) + one.amount_minor
    return found


def line_taxes(sale: SaleCompleted) -> dict[str, LineTax]:
    """Each line's share of the tax, as the sale says, or shared again where an older program did not."""
    told = {line.line_id: line.tax for line in sale.lines if line.tax is not None}
    untold = [line for line in sale.lines if line.tax is None]
    for tax in sale.taxes:
        lines = [line for line in untold if line.tax_class == tax.tax_class]
        told.update(_shares(tax, [(line.line_id, line.total_minor) for line in lines]))
    return {
        line.line_id: told.get(line.line_id) or LineTax(rate_bp=0, tax_minor=0, included=True)
        for line in sale.lines
    }


def _shares(tax: SoldTax, lines: Sequence[tuple[str, int]]) -> dict[str, LineTax]:
    """A tax over its lines by largest remainder; prices contained it if it is in the lines' sum."""
    if not lines:
        return {}
    included = sum(total for _, total in lines) == tax.net_minor + tax.tax_minor
    weights = [max(0, total if tax.tax_minor >= 0 else -total) for _, total in lines]
    parts = split(tax.tax_minor, weights)
    return {
        line_id: LineTax(rate_bp=tax.rate_bp, tax_minor=part, included=included)
        for (line_id, _), part in zip(lines, parts, strict=True)
    }


def refund_plan(of: Returnable, amount_minor: int) -> tuple[Planned, ...]:
    """Where `amount_minor` goes: our own money first, then cards and codes, which leave a trace; cash last.

    Each tender gets at most what it paid and has not got back yet; so partial refunds that add up to the
    sale give every tender exactly what it paid.
    """
    if amount_minor < 0:
        raise InvariantBroken("refund.negative", amount_minor=amount_minor)
    planned: list[Planned] = []
    left = amount_minor
    for tender in sorted(of.sale.tenders, key=_rank):
        room = tender.amount_minor - of.given_back.get(tender.tender_id, 0)
        part = min(left, max(0, room))
        if part:
            planned.append(Planned(tender.tender_id, tender.type, part, tender.reference))
            left -= part
    return (*planned, Planned("", CASH, left)) if left else tuple(planned)


def _rank(tender: SoldTender) -> int:
    if tender.type in OWN_MONEY:
        return OWN_MONEY.index(tender.type)
    return 100 if tender.type == CASH else 50
