"""The receipt of a sale as a printable document, in one language.

Pure: the words come from `text(key, **params)`, the catalogue of the receipt's language. Amounts
follow the sale to the cent; a copy says that it is one.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from appliance.checkout.basket import OWN_TENDERS
from appliance.checkout.coupons import is_goods
from appliance.checkout.promise import promise_words
from appliance.checkout.slip_note import SlipNote
from retail.catalogue import Names, Shop, name_in
from retail.documents import Cut, Document, Element, Feed, Logo, Qr, Row, Rule, Text
from retail.messages.events import SaleCompleted, SaleVoided, SoldLine, SoldTender
from retail.money import currency, format_amount, format_price
from retail.pricing import Adjustment
from retail.quantity import ONE_MILLI, format_quantity

Words = Callable[..., str]
NO_NOTE = SlipNote()
RECEIPT_QR = "TBR1:{number}"
"""What the receipt's code says; `retail.barcodes` reads it back."""
STAGES = ("override", "member_price", "tier", "promotion", "coupon", "manual")


def build_receipt(
    sale: SaleCompleted,
    shop: Shop,
    operator_name: str,
    language: str,
    text: Words,
    copy: bool = False,
    training: bool = False,
    note: SlipNote = NO_NOTE,
) -> Document:
    """The slip a customer takes along: shop, lines with what came off and why, sums, tenders, QR.

    Refunds and voids say so in large letters, and a slip of training that it is none. `note` is what the
    event does not say: the masked member, balances, what promises bring.
    """
    parts = _Receipt(sale, shop, operator_name, language, text, note)
    mark = text("receipt.training") if training else ""
    head, foot = parts.head(copy, mark), parts.foot(mark)
    elements = (*head, *parts.lines(), *parts.sums(), *parts.tenders(), *foot)
    return Document(elements=elements, language=language)


