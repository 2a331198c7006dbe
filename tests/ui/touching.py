"""Touches and types on real widgets in one process and prints what came of it as JSON; run by the tests.

python tests/ui/touching.py FOLDER
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]


def main() -> None:
    """Each step notes the intents that it caused."""
    from appliance.ui.window import open_window

    window = open_window(Path(sys.argv[1]) / ".kivy", 1280, 800)
    import samples
    import samples_paying
    import samples_sheets
    import samples_states
    from kivy.base import EventLoop

    from appliance.ui import theme
    from appliance.ui.shell import Shell

    EventLoop.start()
    heard: list[Any] = []
    shell = Shell(window.kivy, lambda intent: heard.append([intent.name, dict(intent.args)]), theme.Look())
    result: dict[str, Any] = {}

    def note(step: str) -> None:
        EventLoop.idle()
        result[step] = list(heard)
        heard.clear()

    def tap(name: str) -> None:
        spot = shell.find(name)[0]
        window.touch("down", spot.x, spot.y)
        window.touch("up", spot.x, spot.y)

    sale = samples.sale("zh-Hans")
    shell.present(sale)
    EventLoop.idle()
    tap("pay.cash")
    note("tap")
    tap("goods.tile.latte")
    note("tap a tile")
    tap("basket.line.3")
    note("tap a line")
    spot, other = shell.find("pay.cash")[0], shell.find("pay.qr")[0]
    window.touch("down", spot.x, spot.y)
    window.touch("move", other.x, other.y)
    window.touch("up", other.x, other.y)
    note("slide to another button")
    window.type_text("拿铁")
    window.type_text("", "backspace")
    note("type on the sale")
    frames = window.frames
    for _ in range(10):
        EventLoop.idle()
    result["frames at rest"] = window.frames - frames

    shell.present(samples_states.sale_offline("zh-Hans"))
    EventLoop.idle()
    result["disabled"] = shell.find("pay.cash")[0].enabled
    tap("pay.cash")
    note("tap a disabled button")

    shell.present(samples_paying.tender_qr("en"))
    EventLoop.idle()
    shell.present(samples_paying.tender("en"))
    EventLoop.idle()
    window.type_text("78")
    window.type_text("", "backspace")
    window.type_text("x")
    note("type on a keypad")
    tap("keypad.5")
    note("tap a key")

    shell.present(*samples_sheets.approval("en"))
    EventLoop.idle()
    result["behind a sheet"] = [found.name for found in shell.find("pay.cash")]
    tap("keypad.5")
    note("tap while the sheet slides")
    shell.settle()
    window.touch("down", 100, 400)
    window.touch("up", 100, 400)
    note("tap outside the sheet")
    shell.present(sale)
    EventLoop.idle()
    shell.use_look(theme.Look(theme="dark", language="zh-Hant"))
    EventLoop.idle()
    result["after a switch"] = len(shell.find()) > 40
    spot = shell.find("goods.tile.latte")[0]
    window.touch("down", spot.x, spot.y)
    shell.present(samples_states.sale_swapped("zh-Hans"))
    window.touch("up", spot.x, spot.y)
    note("the tile changes under the finger")
    many = samples_states.sale_long("zh-Hans")
    shell.present(many)
    EventLoop.idle()
    spot = shell.find("basket.line.37")[0]
    window.touch("down", spot.x, spot.y)
    window.touch("move", spot.x, spot.y + 60)
    window.touch("up", spot.x, spot.y + 2)
    note("drag a list and come back")
    result["far line before"] = len(shell.find("basket.line.1"))
    result["revealed"] = shell.reveal("basket.line.1") and len(shell.find("basket.line.1"))
    result["unknown name"] = shell.reveal("no.such.control")
    result["imported"] = [name for name in ("PIL", "requests", "escpos", "sqlalchemy") if name in sys.modules]
    print(json.dumps(result, ensure_ascii=False))


main()
