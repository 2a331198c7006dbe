"""The page of benefits' rules and the form of each: tiers, points, top-ups, passes, coupons, rewards."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hq import catalogue
from hq.members import rules
from hq.stock import reading
from hq.web import rule_fields as f
from hq.web.context import context_of
from hq.web.members import said
from hq.web.pages import render, shop_and_texts
from hq.web.rule_fields import Field, Setting
from hq.web.stock_api import new_id
from hq.web.texts import Texts
from retail.catalogue import Shop
from retail.errors import ContractError, Refused
from retail.ledger.value_rules import TopUpStep
from retail.members.birthdays import BirthdayRule
from retail.members.tiers import TierRule
from retail.money import currency
from retail.pricing.pushed import PushedPromotion

VALUE_LENGTH_MAX = 500
FIELDS_MAX = 400
NAMES = Field("names", f.NAMES)
FORMS: dict[str, tuple[Field, ...]] = {
    "tier": (NAMES, Field("discount_bp", f.PERCENT), Field("order", f.WHOLE)),
    "tier_rules": (
        Field("base", f.CHOICE, "tier"),
        Field("window_days", f.WHOLE),
        Field(
            "tiers",
            f.ROWS,
            part=TierRule,
            rows=(
                Field("tier", f.CHOICE, "tier"),
                Field("spend_minor", f.MONEY),
                Field("visits", f.WHOLE),
                Field("both", f.FLAG),
                Field("points", f.WHOLE),
                Field("coupons", f.LIST, "coupon_kind"),
            ),
        ),
    ),
    "points_rules": (
        Field("points", f.WHOLE),
        Field("per_minor", f.MONEY),
        Field("rounding", f.CHOICE, ("down", "half_up", "up")),
        Field("tier_factor_bp", f.FACTORS),
        Field("category_factor_bp", f.FACTORS),
        Field("product_factor_bp", f.FACTORS),
        Field("days", f.MAYBE_WHOLE),
        Field("year_ends", f.MAYBE_WHOLE),
        Field("redeem_points", f.WHOLE),
        Field("redeem_minor", f.MONEY),
        Field("redeem_points_min", f.WHOLE),
        Field("redeem_share_bp", f.PERCENT),
        Field("sale_points_max", f.MAYBE_WHOLE),
        Field("debt_max", f.WHOLE),
    ),
    "value_rules": (
        Field(
            "steps",
            f.ROWS,
            part=TopUpStep,
            rows=(
                Field("paid_minor", f.MONEY),
                Field("bonus_minor", f.MONEY),
                Field("coupons", f.LIST, "coupon_kind"),
            ),
        ),
        Field("repeat", f.FLAG),
        Field("paid_min_minor", f.MONEY),
        Field("paid_max_minor", f.MONEY),
        Field("balance_max_minor", f.MONEY),
        Field("bonus_days", f.MAYBE_WHOLE),
        Field("spend_first", f.CHOICE, ("principal", "bonus", "proportional")),
        Field("refund_deducts", f.CHOICE, ("share", "all", "none")),
        Field("overdraft_max_minor", f.MONEY),
    ),
    "pass_kind": (
        NAMES,
        Field("uses", f.WHOLE),
        Field("price_minor", f.MONEY),
        Field("days", f.MAYBE_WHOLE),
        Field("covers", f.LIST),
        Field("refund", f.CHOICE, ("share", "single")),
        Field("single_price_minor", f.MONEY),
    ),
    "membership_kind": (
        NAMES,
        Field("days", f.WHOLE),
        Field("price_minor", f.MONEY),
        Field("freezes_max", f.WHOLE),
        Field("frozen_days_max", f.WHOLE),
    ),
    "gift_card_kind": (
        NAMES,
        Field("price_minor", f.MONEY),
        Field("value_minor", f.MONEY),
        Field("days", f.MAYBE_WHOLE),
    ),
    "coupon_kind": (
        NAMES,
        Field("promotion", f.CHOICE, "promotion"),
        Field("code", f.TEXT),
        Field("from_at", f.MOMENT),
        Field("until", f.MOMENT),
        Field("days", f.MAYBE_WHOLE),
        Field("per_member", f.MAYBE_WHOLE),
        Field("in_all", f.MAYBE_WHOLE),
        Field("tiers", f.LIST, "tier"),
        Field("members_only", f.FLAG),
        Field("grace_days", f.WHOLE),
    ),
    "reward": (
        Field("points", f.WHOLE),
        Field("product", f.GOODS),
        Field("coupon", f.CHOICE, "coupon_kind"),
        Field("days", f.MAYBE_WHOLE),
    ),
    "birthday": (
        Field("coupon", f.CHOICE, "coupon_kind"),
        Field("days_before", f.WHOLE),
        Field("days_after", f.WHOLE),
    ),
}
EMPTY: dict[str, dict[str, Any]] = {
    "tier": {"names": {}},
    "tier_rules": {"base": ""},
    "points_rules": {},
    "value_rules": {},
    "pass_kind": {"names": {}, "uses": 10, "price_minor": 0},
    "membership_kind": {"names": {}, "days": 30, "price_minor": 0},
    "gift_card_kind": {"names": {}, "price_minor": 0, "value_minor": 0},
    "coupon_kind": {"names": {}, "promotion": ""},
    "reward": {"points": 100},
    "birthday": {"coupon": ""},
}
"""What a new one begins with; the rest is the document's own."""


