"""What a member's passes and memberships may become, and what HQ reckons for one of them."""

from appliance.checkout.basket import Line
from appliance.checkout.promise import promise_words
from appliance.checkout.upgrading import What, dearer
from appliance.ui.presenters.say import Say
from appliance.ui.state import TillState
from appliance.ui.views.parts import ControlView
from appliance.ui.views.sheets import MenuSheetView
from retail.catalogue import HeldMembership, HeldPass


def offers(state: TillState, say: Say) -> tuple[ControlView, ...]:
    """One for each thing of theirs and each kind it may become; a thing that rests goes on first."""
    member = state.desk.customer.member if state.desk.customer else None
    if member is None:
        return ()
    found = [control for one in member.passes for control in _of(state, say, "pass", one)]
    found += [control for one in member.memberships for control in _of(state, say, "membership", one)]
    return tuple(found)


def _of(state: TillState, say: Say, what: What, held: HeldPass | HeldMembership) -> list[ControlView]:
    if held.state != "active":
        return []
    left = say.tr("promise.left", number=held.left) if isinstance(held, HeldPass) else ""
    until = say.tr("promise.until", date=held.ends_at[:10]) if held.ends_at else ""
    detail = say.join(say.name(held.names), left, until)
    return [
        say.control(
            f"upgrade.{held.id}.{kind.id}",
            say.tr("upgrade.to", name=say.name(kind.names), price=say.short_price(kind.price_minor)),
            "upgrade.ask",
            args={"what": what, "id": held.id, "kind": kind.id},
            detail=detail,
        )
        for kind in dearer(state.shop.benefits, what, held)
    ]


def menu(state: TillState, say: Say, kind: str) -> MenuSheetView:
    """The sheets of this subject."""
    close = say.control("sheet.close", "", icon="x")
    if kind == "upgrades":
        found = offers(state, say)
        return MenuSheetView(
            say.tr("upgrade.title"), found, close, detail="" if found else say.tr("upgrade.nothing")
        )
    line = line_of(state)
    if line is None or line.promise is None:
        return MenuSheetView(say.tr("upgrade.title"), (), close, detail=say.tr("own.asking"))
    amount = say.price(line.unit_price_minor)
    rows = [
        say.tr("upgrade.from", name=say.name(line.promise.replaced)),
        say.join(*promise_words(line.promise, say.tr, say.price)),
        say.tr("upgrade.difference", amount=amount),
    ]
    return MenuSheetView(
        say.name(line.names),
        (say.control("upgrade.drop", say.tr("upgrade.drop")),),
        close,
        detail="\n".join(rows),
        confirm=say.control("upgrade.take", say.tr("upgrade.take", amount=amount), busy=state.busy),
    )


def line_of(state: TillState) -> Line | None:
    """The upgrade that was put into the basket last, and not while HQ is still asked for another."""
    basket = state.desk.basket
    if basket is None or basket.attempt is not None:
        return None
    found = (line for line in basket.lines if line.line_id == basket.selected and _is_upgrade(line))
    return next(found, None)


def _is_upgrade(line: Line) -> bool:
    return line.promise is not None and bool(line.promise.grant.replaces)
