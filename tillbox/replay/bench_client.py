"""The bench of a running home, as a script uses it: docs/bench-api.md. Knows nothing of sales."""

import json
import os
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote

from appliance.runtime.paths import Home
from retail.errors import Busy, ContractError

ANSWER_WITHIN_S = 10.0
ANSWER_BYTES_MAX = 16 << 20


class Bench:
    """One bench; every call is one request. `Busy` ``replay.bench_silent`` when it does not answer."""

    def __init__(self, address: str) -> None:
        self.address = address

    def get(self, path: str) -> Any:
        """The JSON at an address."""
        return json.loads(self._ask(path, None))

    def text(self, path: str) -> str:
        """The text at an address; empty where there is none yet."""
        try:
            return self._ask(path, None).decode()
        except Refusal as refusal:
            if refusal.status == 404:
                return ""
            raise

    def post(self, path: str, **body: Any) -> Any:
        """Do something; `Refusal` says why it can't be done now."""
        return json.loads(self._ask(path, json.dumps(body).encode()))

    def _ask(self, path: str, body: bytes | None) -> bytes:
        request = urllib.request.Request(self.address + path, data=body)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S) as answer:
                return bytes(answer.read(ANSWER_BYTES_MAX))
        except urllib.error.HTTPError as error:
            raise Refusal(error.code, _said(error.read(4096))) from error
        except OSError as error:
            raise Busy("replay.bench_silent", path=self.address, why=str(error)) from error


class Refusal(Exception):
    """The bench or HQ said no: `status` of HTTP and what it said."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"{status}: {said}")
        self.status, self.said = status, said


def _said(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace")[:200]


def find_control(name: str) -> str:
    """The address that tells where a control is."""
    return f"/api/screen/find?name={quote(name)}"


def running_house(home: Home) -> tuple[Bench, Bench]:
    """(the bench, HQ) of a home that `tillbox run` runs now; `ContractError` when it does not."""
    try:
        state = json.loads((home.run_dir / "launcher.json").read_text("utf-8"))
        ports, pid = state["ports"], int(state["pid"])
        os.kill(pid, 0)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ContractError("replay.not_running", path=str(home.root)) from error
    return Bench(f"http://127.0.0.1:{ports['bench']}"), Bench(f"http://127.0.0.1:{ports['hq']}")
