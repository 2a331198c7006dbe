"""A day's figures as JSON and as text for a person."""

from collections.abc import Iterator, Mapping
from typing import Any

from retail.catalogue import Names, name_in
from retail.money import Currency, format_amount, format_plain
from retail.quantity import ONE_MILLI, format_quantity
from tillbox.importer.sentences import Tongue
from tillbox.report.day import Day, Part

NAME_WIDTH = 34


def as_json(day: Day, unit: Currency) -> dict[str, Any]:
    """Amounts as decimal text, and in minor units under the same name with ``_minor``."""

    def money(name: str, amount_minor: int) -> dict[str, Any]:
        return {name: format_plain(amount_minor, unit), f"{name}_minor": amount_minor}

    def parts(of: Mapping[str, Part]) -> dict[str, Any]:
        ordered = sorted(of.items())
        return {key: {"sales": part.sales, **money("total", part.total_minor)} for key, part in ordered}

    return {
        "business_day": day.day,
        "currency": unit.code,
        "sales": day.sales,
        "lines": day.lines,
        "items": day.items_milli / ONE_MILLI,
        **money("total", day.total_minor),
        **money("average", day.average_minor),
        **money("saved", day.saved_minor),
        "first_at": day.first_at,
        "last_at": day.last_at,
        "by_tender": parts(day.by_tender),
        "by_shift": parts(day.by_shift),
        "by_operator": parts(day.by_operator),
        "by_tax_class": [
            {
                "tax_class": key,
                "rate_bp": rate_bp,
                **money("net", tax.net_minor),
                **money("tax", tax.tax_minor),
            }
            for (key, rate_bp), tax in sorted(day.by_tax.items())
        ],
        "by_promotion": {
            key: {"names": one.names, "times": one.times, **money("discount", -one.amount_minor)}
            for key, one in sorted(day.by_promotion.items())
        },
        "best_sellers": [
            {
                "names": seller.names,
                "unit": seller.unit,
                "quantity": seller.quantity_milli / ONE_MILLI,
                **money("total", seller.total_minor),
            }
            for seller in day.best_sellers()
        ],
        "returns": {"lines": day.returned_lines.sales, **money("total", day.returned_lines.total_minor)},
        "refunds": {"sales": day.refunds.sales, **money("total", day.refunds.total_minor)},
        "voids": {"sales": day.voids.sales, **money("total", day.voids.total_minor)},
        "promised": parts(day.promised),
        "removed_lines": {
            "lines": day.removed.total(),
            "by_reason": dict(sorted(day.removed.items())),
            **money("total", day.removed_minor),
        },
        "no_sales": day.no_sales,
        "lockouts": day.lockouts,
        "payments_without_money": dict(sorted(day.payments_ended.items())),
    }


def as_text(day: Day, unit: Currency, operators: Mapping[str, Names], tongue: Tongue) -> str:
    """The figures for a person."""
    return "\n".join(_rows(day, unit, operators, tongue))


