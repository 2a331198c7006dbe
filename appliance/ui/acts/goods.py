"""Finding goods: categories, tiles, search, scans."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from appliance.checkout.selling import Scanned
from appliance.ui import finding
from appliance.ui.acts import discounts, members, own_money, promises, refunds, stock
from appliance.ui.counter import Counter
from appliance.ui.sheets import ApprovalSheet, MenuSheet, TypingSheet
from appliance.ui.state import Search
from appliance.ui.till import Args, Till
from appliance.ui.worker import Reply
from retail.catalogue import Product
from retail.errors import Busy, ContractError, Refused
from retail.quantity import ONE_MILLI

SEARCH_LENGTH_MAX = 40


def category(till: Till, args: Args) -> None:
    """Another shelf."""
    till.change(search=Search(), trouble=None)
    till.change(goods=replace(till.state.goods, category=str(args["id"])))
    till.want_shelf(str(args["id"]))


def pick(till: Till, args: Args) -> None:
    """A tile was touched: one of it, with its usual options."""
    product_id = str(args["id"])
    if stock.is_open(till):
        stock.pick(till, product_id)
        return
    add(till, lambda counter: _add(counter, product_id))


def _add(counter: Counter, product_id: str) -> None:
    counter.checkout.desk.require_session()
    counter.checkout.selling.add_product_id(product_id, counter.moment())


def add(till: Till, job: Callable[[Counter], Any], then: Callable[[Any], None] | None = None) -> None:
    """Goods into the basket; what needs a weight asks for it."""
    till.outside.submit(job, lambda reply: added(till, reply, then))


def added(till: Till, reply: Reply, then: Callable[[Any], None] | None = None) -> None:
    """Goods came, or were refused; goods that need a weight open the sheet that asks for it."""
    error = reply.error
    if error is not None and error.code == "product.needs_weight":
        till.replied(Reply(None, None, reply.desk))
        _ask_weight(till, str(error.params["product_id"]))
        return
    till.replied(reply)
    if error is None:
        keeps = isinstance(till.state.sheet, ApprovalSheet)
        place = till.state.place if till.state.place == "unknown" else "sale"
        till.change(place=place, trouble=None, keypad="", sheet=till.state.sheet if keeps else None)
        if then is not None:
            then(reply.answer)
    till.settle_place()
    till.render()


def _ask_weight(till: Till, product_id: str) -> None:
    as_of = till.state.as_of

    def ask(product: Product | None) -> None:
        if product is None:
            raise Refused("product.gone", product_id=product_id)
        till.change(
            place="sale", sheet=TypingSheet("weight", subject=product_id, product=product), trouble=None
        )

    till.job(lambda counter: counter.reference.product(product_id, as_of), ask)


def scan_job(data: str, symbology: str) -> Callable[[Counter], Scanned]:
    """What a scan asks of the worker; refused while nobody is signed in."""

    def scan(counter: Counter) -> Scanned:
        counter.checkout.desk.require_session()
        return counter.checkout.selling.scan(data, symbology, counter.moment())

    return scan


def ask_manager(till: Till, args: Args) -> None:
    """Goods past their date may be sold if a manager agrees: ask for one."""
    trouble = till.state.trouble
    managers = [one for one in till.state.shop.operators if one.role == "manager"]
    if trouble is None or not trouble.may_override or not managers:
        raise Refused("staff.manager_needed", may_override="manager")
    till.change(sheet=ApprovalSheet("sell_expired", managers[0].id, args=trouble.params), trouble=None)


def sell_expired(till: Till, sheet: ApprovalSheet, manager_id: str) -> None:
    """The manager agreed: the same code again, with their name."""
    data, symbology = str(sheet.args["data"]), str(sheet.args["symbology"])

    def scan(counter: Counter) -> Scanned:
        counter.checkout.desk.require_session()
        return counter.checkout.selling.scan(data, symbology, counter.moment(), manager_id)

    till.change(sheet=None)
    add(till, scan)


def wants_card(till: Till) -> bool:
    """Whether what is scanned now is a gift card's number: the till has just asked for one."""
    state = till.state
    if isinstance(state.sheet, TypingSheet):
        return state.sheet.kind in ("gift_card", "payout_card")
    asks = state.place == "tender" and state.pane == "gift_card" and state.gift_card is None
    return asks and state.sheet is None


