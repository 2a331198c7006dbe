"""The web application: pages, JSON addresses, live updates, static files, all behind the guard."""

from importlib import resources
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from hq.web import (
    api,
    card,
    handouts,
    ledger,
    member_lists,
    member_rules,
    members,
    members_api,
    pages,
    promotion_lists,
    promotion_report,
    promotion_writing,
    promotions,
    promotions_api,
    stock,
    stock_api,
)
from hq.web.context import Context
from hq.web.guard import Guard
from hq.web.live import live

LARGE = {"/members/lists": 32 * 1024 * 1024, "/api/price": 4 * 1024 * 1024}
"""Addresses that take long bodies, in bytes: a list of members (a longer one is brought in by
`tillbox import members`), a basket with all the promotions of a chain."""
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


def make_app(context: Context, host: str) -> Starlette:
    """The application of one HQ; on this machine only, it answers to this machine's names only."""
    hosts = LOCAL_HOSTS if host in LOCAL_HOSTS else ()
    static = Path(str(resources.files("hq.web"))) / "static"
    app = Starlette(
        routes=[
            *pages.ROUTES,
            *stock.ROUTES,
            *members.ROUTES,
            *member_lists.ROUTES,
            *member_rules.ROUTES,
            *handouts.ROUTES,
            *members.ONE,  # after the addresses that are no member's
            *card.ROUTES,
            *members_api.ROUTES,
            *ledger.ROUTES,
            *promotion_writing.ROUTES,
            *promotion_report.ROUTES,
            *promotion_lists.ROUTES,
            *promotions.ROUTES,  # after the addresses that are no promotion's
            *promotions_api.ROUTES,
            *stock_api.ROUTES,  # before the address that answers for all others
            *api.ROUTES,
            Route("/live", live),
            Mount("/static", StaticFiles(directory=static)),
        ],
        middleware=[Middleware(Guard, hosts=hosts, large=LARGE)],
        exception_handlers={404: pages.not_found},
    )
    app.state.context = context
    return app
