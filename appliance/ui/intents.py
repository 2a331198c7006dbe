"""One table from the name of an intent to what it does."""

from collections.abc import Callable

from appliance.ui.acts import (
    basket,
    devices,
    discounts,
    goods,
    own_money,
    paying,
    people,
    promises,
    refunds,
    sheets,
)
from appliance.ui.till import Args, Till
from appliance.ui.views.parts import Intent
from retail.errors import InvariantBroken

Act = Callable[[Till, Args], None]

ACTS: dict[str, Act] = {
    # People
    "operator.choose": people.choose_operator,
    "sign_out": people.sign_out,
    "language.choose": people.choose_language,
    "theme.choose": people.choose_theme,
    "member.phone": people.open_phone,
    "member.detach": people.detach_member,
    "approval.who": people.choose_approver,
    # Goods
    "goods.category": goods.category,
    "goods.pick": goods.pick,
    "goods.ask_manager": goods.ask_manager,
    "goods.open": goods.open_goods,
    "goods.close": goods.close_goods,
    "search.focus": goods.focus,
    "search.clear": goods.clear,
    "search.done": goods.done,
    "open_item.open": basket.open_open_item,
    # Basket
    "line.select": basket.select,
    "line.more": basket.more,
    "line.less": basket.less,
    "line.remove": basket.remove,
    "line.put_back": basket.put_back,
    "quantity.open": basket.open_quantity,
    "options.open": basket.open_options,
    "options.choose": basket.choose_option,
    "options.quantity": basket.option_quantity,
    "options.confirm": basket.confirm_options,
    "basket.hold": basket.hold,
    "basket.recall": basket.recall,
    "basket.clear": basket.clear,
    "basket.hold_named": sheets.open_hold,
    # Codes and prices by hand
    "coupon.open": discounts.open_code,
    "coupon.remove": discounts.take_code,
    "discount.type": discounts.type_amount,
    "discount.because": discounts.because,
    "discount.remove": discounts.remove,
    # Goods that come back
    "sale.returning": refunds.begin,
    "refund.sale": refunds.of_sale,
    "refund.more": refunds.more,
    "refund.less": refunds.less,
    "refund.reason": refunds.choose_reason,
    "refund.leave": refunds.leave,
    "refund.confirm": refunds.confirm,
    "refund.exchange": refunds.exchange,
    "refund.give": refunds.give,
    "refund.ask": refunds.ask,
    "refund.as_cash": refunds.as_cash,
    "refund.finish": refunds.finish,
    "refund.edit": refunds.edit,
    "refund.no_receipt": refunds.no_receipt,
    "refund.no_receipt_because": refunds.no_receipt_because,
    "refund.void": refunds.void,
    "refund.leave_void": refunds.leave_void,
    "void.because": refunds.void_last,
    "training.begin": refunds.train,
    "training.end": refunds.end_training,
    # Paying
    "pay.with": paying.pay_with,
    "tender.choose": paying.choose,
    "tender.back": paying.back,
    "tender.undo": paying.undo,
    "cash.take": paying.cash,
    "cash.refund": paying.cash_refund,
    "card.settled": paying.card_settled,
    "own.ask": own_money.ask,
    "own.card": own_money.card,
    "own.other_card": own_money.other_card,
    "promise.pick": promises.pick,
    "promise.sell": promises.sell_prepaid,
    "promise.reload": promises.reload,
    "payout.open": promises.open_payouts,
    "payout.card": promises.card_out,
    "payout.ask": promises.ask,
    "payout.pay": promises.pay,
    "payout.drop": promises.drop,
    "qr.ask": paying.ask_qr,
    "qr.query": paying.query,
    "qr.close": paying.close,
    "unknown.confirm": paying.ask_manager,
    "done.next": sheets.next_sale,
    # Devices
    "drawer.open": devices.open_drawer,
    "receipt.reprint": devices.reprint,
    "effect.again": devices.again,
    "effect.dismiss": devices.dismiss,
    "device.test": devices.test,
    # Sheets and keys
    "menu.open": sheets.open_menu,
    "sheet.close": sheets.close,
    "notice.dismiss": sheets.dismiss_notice,
    "field.focus": sheets.focus_field,
    "typing.confirm": sheets.confirm_typing,
    "keypad.key": sheets.keypad_key,
    "keyboard.text": sheets.keyboard_text,
    "keyboard.key": sheets.keyboard_key,
}


def act(till: Till, intent: Intent) -> None:
    """Carry an intent out; `InvariantBroken` for one that no part of the till knows."""
    handler = ACTS.get(intent.name)
    if handler is None:
        raise InvariantBroken("ui.unknown_intent", intent=intent.name)
    handler(till, intent.args)
