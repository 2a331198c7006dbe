"""Signing in: who is there, the PIN, the language."""

from appliance.ui.presenters.notices import trouble_notice
from appliance.ui.presenters.say import Say, initial
from appliance.ui.presenters.status import shift_name, status_bar
from appliance.ui.refusals import told
from appliance.ui.state import TillState
from appliance.ui.views.parts import KeypadView
from appliance.ui.views.people import PersonView, SignInView
from retail.catalogue import Operator

PIN_LENGTH = 6
LANGUAGES = (("zh-Hans", "简体中文"), ("zh-Hant", "繁體中文"), ("en", "English"))
_PIN_TROUBLES = ("staff.wrong_pin", "staff.locked", "pin.malformed_hash", "staff.unknown_operator")


def view(state: TillState, say: Say) -> SignInView:
    """The whole screen."""
    chosen = state.shop.operator(state.operator_id)
    locked_s = seconds_left(state)
    bad = state.trouble is not None and state.trouble.code in _PIN_TROUBLES
    return SignInView(
        status=status_bar(state, say),
        title=_greeting(state, say),
        detail=say.tr("sign_in.choose"),
        people=tuple(_person(state, say, one) for one in state.shop.operators),
        languages=tuple(
            say.control(
                f"language.{key}",
                name,
                "language.choose",
                args={"language": key},
                selected=key == state.language,
            )
            for key, name in LANGUAGES
        ),
        pin_title=say.name(chosen.names) if chosen else say.tr("sign_in.nobody"),
        pin_detail=_pin_detail(state, say, chosen, locked_s),
        pin_length=PIN_LENGTH,
        pin_typed=len(state.pin),
        keypad=KeypadView(
            say.tr("action.clear"), enabled=chosen is not None and not locked_s and not state.pin_busy
        ),
        pin_bad=bad or bool(locked_s),
        foot=say.tr("sign_in.foot", length=PIN_LENGTH),
        reader=_reader(state, say),
        notice=trouble_notice(state.trouble, say) if state.trouble is not None and not bad else None,
    )


def seconds_left(state: TillState) -> int:
    """How long the chosen operator is still locked out."""
    return max(0, -(-(state.locked_until_ms - state.now_ms) // 1000))


def _greeting(state: TillState, say: Say) -> str:
    hour = state.now.hour
    if hour < 5:
        return say.tr("sign_in.night")
    if hour < 12:
        return say.tr("sign_in.morning")
    return say.tr("sign_in.afternoon") if hour < 18 else say.tr("sign_in.evening")


def _person(state: TillState, say: Say, operator: Operator) -> PersonView:
    name = say.name(operator.names)
    control = say.control(
        f"operator.{operator.id}",
        name,
        "operator.choose",
        args={"id": operator.id},
        selected=operator.id == state.operator_id,
    )
    lines = [say.tr(f"role.{operator.role}")]
    if operator.shift:
        lines.append(f"{shift_name(say, operator.shift)} {operator.shift_starts}".strip())
    return PersonView(initial(name), control, tuple(lines))


def _pin_detail(state: TillState, say: Say, chosen: Operator | None, locked_s: int) -> str:
    if locked_s:
        return say.tr("sign_in.locked", seconds=locked_s)
    if state.pin_busy:
        return say.tr("sign_in.checking")
    if (
        state.trouble is not None
        and state.trouble.code in _PIN_TROUBLES
        and state.trouble.code != "staff.locked"
    ):
        title, todo = told(say.tr, say.language, state.trouble.code, state.trouble.params)
        return say.tr("toast.trouble", title=title, todo=todo)
    if chosen is None:
        return say.tr("sign_in.choose_first")
    return say.tr("sign_in.pin", length=PIN_LENGTH)


def _reader(state: TillState, say: Say) -> str:
    reader = state.devices.first("card_reader")
    return say.tr("sign_in.reader") if reader is not None and reader.state == "ready" else ""
