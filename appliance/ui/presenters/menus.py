"""Menus: lists of actions that are not needed often."""

from appliance.checkout.ports import Effect
from appliance.checkout.refunding import REASONS
from appliance.ui.presenters import discounts
from appliance.ui.presenters.notices import CAPABILITY, offered
from appliance.ui.presenters.refund import reason_words
from appliance.ui.presenters.say import Say
from appliance.ui.presenters.sign_in import LANGUAGES
from appliance.ui.refusals import device_word, told
from appliance.ui.state import TillState
from appliance.ui.views.parts import ControlView
from appliance.ui.views.sheets import MenuSheetView
from retail.messages.events import SaleVoided
from retail.quantity import ONE_MILLI

THEMES = ("light", "dark", "contrast")


def menu(state: TillState, say: Say, kind: str) -> MenuSheetView:
    """The menu of that kind."""
    if kind == "suspended":
        return _suspended(state, say)
    if kind == "clear":
        return _clear(say)
    if kind == "last_sale":
        return _last_sale(state, say)
    if kind == "no_receipt":
        return _reasons(say, "refund.no_receipt_because", say.tr("refund.no_receipt"))
    if kind == "void":
        return _void(state, say)
    if kind in ("discount", "discount_reason"):
        return discounts.menu(state, say, kind)
    if kind == "devices":
        return _devices(state, say)
    return _effects(state, say) if kind == "effects" else _main(state, say)


def _close(say: Say) -> ControlView:
    return say.control("sheet.close", "", icon="x")


def _main(state: TillState, say: Say) -> MenuSheetView:
    languages = tuple(
        say.control(
            f"language.{key}", name, "language.choose", args={"language": key}, selected=key == state.language
        )
        for key, name in LANGUAGES
    )
    themes = tuple(
        say.control(
            f"theme.{key}",
            say.tr(f"theme.{key}"),
            "theme.choose",
            args={"theme": key},
            selected=key == state.theme,
        )
        for key in THEMES
    )
    tools: tuple[ControlView, ...] = (
        say.control("menu.open_item", say.tr("open_item.sell"), "open_item.open", icon="pencil"),
        say.control("menu.drawer", say.tr("drawer.open"), "drawer.open", icon="archive"),
    )
    stock = say.control(
        "menu.stock", say.tr("stock.title"), "menu.open", args={"kind": "stock"}, icon="clipboard-list"
    )
    tools = (*tools, stock)
    if state.has_goods:
        hold = say.control("menu.hold_named", say.tr("basket.hold_named"), "basket.hold_named", icon="pause")
        tools = (*tools, hold)
    else:
        tools = (
            *tools,
            say.control("menu.coupon", say.tr("coupon.enter"), "coupon.open", icon="ticket-check"),
        )
    if (
        not state.has_goods
        and state.desk.last_sale is not None
        and not isinstance(state.desk.last_sale, SaleVoided)
    ):
        void = say.control(
            "menu.void", say.tr("void.last"), "menu.open", args={"kind": "void"}, icon="trash-2"
        )
        tools = (*tools, void)
    if state.shop.benefits.sells and not state.has_goods:
        payout = say.control("menu.payouts", say.tr("payout.title"), "payout.open", icon="wallet")
        tools = (*tools, payout)
    if state.small:
        tools = (*tools, *_basket_tools(state, say))
    training = (
        say.control("menu.training_end", say.tr("training.end"), "training.end", icon="log-out")
        if state.desk.training
        else say.control("menu.training", say.tr("training.begin"), "training.begin", icon="users")
    )
    sign_out = say.control("menu.sign_out", say.tr("menu.sign_out"), "sign_out", icon="log-out")
    controls = (*tools, *languages, *themes, training, sign_out)
    return MenuSheetView(say.tr("menu.title"), controls, _close(say))


def _basket_tools(state: TillState, say: Say) -> tuple[ControlView, ...]:
    """What a small screen has no room for under the basket."""
    basket = state.desk.basket
    on = basket is not None and basket.returning
    count = len(state.desk.suspended)
    found = [
        say.control(
            "sale.refund",
            say.tr("sale.return_end" if on else "sale.return"),
            "sale.returning",
            args={"on": not on},
        )
    ]
    if count:
        words = say.tr("basket.recall_count", count=count)
        found.append(say.control("basket.recall", words, "menu.open", args={"kind": "suspended"}))
    if state.has_goods or state.has_coupons:
        found.append(
            say.control("basket.discount", say.tr("basket.discount"), "menu.open", args={"kind": "discount"})
        )
        found.append(say.control("basket.hold", say.tr("basket.hold")))
        found.append(say.control("basket.clear", say.tr("basket.clear"), "menu.open", args={"kind": "clear"}))
    elif state.desk.last_sale is not None:
        sale = state.desk.last_sale
        found.append(
            say.control(
                "last_sale.reprint", say.tr("receipt.reprint"), "receipt.reprint", args={"sale": sale.number}
            )
        )
    return tuple(found)


