"""Draws the samples offscreen in one process and writes pictures and findings; run by the tests.

python tests/ui/render.py OUT_FOLDER WIDTH HEIGHT DENSITY NAME:LANGUAGE:THEME[:FONT_SCALE] ...
"""

import itertools
import json
import sys
import zlib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

SMALL_BY_DESIGN = ("status.", "keyboard.")
"""The bar is lower than a finger on small screens, and ten keys share one row."""


def png(width: int, height: int, data: bytes) -> bytes:
    """RGB rows as a PNG file, so that the process of the screen needs no library for it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    rows = b"".join(b"\0" + data[at : at + width * 3] for at in range(0, len(data), width * 3))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 3))
        + chunk(b"IEND", b"")
    )


def findings(shell: Any, width: int, height: int, density: float) -> dict[str, list[str]]:
    """What is cut, sticks out, is too small to touch, or lies over another control."""
    from appliance.ui.widgets.control import Control
    from appliance.ui.widgets.pane import Pane
    from appliance.ui.widgets.scroll import Scroller

    found: dict[str, list[str]] = {"cut": [], "outside": [], "small": [], "overlap": []}
    controls = []
    for pane in shell.root.walk():
        if not isinstance(pane, Pane) or pane.width <= 1:
            continue
        found["cut"] += pane.pen.cut
        for x, y, mark_width, mark_height in pane.pen.frames():
            inside = (
                x >= -1
                and x + mark_width <= pane.width + 1
                and y <= 1
                and -y - mark_height <= pane.height + 1
            )
            if not inside and type(pane).__name__ not in ("Inside",) and not _is_sheet(pane):
                found["outside"].append(
                    f"{type(pane).__name__}: {x},{y} {mark_width}x{mark_height} of {pane.size}"
                )
        if isinstance(pane, Control) and pane.control is not None and pane.control.name != "sheet.outside":
            scrolled = any(isinstance(parent, Scroller) for parent in _parents(pane))
            controls.append(pane)
            name = pane.control.name
            if min(pane.width, pane.height) / density < 47.5 and not name.startswith(SMALL_BY_DESIGN):
                found["small"].append(f"{name} {pane.size}")
            if not scrolled and (
                pane.x < -1 or pane.y < -1 or pane.right > width + 1 or pane.top > height + 1
            ):
                found["outside"].append(f"{name} {pane.pos} {pane.size}")
    for one, other in itertools.combinations(controls, 2):
        if one in _parents(other) or other in _parents(one) or _layer(one, shell) != _layer(other, shell):
            continue
        over_x = min(one.right, other.right) - max(one.x, other.x)
        over_y = min(one.top, other.top) - max(one.y, other.y)
        clipped = any(isinstance(parent, Scroller) for parent in (*_parents(one), *_parents(other)))
        if over_x > 1 and over_y > 1 and not clipped:
            found["overlap"].append(f"{one.control.name} and {other.control.name}")
    return found


def _is_sheet(pane: Any) -> bool:
    return type(pane).__name__.endswith("Sheet")  # its round corners reach over the window's edge


def _parents(widget: Any) -> list[Any]:
    found = []
    while widget.parent is not None and widget.parent is not widget:
        widget = widget.parent
        found.append(widget)
    return found


def _layer(widget: Any, shell: Any) -> Any:
    parents = [widget, *_parents(widget)]
    return next((one for one in parents if one.parent is shell.root), None)


def main() -> None:
    """Draw all that was asked for."""
    out, width, height, density = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    from appliance.ui.window import open_window

    out.mkdir(parents=True, exist_ok=True)
    window = open_window(out / ".kivy", width, height)
    import samples
    import samples_members
    import samples_own
    import samples_paying
    import samples_people
    import samples_promotions
    import samples_refund
    import samples_sheets
    import samples_states
    import samples_stock
    from kivy.base import EventLoop

    from appliance.ui import theme
    from appliance.ui.shell import Shell

    EventLoop.start()
    look = theme.Look(density=density, width_px=width, height_px=height)
    shell = Shell(window.kivy, lambda intent: None, look)
    report = {}
    modules = (
        samples,
        samples_members,
        samples_paying,
        samples_people,
        samples_promotions,
        samples_own,
        samples_refund,
        samples_sheets,
        samples_states,
        samples_stock,
    )
    for job in sys.argv[5:]:
        name, language, mode, *scale = job.split(":")
        shell.use_look(
            look.with_(language=language, theme=mode, font_scale=float(scale[0]) if scale else 1.0)
        )
        make = next(getattr(module, name) for module in modules if hasattr(module, name))
        views = make(language)
        shell.present(*(views if isinstance(views, tuple) else (views,)))
        shell.settle()
        EventLoop.idle()
        target = out / f"{name}-{language}-{mode}{'-' + scale[0] if scale else ''}-{width}x{height}.png"
        target.write_bytes(png(*window.capture()))
        report[target.name] = findings(shell, width, height, density)
    print(json.dumps(report, ensure_ascii=False))


main()