def overview(request: Request) -> Response:
    """All rules on one page."""
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        birthday = rules.birthday_rule(connection)
        return render(
            request,
            "rules.html",
            shop,
            texts,
            kinds={kind: rules.all_of(connection, kind) for kind in rules.KINDS},
            single=rules.SINGLE,
            birthday=birthday,
            names=_names(connection),
            saved=request.query_params.get("saved", ""),
            warnings=[
                texts.or_code("warning", code, {}) for code in request.query_params.getlist("warning")[:9]
            ],
        )


def form(
    request: Request, typed: dict[str, str] | None = None, field: str = "", problem: str = ""
) -> Response:
    """The form of one rule, as it is or as somebody typed it."""
    kind, id_ = request.path_params["kind"], request.path_params["id"]
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
        document = _document(connection, kind, id_) if kind in FORMS else None
        if document is None:
            return render(request, "missing.html", shop, texts, 404)
        shown = typed
        if shown is None:
            shown = f.show(FORMS[kind], document, _setting(shop, texts))
            shown |= {name: _called(connection, shown[name], texts) for name in _goods(kind)}
        return render(
            request,
            "rule_form.html",
            shop,
            texts,
            422 if typed is not None else 200,
            kind=kind,
            id=id_,
            fields=FORMS[kind],
            shown=shown,
            rows={one.name: f.row_count(shown, one.name) + f.ROWS_SPARE for one in FORMS[kind] if one.rows},
            options=_options(connection, kind),
            names=_names(connection),
            field=field,
            problem=problem,
            may_drop=id_ != "new" and kind not in rules.SINGLE and kind not in ("tier", "birthday"),
        )


async def save(request: Request) -> Response:
    """A rule as typed: checked in words, then pushed to the tills."""
    given = await request.form(max_fields=FIELDS_MAX)
    typed = {
        name[:80]: value.strip()[:VALUE_LENGTH_MAX] for name, value in given.items() if isinstance(value, str)
    }
    return await run_in_threadpool(_save, request, typed)


