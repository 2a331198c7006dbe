"""Measures from a new view to the drawn frame: python tests/ui/bench_draw.py. Prints milliseconds."""

import dataclasses
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]


def main() -> None:
    """Add lines to a basket and wait for each to be drawn."""
    started = time.perf_counter()
    from appliance.ui.window import open_window

    window = open_window(Path("/tmp") / "till-bench-kivy", 1280, 800)
    import samples
    from kivy.base import EventLoop

    from appliance.ui import theme
    from appliance.ui.shell import Shell

    EventLoop.start()
    shell = Shell(window.kivy, lambda intent: None, theme.Look())
    view = samples.sale("zh-Hans")
    shell.present(view)
    EventLoop.idle()
    print(f"first frame after {time.perf_counter() - started:.2f} s")
    took = []
    lines = [dataclasses.replace(line, selected=False) for line in view.basket.lines]
    for number in range(200):
        price = f"{number * 7 % 100}.{number % 100:02d}"
        new = dataclasses.replace(
            view.basket.lines[1], id=f"n{number}", number=number, name=f"商品 {number * 37}", amount=price
        )
        basket = dataclasses.replace(view.basket, lines=(*lines, new), count=f"{number} 件")
        totals = dataclasses.replace(view.totals, due=price)
        changed = dataclasses.replace(
            view,
            basket=basket,
            totals=totals,
            pay=dataclasses.replace(view.pay, amount=f"¥{price}"),
        )
        at = time.perf_counter()
        shell.present(changed)
        shown = time.perf_counter()
        EventLoop.idle()
        took.append(((time.perf_counter() - at) * 1000, (shown - at) * 1000))
        lines.append(dataclasses.replace(new, selected=False))
    total = sorted(t for t, _ in took)
    present = sorted(p for _, p in took)
    frames = window.frames
    for _ in range(30):
        EventLoop.idle()
    print(
        f"present p50 {present[100]:.1f} p99 {present[197]:.1f}; "
        f"with frame p50 {total[100]:.1f} p99 {total[197]:.1f}"
    )
    print(f"frames drawn at rest: {window.frames - frames}")
    at = time.perf_counter()
    shell.use_look(theme.Look(theme="dark"))
    EventLoop.idle()
    print(f"theme switch {1000 * (time.perf_counter() - at):.0f} ms")
    with open("/proc/self/status", encoding="ascii") as file:
        print([line.strip() for line in file if line.startswith("VmRSS")])
    print("PIL" in sys.modules, "requests" in sys.modules, "kivy.uix.label" in sys.modules)


main()
