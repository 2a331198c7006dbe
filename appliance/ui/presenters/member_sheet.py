"""The member in full: what they hold, their purchases, rewards, what rests; and notes about them."""

from appliance.ui.presenters import holdings, tier, upgrades
from appliance.ui.presenters.member import brief_under_name, facts, shown_name, tier_chip
from appliance.ui.presenters.say import Say
from appliance.ui.refusals import told
from appliance.ui.sheets import MemberSheet, NoteSheet
from appliance.ui.state import Customer, TillState
from appliance.ui.views.parts import ControlView, KeyboardView
from appliance.ui.views.sale import BenefitView
from appliance.ui.views.sheets import FieldView, FormSheetView, PersonSheetView
from retail.catalogue import HeldMembership, HeldPass
from retail.messages.asking import HistorySale
from retail.quantity import ONE_MILLI


def view(state: TillState, say: Say, sheet: MemberSheet) -> PersonSheetView | None:
    """The page of the sheet that is open; none once the member has left."""
    basket = state.desk.basket
    if basket is None or basket.member is None:
        return None
    customer = state.desk.customer or Customer()
    pages = {"history": _history, "rewards": _rewards, "rest": _rest}
    if sheet.page in pages:
        return pages[sheet.page](state, say, sheet, customer)
    member = basket.member
    free = not basket.tenders and basket.attempt is None
    found = (*holdings.rows(state, say, customer.benefits), *_memberships(say, customer))
    return PersonSheetView(
        title=shown_name(say, member),
        close=_close(say),
        detail=brief_under_name(say, member, customer.member),
        chip=tier_chip(say, member),
        facts=facts(say, member, customer),
        rows=(*tier.row(say, customer), *holdings.visits(say, customer), *found),
        controls=_controls(state, say, customer, free),
    )


def _close(say: Say) -> ControlView:
    return say.control("sheet.close", "", icon="x")


def _controls(state: TillState, say: Say, customer: Customer, free: bool) -> tuple[ControlView, ...]:
    found = [
        say.control("member.history", say.tr("member.history")),
        say.control("member.note", say.tr("member.note")),
    ]
    if state.shop.rewards:
        found.append(_page(say, "rewards", say.tr("member.rewards")))
    if customer.member and (customer.member.passes or customer.member.memberships):
        found.append(_page(say, "rest", say.tr("member.rest")))
    if free and upgrades.offers(state, say):
        found.append(say.control("member.upgrade", say.tr("upgrade.title"), "upgrade.open"))
    if free:
        found.append(say.control("sheet.member_remove", say.tr("member.leave"), "member.detach"))
    return tuple(found)


def _page(say: Say, page: str, words: str) -> ControlView:
    return say.control(f"member.page.{page}", words, "member.page", args={"page": page})


def _back(say: Say) -> tuple[ControlView, ...]:
    return (say.control("member.page.card", say.tr("action.back"), "member.page", args={"page": "card"}),)


def _memberships(say: Say, customer: Customer) -> tuple[BenefitView, ...]:
    held = customer.member.memberships if customer.member else ()
    return tuple(
        BenefitView(
            icon="calendar",
            title=say.name(one.names),
            detail=say.tr("pass.frozen")
            if one.state == "frozen"
            else say.tr("benefit.until", day=one.ends_at[:10]),
            usable=one.state == "active",
        )
        for one in held
    )


# Purchases


def _history(state: TillState, say: Say, sheet: MemberSheet, customer: Customer) -> PersonSheetView:
    rows: tuple[BenefitView, ...] = ()
    waiting = say.tr("benefit.asking") if sheet.history is None else ""
    if sheet.trouble:
        waiting = told(say.tr, say.language, sheet.trouble, {})[1]
    if sheet.history is not None:
        notes = tuple(BenefitView("pencil", note, "", usable=True) for note in sheet.history.notes)
        rows = (*(_sale(say, one) for one in sheet.history.sales), *notes)
        waiting = "" if rows else say.tr("member.no_history")
    return PersonSheetView(
        title=say.tr("member.history"), close=_close(say), rows=rows, controls=_back(say), waiting=waiting
    )


