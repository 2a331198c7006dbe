"""Every code that can reach a cashier, as a sentence that says what to do next.

Owns which words a code is told by: `trouble.<key>` says what happened, `trouble.<key>.do` what to do.
A test walks all codes that the rules, the sockets and the devices can raise and fails for one that
is not here.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from retail.catalogue import name_in
from retail.money import Currency, format_price


class Words(Protocol):
    """The text of a key in one language."""

    def __call__(self, key: str, **params: Any) -> str: ...


SETUP = "setup"
"""A configuration or document that a technician or HQ must put right; the code stands beside it."""

TOLD_AS: dict[str, str] = {
    # Goods and basket
    "scan.unreadable": "scan_unreadable",
    "scan.garbled": "scan_unreadable",
    "scan.wrong_check_digit": "scan_check_digit",
    "scan.unknown_code": "scan_unknown",
    "scan.payment_code": "scan_payment_code",
    "scan.receipt_unknown": "scan_receipt_unknown",
    "receipt.not_ours": "refund_no_sale",
    "scan.too_fast": "too_fast",
    "scan.gs1": "scan_gs1",
    "gs1.characters": "scan_gs1",
    "gs1.contradicts": "scan_gs1",
    "gs1.date": "scan_gs1",
    "gs1.too_long": "scan_gs1",
    "gs1.torn": "scan_gs1",
    "gs1.unknown_ai": "scan_gs1",
    "scan.expired": "scan_expired",
    "scan.serial_in_basket": "serial_in_basket",
    "scan.serial_sold": "serial_sold",
    # Stock
    "stock.date": "stock_input",
    "stock.no_other_store": "stock_store",
    "stock.not_goods": "stock_not_goods",
    "stock.quantity": "stock_input",
    "stock.reason": "stock_input",
    "stock.text_too_long": "stock_input",
    "stock.unknown_kind": "stock_input",
    "stock.serial_is_one": "serial_is_one",
    "product.sold_out": "sold_out",
    "product.needs_weight": "needs_weight",
    "product.gone": "product_gone",
    "option.unknown_choice": "product_gone",
    "basket.empty": "basket_empty",
    "basket.full": "basket_full",
    "basket.payment_under_way": "payment_under_way",
    "basket.partly_paid": "partly_paid",
    "basket.another_open": "another_open",
    "basket.not_suspended": "not_suspended",
    "line.not_there": "line_not_there",
    "quantity.zero": "quantity",
    "quantity.too_large": "quantity_too_large",
    "quantity.not_whole": "quantity_not_whole",
    "quantity.sign": "quantity_sign",
    "quantity.not_a_number": "quantity",
    "quantity.not_in_thousandths": "quantity_thousandths",
    "open_item.name": "open_item_name",
    "open_item.price": "open_item_price",
    "price.empty": "open_item_price",
    "price.missing": "price_missing",
    # Codes and prices by hand
    "coupon.unknown": "coupon_unknown",
    "coupon.already_there": "coupon_there",
    "coupon.not_there": "line_not_there",
    "coupon.too_many": "coupon_too_many",
    "by_hand.amount": "by_hand_amount",
    "by_hand.reason_needed": "by_hand_amount",
    "pricing.manual_over_limit": "by_hand_over",
    "pricing.manual_unknown_line": "line_not_there",
    "pricing.override_needs_approval": "by_hand_over",
    "pricing.override_unknown_line": "line_not_there",
    "pricing.override_below_nothing": "open_item_price",
    "pricing.amount_too_large": "amount_out_of_range",
    # Money
    "sale.not_paid": "sale_not_paid",
    "sale.tenders_do_not_sum": "sale_not_paid",
    "tender.amount_out_of_range": "amount_out_of_range",
    "tender.cannot_undo": "tender_cannot_undo",
    "tender.not_there": "tender_not_there",
    "tender.nothing_due": "nothing_due",
    "tender.nothing_given": "nothing_given",
    "tender.refund_due": "refund_due",
    "tender.unknown_type": SETUP,
    "tender.offline": "qr_offline",
    "payment.none_under_way": "no_payment",
    "payment.reference_needed": "reference_needed",
    "payment.declined": "payment_declined",
    "payment.expired": "payment_expired",
    "payment.cancelled": "payment_cancelled",
    "money.not_an_amount": "amount_unclear",
    "money.too_large": "amount_out_of_range",
    "money.too_many_decimals": "amount_decimals",
    "money.unknown_currency": SETUP,
    # Our own money
    "own_money.not_offered": "own_not_offered",
    "points.not_offered": "own_not_offered",
    "points.other_worth": "own_not_offered",
    "value.other_currency": "own_not_offered",
    "own_money.member_needed": "own_member",
    "own_money.not_for_promises": "own_promises",
    "own_money.empty": "own_empty",
    "amount.not_positive": "own_empty",
    "amount.too_large": "amount_out_of_range",
    "own_money.too_much": "own_too_much",
    "own_money.offline": "own_offline",
    "own_money.silent": "own_silent",
    "own_money.declined": "own_declined",
    "stored_value.not_enough": "value_not_enough",
    "gift_card.not_enough": "card_not_enough",
    "points.not_enough": "points_not_enough",
    "points.not_in_steps": "points_steps",
    "points.none_to_use": "points_none",
    "points.too_many": "points_many",
    "gift_card.unknown": "card_unknown_gift",
    "gift_card.closed": "gift_card_bad",
    "gift_card.frozen": "gift_card_bad",
    "gift_card.expired": "gift_card_bad",
    "gift_card.number": "gift_card_number",
    "gift_card.scan_first": "gift_card_scan",
    "gift_card.in_basket": "gift_card_twice",
    "member.frozen": "member_frozen",
    "promise.gone": "promise_gone",
    "promise.member_needed": "promise_member",
    "promise.member_unknown": "promise_member",
    "promise.member_stays": "promise_stays",
    "promise.not_with_returns": "promise_returns",
    "promise.not_renewable": "promise_renew",
    "promise.renewed_already": "promise_renew",
    "line.is_promise": "promise_line",
    "top_up.outside_limits": "top_up_limits",
    "top_up.balance_too_large": "top_up_balance",
    "basket.is_payout": "is_payout",
    "payout.none": "payout_none",
    "payout.nothing": "payout_none",
    "payout.in_use": "payout_in_use",
    "payout.unclear": "payout_refused",
    "payout.cash_only": "payout_cash",
    # Goods that come back
    "refund.is_promise": "refund_promise",
    "refund.own_money_stays": "refund_tenders",
    "refund.more_than_sold": "refund_too_much",
    "refund.no_sale": "refund_no_sale",
    "refund.sale_voided": "refund_voided",
    "refund.all_came_back": "refund_spent",
    "refund.came_back_meanwhile": "refund_meanwhile",
    "refund.in_another_basket": "refund_elsewhere",
    "refund.one_receipt": "refund_one_receipt",
    "refund.nothing_chosen": "refund_choose",
    "refund.reason_needed": "refund_choose",
    "refund.not_allowed_yet": "refund_manager",
    "refund.to_its_tenders": "refund_tenders",
    "refund.ask_hq": "refund_tenders",
    "refund.not_a_code": "refund_tenders",
    "refund.not_planned": "refund_tenders",
    "refund.declined": "refund_declined",
    "refund.cancelled": "refund_declined",
    "refund.expired": "refund_declined",
    "refund.cannot_cancel": "refund_no_cancel",
    "line.from_receipt": "line_from_receipt",
    "basket.is_void": "is_void",
    "void.other_day": "void_other_day",
    "void.not_a_sale": "void_not",
    "void.already_returned": "void_not",
    "void.only_its_tenders": "refund_tenders",
    "void.needs_hq": "void_needs_hq",
    "void.silent": "void_silent",
    "grant.already_used": "grant_used",
    "grant.in_use": "grant_in_use",
    "grant.sale_unknown": "grant_not_booked",
    "training.basket_open": "training_open",
    "training.no_hq": "training_hq",
    # People
    "staff.locked": "staff_locked",
    "staff.wrong_pin": "staff_wrong_pin",
    "staff.manager_needed": "manager_needed",
    "staff.sign_in_first": "sign_in_first",
    "staff.unknown_card": "card_unknown",
    "staff.unknown_operator": "operator_unknown",
    "card.unknown": "card_unknown",
    "card.uid_not_hex": "card_unreadable",
    "card.uid_wrong_length": "card_unreadable",
    "member.unknown_phone": "phone_unknown",
    "member.unknown_tail": "tail_unknown",
    "member.unknown_number": "number_unknown",
    "member.unknown_code": "scan_member_code",
    "member.unknown_card": "scan_member_code",
    "member.not_there": "member_gone",
    "member.merged": "member_gone",
    "member.erased": "member_gone",
    "member.unknown": "member_gone",
    "member.note_length": "note_length",
    "coupon.expired": "coupon_expired",
    "coupon.over": "coupon_expired",
    "coupon.void": "coupon_used",
    "coupon.used": "coupon_used",
    "coupon.taken": "coupon_taken",
    "coupon.too_early": "coupon_early",
    "coupon.of_another": "coupon_other",
    "coupon.other_tier": "coupon_other",
    "coupon.members_only": "coupon_members",
    "coupon.member_limit": "coupon_limit",
    "coupon.all_gone": "coupon_gone",
    "coupon.unknown_code": "coupon_no_code",
    "pass.expired": "pass_expired",
    "pass.frozen": "pass_frozen",
    "pass.used_up": "pass_used_up",
    "pass.not_enough": "pass_used_up",
    "pass.not_there": "pass_used_up",
    "pass.unknown": "pass_used_up",
    "pass.closed": "pass_expired",
    "pass.of_another": "coupon_other",
    "pass.in_use": "pass_in_use",
    "membership.in_use": "pass_in_use",
    "pass.same_kind": "upgrade_same",
    "membership.same_kind": "upgrade_same",
    "pass.not_an_upgrade": "upgrade_none",
    "membership.not_an_upgrade": "upgrade_none",
    "pass.unknown_kind": "promise_gone",
    "membership.unknown_kind": "promise_gone",
    "membership.not_there": "pass_expired",
    "membership.unknown": "pass_expired",
    "membership.closed": "pass_expired",
    "membership.frozen": "pass_frozen",
    "membership.of_another": "coupon_other",
    "upgrade.silent": "upgrade_silent",
    "upgrade.unclear": "upgrade_unclear",
    "membership.freezes_used_up": "freezes_used_up",
    "membership.not_frozen": "not_frozen",
    "membership.expired": "pass_expired",
    "visit.not_there": "visit_gone",
    "hq.silent": "hq_silent",
    "hq.answer_malformed": "hq_silent",
    "request.unknown_kind": "hq_silent",
    "request.malformed": "hq_silent",
    "member.bad_number": "number_unknown",
    "member.tail_too_short": "phone_unclear",
    "member.too_many": "member_tail",
    "member.other_chain": "other_chain",
    "member.card_taken": "card_known",
    "member.birthday": "birthday",
    "member.name_too_long": "name_long",
    "member.no_sealing_key": "no_key",
    "member.not_enrolled": "not_enrolled",
    "card_token.malformed": "scan_member_code",
    "card_token.unknown_key": "code_forged",
    "card_token.forged": "code_forged",
    "card_token.lives_too_long": "code_forged",
    "card_token.other_chain": "other_chain",
    "card_token.expired": "code_expired",
    "card_token.not_yet": "code_clock",
    "card_token.replayed": "code_replayed",
    "card_token.too_many": "too_fast",
    "card_key.malformed": SETUP,
    "sealing_key.malformed": SETUP,
    "phone.not_a_number_in_china": "phone_unclear",
    "phone.not_digits": "phone_unclear",
    "phone.wrong_length": "phone_unclear",
    "pin.malformed_hash": "pin_not_set",
    "pin.not_digits": SETUP,
    "pin.salt_too_short": SETUP,
    # Devices
    "device.absent": "device_absent",
    "device.lost": "device_lost",
    "device.silent": "device_silent",
    "device.garbled": "device_garbled",
    "printer.paper_out": "printer_paper_out",
    "printer.cover_open": "printer_cover_open",
    "printer.cutter": "printer_cutter",
    "printer.overheated": "printer_overheated",
    "printer.unconfirmed": "printer_unconfirmed",
    "drawer.stuck": "drawer_stuck",
    "display.refused": "display_refused",
    "effect.not_unsettled": "effect_settled",
    "effect.no_sale": "effect_settled",
    # Processes
    "ipc.not_connected": "daemon_away",
    "ipc.lost": "daemon_lost",
    "ipc.timeout": "daemon_lost",
    "ipc.too_many_calls": "too_fast",
    "job.too_late": "device_busy",
    "device.queue_full": "device_busy",
    "worker.full": "too_fast",
    "shop.business_day_starts": SETUP,
    "reference.no_shop": "no_shop",
    "lookup_key.too_short": SETUP,
    "message.malformed": SETUP,
    "message.too_large": SETUP,
    "emvco.amount": "bad_payment_code",
    "emvco.field_length": "bad_payment_code",
    "emvco.no_crc": "bad_payment_code",
    "emvco.torn": "bad_payment_code",
    "emvco.wrong_crc": "bad_payment_code",
    "qr.too_long": "bad_payment_code",
}

DEVICE_WORDS = {
    "printer": "device.printer",
    "drawer": "device.drawer",
    "scanner": "device.scanner",
    "card_reader": "device.card_reader",
    "customer_display": "device.customer_display",
}
FAULT_WORDS = {
    "ok": "fault.ok",
    "device.absent": "fault.absent",
    "device.lost": "fault.lost",
    "device.silent": "fault.silent",
    "device.garbled": "fault.garbled",
    "printer.paper_out": "fault.paper_out",
    "printer.cover_open": "fault.cover_open",
    "printer.cutter": "fault.cutter",
    "printer.overheated": "fault.overheated",
    "printer.unconfirmed": "fault.unconfirmed",
    "drawer.stuck": "fault.stuck",
    "display.refused": "fault.refused",
}


def told(tr: Words, language: str, code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """(what happened, what to do) of a code. Unknown ones are told with the code in small print.

    A param `capability` names the kind of device it is about.
    """
    key = TOLD_AS.get(code, "unknown")
    said = {name: _plain(value, language) for name, value in params.items() if name != "count"}
    said["code"] = said.get("code", code)
    said["name"] = said.get("names", "")
    said["device"] = tr(DEVICE_WORDS.get(str(params.get("capability", "")), "device.other"))
    said["problem"] = code
    return tr(f"trouble.{key}", **said), tr(f"trouble.{key}.do", **said)


def with_money(params: Mapping[str, Any], unit: Currency) -> dict[str, Any]:
    """The same with each amount (``available_minor``) also as people read it (``available``)."""
    said = dict(params)
    for name, value in params.items():
        if name.endswith("_minor") and isinstance(value, int):
            said[name.removesuffix("_minor")] = format_price(value, unit)
    return said


def device_word(tr: Words, capability: str, fault: str) -> str:
    """A device with its fault in a few characters, for the status bar."""
    device = tr(DEVICE_WORDS.get(capability, "device.other"))
    return tr("device.with_fault", device=device, fault=tr(FAULT_WORDS.get(fault, "fault.other")))


def _plain(value: Any, language: str) -> Any:
    """Names become the name; all else stays."""
    return name_in(value, language) if isinstance(value, dict) else value
