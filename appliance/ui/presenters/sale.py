"""The screen of an open sale: goods, basket, member and pay."""

from appliance.ui.presenters import basket, goods, own_money
from appliance.ui.presenters.notices import offered
from appliance.ui.presenters.offers import coupon_rows, discount_rows
from appliance.ui.presenters.say import Say, discount_words, initial
from appliance.ui.presenters.status import status_bar
from appliance.ui.state import TillState
from appliance.ui.views.parts import ChipView, ControlView, SumRowView
from appliance.ui.views.sale import (
    FactView,
    LastSaleView,
    MemberView,
    NoMemberView,
    PayView,
    SaleView,
    TotalsView,
)
from retail.money import CURRENCIES, format_price

ICONS = {"cash": "banknote", "qr": "qr-code", "card": "credit-card", **own_money.ICONS}
TENDERS_SHOWN = 3


def view(state: TillState, say: Say) -> SaleView:
    """The whole screen."""
    return SaleView(
        status=status_bar(state, say),
        goods=goods.view(state, say),
        basket=basket.view(state, say),
        member=_member(state, say),
        totals=_totals(state, say) if state.has_goods or state.has_coupons else None,
        tenders=_tenders(state, say),
        pay=_pay(state, say),
        last_sale=None if state.has_goods else _last_sale(state, say),
    )


def _member(state: TillState, say: Say) -> MemberView | NoMemberView:
    member = state.desk.basket.member if state.desk.basket else None
    if member is None:
        reader = state.devices.first("card_reader")
        ready = reader is not None and reader.state == "ready"
        phone = say.control("member.phone", say.tr("member.phone"))
        return NoMemberView(
            say.tr("member.title"), say.tr("member.how" if ready else "member.how_phone"), (phone,)
        )
    name = say.name(member.names)
    words = say.name(member.tier_names)
    if member.discount_bp:
        words = f"{words} {discount_words(say, member.discount_bp)}"
    points = f"{member.points:,}"
    expected = state.desk.points_expected
    facts = [FactView(say.tr("member.points"), points, f"+{expected:,}" if expected else "")]
    held = []
    if state.shop.benefits.value is not None:
        held.append(say.tr("own.left", amount=say.price(member.value_minor)))
        facts.append(FactView(say.tr("tender.type.stored_value"), say.price(member.value_minor)))
    free = state.desk.basket is not None and not state.desk.basket.tenders and not state.desk.basket.attempt
    return MemberView(
        initial=initial(name),
        name=name,
        chip=ChipView(words, "accent", "star") if words else None,
        phone=member.phone_masked,
        facts=tuple(facts),
        brief=say.join(say.tr("member.brief", points=points), *held),
        remove=say.control("member.remove", "", "member.detach", icon="x") if free else None,
    )


def _totals(state: TillState, say: Say) -> TotalsView | None:
    priced = state.desk.priced
    if priced is None:
        return None
    discounts = discount_rows(state.desk.ready, priced, say)
    unused = coupon_rows(state.desk.basket, priced, say) if state.desk.basket else ()
    subtotal = SumRowView(say.tr("totals.subtotal"), say.amount(priced.base_minor))
    rows = [subtotal, *discounts, *unused]
    folded = [subtotal, *unused]
    saved = priced.saved_minor()
    if discounts:
        folded.append(SumRowView(say.tr("totals.discounts", count=len(discounts)), say.amount(-saved), "ok"))
    if priced.tax_added_minor:
        tax = SumRowView(say.tr("totals.tax_added"), say.amount(priced.tax_added_minor))
        rows.append(tax)
        folded.append(tax)
    paid = priced.total_minor - state.desk.due_minor
    if paid:
        rows.append(SumRowView(say.tr("totals.paid"), say.amount(-paid)))
    due = state.desk.due_minor
    return TotalsView(
        rows=tuple(rows),
        folded=tuple(folded),
        due_label=say.tr("totals.refund") if due < 0 else say.tr("totals.due"),
        due=say.amount(abs(due)),
        saved=ChipView(say.tr("totals.saved", amount=say.price(saved)), "ok", "tag") if saved > 0 else None,
    )


