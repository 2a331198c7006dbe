"""The peripherals over HTTP: codes to scan, cards to tap, paper, drawer, display, faults."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from emulators.bench.answers import answering, bad, body_of, done, flag_in, number_in, text_in
from emulators.bench.devices import Devices

CODE_CHARACTERS_MAX = 4096
FLOOD_MAX = 1000
UID_BYTES = (4, 7, 10)


def slip_in(request: Request) -> int:
    """Which slip is asked for; the newest if nothing is said."""
    text = request.query_params.get("slip", "-1")
    if not text.removeprefix("-").isdecimal() or len(text) > 6:
        raise bad(f"no slip {text!r}", "a number from 0, or -1 for the newest")
    return int(text)


class DeviceApi:
    """Routes of everything that is not a screen."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/api/scan", answering(self.scan), methods=["POST"]),
            Route("/api/tap", answering(self.tap), methods=["POST"]),
            Route("/api/paper.txt", answering(self.paper_txt)),
            Route("/api/paper.png", answering(self.paper_png)),
            Route("/api/paper/tear", answering(self.tear), methods=["POST"]),
            Route("/api/slips", answering(self.slips)),
            Route("/api/display", answering(self.display)),
            Route("/api/drawer", answering(self.drawer)),
            Route("/api/drawer/push", answering(self.push), methods=["POST"]),
            Route("/api/faults", answering(self.faults)),
            Route("/api/faults", answering(self.set_fault), methods=["POST"]),
        ]

    async def scan(self, request: Request) -> Response:
        """One read; `flood` sends it so often without a pause, `torn` without its end."""
        body = await body_of(request, "code", "flood", "torn")
        code = text_in(body, "code", length_max=CODE_CHARACTERS_MAX)
        if any(ord(char) < 0x20 and char != "\x1d" for char in code):
            raise bad("'code' has a control character", "only GS (\\u001d) may stand in a code")
        times = int(number_in(body, "flood", 1, FLOOD_MAX)) if "flood" in body else 1
        await self._devices.scan(code, times=times, torn=flag_in(body, "torn"))
        return done()

    async def tap(self, request: Request) -> Response:
        body = await body_of(request, "uid")
        uid = text_in(body, "uid", length_max=2 * UID_BYTES[-1])
        try:
            length = len(bytes.fromhex(uid))
        except ValueError:
            length = 0
        if length not in UID_BYTES:
            raise bad(f"{uid!r} is no card's UID", "hex digits of 4, 7 or 10 bytes, such as 04A2B3C4D5E680")
        await self._devices.tap(uid.upper())
        return done()

    async def paper_txt(self, request: Request) -> Response:
        text = await self._devices.paper_text(slip_in(request))
        return PlainTextResponse(text, headers={"Cache-Control": "no-store"})

    async def paper_png(self, request: Request) -> Response:
        png = await self._devices.paper_png(slip_in(request))
        return Response(png, media_type="image/png", headers={"Cache-Control": "no-store"})

    async def tear(self, _: Request) -> Response:
        await self._devices.tear()
        return done()

    async def slips(self, _: Request) -> Response:
        return JSONResponse({"slips": await self._devices.slips()})

    async def display(self, _: Request) -> Response:
        return JSONResponse({"lines": self._devices.state()["display"]})

    async def drawer(self, _: Request) -> Response:
        return JSONResponse(self._devices.state()["drawer"])

    async def push(self, _: Request) -> Response:
        await self._devices.push_drawer()
        return done()

    async def faults(self, _: Request) -> Response:
        return JSONResponse({"faults": self._devices.faults()})

    async def set_fault(self, request: Request) -> Response:
        body = await body_of(request, "device", "fault", "on")
        device, fault = text_in(body, "device"), text_in(body, "fault")
        await self._devices.set_fault(device, fault, flag_in(body, "on", default=True))
        return done()
