"""The whole house running: scans through the wire, memory of each process, start of the screen."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from appliance.runtime.paths import Home
from bench.figures import Figure, figure, percentile
from bench.shop import Shop
from retail.money import currency
from tillbox.replay.bench_client import Bench, running_house
from tillbox.replay.hand import Hand

PORTS = ("bench", "hq", "broker", "network", "printer")
READY_WITHIN_S = 90.0
ENDED_WITHIN_S = 30.0
DRAWN_WITHIN_S = 5.0
BETWEEN_SCANS_S = 0.2
LINES_OF_A_BASKET = 20
SCAN_MS_MAX, START_S_MAX, MEMORY_MB_MAX = 50.0, 3.0, 350.0
TILL = ("ui", "daemon", "sync")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens at now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


@contextmanager
def running(home: Home, output: Path) -> Iterator[Path]:
    """`tillbox run` on a home, from ready to ended; what it prints goes to `output`."""
    ports = [f"--{name}-port={port}" for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True)]
    program = "from tillbox.cli import main; main()"
    argv = [sys.executable, "-c", program, "--home", str(home.root), "run", "--no-window", *ports]
    with output.open("wb") as file:
        process = subprocess.Popen(argv, stdout=file, stderr=file, stdin=subprocess.DEVNULL)
    try:
        _wait_for(lambda: "is ready" in output.read_text("utf-8"), READY_WITHIN_S, process, output)
        yield output
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(ENDED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(holds: Any, within_s: float, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"tillbox run did not come up:\n{output.read_text('utf-8')[-2000:]}")
        time.sleep(0.05)


def measure_house(shop: Shop, output: Path, rounds: int, scans: int, starts: int) -> list[Figure]:
    """Figures of a house that is started, scanned at, weighed, and whose screen is killed and comes back."""
    with running(shop.home, output):
        bench, hq = running_house(shop.home)
        hand = Hand(bench, hq, currency("CNY"))
        hand.come_to_the_till()
        figures = _scans(shop, bench, hand, rounds, scans)
        figures += _memory(shop.home)
        figures += _starts(shop.home, bench, output, starts)
    return figures


def _scans(shop: Shop, bench: Bench, hand: Hand, rounds: int, scans: int) -> list[Figure]:
    inside: list[list[float]] = []
    outside: list[list[float]] = []
    codes = iter(shop.codes[:: max(1, len(shop.codes) // (rounds * (scans + 2 * LINES_OF_A_BASKET) + 1))])
    for _ in range(LINES_OF_A_BASKET):  # the first pictures of everything are drawn now
        _scan_and_watch(bench, next(codes))
    for _ in range(rounds):
        hand.clear()
        outside.append([_scan_and_watch(bench, next(codes)) for _ in range(LINES_OF_A_BASKET)])
        drawn: list[float] = []
        while len(drawn) < scans:
            hand.clear()
            drawn += _scan_in_peace(bench, [next(codes) for _ in range(LINES_OF_A_BASKET)])
        inside.append(drawn)
    hand.clear()
    what = "the daemon has the read's last byte -> the picture with the line is flipped"
    whole = (
        "script asks the bench to scan -> script has read back that it is drawn (HTTP and polling included)"
    )
    return [
        figure("scan to drawn line: p50", [percentile(x, 50) for x in inside], "ms", what),
        figure("scan to drawn line: p99", [percentile(x, 99) for x in inside], "ms", what, SCAN_MS_MAX),
        figure("scan seen from outside: p50", [percentile(x, 50) for x in outside], "ms", whole),
        figure("scan seen from outside: p99", [percentile(x, 99) for x in outside], "ms", whole),
    ]


def _scan_in_peace(bench: Bench, codes: list[str]) -> list[float]:
    """What the screen says each scan took. It is asked only at the end: asking costs its thread time. Goods
    are reached for before each, the first too: the sheet that cleared the basket is gone from the screen."""
    for code in codes:
        time.sleep(BETWEEN_SCANS_S)
        bench.post("/api/scan", code=code)
    deadline = time.monotonic() + DRAWN_WITHIN_S
    while (view := bench.get("/api/screen/state")["view"])["line_count"] != len(codes):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{len(codes)} codes were scanned, {view['line_count']} lines are there")
        time.sleep(BETWEEN_SCANS_S)
    return [float(ms) for ms in view["latencies_ms"][-len(codes) :]]


def _scan_and_watch(bench: Bench, code: str) -> float:
    """Milliseconds until a script has read back that the scan is drawn."""
    before = bench.get("/api/screen/state")["view"]["latencies_ms"]
    began = time.perf_counter()
    bench.post("/api/scan", code=code)
    while True:
        now = bench.get("/api/screen/state")["view"]["latencies_ms"]
        took_ms = (time.perf_counter() - began) * 1000
        if now != before:
            return took_ms
        if took_ms > DRAWN_WITHIN_S * 1000:
            raise RuntimeError(f"{code} was scanned and never drawn")
        time.sleep(0.005)


def _memory(home: Home) -> list[Figure]:
    parts = json.loads((home.run_dir / "launcher.json").read_text("utf-8"))["parts"]
    sizes = {part["name"]: _rollup(part["pid"]) for part in parts if part["pid"]}
    figures = []
    for name, size in sizes.items():
        for kind in ("Rss", "Pss"):
            what = f"{kind} of /proc/PID/smaps_rollup, after the scans"
            figures.append(figure(f"memory of {name}: {kind.upper()}", [size[kind]], "MB", what))
    for kind in ("Rss", "Pss"):
        total = sum(sizes[name][kind] for name in TILL if name in sizes)
        what = f"sum of {kind} of {' + '.join(TILL)}"
        figures.append(figure(f"memory of the till: {kind.upper()}", [total], "MB", what, MEMORY_MB_MAX))
    return figures


def _rollup(pid: int) -> dict[str, float]:
    """Megabytes (10^6 bytes) by name."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    return {name: int(kb) * 1024 / 1e6 for name, kb in re.findall(r"^(Rss|Pss): +(\d+) kB", text, re.M)}


def _starts(home: Home, bench: Bench, output: Path, starts: int) -> list[Figure]:
    for number in range(starts):
        bench.post("/api/kill", name="ui")
        deadline = time.monotonic() + READY_WITHIN_S
        while len(_again(output)) <= number:
            if time.monotonic() > deadline:
                raise RuntimeError("the screen did not come back")
            time.sleep(0.05)
    log = (home.log_dir / "ui.log").read_text("utf-8")
    own = [float(seconds) for seconds in re.findall(r"ready to sell after ([\d.]+) s", log)]
    return [
        figure(
            "start of the screen to ready to sell",
            own,
            "s",
            "its own clock, after Python came up",
            START_S_MAX,
        ),
        figure(
            "start of the screen, seen by the launcher",
            _again(output),
            "s",
            "process started -> it answers on its socket, after kill -9",
            START_S_MAX,
        ),
    ]


def _again(output: Path) -> list[float]:
    told = re.findall(r"^  ui +again ready in ([\d.]+) s", output.read_text("utf-8"), re.M)
    return [float(seconds) for seconds in told]
