"""Top-ups, cards, passes and memberships on the screen: their shelf, their sheets, and money paid out."""

from typing import Any

from appliance.checkout.promise import promise_words
from appliance.ui.presenters import upgrades
from appliance.ui.presenters.say import Say
from appliance.ui.sheets import MenuSheet
from appliance.ui.state import PROMISES, TillState
from appliance.ui.views.parts import ControlView, Intent
from appliance.ui.views.sale import TileView
from appliance.ui.views.sheets import MenuSheetView
from retail.catalogue import HeldMembership, HeldPass, Member
from retail.ledger.value_rules import ValueRules

SHELF = PROMISES
ICONS = {
    "top_up": "icon:wallet",
    "pass": "icon:ticket",
    "membership": "icon:calendar",
    "gift_card": "icon:gift",
    "upgrade": "icon:ticket-check",
}


def tiles(state: TillState, say: Say) -> tuple[TileView, ...]:
    """Everything that is sold besides goods."""
    benefits = state.shop.benefits
    found = [*_top_ups(say, benefits.value)] if benefits.value else []
    choices = upgrades.offers(state, say)
    if choices:
        found.append(
            TileView(
                id="upgrade",
                name=say.tr("upgrade.title"),
                price=say.tr("upgrade.difference_short"),
                intent=Intent("upgrade.open", {}),
                art=ICONS["upgrade"],
            )
        )
    for one in benefits.passes:
        words = say.tr("promise.uses", number=one.uses)
        found.append(_tile(say, "pass", one.id, say.name(one.names), one.price_minor, words))
    for term in benefits.memberships:
        words = say.tr("promise.days", number=term.days)
        found.append(_tile(say, "membership", term.id, say.name(term.names), term.price_minor, words))
    for card in benefits.gift_cards:
        more = card.value_minor != card.price_minor
        words = say.tr("promise.value", amount=say.short_price(card.value_minor)) if more else ""
        found.append(_tile(say, "gift_card", card.id, say.name(card.names), card.price_minor, words))
    return tuple(found)


def _top_ups(say: Say, rules: ValueRules) -> list[TileView]:
    found = []
    for step in rules.steps:
        name = say.tr("promise.top_up")
        if step.bonus_minor:
            paid, bonus = say.short_price(step.paid_minor), say.short_price(step.bonus_minor)
            sign = len(say.unit.sign)
            name = say.tr("promise.step", paid=paid[sign:], bonus=bonus[sign:])
        found.append(
            TileView(
                id=f"top_up.{step.paid_minor}",
                name=name,
                price=say.short_price(step.paid_minor),
                intent=Intent("promise.pick", {"kind": "top_up", "paid_minor": step.paid_minor}),
                art=ICONS["top_up"],
            )
        )
    free = TileView(
        id="top_up.free",
        name=say.tr("promise.free"),
        price=say.tr("promise.from", amount=say.short_price(rules.paid_min_minor)),
        intent=Intent("promise.pick", {"kind": "top_up"}),
        art=ICONS["top_up"],
    )
    return [*found, free]


def _tile(say: Say, kind: str, id_: str, name: str, price_minor: int, words: str) -> TileView:
    return TileView(
        id=f"{kind}.{id_}",
        name=name,
        price=say.short_price(price_minor),
        intent=Intent("promise.pick", {"kind": kind, "id": id_}),
        art=ICONS[kind],
        code=words,
    )


def menu(state: TillState, say: Say, sheet: MenuSheet) -> MenuSheetView:
    """The sheets of this subject."""
    if sheet.kind == "confirm_value":
        return _confirm_value(state, say)
    if sheet.kind == "renew":
        return _renew(say, sheet)
    return _payouts(state, say, sheet) if sheet.kind == "payouts" else _payout(state, say)


def _close(say: Say) -> ControlView:
    return say.control("sheet.close", "", icon="x")


