"""The member at the till: the panel beside the basket, the sheet with all of it, joining, choosing."""

from appliance.checkout.basket import BasketMember
from appliance.ui.presenters import holdings, tier
from appliance.ui.presenters.say import Say, discount_words, initial
from appliance.ui.refusals import told
from appliance.ui.sheets import EnrolSheet, FoundSheet
from appliance.ui.state import Customer, TillState
from appliance.ui.views.parts import ChipView, KeyboardView, KeypadView
from appliance.ui.views.sale import FactView, MemberView, NoMemberView
from appliance.ui.views.sheets import FieldView, FormSheetView, MenuSheetView
from retail.catalogue import Member

ROWS_MAX = 3
"""So many coupons and passes stand on the panel, first those that are of use; a touch shows all."""


def panel(state: TillState, say: Say) -> MemberView | NoMemberView:
    """Who buys, or how to find out."""
    basket = state.desk.basket
    if basket is None or basket.member is None:
        return _nobody(state, say)
    member = basket.member
    customer = state.desk.customer or Customer()
    free = not basket.tenders and not basket.attempt
    name = shown_name(say, member)
    rows = holdings.rows(state, say, customer.benefits)
    return MemberView(
        initial=initial(name),
        name=name,
        chip=tier_chip(say, member),
        phone=brief_under_name(say, member, customer.member),
        facts=facts(say, member, customer),
        benefits=(
            *tier.row(say, customer, brief=True),
            *sorted(rows, key=lambda row: not row.usable)[:ROWS_MAX],
        ),
        open=say.control("member.open", ""),
        brief=brief(say, member, customer),
        remove=say.control("member.remove", "", "member.detach", icon="x") if free else None,
    )


def _nobody(state: TillState, say: Say) -> NoMemberView:
    reader = state.devices.first("card_reader")
    ready = reader is not None and reader.state == "ready"
    return NoMemberView(
        say.tr("member.title"),
        say.tr("member.how" if ready else "member.how_phone"),
        (
            say.control("member.phone", say.tr("member.phone")),
            say.control("member.enrol", say.tr("member.enrol")),
        ),
        open=say.control("member.find", "", "member.phone"),
    )


def shown_name(say: Say, member: BasketMember | Member) -> str:
    """Their masked name; who gave none is called by the masked phone."""
    return say.name(member.names) or member.phone_masked


def tier_chip(say: Say, member: BasketMember) -> ChipView | None:
    """The tier with what it takes off."""
    words = say.name(member.tier_names)
    if member.discount_bp:
        words = f"{words} {discount_words(say, member.discount_bp)}"
    return ChipView(words, "accent", "star") if words else None


def brief_under_name(say: Say, member: BasketMember, now: Member | None) -> str:
    """Masked phone, unless it stands for the name, and the birthday's month."""
    phone = member.phone_masked if say.name(member.names) else ""
    month = say.tr("member.birth_month", month=now.birth_month) if now and now.birth_month else ""
    return say.join(phone, month)


def facts(say: Say, member: BasketMember, customer: Customer) -> tuple[FactView, ...]:
    """Points with what this sale brings, stored value, coupons; the last two where there are any."""
    now = customer.member
    points = now.points if now else member.points
    found = [
        FactView(say.tr("member.points"), f"{points:,}", f"+{customer.earns:,}" if customer.earns else "")
    ]
    if now and now.value_minor:
        found.append(FactView(say.tr("member.value"), say.price(now.value_minor)))
    if now and now.coupons:
        count = len(now.coupons)
        found.append(FactView(say.tr("member.coupons"), say.tr("member.coupons_count", count=count)))
    return tuple(found)


def brief(say: Say, member: BasketMember, customer: Customer) -> str:
    """The same in the one line of a small screen."""
    now = customer.member
    points = say.tr("member.brief", points=f"{(now.points if now else member.points):,}")
    if now is None:
        return points
    value = say.tr("member.brief_value", amount=say.price(now.value_minor)) if now.value_minor else ""
    count = len(now.coupons)
    coupons = say.tr("member.brief_coupons", count=count) if count else ""
    return say.join(points, value, coupons)


# Sheets


def found(say: Say, sheet: FoundSheet) -> MenuSheetView:
    """Who may be meant: masked names to choose from."""
    controls = tuple(
        say.control(
            f"member.choose.{one.id}",
            shown_name(say, one),
            "member.choose",
            args={"id": one.id},
            detail=one.phone_masked,
        )
        for one in sheet.members
    )
    close = say.control("sheet.close", "", icon="x")
    return MenuSheetView(say.tr("member.which"), controls, close, detail=say.tr("member.which_detail"))


def enrol(state: TillState, say: Say, sheet: EnrolSheet) -> FormSheetView:
    """Phone first; name, birthday and card when there is time."""
    letters = sheet.focus == "name"
    bad = told(say.tr, say.language, sheet.trouble, {})[1] if sheet.trouble else ""
    tapped = "enrol.card_taken" if sheet.card_hash else "enrol.tap_card"
    return FormSheetView(
        title=say.tr("enrol.title"),
        detail=say.tr("enrol.detail"),
        fields=tuple(_field(say, sheet, name) for name in ("phone", "name", "birthday")),
        keys=KeyboardView(
            say.control("keyboard.done", say.tr("action.next"), "enrol.focus", args={"field": "birthday"})
        )
        if letters
        else KeypadView(say.tr("action.clear")),
        close=say.control("sheet.close", "", icon="x"),
        confirm=say.control(
            "enrol.confirm",
            say.tr("enrol.confirm"),
            enabled=bool(sheet.phone),
            why=say.tr("enrol.phone_missing"),
            busy=state.busy,
        ),
        chips=(say.control("enrol.contact", say.tr("enrol.contact"), selected=sheet.contact),),
        reader=say.tr(tapped),
        trouble=bad,
    )


def _field(say: Say, sheet: EnrolSheet, name: str) -> FieldView:
    texts = {"phone": _spaced(sheet.phone), "name": sheet.name, "birthday": _dashed(sheet.birthday)}
    labels = {
        "phone": say.tr("enrol.phone"),
        "name": say.tr("enrol.name"),
        "birthday": say.tr("enrol.birthday"),
    }
    hints = {"phone": "", "name": say.tr("enrol.optional"), "birthday": say.tr("enrol.birthday_hint")}
    return FieldView(
        labels[name],
        texts[name],
        hint=hints[name],
        focused=sheet.focus == name,
        control=say.control(f"field.{name}", "", "enrol.focus", args={"field": name}),
    )


def _spaced(phone: str) -> str:
    """``138 0000 6207``: easy to read back."""
    if phone.startswith("+") or len(phone) <= 3:
        return phone
    return " ".join(part for part in (phone[:3], phone[3:7], phone[7:]) if part)


def _dashed(digits: str) -> str:
    return f"{digits[:2]}-{digits[2:]}" if len(digits) > 2 else digits
