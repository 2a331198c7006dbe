"""The sentences of `tillbox price`, from ``price_words.toml``, and its answer as lines for a person."""

import tomllib
from functools import cache
from importlib.resources import files

from retail.catalogue import name_in
from retail.errors import TillboxError
from retail.money import Currency, currency, format_amount
from retail.pricing.check import Finding
from retail.pricing.trial import Trial
from retail.pricing.words import sentence
from retail.quantity import format_quantity
from tillbox.importer.sentences import Tongue

LABELS = {
    "zh": {
        "total": "应付",
        "base": "小计",
        "tax": "另加税",
        "amount": "还差 {}",
        "pieces": "还差 {} 件",
        "member": "会员才有",
        "tier": "会员等级不够",
        "coupon": "需要券码",
        "gift": "可以拿赠品 {} 件",
        "unused": "券 {} 没用：{}",
        "bound": "购物篮太大，没有全部试过；最好的结果最多再省 {}",
    },
    "en": {
        "total": "Total",
        "base": "Subtotal",
        "tax": "Tax added",
        "amount": "{} more",
        "pieces": "{} more pieces",
        "member": "for members",
        "tier": "for another tier",
        "coupon": "needs a code",
        "gift": "take {} of the gift",
        "unused": "Coupon {} not used: {}",
        "bound": "Too many ways to try them all; the best could save {} more at most",
    },
}


@cache
def _sentences() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(files("tillbox").joinpath("price_words.toml").read_text("utf-8"))


def of_error(error: TillboxError, tongue: Tongue) -> str:
    """What is wrong, where, and what to do."""
    template = _sentences()["errors"].get(error.code, {}).get(tongue)
    if template is None:
        return str(error)
    for key, value in error.params.items():
        template = template.replace(
            "{" + key + "}", _near(str(value), tongue) if key == "near" else str(value)
        )
    return template


def of_finding(finding: Finding, tongue: Tongue, unit: Currency) -> str:
    """What a shop manager should know about a promotion they wrote."""
    return sentence(finding, "zh-Hans" if tongue == "zh" else "en", unit)


def _near(name: str, tongue: Tongue) -> str:
    if not name:
        return ""
    return f"（是不是“{name}”？）" if tongue == "zh" else f' (did you mean "{name}"?)'


def of_unused(reason: str, tongue: Tongue) -> str:
    """Why a coupon was not used."""
    return _sentences()["unused"].get(reason, {}).get(tongue, reason)


def receipt(trial: Trial, tongue: Tongue) -> str:
    """The answer as a receipt would say it, label and amount parted by a tab."""
    unit, labels = currency(trial.document.currency), LABELS[tongue]
    language = "zh-Hans" if tongue == "zh" else "en"
    priced = trial.priced
    names = {one.id: name_in(one.names, language) or one.id for one in trial.document.products}
    rows: list[tuple[str, int]] = []
    for line, goods in zip(priced.lines, trial.goods, strict=True):
        rows.append((f"{names[goods.product_id]} × {format_quantity(goods.quantity_milli)}", line.base_minor))
        rows += [(f"  {name_in(a.names, language) or a.rule}", a.amount_minor) for a in line.adjustments]
    rows.append((labels["base"], priced.base_minor))
    for rule in priced.applied:
        times = f" × {rule.times}" if rule.times > 1 else ""
        rows.append((f"{name_in(rule.names, language) or rule.rule}{times}", rule.amount_minor))
    if priced.tax_added_minor:
        rows.append((labels["tax"], priced.tax_added_minor))
    rows.append((labels["total"], priced.total_minor))
    said = [f"{label}\t{format_amount(amount_minor, unit)}" for label, amount_minor in rows]
    for near in priced.near_misses:
        pieces = str(near.missing_pieces)
        much = format_amount(near.missing_minor, unit) if near.missing == "amount" else pieces
        name = name_in(near.names, language) or near.promotion_id
        said.append(f"{name}: {labels[near.missing].format(much)}")
    said += [
        labels["unused"].format(one.code, of_unused(one.reason, tongue)) for one in priced.unused_coupons
    ]
    if not priced.search.exact:
        said.append(labels["bound"].format(format_amount(priced.search.bound_minor, unit)))
    return "\n".join(said)