def _rows(day: Day, unit: Currency, operators: Mapping[str, Names], tongue: Tongue) -> Iterator[str]:
    words = _WORDS[tongue]
    language = "zh-Hans" if tongue == "zh" else "en"

    def row(label: str, value: str) -> str:
        # A Chinese character is two columns wide.
        width = NAME_WIDTH - sum(ord(letter) > 0x2E80 for letter in label)
        return f"  {label:<{width}}{value:>16}"

    def money(amount_minor: int) -> str:
        return format_amount(amount_minor, unit)

    yield words["title"].format(day.day, unit.code)
    yield row(words["sales"], str(day.sales))
    yield row(words["items"], f"{format_quantity(day.items_milli)} / {day.lines}")
    yield row(words["total"], money(day.total_minor))
    yield row(words["average"], money(day.average_minor))
    if day.saved_minor:
        yield row(words["saved"], money(day.saved_minor))
    if day.promised:
        yield words["promised"]
        for kind, part in sorted(day.promised.items()):
            yield row(f"  {words.get(kind, kind)} ({part.sales})", money(part.total_minor))
    names = {key: name_in(operators.get(key, {}), language) or key for key in day.by_operator}
    groups: tuple[tuple[str, Mapping[str, Part], Mapping[str, str]], ...] = (
        ("tender", day.by_tender, {}),
        ("shift", day.by_shift, {}),
        ("operator", day.by_operator, names),
    )
    for title, parts, shown in groups:
        yield words[title]
        for key, part in sorted(parts.items()):
            yield row(f"  {shown.get(key, key) or '-'} ({part.sales})", money(part.total_minor))
    yield words["tax"]
    for (key, rate_bp), tax in sorted(day.by_tax.items()):
        yield row(f"  {key} {rate_bp / 100:g}%", f"{money(tax.tax_minor)} / {money(tax.net_minor)}")
    if day.by_promotion:
        yield words["promotions"]
    for key, one in sorted(day.by_promotion.items()):
        label = f"  {name_in(one.names, language) or key} ({one.times})"
        yield row(label, money(-one.amount_minor))
    yield words["best"]
    for seller in day.best_sellers():
        label = f"  {format_quantity(seller.quantity_milli):>6} {name_in(seller.names, language)}"
        yield row(label, money(seller.total_minor))
    yield row(f"{words['returns']} ({day.returned_lines.sales})", money(day.returned_lines.total_minor))
    yield row(f"{words['refunds']} ({day.refunds.sales})", money(day.refunds.total_minor))
    yield row(f"{words['voids']} ({day.voids.sales})", money(day.voids.total_minor))
    yield row(f"{words['removed']} ({day.removed.total()})", money(day.removed_minor))
    yield row(words["no_sales"], str(day.no_sales))


_WORDS = {
    "en": {
        "title": "Business day {} ({})",
        "sales": "Sales",
        "items": "Items / lines",
        "total": "Total",
        "average": "Average sale",
        "saved": "Came off prices",
        "tender": "Paid by (times)",
        "shift": "Shifts (sales)",
        "operator": "Operators (sales)",
        "tax": "Tax / net",
        "best": "Best sellers",
        "promotions": "Promotions (times), what came off",
        "returns": "Goods taken back (lines)",
        "refunds": "Refunds and exchanges",
        "voids": "Sales voided",
        "removed": "Lines removed before paying",
        "no_sales": "Drawer opened without a sale",
        "promised": "Taken in for later, not turnover (times)",
        "top_up": "Top-ups",
        "gift_card": "Gift cards",
        "gift_card_reload": "Gift cards reloaded",
        "pass_renewal": "Passes renewed",
        "pass_upgrade": "Passes upgraded",
        "membership": "Memberships",
        "membership_renewal": "Memberships renewed",
        "membership_upgrade": "Memberships upgraded",
        "payout": "Paid out",
        "pass": "Passes",
    },
    "zh": {
        "title": "营业日 {}（{}）",
        "sales": "销售笔数",
        "items": "件数 / 行数",
        "total": "合计",
        "average": "平均每单",
        "saved": "优惠合计",
        "tender": "付款方式（次数）",
        "shift": "班次（笔数）",
        "operator": "收银员（笔数）",
        "tax": "税额 / 不含税",
        "best": "畅销商品",
        "promotions": "促销活动（次数），优惠额",
        "returns": "退货（行）",
        "refunds": "退款与换货",
        "voids": "作废",
        "removed": "付款前删除的行",
        "no_sales": "未销售开钱箱",
        "promised": "充值与办卡，不计营业额（次数）",
        "top_up": "充值",
        "gift_card": "礼品卡",
        "gift_card_reload": "礼品卡充值",
        "pass_renewal": "次卡续费",
        "pass_upgrade": "次卡升级",
        "membership": "期限卡",
        "membership_renewal": "期限卡续费",
        "membership_upgrade": "期限卡升级",
        "payout": "退余额、退卡",
        "pass": "次卡",
    },
}
