"""After the commit: drawers and receipts through the daemon, one at a time, in their own thread.

Owns the queue of effects that this process has begun. What became of each is told to `settled`; it
never decides to do something again.
"""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from appliance.checkout.ports import Effect
from appliance.checkout.receipt import build_receipt
from appliance.ipc.client import Client
from appliance.ipc.daemon_contract import OpenDrawerParams, PrintParams
from retail.catalogue import Shop
from retail.errors import Busy, ContractError, DeviceFault, InvariantBroken, TillboxError
from retail.messages.events import SaleCompleted

log = logging.getLogger(__name__)
EFFECTS_MAX = 64
PRINT_DEADLINE_MS = 10_000
DRAWER_DEADLINE_MS = 3_000
PRINT_TIMEOUT_S = 40.0
DRAWER_TIMEOUT_S = 8.0
DAEMON_WITHIN_S = 5.0
PRINTER, DRAWER = "printer", "drawer"

Settled = Callable[[str, str, str], None]
"""Told (effect id, ``done`` or ``failed``, fault code)."""


@dataclass(frozen=True, slots=True)
class Slip:
    """All that a receipt is made of besides its effect."""

    sale: SaleCompleted
    shop: Shop
    operator_name: str
    text: Callable[..., str]
    training: bool = False


@dataclass(frozen=True, slots=True)
class _Begun:
    effect: Effect
    slip: Slip


class Effects:
    """Give it effects with `run`; each is answered once through `settled`, in this object's thread."""

    def __init__(self, daemon: Client, device_of: Callable[[str], str], settled: Settled) -> None:
        """`device_of` names the device with a capability, ``""`` when there is none."""
        self._daemon = daemon
        self._device_of = device_of
        self._settled = settled
        # The drawer does not wait for the printer: a cashier needs it at once.
        self._lanes: dict[str, queue.Queue[_Begun]] = {
            "drawer": queue.Queue(EFFECTS_MAX),
            "receipt": queue.Queue(EFFECTS_MAX),
        }

    def start(self) -> None:
        """Begin to work."""
        for kind, lane in self._lanes.items():
            threading.Thread(target=self._work, args=(lane,), name=f"effects-{kind}", daemon=True).start()

    def run(self, effect: Effect, slip: Slip) -> None:
        """Queue one effect; when too many wait it fails at once and is offered again."""
        try:
            self._lanes[effect.kind].put_nowait(_Begun(effect, slip))
        except queue.Full:
            self._settled(effect.effect_id, "failed", "device.queue_full")

    def _work(self, lane: "queue.Queue[_Begun]") -> None:
        while True:
            begun = lane.get()
            fault = self._do(begun)
            if fault:
                log.warning("%s of a sale failed: %s", begun.effect.kind, fault)
            self._settled(begun.effect.effect_id, "failed" if fault else "done", fault)

    def _do(self, begun: _Begun) -> str:
        """Do it and wait; the fault's code, or nothing."""
        try:
            if begun.effect.kind == "drawer":
                self._open(begun.effect)
            else:
                self._print(begun)
        except InvariantBroken as error:
            # The daemon's bug, not ours: the sale stands and the cashier is told.
            log.error("the daemon failed: %s", error)
            return "device.garbled"
        except TillboxError as error:
            return error.code
        return ""

    def _open(self, effect: Effect) -> None:
        params = OpenDrawerParams(
            device=self._device(DRAWER), job_id=effect.effect_id, deadline_ms=DRAWER_DEADLINE_MS
        )
        self._daemon.call("drawer.open", params, DRAWER_TIMEOUT_S)

    def _print(self, begun: _Begun) -> None:
        device = self._device(PRINTER)
        slip, effect = begun.slip, begun.effect
        document = build_receipt(
            slip.sale,
            slip.shop,
            slip.operator_name,
            effect.language or "zh-Hans",
            slip.text,
            effect.copy,
            slip.training,
            effect.note,
        )
        params = PrintParams(
            device=device, job_id=effect.effect_id, document=document, deadline_ms=PRINT_DEADLINE_MS
        )
        self._daemon.call("printer.print", params, PRINT_TIMEOUT_S)

    def _device(self, capability: str) -> str:
        # A sale may be completed by HQ's word before the daemon is found after a start. Nothing was asked
        # of it yet, so that waiting does nothing twice.
        if not self._daemon.wait_connected(DAEMON_WITHIN_S):
            raise Busy("ipc.not_connected")
        device = self._device_of(capability)
        if not device:
            raise DeviceFault("device.absent")
        return device


def outcome_of(daemon: Client, effect: Effect) -> tuple[str, str] | None:
    """(``done`` or ``failed``, fault) of an effect begun before a restart, if the daemon still knows."""
    try:
        answer: dict[str, Any] = daemon.call("job.status", {"job_id": effect.effect_id})
    except (Busy, DeviceFault, ContractError) as error:
        log.info("can't ask about an effect: %s", error)
        return None
    outcome = str(answer.get("outcome", "unknown"))
    return (outcome, str(answer.get("fault", ""))) if outcome in ("done", "failed") else None
