"""Our own money as tenders: which are offered, why one cannot be used now, and its pane."""

from collections.abc import Mapping

from appliance.checkout.basket import OWN_TENDERS, Basket
from appliance.checkout.own_money import value_left
from appliance.ui.presenters.say import Say
from appliance.ui.state import Pane, TillState
from appliance.ui.views.parts import ControlView, KeypadView
from appliance.ui.views.paying import CashPaneView
from retail.errors import ContractError
from retail.money import parse_amount

ICONS: Mapping[str, str] = {"stored_value": "wallet", "points": "coins", "gift_card": "gift"}


def offered(state: TillState) -> tuple[Pane, ...]:
    """The ways of paying at this till: of our own money those that the shop has rules for."""
    benefits = state.shop.benefits
    there = {
        "stored_value": benefits.value is not None,
        "points": benefits.points is not None,
        "gift_card": bool(benefits.gift_cards),
    }
    return tuple(kind for kind in state.tenders.offered if there.get(kind, True))


def own_name(say: Say, kind: str) -> str:
    """What a kind of our own money is called."""
    return say.tr(f"tender.type.{kind}")


def blocked(state: TillState, say: Say, kind: str) -> str:
    """Why this one cannot be used now, in a few words; or nothing."""
    desk = state.desk
    if desk.training:
        return say.tr("own.training")
    if not state.sync.online:
        return say.tr("own.offline")
    if desk.due_minor < 0:
        return say.tr("own.refund")
    if state.has_goods and desk.own_room_minor <= 0:
        return say.tr("own.promises")
    member = desk.basket.member if desk.basket else None
    if kind != "gift_card" and member is None:
        return say.tr("own.member_first")
    if kind == "points" and state.has_goods and not desk.points_room:
        return say.tr("own.few_points")
    return ""


def covers(state: TillState) -> bool:
    """Whether stored value is what the pay button takes: it covers the sale and HQ can be asked."""
    known = "stored_value" in offered(state)
    return known and state.desk.one_tap and state.sync.online and not state.desk.training


def detail(state: TillState, say: Say, kind: str) -> str:
    """What a tab says under its name."""
    basket = state.desk.basket
    if kind == "stored_value" and basket is not None and basket.member is not None:
        return say.tr("own.left", amount=say.price(value_left(basket)))
    rules = state.shop.benefits.points
    if kind == "points" and rules is not None and state.desk.points_room:
        points = state.desk.points_room
        worth = say.price(points // rules.redeem_points * rules.redeem_minor)
        return say.tr("own.points_worth", points=f"{points:,}", amount=worth)
    return ""


def pane(state: TillState, say: Say, basket: Basket) -> CashPaneView:
    """The pane of a kind of our own money: what there is, what is taken of it, keys, and the blue button."""
    kind = state.pane if basket.attempt is None else basket.attempt.method
    asking = basket.attempt is not None
    if kind == "gift_card" and state.gift_card is None and not asking:
        return _number(state, say)
    if kind == "points":
        return _points(state, say, basket)
    typed = _typed(state, say)
    room = state.desk.own_room_minor
    held, label = "", say.tr("own.card")
    if kind == "stored_value":
        value = value_left(basket)
        held, label = say.price(value), say.tr("own.balance")
        most = min(room, value)
    else:
        tail = state.gift_card.tail if state.gift_card else (basket.attempt.tail if basket.attempt else "")
        held, most = f"**** {tail}", room
    amount = most if typed is None else typed
    if basket.attempt is not None:
        amount = basket.attempt.amount_minor
    everything = say.control(
        "own.all.stored_value",
        say.tr("own.all", amount=say.price(most)),
        "own.ask",
        args={"money": kind, "all": True},
        enabled=most > 0 and not asking and not blocked(state, say, kind),
    )
    other = say.control("own.other_card", say.tr("own.other_card"), enabled=not asking)
    return CashPaneView(
        received_label=label,
        received=held,
        change_label=say.tr("own.this_time"),
        change=say.price(amount),
        notes_label=say.tr("tender.one_tap"),
        notes=(everything,) if kind == "stored_value" else (other,),
        keypad_label=say.tr("own.or_part"),
        keypad=KeypadView(enabled=not asking),
        confirm=_confirm(state, say, kind, say.tr(f"own.pay.{kind}", amount=say.price(amount)), amount > 0),
    )


def _points(state: TillState, say: Say, basket: Basket) -> CashPaneView:
    rules = state.shop.benefits.points
    asking = basket.attempt is not None
    most = state.desk.points_room
    points = int(state.keypad) if state.keypad.isdigit() else most
    if basket.attempt is not None:
        points = basket.attempt.units
    step = rules.redeem_points if rules else 1
    worth = points // step * rules.redeem_minor if rules else 0
    whole = bool(rules) and points % step == 0 and points > 0
    held = basket.member.points if basket.member else 0
    everything = say.control(
        "own.all.points",
        say.tr("own.points_all", points=f"{most:,}"),
        "own.ask",
        args={"money": "points", "all": True},
        enabled=most > 0 and not asking,
    )
    return CashPaneView(
        received_label=say.tr("member.points"),
        received=f"{held:,}",
        change_label=say.tr("own.points_off", points=f"{points:,}"),
        change=say.price(worth),
        notes_label=say.tr("own.points_step", step=f"{step:,}"),
        notes=(everything,),
        keypad_label=say.tr("own.points_type"),
        keypad=KeypadView(say.tr("action.clear"), enabled=not asking),
        confirm=_confirm(state, say, "points", say.tr("own.pay.points", amount=say.price(worth)), whole),
        change_tone="accent" if whole else "warn",
    )


def _number(state: TillState, say: Say) -> CashPaneView:
    """A gift card is scanned, or its number typed; it is shown whole only while somebody types it."""
    find = say.tr("own.use_card")
    why = blocked(state, say, "gift_card")
    return CashPaneView(
        received_label=say.tr("own.number"),
        received=state.keypad or say.tr("own.scan_card"),
        change_label=say.tr("own.this_time"),
        change=say.price(state.desk.own_room_minor),
        notes_label=say.tr("own.scan_or_type"),
        notes=(),
        keypad_label=say.tr("own.number"),
        keypad=KeypadView(say.tr("action.clear")),
        confirm=say.control(
            "tender.confirm",
            find,
            "own.card",
            enabled=bool(state.keypad) and not why,
            why=why or say.tr("own.scan_card"),
            busy=state.busy,
        ),
    )


def _confirm(state: TillState, say: Say, kind: str, words: str, possible: bool) -> ControlView:
    asking = state.desk.basket is not None and state.desk.basket.attempt is not None
    why = blocked(state, say, kind)
    return say.control(
        "tender.confirm",
        say.tr("own.asking") if asking else words,
        "own.ask",
        args={"money": kind},
        enabled=possible and not why,
        why=why or say.tr("tender.type_amount"),
        busy=asking or state.busy,
    )


def _typed(state: TillState, say: Say) -> int | None:
    if not state.keypad:
        return None
    try:
        return parse_amount(state.keypad, say.unit)
    except ContractError:
        return 0


def is_own(kind: str) -> bool:
    """Whether a pane is one of our own money."""
    return kind in OWN_TENDERS