def card_scanned(till: Till, number: str) -> None:
    """A gift card was scanned, where the till asked for one."""
    till.touched()
    sheet = till.state.sheet
    try:
        if isinstance(sheet, TypingSheet) and sheet.kind == "gift_card":
            promises.gift_card(till, sheet.subject, number)
        elif isinstance(sheet, TypingSheet):
            promises.ask_card(till, number)
        else:
            own_money.take_number(till, number)
    except (Busy, ContractError, Refused) as error:
        till.refuse(error)
    till.render()


def scanned(till: Till, reply: Reply, at_ns: int) -> None:
    """The worker has dealt with a scan."""
    till.touched()
    till.trace(at_ns)
    if reply.error is None:
        # On a small screen the goods lie over the basket, where the line is to be seen.
        till.change(goods_over=False)
    sheet = till.state.sheet
    asked = isinstance(sheet, TypingSheet) and sheet.kind == "receipt"
    added(till, reply, lambda answer: _other_code(till, answer, asked))


def _other_code(till: Till, scan: Scanned, asked: bool) -> None:
    """Codes that are not goods; `asked` says that the till asked for a receipt."""
    if scan.answer == "line":
        return
    if scan.answer == "coupon":
        discounts.show_code(till, scan.code)
        return
    if scan.answer == "receipt" and (asked or till.state.place == "refund"):
        refunds.find(till, scan.code)
        return
    sale = till.state.desk.last_sale
    if scan.answer == "receipt" and sale is not None and sale.receipt_number == scan.code:
        till.change(sheet=MenuSheet("last_sale"))
        return
    if scan.answer == "receipt":
        refunds.find(till, scan.code)
        return
    if scan.answer == "member_code":
        members.code(till, scan.code)
        return
    till.refuse(Refused("scan.payment_code"))


def garbled(till: Till) -> None:
    """A read that was torn: nothing of it was used."""
    till.touched()
    till.refuse(Refused("scan.garbled"))
    till.render()


# Search


def focus(till: Till, args: Args) -> None:
    """The search box has the keyboard."""
    till.change(search=replace(till.state.search, focused=True), goods_over=True)


def clear(till: Till, args: Args) -> None:
    """Back to the shelf."""
    till.change(search=Search())


def done(till: Till, args: Args) -> None:
    """The keyboard goes, what was found stays."""
    till.change(search=replace(till.state.search, focused=False))


def typed(till: Till, text: str) -> None:
    """A letter for the search box, from the screen or a keyboard."""
    clean = "".join(letter for letter in text if letter.isprintable())
    _look(till, (till.state.search.text + clean)[:SEARCH_LENGTH_MAX])


def key(till: Till, name: str) -> None:
    """Backspace, enter or escape in the search box."""
    text = till.state.search.text
    if name == "backspace":
        _look(till, text[:-1])
    elif name == "escape":
        till.change(search=Search(), goods_over=False)
    elif name == "enter" and text:
        (stock.enter if stock.is_open(till) else _enter)(till, text)


def _look(till: Till, text: str) -> None:
    before = till.state.search
    till.change(search=Search(text, True, before.hits if text else None), goods_over=True)
    if not text.strip():
        return
    as_of = till.state.as_of

    def found(hits: Any) -> None:
        # An answer to an older text must not replace that of the newer one.
        if till.state.search.text == text:
            till.change(search=replace(till.state.search, hits=hits))

    till.job(lambda counter: counter.search(text, as_of), found)


def _enter(till: Till, text: str) -> None:
    """Enter adds goods of exactly this PLU or code, or the only thing found; else it may be a member."""

    as_of = till.state.as_of

    def enter(counter: Counter) -> bool:
        counter.checkout.desk.require_session()
        product = counter.reference.product_by_code(text.strip(), as_of)
        if product is None:
            hits = counter.search(text, as_of)
            product = hits[0].product if len(hits) == 1 else None
        if product is not None:
            counter.checkout.selling.add_product(product, counter.moment(), quantity_milli=ONE_MILLI)
        return product is not None

    def entered(took: bool) -> None:
        if took:
            till.change(search=Search(), goods_over=False)
        elif finding.may_be_member(text):
            members.find(till, text)

    add(till, enter, entered)


def open_goods(till: Till, args: Args) -> None:
    """On a small screen the goods come over the basket."""
    till.change(goods_over=True)


def close_goods(till: Till, args: Args) -> None:
    """And go again."""
    till.change(goods_over=False, search=Search())