def _sale(say: Say, sale: HistorySale) -> BenefitView:
    goods = [
        say.name(line.names)
        if line.quantity_milli == ONE_MILLI
        else say.times(say.name(line.names), say.quantity(line.quantity_milli))
        for line in sale.lines
    ]
    return BenefitView(
        icon="receipt-text",
        title=say.join(sale.completed_at[:10], sale.receipt_number),
        detail=say.join(*goods),
        usable=True,
        aside=say.price(sale.total_minor),
    )


# Rewards


def _rewards(state: TillState, say: Say, sheet: MemberSheet, customer: Customer) -> PersonSheetView:
    points = customer.member.points if customer.member else 0
    rows = []
    for offer in state.shop.rewards:
        short = offer.reward.points - points
        enough = short <= 0 and not sheet.waiting
        take = say.control(
            f"reward.{offer.reward.id}", say.tr("reward.take"), "reward.take", args={"id": offer.reward.id}
        )
        detail = say.tr("reward.cost", points=f"{offer.reward.points:,}")
        if short > 0:
            detail = say.join(detail, say.tr("reward.short", points=f"{short:,}"))
        name = say.name(offer.names)
        if offer.reward.product:
            name = say.tr("reward.free", name=name)
        rows.append(BenefitView("gift", name, detail, usable=enough, action=take if enough else None))
    return PersonSheetView(
        title=say.tr("member.rewards"),
        close=_close(say),
        detail=say.tr("benefit.asking") if sheet.waiting else say.tr("reward.have", points=f"{points:,}"),
        rows=tuple(rows),
        controls=_back(say),
    )


# What rests


def _rest(state: TillState, say: Say, sheet: MemberSheet, customer: Customer) -> PersonSheetView:
    member = customer.member
    rows = [_resting(say, "pass", one, sheet) for one in (member.passes if member else ())]
    rows += [_resting(say, "membership", one, sheet) for one in (member.memberships if member else ())]
    return PersonSheetView(
        title=say.tr("member.rest"),
        close=_close(say),
        detail=say.tr("benefit.asking") if sheet.waiting else "",
        rows=tuple(rows),
        controls=_back(say),
    )


def _resting(say: Say, what: str, held: HeldPass | HeldMembership, sheet: MemberSheet) -> BenefitView:
    frozen = held.state == "frozen"
    action = say.control(
        f"rest.{held.id}",
        say.tr("rest.go_on" if frozen else "rest.begin"),
        "rest.change",
        args={"what": what, "id": held.id, "frozen": not frozen},
    )
    detail = say.tr("pass.frozen") if frozen else ""
    if not frozen and held.ends_at:
        detail = say.tr("benefit.until", day=held.ends_at[:10])
    icon = "snowflake" if frozen else "ticket-check"
    return BenefitView(icon, say.name(held.names), detail, True, None if sheet.waiting else action)


# Notes


def note(state: TillState, say: Say, sheet: NoteSheet) -> FormSheetView:
    """What to remember, or what they said."""
    kinds = (("note", say.tr("note.note")), ("feedback", say.tr("note.feedback")))
    return FormSheetView(
        title=say.tr("member.note"),
        fields=(FieldView(say.tr("note.label"), sheet.text, hint=say.tr("note.hint"), focused=True),),
        keys=KeyboardView(say.control("keyboard.done", say.tr("action.done"), "note.confirm")),
        close=_close(say),
        confirm=say.control(
            "note.confirm",
            say.tr("note.confirm"),
            enabled=bool(sheet.text.strip()),
            why=say.tr("note.hint"),
            busy=state.busy,
        ),
        chips=tuple(
            say.control(
                f"note.kind.{key}", words, "note.kind", args={"kind": key}, selected=sheet.kind == key
            )
            for key, words in kinds
        ),
        trouble=told(say.tr, say.language, sheet.trouble, {})[1] if sheet.trouble else "",
    )