def qr_blocked(state: TillState, say: Say) -> str:
    """Why a QR cannot be made now, or nothing."""
    if state.desk.training:
        return say.tr("training.no_code")
    if state.desk.due_minor < 0:
        return say.tr("qr.no_refund")
    return "" if state.sync.online else say.tr("qr.offline")


def _short_why(state: TillState, say: Say) -> str:
    """Why there can be no QR, in the few characters that a small button has room for."""
    if state.desk.training:
        return say.tr("training.no_code")
    if state.desk.due_minor < 0:
        return say.tr("qr.no_refund_short")
    return "" if state.sync.online else say.tr("qr.offline_short")


def _tenders(state: TillState, say: Say) -> tuple[ControlView, ...]:
    """The first ways of paying; where there are more than fit, the last place leads to all of them."""
    offered = own_money.offered(state)
    if len(offered) <= TENDERS_SHOWN:
        return tuple(_tender(state, say, kind) for kind in offered)
    shown, rest = offered[: TENDERS_SHOWN - 1], offered[TENDERS_SHOWN - 1 :]
    more = say.control(
        "pay.more",
        say.tr("action.more"),
        "pay.with",
        args={"tender": rest[0]},
        icon="ellipsis",
        enabled=state.has_goods and not state.busy,
    )
    return (*(_tender(state, say, kind) for kind in shown), more)


def _tender(state: TillState, say: Say, kind: str) -> ControlView:
    why = _short_why(state, say) if kind == "qr" and state.has_goods else ""
    return say.control(
        f"pay.{kind}",
        tender_name(say, kind),
        "pay.with",
        args={"tender": kind},
        icon=ICONS[kind],
        enabled=state.has_goods and not why and not state.busy,
        why=why,
    )


def tender_name(say: Say, kind: str) -> str:
    """What a way of paying is called; ``qr`` is the code we show."""
    if kind == "cash":
        return say.tr("tender.cash")
    if own_money.is_own(kind):
        return own_money.own_name(say, kind)
    return say.tr("tender.qr") if kind == "qr" else say.tr("tender.card")


def _pay(state: TillState, say: Say) -> PayView:
    due = state.desk.due_minor if state.has_goods else 0
    kind = state.tenders.default
    if kind == "qr" and qr_blocked(state, say):
        kind = "cash"
    text, aside, now = say.tr("pay.take"), "", False
    if state.has_goods and own_money.covers(state):
        kind, now = "stored_value", True
        member = state.desk.basket.member if state.desk.basket else None
        left = (member.value_minor if member else 0) - due
        aside = say.tr("own.left_after", amount=say.price(left))
    if state.has_goods:
        words = tender_name(say, kind)
        text = say.tr("pay.refund") if due < 0 else say.tr("pay.with", tender=words)
    basket_now = state.desk.basket
    if basket_now is not None and basket_now.attempt is not None:
        text, aside = say.tr("pay.go_on"), say.tr("pay.under_way")
    return PayView(
        say.control(
            "pay.default",
            text,
            "pay.with",
            args={"tender": kind, "now": True} if now else {"tender": kind},
            enabled=state.has_goods and not state.busy,
        ),
        say.price(abs(due)),
        aside,
    )


def _last_sale(state: TillState, say: Say) -> LastSaleView | None:
    sale = state.desk.last_sale
    if sale is None:
        return None
    unit = CURRENCIES[sale.currency]
    change = sum(tender.change_minor for tender in sale.tenders)
    paid = say.join(
        *(
            f"{say.tr(f'tender.type.{tender.type}')} {say.amount(tender.tendered_minor)}"
            for tender in sale.tenders
        )
    )
    if change:
        right = say.tr("last_sale.change", amount=format_price(change, unit))
    else:
        right = say.tr("last_sale.total", amount=format_price(sale.total_minor, unit))
    failed = any(effect.sale_number == sale.number for effect in offered(state))
    return LastSaleView(
        title=say.tr("last_sale.title", number=sale.order_number),
        at=sale.completed_at[11:16],
        paid=paid,
        change=right,
        tone="warn" if failed else "ok",
        controls=(
            say.control(
                "last_sale.reprint", say.tr("receipt.reprint"), "receipt.reprint", args={"sale": sale.number}
            ),
            say.control("last_sale.show", say.tr("last_sale.show"), "menu.open", args={"kind": "last_sale"}),
        ),
    )