class _Receipt:
    """One sale seen in one language."""

    def __init__(
        self,
        sale: SaleCompleted,
        shop: Shop,
        operator_name: str,
        language: str,
        text: Words,
        note: SlipNote,
    ) -> None:
        self._note = note
        self._sale = sale
        self._shop = shop
        self._operator_name = operator_name
        self._language = language
        self._text = text
        self._unit = currency(sale.currency)

    def head(self, copy: bool, mark: str) -> Iterator[Element]:
        """Logo, store, number, time, who served."""
        yield Logo(name="shop")
        yield Text(text=self._name(self._shop.store_names), align="centre")
        if mark:
            yield Text(text=mark, align="centre", bold=True, scale=2)
        kind = self._kind()
        if kind:
            yield Text(text=kind, align="centre", bold=True, scale=2)
        if copy:
            yield Text(text=self._text("receipt.copy"), align="centre", bold=True, scale=2)
        yield Text(text=self._text("receipt.order_number"), align="centre")
        yield Text(text=self._sale.order_number, align="centre", bold=True, scale=2)
        yield Rule()
        completed = datetime.fromisoformat(self._sale.completed_at)
        yield Row(left=self._text("receipt.number"), right=self._sale.receipt_number)
        yield Row(left=self._text("receipt.time"), right=completed.strftime("%Y-%m-%d %H:%M:%S"))
        yield Row(
            left=self._text("receipt.till"),
            right=f"{self._name(self._shop.workstation_names)} {self._operator_name}".strip(),
        )
        if self._note.member_names:
            yield Row(left=self._text("receipt.member"), right=self._name(self._note.member_names))
        origin = next((line.refers_to for line in self._sale.lines if line.refers_to), None)
        if origin is not None and not isinstance(self._sale, SaleVoided):
            till = self._sale.receipt_number.rpartition("-")[0]
            yield Row(left=self._text("receipt.origin"), right=f"{till}-{origin.number:06d}")
        yield Rule()

    def lines(self) -> Iterator[Element]:
        """Each line, its options, its quantity where it is not one, and what came off it."""
        for line in self._sale.lines:
            yield Row(left=self._name(line.names), right=self._amount(line.base_minor))
            detail = self._detail(line)
            if detail:
                yield Text(text=f"  {detail}")
            promise = self._note.promises.get(line.line_id)
            if promise is not None:
                for words in promise_words(promise, self._text, self._amount):
                    yield Text(text=f"  {words}")
            for adjustment in line.adjustments:
                yield Row(
                    left=f"  {self._reason(adjustment)}",
                    right=self._amount(adjustment.amount_minor),
                )
        yield Rule()

    def sums(self) -> Iterator[Element]:
        """What it was, what came off by which rule and how often, what was to be paid."""
        rules: dict[tuple[str, int], list[Adjustment]] = {}
        for line in self._sale.lines:
            for one in line.adjustments:
                rules.setdefault((one.rule, one.rate_bp), []).append(one)
        if rules:
            yield Row(left=self._text("receipt.subtotal"), right=self._amount(self._sale.base_minor))
        for (rule, _), parts in sorted(rules.items(), key=lambda one: _stage(one[0][0])):
            off_minor = sum(one.amount_minor for one in parts)
            yield Row(left=self._often(rule, self._reason(parts[0])), right=self._amount(off_minor))
        if len(rules) > 1:
            off_minor = sum(one.amount_minor for parts in rules.values() for one in parts)
            yield Row(left=self._text("receipt.discounts"), right=self._amount(off_minor), bold=True)
        if self._sale.tax_added_minor:
            yield Row(left=self._text("receipt.tax_added"), right=self._amount(self._sale.tax_added_minor))
        total = format_price(self._sale.total_minor, self._unit).replace("¥", "￥")
        yield Row(left=self._text("receipt.total"), right=total, bold=True, scale=2)

    def tenders(self) -> Iterator[Element]:
        """How it was paid, and the change."""
        for tender in self._sale.tenders:
            yield from self._tender(tender)
        yield from self._held()
        yield Rule()
        on_top = {line.tax_class for line in self._sale.lines if line.tax and not line.tax.included}
        for tax in self._sale.taxes:
            if tax.tax_minor:
                name = "receipt.tax_on_top" if tax.tax_class in on_top else "receipt.tax_included"
                label = self._text(name, rate=_percent(tax.rate_bp))
                yield Row(left=label, right=self._amount(tax.tax_minor))

    def _kind(self) -> str:
        if isinstance(self._sale, SaleVoided):
            return self._text("receipt.void")
        if self._sale.kind == "sale":
            return ""
        return self._text("receipt.refund" if self._sale.kind == "refund" else "receipt.exchange")

    def foot(self, mark: str) -> Iterator[Element]:
        """Address, thanks, and the sale's number as a code that the till reads back."""
        for words in (self._shop.address, self._shop.footer):
            if words:
                yield Text(text=self._name(words), align="centre")
        if self._shop.phone:
            yield Text(text=self._shop.phone, align="centre")
        number = self._sale.receipt_number
        yield Feed(lines=1)
        if mark:
            yield Text(text=mark, align="centre", bold=True, scale=2)
        else:
            yield Qr(data=RECEIPT_QR.format(number=number), caption=number)
        yield Feed(lines=1)
        yield Cut()

    def _tender(self, tender: SoldTender) -> Iterator[Element]:
        label = self._text(f"tender.type.{tender.type}")
        if tender.amount_minor < 0:
            label = self._text("receipt.refunded", tender=label)
        yield Row(left=label, right=self._amount(tender.tendered_minor))
        if tender.change_minor:
            yield Row(left=self._text("receipt.change"), right=self._amount(tender.change_minor))
        if tender.type in OWN_TENDERS:
            yield from self._own(tender)
        elif tender.reference:
            yield Text(text=f"  {tender.reference}")

    def _own(self, tender: SoldTender) -> Iterator[Element]:
        """Of our own money: which card, how many points, and what HQ said is left of it."""
        note = self._note.of_tender(tender.tender_id)
        if note.tail:
            yield Text(text=f"  {self._text('promise.tail', tail=note.tail)}")
        if tender.type == "points" and note.units:
            yield Text(text=f"  {self._text('receipt.points_used', points=f'{note.units:,}')}")
        if tender.type == "gift_card" and note.balance is not None:
            yield Row(left=f"  {self._text('receipt.card_left')}", right=self._amount(note.balance))

    def _held(self) -> Iterator[Element]:
        """What the member then has."""
        note = self._note
        if note.value_minor is not None:
            yield Row(left=self._text("receipt.value_left"), right=self._amount(note.value_minor))
        if note.points_earned:
            yield Row(left=self._text("receipt.points_earned"), right=f"{note.points_earned:,}")
        if note.points is not None:
            yield Row(left=self._text("receipt.points_total"), right=f"{note.points:,}")

    def _detail(self, line: SoldLine) -> str:
        separator = ", " if self._language == "en" else " · "
        parts = [self._name(names) for names in line.option_names]
        if line.quantity_milli != ONE_MILLI:
            quantity = format_quantity(line.quantity_milli)
            unit = "" if line.unit == "each" else f" {line.unit}"
            parts.append(f"{quantity}{unit} x {self._amount(line.unit_price_minor)}")
        return separator.join(parts)

    def _reason(self, one: Adjustment) -> str:
        """The rule's name; a tier's and a hand's with their rate, a person's decision with its reason."""
        words = self._name(one.names)
        if is_goods(one.rule):
            return self._text("reward.goods", name=words)
        if one.rate_bp and one.rule.startswith(("tier:", "manual:")):
            rate = self._text("discount.rate", rate=discount_in_words(one.rate_bp, self._language))
            words = f"{words} {rate}"
        reason = next((d.reason for d in self._sale.decisions if d.rule == one.rule), "")
        return f"{words} ({self._text(f'by_hand.reason.{reason}')})" if reason else words

    def _often(self, rule: str, words: str) -> str:
        """With how many times a promotion was applied, where it was more than once."""
        name = rule.partition(":")[2]
        times = sum(one.times for one in self._sale.promotions if one.promotion == name)
        return f"{words} x{abs(times)}" if abs(times) > 1 else words

    def _name(self, names: Names) -> str:
        return name_in(names, self._language)

    def _amount(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._unit).replace("−", "-")


def _stage(rule: str) -> int:
    """Where a rule's row stands in the sum: as prices are made, what a person gave last."""
    kind = rule.partition(":")[0]
    return STAGES.index(kind) if kind in STAGES else len(STAGES)


def discount_in_words(rate_bp: int, language: str) -> str:
    """What is left or taken, as people say it: 500 is ``9.5`` (折) in Chinese, ``5%`` in English."""
    if language == "en":
        return _percent(rate_bp)
    return f"{(10_000 - rate_bp) / 1_000:g}"


def _percent(rate_bp: int) -> str:
    return f"{rate_bp / 100:g}%"
