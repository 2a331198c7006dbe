"""What the customer sees: on the second screen, and on a display of two rows of twenty characters."""

from appliance.checkout.basket import Basket, Line
from appliance.ui.presenters.basket import line_detail
from appliance.ui.presenters.done import held
from appliance.ui.presenters.offers import adjustment_name, discount_rows, under_line
from appliance.ui.presenters.say import Say
from appliance.ui.presenters.tender import change_note, code_of
from appliance.ui.state import TillState
from appliance.ui.views.parts import ChipView, SumRowView
from appliance.ui.views.people import CustomerLineView, CustomerView
from retail.money import format_amount
from retail.pricing import PricedBasket, PricedLine
from retail.quantity import ONE_MILLI

LINES_SHOWN = 8
DISPLAY_COLUMNS = 20


def view(state: TillState, say: Say) -> CustomerView:
    """The second screen."""
    shop = say.name(state.shop.shop.names)
    basket, priced = state.desk.basket, state.desk.priced
    if state.place == "done" and (state.finished or state.desk.last_sale) is not None:
        return _done(state, say, shop)
    if basket is None or priced is None or not basket.lines:
        return CustomerView("welcome", shop, say.tr("customer.welcome"), say.tr("customer.welcome.detail"))
    return _basket(state, say, shop, basket, priced)


def _done(state: TillState, say: Say, shop: str) -> CustomerView:
    sale = state.finished or state.desk.last_sale
    assert sale is not None  # looked at by the caller
    change = sum(tender.change_minor for tender in sale.tenders)
    label = say.join(say.tr("tender.change"), change_note(say, change)) if change else say.tr("customer.paid")
    return CustomerView(
        "done",
        shop,
        say.tr("customer.thanks"),
        say.join(say.tr("customer.number", number=sale.order_number), *held(say, state.desk.last_slip)),
        amount_label=label,
        amount=say.price(change or abs(sale.total_minor)),
    )


def _basket(state: TillState, say: Say, shop: str, basket: Basket, priced: PricedBasket) -> CustomerView:
    attempt = basket.attempt
    live = attempt is not None and attempt.state == "pending" and attempt.expires_ms > state.now_ms
    code = code_of(attempt.qr) if attempt is not None and live and attempt.qr else None
    saved = priced.saved_minor()
    member = basket.member
    pairs = list(zip(basket.lines, priced.lines, strict=True))
    due = state.desk.due_minor
    return CustomerView(
        "qr" if code else "basket",
        shop,
        member=say.join(say.name(member.names), say.name(member.tier_names)) if member else "",
        lines=tuple(_line(state, say, line, part) for line, part in pairs[-LINES_SHOWN:]),
        sums=_sums(state, say, basket, priced),
        amount_label=say.tr("customer.refund") if due < 0 else say.tr("customer.pay"),
        amount=say.price(abs(due)),
        saved=ChipView(say.tr("totals.saved", amount=say.price(saved)), "ok", "tag") if saved > 0 else None,
        qr=code,
        qr_title=say.tr("customer.scan") if code else "",
        qr_detail=say.tr("customer.scan.detail") if code else "",
    )


def _sums(state: TillState, say: Say, basket: Basket, priced: PricedBasket) -> tuple[SumRowView, ...]:
    """What came off besides what the lines say already."""
    told = {
        one.rule
        for line, part in zip(basket.lines, priced.lines, strict=True)
        for one in under_line(state.desk.ready, basket, line, part)
    }
    return discount_rows(state.desk.ready, priced, say, told)


def _line(state: TillState, say: Say, line: Line, priced: PricedLine) -> CustomerLineView:
    many = line.quantity_milli != ONE_MILLI and not line.by_weight
    named = under_line(state.desk.ready, state.desk.basket, line, priced)
    cross = "x" if say.language == "en" else "×"
    return CustomerLineView(
        name=say.name(line.names),
        amount=say.amount(priced.base_minor + sum(one.amount_minor for one in named)),
        # What came off matters more than the options where there is room for one of them.
        detail="" if named else line_detail(say, line),
        offer=say.join(*(adjustment_name(say, one) for one in named)),
        quantity=f"{cross}{say.quantity(line.quantity_milli)}" if many else "",
    )


def display_rows(state: TillState, say: Say) -> tuple[str, ...]:
    """Two rows for a character display, which as a rule can show ASCII only: English names and words."""
    sale, basket, priced = state.finished or state.desk.last_sale, state.desk.basket, state.desk.priced
    if state.place == "done" and sale is not None:
        change = sum(tender.change_minor for tender in sale.tenders)
        return (_row("TOTAL", _ascii(say, sale.total_minor)), _row("CHANGE", _ascii(say, change)))
    if basket is None or priced is None or not basket.lines:
        return (
            _ascii_name(state.shop.shop.names.get("en", "")).center(DISPLAY_COLUMNS).rstrip(),
            "WELCOME".center(DISPLAY_COLUMNS).rstrip(),
        )
    line = next((one for one in basket.lines if one.line_id == basket.selected), basket.lines[-1])
    part = priced.line(line.line_id)
    name = _ascii_name(line.names.get("en", "")) or "ITEM"
    return (_row(name, _ascii(say, part.total_minor)), _row("TOTAL", _ascii(say, priced.total_minor)))


def _ascii(say: Say, amount_minor: int) -> str:
    return format_amount(amount_minor, say.unit).replace("−", "-").replace(",", "")


def _ascii_name(name: str) -> str:
    return name if name.isascii() and name.isprintable() else ""


def _row(left: str, right: str) -> str:
    room = DISPLAY_COLUMNS - len(right) - 1
    return f"{left[:room]:<{room}} {right}"
