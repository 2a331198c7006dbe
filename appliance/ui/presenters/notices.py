"""Notices and toasts: what went wrong or changed, and what to do, one at a time.

The order says what matters most: a refusal just now, then something that was never confirmed, then a
device, then the network.
"""

from appliance.checkout.ports import Effect
from appliance.ui.presenters.say import Say
from appliance.ui.presenters.status import worst_device
from appliance.ui.refusals import device_word, told
from appliance.ui.state import TillState, Toast, Trouble
from appliance.ui.views.parts import ControlView, NoticeView, ToastView

CAPABILITY = {"receipt": "printer", "drawer": "drawer"}
_OFFERS = ("scan.unknown_code",)


def notice(state: TillState, say: Say) -> NoticeView | None:
    """The one notice of a selling screen."""
    if state.trouble is not None:
        return trouble_notice(state.trouble, say)
    return _effect_notice(state, say) or _device_notice(state, say) or _offline_notice(state, say)


def trouble_notice(trouble: Trouble, say: Say) -> NoticeView:
    """A refusal or fault, what to do about it, and the control that does it."""
    title, todo = told(say.tr, say.language, trouble.code, trouble.params)
    lines = (todo, say.tr("trouble.ask_manager")) if trouble.may_override else (todo,)
    return NoticeView("bad", "circle-alert", title, lines, _way_out(trouble, say))


def _way_out(trouble: Trouble, say: Say) -> ControlView:
    if trouble.code in _OFFERS:
        code = str(trouble.params.get("code", ""))
        return say.control(
            "notice.sell_by_name", say.tr("open_item.sell"), "open_item.open", args={"code": code}
        )
    if trouble.code == "scan.expired" and trouble.may_override:
        return say.control("notice.ask_manager", say.tr("action.ask_manager"), "goods.ask_manager")
    return say.control("notice.dismiss", say.tr("action.understood"))


def _effect_notice(state: TillState, say: Say) -> NoticeView | None:
    """An effect that failed, or whose outcome nobody heard before the till stopped."""
    effect = next((one for one in offered(state)), None)
    if effect is None:
        return None
    if effect.fault:
        title, todo = told(say.tr, say.language, effect.fault, {"capability": CAPABILITY[effect.kind]})
    else:
        title = say.tr("effect.unknown_receipt" if effect.kind == "receipt" else "effect.unknown_drawer")
        todo = say.tr("effect.unknown.do")
    decide = say.control("effect.decide", say.tr("effect.decide"), "menu.open", args={"kind": "effects"})
    return NoticeView("warn", "printer", title, (todo,), decide)


def offered(state: TillState) -> tuple[Effect, ...]:
    """Unsettled effects that nobody is working on now."""
    busy = {one.effect.effect_id for one in state.following if one.progress == "running"}
    return tuple(effect for effect in state.desk.unsettled if effect.effect_id not in busy)


def _device_notice(state: TillState, say: Say) -> NoticeView | None:
    worst = worst_device(state)
    if not state.devices.connected or worst is None:
        return None
    fault = worst.fault or ("device.lost" if worst.state == "backing_off" else "device.absent")
    _, todo = told(say.tr, say.language, fault, {"capability": worst.capability})
    return NoticeView("bad", "printer", device_word(say.tr, worst.capability, fault), (todo,))


def _offline_notice(state: TillState, say: Say) -> NoticeView | None:
    if state.sync.online or not state.offline_told:
        return None
    works = say.tr("offline.works" if "card" in state.tenders.offered else "offline.works_cash")
    lines = [works]
    if "qr" in state.tenders.offered:
        lines.append(say.tr("offline.waits"))
    if state.sync.waiting:
        lines.append(say.tr("offline.records", count=state.sync.waiting))
    return NoticeView("warn", "wifi-off", say.tr("offline.title"), tuple(lines))


def toast(state: TillState, say: Say) -> ToastView | None:
    """The newest toast; the shell takes it away."""
    shown = state.toast
    return None if shown is None else _toast(shown, say)


def _toast(shown: Toast, say: Say) -> ToastView:
    params = {
        name: say.name(value) if isinstance(value, dict) else value for name, value in shown.params.items()
    }
    if shown.key == "trouble":
        title, todo = told(
            say.tr, say.language, str(shown.params["code"]), dict(shown.params.get("params", {}))
        )
        text = say.tr("toast.trouble", title=title, todo=todo)
    else:
        text = say.tr(shown.key, **params)
    action = None
    if shown.action is not None:
        action = ControlView("toast.action", say.tr(shown.action_key), shown.action)
    return ToastView(f"toast{shown.id}", shown.tone, text, action)
