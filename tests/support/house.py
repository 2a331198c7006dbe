"""A whole house (`tillbox run`) in a test's own home, driven the way a person would: by the bench."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.support.ports import free_ports
from tests.support.waiting import LONG_S, PROCESS_S, wait_for

START_S_MAX = 180
ROOT = Path(__file__).parents[2]


class House:
    """The bench's and HQ's addresses of a running house, with the gestures a test needs."""

    def __init__(self, process: "subprocess.Popen[str]", home: Path, base: int) -> None:
        self.process = process
        self.home = home
        self.bench = httpx.Client(base_url=f"http://127.0.0.1:{base}/api", timeout=LONG_S)
        self.hq = httpx.Client(
            base_url=f"http://127.0.0.1:{base + 1}",
            headers={"Origin": f"http://127.0.0.1:{base + 1}"},
            timeout=LONG_S,
        )

    def post(self, path: str, **body: Any) -> Any:
        """Ask the bench for something; fails with what it answered."""
        answer = self.bench.post(path, json=body)
        assert answer.status_code == 200, f"{path} {body}: {answer.text}"
        return answer.json()

    def touch(self, name: str) -> None:
        """Touch a control of the till's screen as soon as it is there and enabled."""
        wait_for(lambda: any(found["enabled"] for found in self.found(name)), f"{name} can be touched")
        self.post("/touch", name=name)

    def found(self, name: str) -> list[dict[str, Any]]:
        """The controls of that name on the screen now."""
        answer = self.bench.get("/screen/find", params={"name": name})
        return list(answer.json()["found"]) if answer.status_code == 200 else []

    def state(self) -> dict[str, Any]:
        """What the till's screen says; nothing while it is not running."""
        answer = self.bench.get("/screen/state")
        if answer.status_code != 200:
            return {}
        return {**answer.json()["view"], "place": answer.json()["place"]}

    def until_state(
        self, what: str, holds: Callable[[dict[str, Any]], bool], within_s: float = LONG_S
    ) -> dict[str, Any]:
        """Wait until the screen is so; the state then. While it is not running it is nothing."""

        def held() -> dict[str, Any]:
            state = self.state()
            return state if state and holds(state) else {}

        return wait_for(held, what, within_s)

    def sign_in(self, operator: str = "wang-fang", pin: str = "246810") -> None:
        """Choose a name and type the PIN, by touch."""
        self.until_state(
            "the sign-in page", lambda state: state["place"] == "sign_in" and hears_its_devices(state)
        )
        self.touch(f"operator.{operator}")
        for digit in pin:
            self.touch(f"keypad.{digit}")
        self.until_state("the sale", lambda state: state.get("place") == "sale")

    def kill(self, name: str) -> None:
        """kill -9 one process; the launcher starts it again."""
        self.post("/kill", name=name)

    def slips(self) -> list[str]:
        """The text of every slip that came out."""
        return list(self.bench.get("/slips").json()["slips"])

    def hq_sales(self) -> list[dict[str, Any]]:
        """All sales that HQ has; of two days when one began while the house ran."""
        days = self.hq.get("/api/sales/days").json()["days"]
        return [
            sale for day in days for sale in self.hq.get("/api/sales", params={"day": day}).json()["sales"]
        ]

    def hq_total(self) -> int:
        """What HQ makes of their days, in minor units."""
        days = self.hq.get("/api/sales/days").json()["days"]
        totals = [self.hq.get("/api/sales/day-total", params={"day": day}).json() for day in days]
        return sum(int(total["total_minor"]) for total in totals)

    def tillbox(self, *words: str) -> Any:
        """Run a command on this home; its JSON."""
        done = subprocess.run(
            [sys.executable, "-m", "tillbox", "--home", str(self.home), *words, "--json"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PROCESS_S,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)


def hears_its_devices(state: dict[str, Any]) -> bool:
    """Whether all is well with the screen's devices; before that a code is scanned in vain."""
    items = state["screen"]["status"]["items"]
    return any(one["name"] == "status.devices" and one["tone"] == "ok" for one in items)


@contextmanager
def house(home: Path) -> Iterator[House]:
    """Start a whole house and end it as Ctrl-C would; nothing is left running."""
    base = free_ports(5)[0]
    process = subprocess.Popen(
        [sys.executable, "-m", "tillbox", "--home", str(home), "run", "--port", str(base), "--no-window"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    try:
        assert process.stdout is not None
        deadline = time.monotonic() + START_S_MAX
        for line in process.stdout:
            said.append(line)
            if "Tillbox is ready" in line:
                break
            assert time.monotonic() < deadline, "".join(said)
        else:
            raise AssertionError("".join(said))
        running = House(process, home, base)
        yield running
        running.bench.close()
        running.hq.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=LONG_S) == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
