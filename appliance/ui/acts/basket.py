"""The basket: lines, quantities, options, putting aside, taking goods back."""

from dataclasses import replace
from typing import Any

from appliance.checkout.basket import Line
from appliance.ui.acts.goods import add
from appliance.ui.counter import Counter
from appliance.ui.sheets import OptionsSheet, TypingSheet
from appliance.ui.state import Removed
from appliance.ui.till import Args, Till
from retail.errors import Refused
from retail.quantity import ONE_MILLI, QUANTITY_MILLI_MAX

UNDO_MS = 5_000
REMOVED_MAX = 3


def line_of(till: Till, args: Args) -> Line:
    """The line an intent speaks of; refused when it is gone."""
    basket = till.state.desk.basket
    if basket is None:
        raise Refused("line.not_there")
    return basket.line(str(args["line"]))


def select(till: Till, args: Args) -> None:
    """Point at a line."""
    line_id = line_of(till, args).line_id
    till.job(lambda counter: counter.checkout.selling.select(line_id))


def more(till: Till, args: Args) -> None:
    """One more of it."""
    _change_by(till, line_of(till, args), ONE_MILLI)


def less(till: Till, args: Args) -> None:
    """One less; the last one takes the line out."""
    _change_by(till, line_of(till, args), -ONE_MILLI)


def _change_by(till: Till, line: Line, step_milli: int) -> None:
    sign = 1 if line.quantity_milli > 0 else -1
    size_milli = abs(line.quantity_milli) + step_milli
    if size_milli <= 0:
        _remove(till, line)
        return
    line_id, quantity_milli = line.line_id, sign * size_milli
    till.job(
        lambda counter: counter.checkout.selling.set_quantity(line_id, quantity_milli, counter.moment()),
        lambda _: till.change(trouble=None),
    )


def open_quantity(till: Till, args: Args) -> None:
    """Type how many."""
    line = line_of(till, args)
    name = line.names.get(till.state.language, next(iter(line.names.values()), ""))
    if line.by_weight:
        till.change(sheet=TypingSheet("quantity", subject=line.line_id, name=f"{name} ({line.unit})"))
    else:
        till.change(sheet=TypingSheet("quantity", subject=line.line_id, name=name))


def set_quantity(till: Till, line_id: str, quantity_milli: int) -> None:
    """What was typed; a line that is being taken back stays one."""
    line = line_of(till, {"line": line_id})
    if quantity_milli == 0:
        till.change(sheet=None)
        _remove(till, line)
        return
    sign = 1 if line.quantity_milli > 0 else -1
    wanted = sign * min(quantity_milli, QUANTITY_MILLI_MAX + ONE_MILLI)
    till.job(
        lambda counter: counter.checkout.selling.set_quantity(line_id, wanted, counter.moment()),
        lambda _: till.change(sheet=None, trouble=None),
    )


def remove(till: Till, args: Args) -> None:
    """Take a line out; it can be put back for five seconds."""
    _remove(till, line_of(till, args))


def _remove(till: Till, line: Line) -> None:
    basket = till.state.desk.basket
    position = basket.lines.index(line) if basket else 0
    line_id = line.line_id

    def removed(_: Any) -> None:
        if line.promise is not None and line.promise.grant.auth_id:
            till.change(trouble=None)
            return
        gone = Removed(line, position, till.state.now_ms + UNDO_MS)
        till.change(removed=(*till.state.removed, gone)[-REMOVED_MAX:], trouble=None)

    till.job(lambda counter: counter.checkout.selling.remove(line_id, counter.moment()), removed)


def put_back(till: Till, args: Args) -> None:
    """Undo a removal."""
    gone = next((one for one in till.state.removed if one.line.line_id == args["line"]), None)
    if gone is None:
        raise Refused("line.not_there")
    till.change(removed=tuple(one for one in till.state.removed if one is not gone))
    till.job(lambda counter: counter.checkout.selling.put_back(gone.line, counter.moment()))


def clear(till: Till, args: Args) -> None:
    """Everything out, after being asked."""
    till.change(sheet=None)
    till.job(
        lambda counter: counter.checkout.selling.clear(counter.moment()),
        lambda _: till.change(removed=(), trouble=None),
    )