def _suspended(state: TillState, say: Say) -> MenuSheetView:
    controls = []
    for basket in state.desk.suspended:
        pieces = say.tr("basket.count", count=basket.count_milli() // ONE_MILLI)
        first = say.name(basket.lines[0].names) if basket.lines else ""
        paying = say.tr("suspended.paying") if basket.attempt else ""
        controls.append(
            say.control(
                f"suspended.{basket.basket_id}",
                say.join(basket.order_number, basket.name, pieces),
                "basket.recall",
                args={"basket": basket.basket_id},
                detail=say.join(first, paying),
            )
        )
    return MenuSheetView(
        say.tr("suspended.title"), tuple(controls), _close(say), detail=say.tr("suspended.detail")
    )


def _clear(say: Say) -> MenuSheetView:
    return MenuSheetView(
        say.tr("clear.title"),
        (),
        _close(say),
        detail=say.tr("clear.detail"),
        confirm=say.control("clear.confirm", say.tr("basket.clear"), "basket.clear"),
    )


def _last_sale(state: TillState, say: Say) -> MenuSheetView:
    sale = state.desk.last_sale
    if sale is None:
        return MenuSheetView(say.tr("last_sale.none"), (), _close(say))
    rows = []
    for line in sale.lines[:8]:
        many = "" if line.quantity_milli == ONE_MILLI else say.quantity(line.quantity_milli)
        name = say.name(line.names)
        rows.append(f"{say.times(name, many) if many else name}  {say.amount(line.total_minor)}")
    if len(sale.lines) > 8:
        rows.append(say.tr("basket.below", count=len(sale.lines) - 8))
    rows.append(say.tr("done.total", amount=say.price(sale.total_minor)))
    return MenuSheetView(
        say.tr("last_sale.title", number=sale.order_number),
        (
            say.control(
                "last_sale.reprint", say.tr("receipt.reprint"), "receipt.reprint", args={"sale": sale.number}
            ),
            say.control("last_sale.refund", say.tr("sale.return"), "refund.sale", args={"sale": sale.number}),
        ),
        _close(say),
        detail="\n".join(rows),
    )


def _reasons(say: Say, intent: str, title: str, detail: str = "") -> MenuSheetView:
    controls = tuple(
        say.control(f"reason.{reason}", reason_words(say, reason), intent, args={"reason": reason})
        for reason in REASONS
    )
    return MenuSheetView(title, controls, _close(say), detail=detail or say.tr("refund.why"))


def _void(state: TillState, say: Say) -> MenuSheetView:
    sale = state.desk.last_sale
    if sale is None:
        return MenuSheetView(say.tr("last_sale.none"), (), _close(say))
    detail = say.tr("void.detail", amount=say.price(sale.total_minor))
    return _reasons(say, "void.because", say.tr("refund.title_void", number=sale.order_number), detail)


def _devices(state: TillState, say: Say) -> MenuSheetView:
    if not state.devices.connected:
        title, todo = told(say.tr, say.language, "ipc.not_connected", {})
        return MenuSheetView(title, (), _close(say), detail=todo)
    controls = []
    for device in state.devices.known:
        if device.fault or device.state not in ("ready", "opening"):
            fault = device.fault or ("device.lost" if device.state == "backing_off" else "device.absent")
            text = device_word(say.tr, device.capability, fault)
            detail = told(say.tr, say.language, fault, {"capability": device.capability})[1]
        else:
            text = device_word(say.tr, device.capability, "ok")
            detail = say.tr("device.test_hint")
        controls.append(
            say.control(f"device.{device.id}", text, "device.test", args={"device": device.id}, detail=detail)
        )
    return MenuSheetView(say.tr("devices.title"), tuple(controls), _close(say))


def _effects(state: TillState, say: Say) -> MenuSheetView:
    controls: list[ControlView] = []
    for effect in offered(state)[:4]:
        again = say.tr("receipt.again") if effect.kind == "receipt" else say.tr("drawer.again")
        arg = {"effect": effect.effect_id}
        controls.append(
            say.control(
                f"effect.again.{effect.kind}", again, "effect.again", args=arg, detail=_why(say, effect)
            )
        )
        words = say.tr("effect.dismiss")
        controls.append(say.control(f"effect.dismiss.{effect.kind}", words, "effect.dismiss", args=arg))
    unheard = any(not effect.fault for effect in offered(state))
    detail = say.tr("effects.detail") if unheard else ""
    return MenuSheetView(say.tr("effects.title"), tuple(controls), _close(say), detail=detail)


def _why(say: Say, effect: Effect) -> str:
    """What was meant and what became of it."""
    if effect.fault:
        return told(say.tr, say.language, effect.fault, {"capability": CAPABILITY[effect.kind]})[0]
    return say.tr("effect.unknown_receipt" if effect.kind == "receipt" else "effect.unknown_drawer")
