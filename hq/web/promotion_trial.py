"""The panel "try it on a basket": what was typed there, and the answer with and without the promotion."""

import dataclasses
import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request

from hq import shelf
from hq.promotions import trial
from hq.stock.reading import all_products, resolve
from hq.web import promotion_form as forms
from hq.web.context import context_of
from hq.web.promotion_form import Form, split_list
from hq.web.texts import Texts
from retail.errors import Refused, TillboxError
from retail.pricing.promotion import AnyPromotion, needs_coupon
from retail.pricing.saying import Row, notes_of, of_error, rows_of
from retail.pricing.trial import Trial

LINES = 6
CHANNEL = "till"
"""Where a basket is bought, unless somebody says otherwise."""
SUGGESTED_MAX = 300
NAMED_MAX = 5
OWN_COUPON = "COUPON"
"""Stands for a personal coupon of the promotion in a trial."""


@dataclass(frozen=True)
class Side:
    """One answer: what each line costs and why, what nearly applied, the total in minor units."""

    rows: list[Row]
    notes: list[str]
    total_minor: int


@dataclass(frozen=True)
class Tried:
    """What was typed, what is wrong with it by field, and both answers once there are any."""

    form: Form
    errors: dict[str, str] = field(default_factory=dict)
    without: Side | None = None
    with_it: Side | None = None


def try_it(connection: Connection, form: Form, promotion: AnyPromotion, texts: Texts) -> Tried:
    """Price the typed basket both ways."""
    try:
        asked = asked_of(connection, form, promotion, texts)
        without, with_it = trial.compare(connection, asked, promotion)
    except TillboxError as error:
        said = of_error(error, texts.language)
        if said == str(error):  # no words of pricing's: the pages' own
            said = texts.or_code("error", error.code, error.params)
        return Tried(form, {str(error.params.get("field", "try.lines")): said})
    return Tried(form, {}, _side(without, texts), _side(with_it, texts))


def asked_of(connection: Connection, form: Form, promotion: AnyPromotion, texts: Texts) -> trial.Asked:
    """The basket, customer and instant that were typed; `Refused` names a field that does not say one."""
    lines = []
    for number in range(LINES):
        name, quantity = form.text(f"try.product.{number}"), form.text(f"try.quantity.{number}")
        if not name:
            continue
        lines.append((_product(connection, name, texts), quantity or "1"))
    who, month = form.text("try.who"), form.text("try.birth_month")
    coupons = [(code, "") for code in split_list(form.text("try.codes"))]
    if form.text("try.coupon") and needs_coupon(promotion):
        coupons.append((OWN_COUPON, promotion.id))
    return trial.Asked(
        lines=tuple(lines),
        instant=form.text("try.instant"),
        member=bool(who),
        tier=who.removeprefix("tier:") if who.startswith("tier:") else "",
        birth_month=int(month) if month.isdigit() else 0,
        coupons=tuple(coupons),
        store=form.text("try.store"),
        channel=form.text("try.channel") or CHANNEL,
    )


def local_now(request: Request, texts: Texts) -> dt.datetime:
    """The shop's own time, without a zone."""
    now_s = context_of(request).now_ms() / 1000
    return dt.datetime.fromtimestamp(now_s, texts.zone).replace(tzinfo=None)


def form_of(given: FormData, length_max: int = forms.TEXT_LENGTH_MAX) -> Form:
    """The fields a browser sent, within limits."""
    values: dict[str, list[str]] = {}
    for name, value in given.multi_items()[: forms.VALUES_MAX]:
        if isinstance(value, str):
            values.setdefault(name, []).append(value[:length_max])
    return Form(values)


def panel(request: Request, connection: Connection, texts: Texts, tried: Tried) -> dict[str, Any]:
    """What the panel's template needs."""
    form = tried.form
    if not form.text("try.instant"):
        now = local_now(request, texts).isoformat(timespec="minutes")
        form = Form({**form.values, "try.instant": [now]})
    return {
        "tried": dataclasses.replace(tried, form=form),
        "tiers": trial.tiers(connection),
        "suggested": list(all_products(connection))[:SUGGESTED_MAX],
    }


def _product(connection: Connection, typed: str, texts: Texts) -> str:
    """The one product that is meant; `Refused` names those it may be."""
    exact = resolve(connection, typed)
    if exact is not None:
        return exact.id
    found = [row.product for row in shelf.find(connection, typed, "", 1).rows]
    if len(found) == 1:
        return found[0].id
    if not found:
        raise Refused("promotion.no_such_goods", field="try.lines", value=typed)
    names = texts.t("list.comma").join(texts.name(one.names) for one in found[:NAMED_MAX])
    raise Refused("trial.which_goods", field="try.lines", value=typed, names=names)


def _side(priced: Trial, texts: Texts) -> Side:
    return Side(
        rows=list(rows_of(priced, texts.language)),
        notes=list(notes_of(priced, texts.language)),
        total_minor=priced.priced.total_minor,
    )
