"""What slides over a screen: options, something to type, an approval, a menu."""

from appliance.ui.presenters import member, member_sheet, promises, stock, stock_words, upgrades
from appliance.ui.presenters.discounts import reason_words as by_hand_reason
from appliance.ui.presenters.menus import menu
from appliance.ui.presenters.refund import reason_words
from appliance.ui.presenters.say import Say
from appliance.ui.presenters.sign_in import PIN_LENGTH
from appliance.ui.refusals import told
from appliance.ui.sheets import (
    ApprovalSheet,
    EnrolSheet,
    FoundSheet,
    MemberSheet,
    NoteSheet,
    OptionsSheet,
    StockSheet,
    TypingSheet,
)
from appliance.ui.state import TillState
from appliance.ui.views.parts import ControlView, KeypadView
from appliance.ui.views.sheets import (
    ApprovalSheetView,
    FieldView,
    OptionGroupView,
    OptionsSheetView,
    SheetView,
    TypingSheetView,
)
from retail.errors import ContractError
from retail.money import parse_amount
from retail.quantity import extend, parse_quantity

NUMBERS = ("phone", "reference", "receipt", "hold", "coupon", "gift_card", "payout_card")
"""Sheets whose field holds no amount."""
MONEY = ("open_price", "off_amount", "new_price", "top_up")
"""Sheets whose field holds money."""


def view(state: TillState, say: Say) -> SheetView | None:
    """The sheet above the present screen, if there is one."""
    sheet = state.sheet
    if sheet is None:
        return None
    if isinstance(sheet, OptionsSheet):
        return _options(state, say, sheet)
    if isinstance(sheet, TypingSheet):
        return _typing(state, say, sheet)
    if isinstance(sheet, ApprovalSheet):
        return _approval(state, say, sheet)
    if isinstance(sheet, FoundSheet):
        return member.found(say, sheet)
    if isinstance(sheet, EnrolSheet):
        return member.enrol(state, say, sheet)
    if isinstance(sheet, NoteSheet):
        return member_sheet.note(state, say, sheet)
    if isinstance(sheet, StockSheet):
        return stock_words.details(say, sheet)
    if isinstance(sheet, MemberSheet):
        return member_sheet.view(state, say, sheet)
    if sheet.kind == "stock":
        return stock_words.kinds_menu(state, say, stock.ways_out(say))
    if sheet.kind == "stock_reason":
        return stock_words.reasons_menu(state, say)
    if sheet.kind in ("upgrades", "upgrade"):
        return upgrades.menu(state, say, sheet.kind)
    if sheet.kind in ("confirm_value", "renew", "payouts", "payout"):
        return promises.menu(state, say, sheet)
    return menu(state, say, sheet.kind)


def _close(say: Say) -> ControlView:
    return say.control("sheet.close", "", icon="x")


def _trouble(say: Say, code: str) -> str:
    return told(say.tr, say.language, code, {})[1] if code else ""


def _options(state: TillState, say: Say, sheet: OptionsSheet) -> OptionsSheetView:
    groups, delta = [], 0
    for group_id in sheet.product.options:
        group = state.shop.option_groups.get(group_id)
        if group is None:
            continue
        chosen = sheet.choices.get(group_id, group.default)
        controls = []
        for choice in group.choices:
            detail = choice.detail
            if choice.price_delta_minor:
                extra = f"+{say.short_price(choice.price_delta_minor)}"
                detail = say.join(detail, extra)
            if choice.id == chosen:
                delta += choice.price_delta_minor
            controls.append(
                say.control(
                    f"option.{choice.id}",
                    say.name(choice.names),
                    "options.choose",
                    args={"group": group_id, "choice": choice.id},
                    detail=detail,
                    selected=choice.id == chosen,
                )
            )
        groups.append(OptionGroupView(say.name(group.names), tuple(controls)))
    amount = extend(sheet.product.price_minor + delta, sheet.quantity_milli)
    return OptionsSheetView(
        title=say.name(sheet.product.names),
        groups=tuple(groups),
        confirm=say.control("options.confirm", say.tr("action.apply"), busy=state.busy),
        amount=say.price(amount),
        close=_close(say),
        art=sheet.product.art,
        quantity_label=say.tr("options.quantity"),
        quantity=say.quantity(sheet.quantity_milli),
        minus=say.control("options.minus", "", "options.quantity", args={"by": -1}, icon="minus"),
        plus=say.control("options.plus", "", "options.quantity", args={"by": 1}, icon="plus"),
    )


