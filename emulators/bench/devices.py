"""The emulated peripherals as the bench's API sees them, and the network as one device more.

The peripherals may wait (for a paced line, for a thread that ends), so they are called off the event loop.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from emulators.bench.answers import ApiError, bad
from emulators.network import Network, State
from emulators.peripherals import Peripherals

NETWORK_FAULTS: tuple[State, ...] = ("down", "silent")


class Devices:
    """What a person can do to the peripherals and see of them."""

    def __init__(self, peripherals: Peripherals, network: Network) -> None:
        self._peripherals, self._network = peripherals, network

    def on_change(self, listener: Callable[[], None]) -> None:
        """`listener()` is called whenever anything to be seen changed, from any thread."""
        self._peripherals.on_change(listener)
        self._network.on_change = listener

    async def close(self) -> None:
        """Unplug everything."""
        await asyncio.to_thread(self._peripherals.close)

    # What is to be seen

    def state(self) -> dict[str, Any]:
        """``paper``, ``drawer``, ``display``, ``card`` and ``faults``."""
        seen = self._peripherals.state()
        return {
            "paper": seen["printer"],
            "drawer": seen["drawer"],
            "display": seen["display"]["lines"],
            "card": seen["reader"]["card"],
            "faults": self.faults(),
        }

    def faults(self) -> list[dict[str, Any]]:
        """Every fault there can be, and whether it is on."""
        there = self._peripherals.faults()
        devices = [
            {"device": device, "fault": fault, "on": on}
            for device, faults in there.items()
            for fault, on in faults.items()
        ]
        network = [
            {"device": "network", "fault": fault, "on": self._network.state == fault}
            for fault in NETWORK_FAULTS
        ]
        return devices + network

    async def paper_text(self, slip: int) -> str:
        """A slip's text; -1 is the newest. Without any slip it is empty."""
        slips = await self.slips()
        if not slips and slip == -1:
            return ""
        return slips[self._checked(slip, len(slips))]

    async def paper_png(self, slip: int) -> bytes:
        """A slip's picture; -1 is the newest. Without any slip it is a stub of empty paper."""
        count = len(await self.slips())
        place = -1 if slip == -1 else self._checked(slip, count)
        return await asyncio.to_thread(self._peripherals.paper_png, place)

    async def slips(self) -> list[str]:
        """The text of every slip that was not torn off, oldest first."""
        return await asyncio.to_thread(self._peripherals.slips)

    @staticmethod
    def _checked(slip: int, count: int) -> int:
        if not -count <= slip < count:
            raise ApiError(404, f"no slip {slip}", f"there are {count}, counted from 0; -1 is the newest")
        return slip

    # What a person does

    async def scan(self, code: str, *, times: int = 1, torn: bool = False) -> None:
        """Scan a code once, often without a pause, or torn."""
        peripherals = self._peripherals
        if torn:
            taken = await asyncio.to_thread(peripherals.scan_torn, code)
        elif times > 1:
            taken = await asyncio.to_thread(peripherals.scan_flood, [code] * times)
        else:
            taken = await asyncio.to_thread(peripherals.scan, code)
        if not taken:
            raise ApiError(
                409, "nobody takes what the scanner sends", "plug its cable in; see GET /api/processes"
            )

    async def tap(self, uid: str) -> None:
        """Lay a card on the reader for a moment."""
        await asyncio.to_thread(self._peripherals.tap, uid)

    async def tear(self) -> None:
        """Take the paper away."""
        await asyncio.to_thread(self._peripherals.tear_off)

    async def push_drawer(self) -> None:
        """Push the drawer shut."""
        await asyncio.to_thread(self._peripherals.push_drawer)

    async def set_fault(self, device: str, fault: str, on: bool) -> None:
        """Break something or mend it."""
        known = [(item["device"], item["fault"]) for item in self.faults()]
        if (device, fault) not in known:
            there = ", ".join(f"{one}/{other}" for one, other in known)
            raise bad(f"no fault {device}/{fault}", f"there are: {there}")
        if device != "network":
            await asyncio.to_thread(self._peripherals.set_fault, device, fault, on)
            return
        state = next(state for state in NETWORK_FAULTS if state == fault)
        if on:
            await self._network.set_state(state)
        elif self._network.state == state:
            await self._network.set_state("up")
