"""The status bar: devices, network, HQ, who sells, what time it is."""

from appliance.ui.presenters.say import Say
from appliance.ui.refusals import device_word
from appliance.ui.state import DeviceState, TillState
from appliance.ui.views.parts import Intent, StatusBarView, StatusItemView, Tone

WORKING = ("ready", "opening")
SHIFTS = ("morning", "noon", "evening", "night")


def status_bar(state: TillState, say: Say) -> StatusBarView:
    """The top edge of every screen."""
    shop = state.shop.shop
    operator = state.desk.operator if state.place != "sign_in" else None
    return StatusBarView(
        shop=say.name(shop.names),
        place=say.join(say.name(shop.store_names), say.name(shop.workstation_names)),
        items=(_devices(state, say), _network(state, say), _hq(state, say)),
        clock=state.now.strftime("%H:%M"),
        operator=say.name(operator.names) if operator else "",
        shift=shift_name(say, state.desk.shift) if operator else "",
        training=say.tr("training.mark") if state.desk.training else "",
        operator_control=say.control("status.operator", say.name(operator.names), "menu.open")
        if operator
        else None,
    )


def shift_name(say: Say, shift: str) -> str:
    """A shift of ours by its name, any other as the shop calls it."""
    if shift == "morning":
        return say.tr("shift.morning")
    if shift == "noon":
        return say.tr("shift.noon")
    if shift == "evening":
        return say.tr("shift.evening")
    return say.tr("shift.night") if shift == "night" else shift


def worst_device(state: TillState) -> DeviceState | None:
    """The device that needs a person most, if any does."""
    faulty = [one for one in state.devices.known if one.fault or one.state not in WORKING]
    return min(faulty, key=lambda one: (_rank(one), one.id), default=None)


def _rank(device: DeviceState) -> int:
    capabilities = ("printer", "drawer", "scanner", "card_reader", "customer_display")
    return capabilities.index(device.capability) if device.capability in capabilities else len(capabilities)


def _devices(state: TillState, say: Say) -> StatusItemView:
    intent = Intent("menu.open", {"kind": "devices"})
    text, tone, icon = say.tr("status.devices_ok"), "ok", "printer"
    worst = worst_device(state)
    if not state.devices.connected:
        text, tone = say.tr("status.no_devices"), "bad"
    elif worst is not None:
        text, tone = device_word(say.tr, worst.capability, worst.fault or f"device.{_silent(worst)}"), "bad"
    shown: Tone = "bad" if tone == "bad" else "ok"
    return StatusItemView("status.devices", icon, text, shown, intent)


def _silent(device: DeviceState) -> str:
    return "lost" if device.state == "backing_off" else "absent"


def _network(state: TillState, say: Say) -> StatusItemView:
    if state.sync.online:
        return StatusItemView("status.network", "wifi", say.tr("status.online"), "ok")
    return StatusItemView("status.network", "wifi", say.tr("status.offline"), "warn")


def _hq(state: TillState, say: Say) -> StatusItemView:
    if not state.sync.connected:
        return StatusItemView("status.hq", "cloud", say.tr("status.no_sync"), "warn")
    if state.sync.waiting:
        waiting = say.tr("status.waiting", count=state.sync.waiting)
        return StatusItemView("status.hq", "cloud", waiting, "busy")
    if not state.sync.online:
        return StatusItemView("status.hq", "cloud", say.tr("status.hq_away"), "warn")
    return StatusItemView("status.hq", "cloud", say.tr("status.hq_ok"), "ok")