def _typing(state: TillState, say: Say, sheet: TypingSheet) -> TypingSheetView:
    bad = _trouble(say, sheet.trouble)
    detail = confirm = title = ""
    name_shown = False
    if sheet.kind == "open_price":
        title, confirm, name_shown = say.tr("open_item.title"), say.tr("open_item.add"), True
        detail = say.tr("open_item.code", code=sheet.code) if sheet.code else say.tr("open_item.detail")
    elif sheet.kind == "weight" and sheet.product is not None:
        title, confirm = say.name(sheet.product.names), say.tr("weight.add")
        detail = _weight_detail(say, sheet)
    elif sheet.kind == "quantity":
        title, confirm, detail = say.tr("quantity.title"), say.tr("action.apply"), sheet.name
    elif sheet.kind == "phone":
        title, confirm, detail = say.tr("phone.title"), say.tr("phone.find"), say.tr("phone.detail")
    elif sheet.kind == "reference":
        title, confirm, detail = (
            say.tr("reference.title"),
            say.tr("reference.confirm"),
            say.tr("reference.detail"),
        )
    elif sheet.kind == "receipt":
        title, confirm, detail = say.tr("receipt.title"), say.tr("receipt.find"), say.tr("receipt.detail")
    elif sheet.kind == "hold":
        title, confirm, detail = say.tr("hold.title"), say.tr("basket.hold"), say.tr("hold.detail")
    elif sheet.kind == "top_up":
        title, confirm, detail = say.tr("promise.top_up"), say.tr("open_item.add"), _top_up_detail(state, say)
    elif sheet.kind == "gift_card":
        title, confirm, detail = (
            say.tr("gift_card.title"),
            say.tr("open_item.add"),
            say.tr("gift_card.detail"),
        )
    elif sheet.kind == "payout_card":
        title, confirm, detail = say.tr("payout.gift_card"), say.tr("payout.ask"), say.tr("own.scan_or_type")
    elif sheet.kind == "coupon":
        title, confirm, detail = say.tr("coupon.title"), say.tr("coupon.use"), say.tr("coupon.detail")
    elif sheet.kind in ("off_percent", "off_amount", "new_price"):
        title = say.tr("by_hand.line_price" if sheet.kind == "new_price" else "basket.discount")
        confirm, detail = say.tr("by_hand.next"), sheet.name or say.tr("by_hand.whole")
    fields: tuple[FieldView, ...] = (_digits_field(say, sheet, bad),)
    if name_shown:
        name = FieldView(
            say.tr("open_item.name"),
            sheet.name,
            hint=say.tr("open_item.name_hint"),
            focused=sheet.focus == "name",
            control=say.control("field.name", "", "field.focus", args={"field": "name"}),
        )
        fields = (name, *fields)
    return TypingSheetView(
        title=title,
        fields=fields,
        keypad=KeypadView(say.tr("action.clear") if sheet.kind in NUMBERS else ""),
        close=_close(say),
        confirm=say.control(
            "sheet.confirm", confirm, "typing.confirm", enabled=_ready(sheet), why=confirm, busy=state.busy
        ),
        detail=detail,
        other=_other(say, sheet),
    )


def _other(say: Say, sheet: TypingSheet) -> ControlView | None:
    """Another way on from what is asked for."""
    if sheet.kind == "receipt":
        return say.control("refund.no_receipt", say.tr("refund.no_receipt"))
    if sheet.kind == "gift_card":
        return say.control("promise.reload", say.tr("promise.reload"), enabled=bool(sheet.digits))
    return say.control("member.enrol", say.tr("member.enrol")) if sheet.kind == "phone" else None


def _top_up_detail(state: TillState, say: Say) -> str:
    """What the shop gives on top, step by step."""
    rules = state.shop.benefits.value
    sign = len(say.unit.sign)
    steps = [
        say.tr(
            "promise.step",
            paid=say.short_price(step.paid_minor)[sign:],
            bonus=say.short_price(step.bonus_minor)[sign:],
        )
        for step in (rules.steps if rules else ())
        if step.bonus_minor
    ]
    return say.join(*steps)


def _ready(sheet: TypingSheet) -> bool:
    return bool(sheet.digits) and (sheet.kind != "open_price" or bool(sheet.name.strip()))


