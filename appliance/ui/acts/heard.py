"""What HQ has answered, told where somebody waits for it."""

from collections.abc import Callable
from dataclasses import replace

from appliance.checkout.asking import Heard
from appliance.ui.sheets import MemberSheet
from appliance.ui.till import Till
from retail.catalogue import Member
from retail.errors import Refused
from retail.messages.asking import BenefitHeld, History


def heard(till: Till, answers: tuple[Heard, ...]) -> None:
    """Tell each answer; most are only seen in what the screen shows now."""
    for one in answers:
        tell = TELL.get(one.kind)
        if tell is not None:
            tell(till, one)


def _enrolled(till: Till, one: Heard) -> None:
    if one.error:
        till.refuse(Refused("member.not_enrolled", why=one.error))
    elif isinstance(one.about, Member) and one.about.aliases:
        till.toast("accent", "toast.enrolled_known")


def _held(till: Till, one: Heard) -> None:
    """A no is told with its rule, if anybody still wants the thing."""
    if one.error and one.about is not None:
        _refuse(till, one, names=one.about)


def _history(till: Till, one: Heard) -> None:
    sheet = till.state.sheet
    if isinstance(sheet, MemberSheet) and sheet.waiting == one.request_id:
        found = one.about if isinstance(one.about, History) else None
        till.change(sheet=replace(sheet, waiting="", history=found, trouble=one.error))


def _done(key: str) -> Callable[[Till, Heard], None]:
    """Told by a toast when it worked; what was waiting for it goes on."""

    def tell(till: Till, one: Heard) -> None:
        sheet = till.state.sheet
        if isinstance(sheet, MemberSheet) and sheet.waiting == one.request_id:
            till.change(sheet=replace(sheet, waiting=""))
        if one.error:
            _refuse(till, one)
        elif key:
            till.toast("ok", key)

    return tell


def _redeemed(till: Till, one: Heard) -> None:
    """Points became a coupon, or goods."""
    is_goods = isinstance(one.about, BenefitHeld) and bool(one.about.covers)
    _done("toast.reward_goods" if is_goods else "toast.reward")(till, one)


def _refuse(till: Till, one: Heard, **more: object) -> None:
    params = {name: value for name, value in one.params.items() if name != "code"}
    till.refuse(Refused(one.error, **{**params, **more}))
    if till.state.sheet is not None:
        till.toast("bad", "trouble", code=one.error, params={**params, **more})


TELL: dict[str, Callable[[Till, Heard], None]] = {
    "member.enrol": _enrolled,
    "benefit.hold": _held,
    "member.history": _history,
    "member.note": _done(""),
    "reward.redeem": _redeemed,
    "prepaid.freeze": _done("toast.rest_changed"),
}