def _confirm_value(state: TillState, say: Say) -> MenuSheetView:
    """Somebody who was found by their number says yes."""
    due = state.desk.due_minor
    member = state.desk.basket.member if state.desk.basket else None
    left = (member.value_minor if member else 0) - due
    return MenuSheetView(
        say.tr("own.confirm_title", amount=say.price(due)),
        (),
        _close(say),
        detail=say.join(
            say.name(member.names) if member else "",
            member.phone_masked if member else "",
            say.tr("own.left_after", amount=say.price(left)),
        ),
        confirm=say.control(
            "own.confirm", say.tr("own.confirm"), "own.ask", args={"money": "stored_value", "all": True}
        ),
    )


def _renew(say: Say, sheet: MenuSheet) -> MenuSheetView:
    kind, kind_id = str(sheet.args["kind"]), str(sheet.args["id"])
    held: tuple[HeldPass | HeldMembership, ...] = tuple(sheet.args["held"])
    controls = [
        say.control(
            f"promise.renew.{one.id}",
            say.tr("promise.renew", name=say.name(one.names)),
            "promise.sell",
            args={"kind": kind, "id": kind_id, "renews": one.id},
            detail=_held_words(say, one),
        )
        for one in held
    ]
    new = say.control(
        "promise.new", say.tr("promise.new"), "promise.sell", args={"kind": kind, "id": kind_id}
    )
    return MenuSheetView(say.tr("promise.renew_title"), (*controls, new), _close(say))


def _held_words(say: Say, one: HeldPass | HeldMembership) -> str:
    left = say.tr("promise.left", number=one.left) if isinstance(one, HeldPass) else ""
    return say.join(left, say.tr("promise.until", date=one.ends_at[:10]) if one.ends_at else "")


def _payouts(state: TillState, say: Say, sheet: MenuSheet) -> MenuSheetView:
    """What may be paid out: the member's balance, passes and memberships, or a gift card."""
    controls = []
    member: Member | None = sheet.args.get("member")
    if member is not None:
        controls += _of_member(say, member)
    controls.append(say.control("payout.card", say.tr("payout.gift_card"), icon="gift"))
    detail = "" if member is not None else say.tr("payout.member_hint")
    return MenuSheetView(say.tr("payout.title"), tuple(controls), _close(say), detail=detail)


def _of_member(say: Say, member: Member) -> list[ControlView]:
    def ask(what: str, id_: str, text: str, detail: str, **more: Any) -> ControlView:
        args = {"what": what, "id": id_, "member": member.id, **more}
        return say.control(f"payout.{what}.{id_}", text, "payout.ask", args=args, detail=detail)

    found = []
    if member.value_minor > 0:
        left = say.tr("own.left", amount=say.price(member.value_minor))
        found.append(ask("value", member.id, say.tr("payout.value"), left))
    for one in member.passes:
        found.append(ask("pass", one.id, say.name(one.names), _held_words(say, one), names=one.names))
    for term in member.memberships:
        found.append(
            ask("membership", term.id, say.name(term.names), _held_words(say, term), names=term.names)
        )
    return found


def _payout(state: TillState, say: Say) -> MenuSheetView:
    """What HQ reckons, explained, and the one step that is left: a manager's word and the cash."""
    basket = state.desk.basket
    line = basket.lines[0] if basket is not None and basket.lines else None
    title = say.tr("payout.title")
    if line is None or line.promise is None:
        return MenuSheetView(title, (), _close(say), detail=say.tr("own.asking"))
    amount = -state.desk.due_minor
    rows = promise_words(line.promise, say.tr, say.price)
    rows.append(say.tr("payout.cash", amount=say.price(amount)))
    return MenuSheetView(
        say.name(line.names),
        (say.control("payout.drop", say.tr("payout.drop")),),
        _close(say),
        detail="\n".join(rows),
        confirm=say.control("payout.pay", say.tr("payout.pay", amount=say.price(amount)), busy=state.busy),
    )
