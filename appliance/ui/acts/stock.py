"""Goods counted, brought in, taken out, wasted and moved to other stores, while selling goes on.

A count is kept the moment it is confirmed: it is compared with the level of that instant, whatever is sold
before and after. A manager may do all of it; anybody else is let in by one, once until it is finished.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from appliance.checkout.ports import StockRecord
from appliance.ui.acts.keys import edited
from appliance.ui.counter import Counter
from appliance.ui.sheets import ApprovalSheet, MenuSheet, StockSheet
from appliance.ui.state import PROMISES, Search, StockDetails, StockKind, StockTask
from appliance.ui.till import Args, Till
from appliance.ui.worker import Reply
from retail.catalogue import Operator, Product
from retail.errors import Refused
from retail.quantity import ONE_MILLI, parse_quantity
from retail.stock import REASONS
from retail.stock.lot import Lot

DIGITS_MAX = 7
DATE_DIGITS = 8
TEXT_LENGTH_MAX = 40
NO_BATCH = {"batch": "", "expires": "", "serial": ""}
Found = tuple[Product, Lot | None, int | None]
"""A product, what its code said besides, and the level by this till."""


def open_stock(till: Till, args: Args) -> None:
    """To the goods; who is no manager needs one to begin."""
    kind: StockKind = args.get("kind", "count")
    operator = till.state.desk.operator
    basket = till.state.desk.basket
    if basket is not None and basket.attempt is not None:
        raise Refused("basket.payment_under_way", state=basket.attempt.state)
    if till.state.stock is not None:
        till.change(place="stock", sheet=None, trouble=None, stock=_fresh(till.state.stock, kind))
        return
    if operator is not None and operator.role == "manager":
        _enter(till, kind, "")
        return
    managers = [one for one in till.state.shop.operators if one.role == "manager"]
    if not managers:
        raise Refused("staff.manager_needed", may_override="manager")
    till.change(sheet=ApprovalSheet("stock", managers[0].id, args={"kind": kind}), trouble=None)


def allowed(till: Till, sheet: ApprovalSheet, manager: Operator) -> None:
    """A manager lets them begin."""
    _enter(till, sheet.args["kind"], manager.id)


def _enter(till: Till, kind: StockKind, approver_id: str) -> None:
    def entered(today: Any) -> None:
        records, products = today
        task = StockTask(kind=kind, records=records, products=products, approver_id=approver_id)
        till.change(place="stock", stock=task, sheet=None, trouble=None, search=Search(), goods_over=False)
        if till.state.goods.category == PROMISES:
            till.change(goods=replace(till.state.goods, category=""))

    till.job(lambda counter: counter.checkout.stocking.today(counter.moment()), entered)


def is_open(till: Till) -> bool:
    """Whether what is scanned now is goods to count or move."""
    return till.state.place == "stock" and till.state.stock is not None


def leave(till: Till, args: Args) -> None:
    """Back to selling; what was begun stays."""
    till.change(place="sale", sheet=None, trouble=None, search=Search(), goods_over=False)


def finish(till: Till, args: Args) -> None:
    """Done: the next time begins anew. All of it was kept as it was confirmed."""
    task = till.state.stock
    leave(till, args)
    till.change(stock=None)
    if task is not None:
        till.toast("ok", "toast.stock_done", count=len(task.records))


def _fresh(task: StockTask, kind: StockKind) -> StockTask:
    return task if task.kind == kind else replace(task, kind=kind, digits="", details=StockDetails())


# Which goods


def pick(till: Till, product_id: str) -> None:
    """Chosen on the screen."""
    as_of = till.state.as_of

    def find(counter: Counter) -> Found:
        product = counter.reference.product(product_id, as_of)
        if product is None:
            raise Refused("product.gone", product_id=product_id)
        return product, None, counter.checkout.desk.stock.level(product.id)

    till.job(find, lambda found: _take(till, *found))


def enter(till: Till, text: str) -> None:
    """Enter in the search box: goods of exactly this code, or the only ones found."""
    as_of = till.state.as_of

    def find(counter: Counter) -> Found | None:
        product = counter.reference.product_by_code(text.strip(), as_of)
        if product is None:
            hits = counter.search(text, as_of)
            product = hits[0].product if len(hits) == 1 else None
        return (product, None, counter.checkout.desk.stock.level(product.id)) if product else None

    till.job(find, lambda found: _take(till, *found) if found else None)


def scan_job(data: str, symbology: str) -> Callable[[Counter], Found]:
    """What a scan asks of the worker while goods are counted."""

    def scan(counter: Counter) -> Found:
        counter.checkout.desk.require_session()
        product, lot = counter.checkout.stocking.find(data, symbology, counter.moment())
        return product, lot, counter.checkout.desk.stock.level(product.id)

    return scan


def scanned(till: Till, reply: Reply, at_ns: int) -> None:
    """The goods of a scan. The same once more is one more piece; others keep a count typed for the last."""
    till.touched()
    till.trace(at_ns)
    till.replied(reply)
    task = till.state.stock
    if reply.error is None and task is not None:
        product, lot, level_milli = reply.answer
        again = task.product is not None and task.product.id == product.id
        if again and lot is None and not product.by_weight:
            pieces = parse_quantity(task.digits or "1") + ONE_MILLI
            till.change(stock=replace(task, digits=str(pieces // ONE_MILLI)), trouble=None)
        elif task.kind == "count" and task.digits and not again:
            _keep(till, lambda: _take(till, product, lot, level_milli))
        else:
            _take(till, product, lot, level_milli)
    till.render()


def _take(till: Till, product: Product, lot: Lot | None, level_milli: int | None) -> None:
    task = till.state.stock
    if task is None:
        return
    told = NO_BATCH
    if lot is not None:
        told = {"batch": lot.batch, "expires": lot.expires or lot.best_before, "serial": lot.serial}
    digits = "1" if told["serial"] and task.kind != "count" else ""
    till.change(
        stock=replace(
            task,
            product=product,
            level_milli=level_milli,
            digits=digits,
            details=replace(task.details, **told),
        ),
        search=Search(),
        goods_over=False,
        trouble=None,
        sheet=None,
    )


# How many


def key(till: Till, name: str) -> None:
    """A key of the pad."""
    task = till.state.stock
    if task is not None and task.product is not None and not till.state.busy:
        decimals = 3 if task.product.by_weight else 0
        till.change(stock=replace(task, digits=edited(task.digits, name, DIGITS_MAX, decimals)), trouble=None)


def confirm(till: Till, args: Args) -> None:
    """Keep it."""
    task = till.state.stock
    if task is not None and task.product is not None and task.digits and not till.state.busy:
        _keep(till, lambda: None)


def _keep(till: Till, then: Callable[[], None]) -> None:
    task = till.state.stock
    assert task is not None and task.product is not None  # both callers have looked
    product, amount_milli = task.product, parse_quantity(task.digits)

    def keep(counter: Counter) -> StockRecord:
        stocking, moment = counter.checkout.stocking, counter.moment()
        if task.kind == "count":
            return stocking.count(product.id, amount_milli, moment, task.approver_id)
        more = asdict(task.details)
        return stocking.move(
            task.kind, product.id, amount_milli, moment, approver_id=task.approver_id, **more
        )

    def kept(record: StockRecord) -> None:
        now = till.state.stock
        if now is not None:
            products = {**now.products, product.id: product}
            done = replace(now, product=None, digits="", records=(record, *now.records), products=products)
            # A delivery has many goods, but each its own batch.
            details = replace(done.details, **NO_BATCH)
            till.change(stock=replace(done, details=details), trouble=None)
            then()

    till.job(keep, kept, busy=True)


# What kind, and why


def because(till: Till, args: Args) -> None:
    """Another reason."""
    task = till.state.stock
    if task is not None:
        details = replace(task.details, reason=str(args["reason"]))
        till.change(stock=replace(task, details=details), sheet=None, trouble=None)


def open_reasons(till: Till, args: Args) -> None:
    """Why goods move, and the details; a transfer has one reason, and asks where at once."""
    task = till.state.stock
    if task is None or task.kind == "count":
        return
    if len(REASONS[task.kind]) == 1:
        open_details(till, args)
        return
    till.change(sheet=MenuSheet("stock_reason"), trouble=None)


def fields_of(kind: StockKind) -> tuple[str, ...]:
    """What may be typed besides, by what is done."""
    if kind.startswith("transfer"):
        return ("other_store", "batch", "note")
    return ("batch", "expires", "note") if kind == "received" else ("batch", "note")


def open_details(till: Till, args: Args) -> None:
    """Batch, date, note, the other store."""
    task = till.state.stock
    if task is not None:
        names = fields_of(task.kind)
        texts = {name: str(getattr(task.details, name)) for name in names}
        till.change(
            sheet=StockSheet({**texts, "expires": texts.get("expires", "").replace("-", "")}, names[0])
        )


def focus(till: Till, args: Args) -> None:
    """Type into this field from now on."""
    sheet = till.state.sheet
    if isinstance(sheet, StockSheet):
        till.change(sheet=replace(sheet, focus=str(args["field"])))


def edit(till: Till, sheet: StockSheet, typed: str) -> None:
    """One key, of the pad, the letters or a hardware keyboard."""
    text = sheet.texts[sheet.focus]
    if typed == "backspace":
        text = text[:-1]
    elif typed == "clear":
        text = ""
    elif sheet.focus == "expires":
        text = (text + "".join(sign for sign in typed if sign in "0123456789"))[:DATE_DIGITS]
    else:
        text = (text + typed)[:TEXT_LENGTH_MAX]
    till.change(sheet=replace(sheet, texts={**sheet.texts, sheet.focus: text}, trouble=""))


def next_field(till: Till, sheet: StockSheet) -> None:
    """Tab: on to the next field."""
    task = till.state.stock
    if task is not None:
        names = fields_of(task.kind)
        till.change(sheet=replace(sheet, focus=names[(names.index(sheet.focus) + 1) % len(names)]))


def confirm_details(till: Till, args: Args) -> None:
    """Take what was typed; what is no date stays in the sheet."""
    sheet, task = till.state.sheet, till.state.stock
    if not isinstance(sheet, StockSheet) or task is None:
        return
    texts = {name: sheet.texts[name].strip() for name in fields_of(task.kind)}
    typed = texts.get("expires", "")
    if typed:
        try:
            texts["expires"] = date.fromisoformat(f"{typed[:4]}-{typed[4:6]}-{typed[6:]}").isoformat()
        except ValueError:
            till.change(sheet=replace(sheet, trouble="stock.date", focus="expires"))
            return
    till.change(stock=replace(task, details=replace(task.details, **texts)), sheet=None, trouble=None)
