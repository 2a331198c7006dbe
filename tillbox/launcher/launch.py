"""One run of the house on this machine, from the first check to the last process ended."""

import asyncio
import contextlib
import datetime as dt
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from appliance.runtime.paths import Home
from retail.errors import Refused
from tillbox.launcher import ports as ports_of
from tillbox.launcher.house import House, Say
from tillbox.launcher.parts import parts
from tillbox.launcher.ports import ADDRESS, Ports
from tillbox.launcher.preparing import prepare

SETTINGS_FILE = "launcher.toml"
GPIO_SOCKET = "gpio.sock"


@dataclass(frozen=True)
class Wishes:
    """What the command line asked for; ports by name, None where nothing was said."""

    home: Home
    window: bool = True
    ports: Mapping[str, int | None] = field(default_factory=dict)


@contextlib.contextmanager
def only_run(run_dir: Path) -> Iterator[None]:
    """One run a home. Raises `Refused` `launcher.already_running` with the other's `pid`."""
    run_dir.mkdir(parents=True, exist_ok=True)
    # Not truncated: the pid in it is the other's until the lock is ours.
    with (run_dir / "launcher.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Refused("launcher.already_running", pid=lock.read(20).strip()) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def choose_ports(wishes: Wishes) -> Ports:
    """The ports of this run, all free now. Raises `Refused` `launcher.ports_taken` with them by name."""
    settings = ports_of.read_settings(wishes.home.root / SETTINGS_FILE)
    chosen = ports_of.choose(settings.ports, wishes.ports)
    taken = ports_of.taken(chosen)
    if taken:
        raise Refused("launcher.ports_taken", ports=taken)
    return chosen


def environment(home: Home) -> dict[str, str]:
    """What every part finds in its environment."""
    return {
        **os.environ,
        "TILLBOX_HOME": str(home.root),
        "TILLBOX_BENCH_GPIO": str(home.run_dir / GPIO_SOCKET),
        "PYTHONUNBUFFERED": "1",
    }


def launch(wishes: Wishes, say: Say) -> int:
    """Run until Ctrl-C or SIGTERM; the exit code, 1 if a part did not come up."""
    home = wishes.home
    with only_run(home.run_dir):
        chosen = choose_ports(wishes)
        started = time.monotonic()
        # Loaded only now: databases and catalogues need not be read to say that a port is taken.
        from tillbox.home import ensure_home

        new = not home.trade_db.exists()
        say(f"Tillbox: {'a new home' if new else 'going on'} in {home.root}")
        ensure_home(home)
        has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        config = prepare(home, chosen, wishes.window and has_display, dt.datetime.now(dt.UTC))
        say(f"  {'home':<10} ready in {time.monotonic() - started:.1f} s")
        return asyncio.run(_run(home, chosen, config, say))


async def _run(home: Home, chosen: Ports, mosquitto_config: Path, say: Say) -> int:
    house = House(
        parts(home, chosen, mosquitto_config),
        environment(home),
        home.run_dir,
        home.log_dir,
        Path.cwd(),
        chosen,
        say,
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Asked a second time, nothing is waited for any more.
        loop.add_signal_handler(number, lambda: house.kill() if stop.is_set() else stop.set())
    failed: list[str] = []
    try:
        starting = asyncio.ensure_future(house.start())
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            failed = starting.result()
            if not failed:
                say(f"\n  Tillbox is ready: http://{ADDRESS}:{chosen.bench}/\n  Ctrl-C ends it.\n")
                await stop.wait()
        stopping.cancel()
        starting.cancel()
    finally:
        say(f"Ending: {', '.join(failed)} did not come up" if failed else "Ending")
        await house.end()
        say("Ended; nothing is left running.")
    return 1 if failed else 0


def say_line(text: str) -> None:
    """To standard output, at once."""
    print(text, file=sys.stdout, flush=True)