def hold(till: Till, args: Args) -> None:
    """Put the basket aside for the next customer, under a name if one is given; a payment is followed on."""
    name = str(args.get("name", ""))

    def suspend(counter: Counter) -> None:
        counter.checkout.selling.suspend(name)
        counter.stale()

    def held(_: Any) -> None:
        till.change(place="sale", removed=(), trouble=None, sheet=None)
        till.toast("ok", "toast.held")

    till.job(suspend, held)


def recall(till: Till, args: Args) -> None:
    """Bring a basket back."""
    basket_id = str(args["basket"])

    def bring(counter: Counter) -> None:
        counter.checkout.selling.recall(basket_id)
        counter.checkout.people.take_balances()
        counter.stale()

    def brought(_: Any) -> None:
        basket = till.state.desk.basket
        under_way = basket is not None and basket.attempt is not None
        till.change(place="tender" if under_way else "sale", sheet=None, removed=(), trouble=None)
        if basket is not None and basket.refund is not None and basket.refund.mode == "void":
            till.change(place="giveback")

    till.job(bring, brought)


# Options


def open_options(till: Till, args: Args) -> None:
    """Choose size, sugar, milk of a line."""
    line = line_of(till, args)
    as_of, product_id = till.state.as_of, line.product_id

    def opened(product: Any) -> None:
        if product is None:
            raise Refused("product.gone", product_id=product_id)
        choices = {option.group_id: option.choice_id for option in line.options}
        till.change(sheet=OptionsSheet(line.line_id, product, choices, line.quantity_milli), trouble=None)

    till.job(lambda counter: counter.reference.product(product_id, as_of), opened)


def choose_option(till: Till, args: Args) -> None:
    """Another answer to one question."""
    sheet = till.state.sheet
    if isinstance(sheet, OptionsSheet):
        choices = {**sheet.choices, str(args["group"]): str(args["choice"])}
        till.change(sheet=replace(sheet, choices=choices))


def option_quantity(till: Till, args: Args) -> None:
    """How many with these options."""
    sheet = till.state.sheet
    if isinstance(sheet, OptionsSheet):
        sign = 1 if sheet.quantity_milli > 0 else -1
        size_milli = max(ONE_MILLI, abs(sheet.quantity_milli) + int(args["by"]) * ONE_MILLI)
        till.change(sheet=replace(sheet, quantity_milli=sign * size_milli))


def confirm_options(till: Till, args: Args) -> None:
    """Options and quantity as chosen."""
    sheet = till.state.sheet
    if not isinstance(sheet, OptionsSheet):
        return
    line = line_of(till, {"line": sheet.line_id})

    def apply(counter: Counter) -> None:
        moment = counter.moment()
        if sheet.quantity_milli != line.quantity_milli:
            counter.checkout.selling.set_quantity(sheet.line_id, sheet.quantity_milli, moment)
        counter.checkout.selling.choose_options(sheet.line_id, dict(sheet.choices), moment)

    till.job(apply, lambda _: till.change(sheet=None, trouble=None), busy=True)


# Goods sold by name


def open_open_item(till: Till, args: Args) -> None:
    """Sell something that has no product: a name and a price."""
    name, code = str(args.get("name", "")), str(args.get("code", ""))
    words = till.outside.words(till.state.language)
    sheet = TypingSheet("open_price", name=name or words("open_item.default_name"), code=code)
    till.change(sheet=sheet, trouble=None)


def sell_by_name(till: Till, sheet: TypingSheet, price_minor: int) -> None:
    """The name and price as typed."""

    def sell(counter: Counter) -> None:
        counter.checkout.desk.require_session()
        counter.checkout.selling.add_open_item(sheet.name, price_minor, counter.moment(), code=sheet.code)

    add(till, sell)


def sell_weighed(till: Till, sheet: TypingSheet, quantity_milli: int) -> None:
    """Goods by weight, with the weight as typed."""

    def sell(counter: Counter) -> None:
        counter.checkout.desk.require_session()
        counter.checkout.selling.add_product_id(
            sheet.subject, counter.moment(), quantity_milli=quantity_milli, weighed=True
        )

    add(till, sell)
