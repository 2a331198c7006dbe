"""What pricing has to say besides findings: errors, what was not used, what nearly applied.

They stand in ``saying.toml``, for the command line and for HQ's pages alike; `language` is ``zh-Hans``,
``zh-Hant`` or ``en``. Pure but for reading that file once.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from retail.catalogue import Language, name_in
from retail.errors import ContractError, TillboxError
from retail.money import BASIS_POINTS, Currency, currency, format_amount
from retail.pricing.check import Finding
from retail.pricing.document import PriceDocument
from retail.pricing.priced import NearMiss, UnusedCoupon
from retail.pricing.trial import Trial, findings_of
from retail.pricing.words import sentence
from retail.quantity import format_quantity

Words = Mapping[str, str]
QUOTED_NEAR = {"en": ' (did you mean "{}"?)', "zh-Hant": "（是不是“{}”？）", "zh-Hans": "（是不是“{}”？）"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an explanation; `inner` belongs to the line above it. Amounts in minor units."""

    label: str
    amount_minor: int
    inner: bool = False


@cache
def sentences() -> dict[str, dict[str, Words]]:
    """All of them: group -> code -> language -> sentence."""
    return tomllib.loads(files("retail.pricing").joinpath("saying.toml").read_text("utf-8"))


def of_error(error: TillboxError, language: Language) -> str:
    """What is wrong, where, and what to do."""
    template = _in(sentences()["errors"].get(error.code, {}), language)
    if template is None:
        return str(error)
    for key, value in error.params.items():
        shown = _near(str(value), language) if key == "near" else str(value)
        template = template.replace("{" + key + "}", shown)
    return template


def of_unused(unused: UnusedCoupon, language: Language) -> str:
    """Why a coupon was not used."""
    why = _in(sentences()["unused"].get(unused.reason, {}), language) or unused.reason
    return _label("unused", language).format(unused.code, why)


def of_near(near: NearMiss, language: Language, unit: Currency) -> str:
    """What is missing to a promotion: ``满40减5: 还差 1.60``."""
    much = format_amount(near.missing_minor, unit) if near.missing == "amount" else str(near.missing_pieces)
    name = name_in(near.names, language) or near.promotion_id
    return f"{name}: {_label(near.missing, language).format(much)}"


def findings_as_json(document: PriceDocument, language: Language) -> list[dict[str, Any]]:
    """What is wrong or strange about a document's promotions, with its sentence, for a machine's answer."""
    unit = currency(document.currency)
    return [
        {
            "path": path,
            "promotion": _promotion_id(document, path),
            **finding_as_json(finding, language, unit),
        }
        for path, finding in findings_of(document)
    ]


def finding_as_json(finding: Finding, language: Language, unit: Currency) -> dict[str, Any]:
    """One finding with its sentence."""
    return {
        "field": finding.path,
        "code": finding.code,
        "severity": finding.severity,
        "params": dict(finding.params),
        "text": sentence(finding, language, unit),
    }


def error_as_json(error: TillboxError, language: Language) -> dict[str, Any]:
    """Why a document cannot be priced: code, path, parameters, sentence."""
    path = error.path if isinstance(error, ContractError) else ""
    params = {key: value for key, value in error.params.items() if key != "path"}
    return {"error": error.code, "path": path, "params": params, "text": of_error(error, language)}


def rows_of(trial: Trial, language: Language) -> Iterator[Row]:
    """The answer as a receipt would say it: goods with what came off them, every rule, the total."""
    priced = trial.priced
    names = {one.id: name_in(one.names, language) or one.id for one in trial.document.products}
    for line, goods in zip(priced.lines, trial.goods, strict=True):
        yield Row(f"{names[goods.product_id]} × {format_quantity(goods.quantity_milli)}", line.base_minor)
        for one in line.adjustments:
            yield Row(name_in(one.names, language) or one.rule, one.amount_minor, inner=True)
    yield Row(_label("base", language), priced.base_minor)
    for rule in priced.applied:
        times = f" × {rule.times}" if rule.times > 1 else ""
        yield Row(f"{name_in(rule.names, language) or rule.rule}{times}", rule.amount_minor)
    if priced.tax_added_minor:
        yield Row(_label("tax", language), priced.tax_added_minor)
    yield Row(_label("total", language), priced.total_minor)


def notes_of(trial: Trial, language: Language) -> Iterator[str]:
    """What nearly applied, which coupons were not used and why, and how sure the answer is."""
    unit, priced = currency(trial.document.currency), trial.priced
    yield from (of_near(near, language, unit) for near in priced.near_misses)
    yield from (of_unused(unused, language) for unused in priced.unused_coupons)
    if not priced.search.exact:
        yield _label("bound", language).format(format_amount(priced.search.bound_minor, unit))


def receipt(trial: Trial, language: Language) -> str:
    """All of it as text, label and amount parted by a tab."""
    unit = currency(trial.document.currency)
    said = [
        f"{'  ' if row.inner else ''}{row.label}\t{format_amount(row.amount_minor, unit)}"
        for row in rows_of(trial, language)
    ]
    return "\n".join([*said, *notes_of(trial, language)])


def percent(rate_bp: int) -> str:
    """Basis points as a person writes percent: 1250 is ``12.5``."""
    whole, part = divmod(abs(rate_bp), BASIS_POINTS // 100)
    text = f"{whole}.{part:02d}".rstrip("0").rstrip(".")
    return f"−{text}" if rate_bp < 0 else text


def _in(words: Words, language: Language) -> str | None:
    """Traditional characters fall back on simplified ones where a sentence has none of its own."""
    if language == "en":
        return words.get("en")
    return (words.get("zh-Hant") if language == "zh-Hant" else None) or words.get("zh")


def _label(name: str, language: Language) -> str:
    return _in(sentences()["labels"][name], language) or name


def _near(name: str, language: Language) -> str:
    return QUOTED_NEAR[language].format(name) if name else ""


def _promotion_id(document: PriceDocument, path: str) -> str:
    return document.promotions[int(path.removeprefix("$.promotions[").removesuffix("]"))].id