def _digits_field(say: Say, sheet: TypingSheet, bad: str) -> FieldView:
    labels = {
        "open_price": "open_item.price",
        "weight": "weight.label",
        "quantity": "quantity.label",
        "phone": "phone.label",
        "reference": "reference.label",
        "receipt": "receipt.label",
        "hold": "hold.label",
        "top_up": "promise.amount",
        "gift_card": "own.number",
        "payout_card": "own.number",
        "coupon": "coupon.label",
        "off_percent": "by_hand.percent_label",
        "off_amount": "by_hand.amount_label",
        "new_price": "open_item.price",
    }
    unit = sheet.product.unit if sheet.product else "kg"
    text = f"{say.unit.sign}{sheet.digits}" if sheet.kind in MONEY and sheet.digits else sheet.digits
    return FieldView(
        say.tr(labels[sheet.kind], unit=unit) if sheet.kind == "weight" else say.tr(labels[sheet.kind]),
        text,
        focused=sheet.focus == "digits",
        bad=bad,
        control=say.control("field.digits", "", "field.focus", args={"field": "digits"})
        if sheet.kind == "open_price"
        else None,
    )


def _weight_detail(say: Say, sheet: TypingSheet) -> str:
    product = sheet.product
    assert product is not None  # a weight sheet is always of a product
    per = say.tr("goods.per_unit", price=say.price(product.price_minor), unit=product.unit)
    try:
        milli = parse_quantity(sheet.digits) if sheet.digits else 0
    except ContractError:
        return per
    if not milli:
        return say.join(per, say.tr("weight.hint", unit=product.unit))
    return (
        say.times(f"{say.quantity(milli)} {product.unit}", per)
        + f" = {say.price(extend(product.price_minor, milli))}"
    )


def _approval(state: TillState, say: Say, sheet: ApprovalSheet) -> ApprovalSheetView:
    managers = [one for one in state.shop.operators if one.role == "manager"]
    bad = ""
    if sheet.trouble:
        title, todo = told(
            say.tr, say.language, sheet.trouble, {"seconds": sheet.seconds, "tries_left": sheet.seconds}
        )
        bad = say.tr("toast.trouble", title=title, todo=todo)
    return ApprovalSheetView(
        title=say.tr("approval.title"),
        reason=_asked(state, say, sheet),
        who=say.tr("approval.who"),
        keypad=KeypadView(say.tr("action.clear"), enabled=not state.pin_busy),
        close=_close(say),
        pin_length=PIN_LENGTH,
        pin_typed=len(sheet.pin),
        bad=bad,
        approvers=tuple(
            say.control(
                f"approver.{one.id}",
                say.name(one.names),
                "approval.who",
                args={"id": one.id},
                selected=one.id == sheet.operator_id,
            )
            for one in managers
        ),
    )


def _asked(state: TillState, say: Say, sheet: ApprovalSheet) -> str:
    """What the manager is asked for."""
    if sheet.what == "sell_expired":
        return say.tr("approval.sell_expired", date=sheet.args.get("date", ""))
    if sheet.what == "as_cash":
        return say.tr("approval.as_cash")
    if sheet.what == "no_receipt":
        return say.tr("approval.no_receipt", reason=reason_words(say, sheet.reason))
    if sheet.what == "void":
        return say.tr("approval.void", reason=reason_words(say, sheet.reason))
    if sheet.what == "payout":
        return say.tr("approval.payout", amount=say.price(-state.desk.due_minor))
    if sheet.what == "stock":
        return say.tr("approval.stock")
    if sheet.what == "by_hand":
        return _by_hand_asked(say, sheet)
    return say.tr("approval.confirm_paid")


def _by_hand_asked(say: Say, sheet: ApprovalSheet) -> str:
    """What the discount is, why, and what the cashier may give alone."""
    value, reason = int(sheet.args["value"]), by_hand_reason(say, str(sheet.args["reason"]))
    if sheet.args["kind"] == "new_price":
        return say.tr("approval.new_price", price=say.price(value), reason=reason)
    off = f"{value / 100:g}%" if sheet.args["kind"] == "off_percent" else say.price(value)
    allowed = say.price(int(sheet.args["allowed_minor"]))
    return say.tr("approval.discount", off=off, reason=reason, allowed=allowed)


def typed_amount(sheet: TypingSheet, say: Say) -> int:
    """The price on the keypad; `ContractError` when it is none."""
    return parse_amount(sheet.digits, say.unit)