def _save(request: Request, typed: dict[str, str]) -> Response:
    context = context_of(request)
    kind, id_ = request.path_params["kind"], request.path_params["id"]
    if kind not in FORMS:
        return RedirectResponse("/members/rules", 303)
    warnings: tuple[str, ...] = ()
    try:
        with context.writing() as connection:
            shop, texts = shop_and_texts(request, connection)
            if typed.get("drop") == "1":
                rules.drop(connection, kind, id_)
            else:
                values = f.read(FORMS[kind], typed, _setting(shop, texts))
                values |= {name: _product_id(connection, values[name]) for name in _goods(kind)}
                warnings = _keep(request, connection, kind, id_, values, shop)
    except f.BadField as bad:
        return form(request, typed, bad.name, texts.or_code("error", bad.code, bad.params))
    except (ContractError, Refused) as error:
        field = str(error.params.get("path", "")).removeprefix("$.").split("[")[0].split(".")[0]
        return form(request, typed, field, said(texts, error))
    query = urlencode([("saved", kind), *(("warning", code) for code in warnings)])
    return RedirectResponse(f"/members/rules?{query}#{kind}", 303)


def _keep(
    request: Request, connection: Connection, kind: str, id_: str, values: dict[str, Any], shop: Shop
) -> tuple[str, ...]:
    if kind == rules.BIRTHDAY:
        rules.keep_birthday_rule(connection, BirthdayRule(**values))
        return ()
    before = _document(connection, kind, id_)
    kept = {name: getattr(before, name) for name in before.__struct_fields__} if before is not None else {}
    made = {**kept, **values}
    if id_ == "new":
        made["id"] = {"tier_rules": "tiers", "points_rules": "points", "value_rules": "value"}.get(
            kind, f"{kind.split('_')[0]}-{new_id(request)[-12:]}"
        )
    if "currency" in made:
        made["currency"] = shop.currency
    return rules.keep(connection, rules.KINDS[kind](**made))  # type: ignore[arg-type]  # one of the kinds


def _goods(kind: str) -> list[str]:
    """The fields of a form that are products."""
    return [one.name for one in FORMS[kind] if one.kind is f.GOODS]


def _called(connection: Connection, product_id: str, texts: Texts) -> str:
    """A product as people call it, if that leads back to it; else its number or id."""
    product = catalogue.product(connection, product_id)
    if product is None:
        return product_id
    name = texts.name(product.names)
    found = reading.resolve(connection, name)
    return name if found is not None and found.id == product.id else product.plu or product.id


def _product_id(connection: Connection, text: str) -> str:
    """The id of what was typed; what no product is called stays, and is refused as that."""
    found = reading.resolve(connection, text)
    return found.id if found is not None else text


def _document(connection: Connection, kind: str, id_: str) -> Any:
    if kind == rules.BIRTHDAY:
        return rules.birthday_rule(connection) or BirthdayRule(**EMPTY[kind])
    if id_ == "new":
        return rules.KINDS[kind](id="", **EMPTY[kind])
    return catalogue.document_of(connection, rules.KINDS[kind], id_)


def _options(connection: Connection, kind: str) -> dict[str, list[tuple[str, Any]]]:
    """What can be chosen, by where it comes from: (id, names)."""
    promotions = [held.document for held in catalogue.held(connection, PushedPromotion)]
    found = {
        "tier": [(one.id, one.names) for one in rules.all_of(connection, "tier")],
        "coupon_kind": [(one.id, one.names) for one in rules.all_of(connection, "coupon_kind")],
        "promotion": [
            (one.id, one.promotion.names)
            for one in promotions
            if isinstance(one, PushedPromotion) and one.promotion.conditions.coupon
        ],
    }
    return found


def _names(connection: Connection) -> dict[str, Any]:
    """Names of what rules refer to, by id."""
    options = _options(connection, "")
    found = {id_: names for some in options.values() for id_, names in some}
    for reward in rules.all_of(connection, "reward"):
        product = catalogue.product(connection, reward.product) if reward.product else None
        if product is not None:
            found[f"goods:{product.id}"] = product.names
    return found


def _setting(shop: Shop, texts: Texts) -> Setting:
    return Setting(currency(shop.currency), texts.zone if texts.zone is not None else dt.UTC)


ROUTES = [
    Route("/members/rules", overview),
    Route("/members/rules/{kind}/{id}", form),
    Route("/members/rules/{kind}/{id}", save, methods=["POST"]),
]
