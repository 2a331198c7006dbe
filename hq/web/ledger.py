"""The page of members' money: what the shop owes, what moved today, what tills hold. And the same as JSON."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hq.ledger import reading
from hq.ledger.moments import to_ms
from hq.web.context import context_of
from hq.web.pages import render, shop_and_texts
from hq.web.texts import Texts
from retail.ledger.units import POINTS, is_money


@dataclass(frozen=True)
class View:
    """What the page says, of one instant."""

    owed: list[reading.Owed]
    moved: list[reading.Moved]
    holds: list[reading.OpenHold]


def _view(request: Request, connection: Connection, texts: Texts) -> View:
    now_ms = context_of(request).now_ms()
    now = dt.datetime.fromtimestamp(now_ms / 1000, texts.zone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return View(
        reading.owed(connection),
        reading.moved(connection, midnight, midnight + dt.timedelta(days=1)),
        reading.holds(connection, now_ms),
    )


def page(request: Request) -> Response:
    """Today, in the shop's time zone."""
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        view = _view(request, connection, texts)

    def amount(number: int, unit: str) -> str:
        """Money as money; points, uses and days as a number with their word."""
        if is_money(unit):
            return texts.price(number, unit)
        kind = "points" if unit == POINTS else {"USE": "uses", "DAY": "days"}.get(unit[:3], "units")
        return texts.t(f"ledger.in_{kind}", count=number)

    return render(request, "ledger.html", shop, texts, view=view, amount=amount, to_ms=to_ms)


def as_json(request: Request) -> Response:
    """``GET /api/ledger``."""
    with context_of(request).reading() as connection:
        _, texts = shop_and_texts(request, connection)
        view = _view(request, connection, texts)
    holds: list[dict[str, Any]] = [
        {
            "auth_id": one.auth_id,
            "appliance": one.appliance,
            "at_ms": to_ms(one.at),
            "asks": [{"purse": purse, "unit": unit, "amount": amount} for purse, unit, amount in one.asks],
            "stale": one.stale,
        }
        for one in view.holds
    ]
    told = {
        "owed": [asdict(one) for one in view.owed],
        "moved": [asdict(one) for one in view.moved],
        "holds": holds,
    }
    return JSONResponse(told, headers={"cache-control": "no-store"})


ROUTES = [Route("/ledger", page), Route("/api/ledger", as_json)]
