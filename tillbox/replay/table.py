"""A replay's outcome as text for a person."""

from collections.abc import Iterator

from retail.money import format_amount
from tillbox.importer.sentences import Tongue
from tillbox.replay.outcome import Outcome, Totals, percentile
from tillbox.replay.sentences import of_refused

REFUSED_SHOWN_MAX = 50
_WORDS = {
    "en": {
        "sales": "sales",
        "lines": "lines",
        "returns": "with goods taken back",
        "total": "total",
        "day": "business day",
        "tender": "paid by",
        "shift": "shift",
        "no_shift": "(none)",
        "already": "{} tickets were sold before ({}) and are not sold again; --again sells them anew",
        "refused": "{} tickets refused:",
        "row": "row {} ticket {}: {} {}",
        "more": "... and {} more; --json lists them all",
        "ignored": "columns without a meaning here: {}",
        "slips": "{} slips printed with the right total",
        "slip_wrong": "ticket {} is receipt {}, but no slip with the total {} came",
        "took": "{:.1f} s, a sale {:.1f} ms (p50), {:.1f} ms (p99)",
    },
    "zh": {
        "sales": "单",
        "lines": "行",
        "returns": "单含退货",
        "total": "合计",
        "day": "营业日",
        "tender": "付款方式",
        "shift": "班次",
        "no_shift": "（无）",
        "already": "{} 单以前已售（{}），没有重复；--again 可重新销售",
        "refused": "拒绝 {} 单：",
        "row": "第 {} 行 单号 {}：{}{}",
        "more": "……另有 {} 单，--json 可列出全部",
        "ignored": "没有用到的列：{}",
        "slips": "打印小票 {} 张，合计无误",
        "slip_wrong": "单号 {} 为小票 {}，但没有合计 {} 的小票",
        "took": "{:.1f} 秒，每单 {:.1f} 毫秒（p50），{:.1f} 毫秒（p99）",
    },
}


def table(outcome: Outcome, tongue: Tongue) -> str:
    """The sums, then what was refused and why."""
    return "\n".join(_rows(outcome, _WORDS[tongue], tongue))


def _rows(outcome: Outcome, words: dict[str, str], tongue: Tongue) -> Iterator[str]:
    for day, totals in sorted(outcome.days.items()):
        yield f"{words['day']} {day}"
        yield from _totals(totals, outcome, words)
    if len(outcome.days) != 1:
        yield words["total"]
        yield from _totals(outcome.all, outcome, words)
    if outcome.already:
        yield words["already"].format(
            outcome.already, format_amount(outcome.already_total_minor, outcome.unit)
        )
    if outcome.slips:
        yield words["slips"].format(outcome.slips)
    for one in outcome.slips_wrong:
        yield words["slip_wrong"].format(*one)
    if outcome.ignored:
        yield words["ignored"].format(", ".join(outcome.ignored))
    if outcome.refused:
        yield words["refused"].format(len(outcome.refused))
        for refused in outcome.refused[:REFUSED_SHOWN_MAX]:
            reason, what_to_do = of_refused(refused, tongue)
            yield "  " + words["row"].format(refused.row, refused.ticket or "-", reason, what_to_do)
        if len(outcome.refused) > REFUSED_SHOWN_MAX:
            yield "  " + words["more"].format(len(outcome.refused) - REFUSED_SHOWN_MAX)
    p50, p99 = percentile(outcome.sale_ms, 50), percentile(outcome.sale_ms, 99)
    yield words["took"].format(outcome.seconds, p50, p99)


def _totals(totals: Totals, outcome: Outcome, words: dict[str, str]) -> Iterator[str]:
    counts = f"{totals.sales} {words['sales']}, {totals.lines} {words['lines']}"
    if totals.returns:
        counts += f", {totals.returns} {words['returns']}"
    yield f"  {counts}"
    width = max((len(name) for name in (*totals.by_tender, *totals.by_shift)), default=0) + 12
    for label, sums in (("tender", totals.by_tender), ("shift", totals.by_shift)):
        for name, amount_minor in sorted(sums.items()):
            left = f"{words[label]} {name or words['no_shift']}"
            yield f"  {left:<{width}} {format_amount(amount_minor, outcome.unit):>16}"
    yield f"  {words['total']:<{width}} {format_amount(totals.total_minor, outcome.unit):>16}"
