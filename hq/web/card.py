"""A member's virtual card on their own phone: a QR code that is another every half minute."""

import io

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hq.members import virtual_card
from hq.web.context import context_of
from hq.web.members import keys_of
from hq.web.pages import render, shop_and_texts
from retail.errors import Refused
from retail.members.names import masked_name

RENEW_S = 30
MODULE = 4
NO_STORE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


def card(request: Request) -> Response:
    """The page; with the right key only."""
    context = context_of(request)
    with context.reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        try:
            keys = keys_of(request)
            record = virtual_card.opened(
                connection, keys, request.path_params["member_id"], request.path_params["key"]
            )
        except Refused:
            return render(request, "missing.html", shop, texts, 404)
        token = virtual_card.token(keys, record, context.now_ms())
    answer = render(
        request,
        "card.html",
        shop,
        texts,
        name=masked_name(record.name),
        record=record,
        qr=qr_svg(token),
        renew_s=RENEW_S,
    )
    answer.headers.update(NO_STORE)
    return answer


def qr_svg(text: str) -> str:
    """A QR code as SVG, one path, with its quiet zone."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    made = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    made.add_data(text)
    made.make(fit=True)
    rows = made.get_matrix()
    out = io.StringIO()
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                out.write(f"M{x} {y}h1v1h-1z")
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size * MODULE}"'
        f' height="{size * MODULE}" shape-rendering="crispEdges" role="img">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path d="{out.getvalue()}"/></svg>'
    )


ROUTES = [
    Route("/card/{member_id}/{key}", card),
]
