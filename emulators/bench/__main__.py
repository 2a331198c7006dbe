"""`python -m emulators.bench`: the emulated peripherals, the network to the broker, and the bench page."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

import uvicorn

from emulators.bench.api_devices import DeviceApi
from emulators.bench.api_house import HouseApi
from emulators.bench.api_screen import ScreenApi
from emulators.bench.app import make_app, routes_of
from emulators.bench.devices import Devices
from emulators.bench.house import House
from emulators.bench.screens import Screen
from emulators.bench.state import State
from emulators.bench.stream import Stream
from emulators.network import Network
from emulators.peripherals import Peripherals

ADDRESS = "127.0.0.1"
GRACE_S = 1
PORT_TAKEN = 3
log = logging.getLogger("emulators.bench")


class Bench:
    """All of the bench, wired together; must be made in a running loop."""

    def __init__(self, run_dir: Path, network: Network, peripherals: Peripherals) -> None:
        self.network = network
        self.screens = [
            Screen("screen", "the till's screen", run_dir),
            Screen("customer", "the customer's screen", run_dir),
        ]
        devices = Devices(peripherals, network)
        house = House(run_dir)
        self.state = State(devices, house, self.screens)
        devices.on_change(self.state.changed)
        self.streams = [Stream(screen) for screen in self.screens]
        for screen, stream in zip(self.screens, self.streams, strict=True):
            screen.on_change = self._teller(screen, stream)
        api = routes_of(ScreenApi(*self.screens), DeviceApi(devices), HouseApi(house, self.state))
        self.devices = devices
        self.app = make_app(api, self.streams, self.state, self.start, self.stop)

    def _teller(self, screen: Screen, stream: Stream) -> "Teller":
        return Teller(screen, stream, self.state)

    async def start(self) -> None:
        """Plug everything in."""
        await self.network.start()
        for screen in self.screens:
            screen.start()
        self._watching = asyncio.ensure_future(self.state.watch_house())

    async def stop(self) -> None:
        """Unplug everything."""
        self._watching.cancel()
        await self.network.close()
        for screen in self.screens:
            await screen.close()
        await self.devices.close()


class Teller:
    """Tells watchers of every picture, and listeners only when a screen comes or goes."""

    def __init__(self, screen: Screen, stream: Stream, state: State) -> None:
        self._screen, self._stream, self._state = screen, stream, state
        self._was_connected = False

    def __call__(self) -> None:
        self._stream.changed()
        if self._screen.connected != self._was_connected:
            self._was_connected = self._screen.connected
            self._state.changed()


async def serve(options: argparse.Namespace) -> int:
    """Serve until a signal; the exit code."""
    run_dir = options.run_dir.resolve()
    peripherals = Peripherals(run_dir, printer_port=options.printer_port, font=options.font)
    bench = Bench(run_dir, Network(options.network_port, options.broker_port), peripherals)
    config = uvicorn.Config(
        bench.app,
        host=ADDRESS,
        port=options.port,
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=GRACE_S,
        ws_max_size=1 << 16,
    )
    server = Server(config, bench.state)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.handle_exit, number, None)
    await server.serve()
    return 0


class Server(uvicorn.Server):
    """Live pages hold their connections open for ever; they are let go before it waits for them."""

    def __init__(self, config: uvicorn.Config, state: State) -> None:
        super().__init__(config)
        self._state = state

    def handle_exit(self, sig: int, frame: object) -> None:
        self._state.close()
        self.should_exit = True


def main() -> int:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="emulators.bench", description=__doc__)
    parser.add_argument("--run-dir", type=Path, required=True, help="folder of the sockets and device nodes")
    parser.add_argument("--port", type=int, default=8600, help="port of the page (default: 8600)")
    parser.add_argument("--broker-port", type=int, default=8602, help="where the broker listens")
    parser.add_argument("--network-port", type=int, default=8603, help="where the till reaches the broker")
    parser.add_argument("--printer-port", type=int, default=8604, help="where the emulated printer listens")
    parser.add_argument("--font", default="", help="font file that the receipts are drawn with")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        return asyncio.run(serve(options))
    except OSError as error:
        log.error("cannot start: %s. A port is taken, or %s cannot be written", error, options.run_dir)
        return PORT_TAKEN


if __name__ == "__main__":
    sys.exit(main())
