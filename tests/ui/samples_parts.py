"""What all samples are made of: texts in three languages, controls, the status bar."""

from collections.abc import Callable

from appliance.ui.views import (
    ControlView,
    Intent,
    StatusBarView,
    StatusItemView,
    Tone,
)

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
Say = Callable[[str, str, str], str]


def say_in(language: str) -> Say:
    """Picks the text of one language."""
    at = LANGUAGES.index(language)
    return lambda *texts: texts[at]


def control(name: str, text: str, **more: object) -> ControlView:
    """A control whose intent has its own name."""
    return ControlView(name, text, Intent(name), **more)  # type: ignore[arg-type]  # a test's shorthand


def status(say: Say, *, offline: bool = False, signed_in: bool = True, clock: str = "10:42") -> StatusBarView:
    """The bar of all pictures."""
    net: tuple[str, Tone] = (say("网络", "網路", "Network"), "ok")
    hq: tuple[str, Tone] = (say("总部已同步", "總部已同步", "HQ in sync"), "ok")
    if offline:
        net, hq = (
            (say("断网", "斷網", "Offline"), "warn"),
            (say("待传 27 条", "待傳 27 筆", "27 to send"), "busy"),
        )
    return StatusBarView(
        shop=say("山隅咖啡", "山隅咖啡", "Shanyu Coffee"),
        place=say("静安店 · 1 号台", "靜安店 · 1 號台", "Jing'an, Till 1"),
        items=(
            StatusItemView("status.devices", "printer", say("设备正常", "設備正常", "Devices OK"), "ok"),
            StatusItemView("status.network", "wifi", *net),
            StatusItemView("status.hq", "cloud", *hq),
        ),
        clock=clock,
        operator=say("王芳", "王芳", "Wang Fang") if signed_in else "",
        shift=say("早班", "早班", "Morning") if signed_in else "",
    )
