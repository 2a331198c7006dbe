"""`tillbox verify`: is everything on record whole, and if not, what is wrong where."""

import json
import os
import time
from typing import Annotated, Any

import typer

from appliance.runtime.paths import home_from_environment
from retail.errors import TillboxError
from tillbox.importer.sentences import Tongue, tongue_of
from tillbox.sentences import of_error
from tillbox.verify import Verdict, verify
from tillbox.verify.sentences import advice, of_finding, place_of

app = typer.Typer(add_completion=False, rich_markup_mode=None)

EXIT_WRONG, EXIT_UNUSABLE = 1, 2


@app.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
) -> None:
    """Walk the journal's hash chain and every balance, and say what is wrong where.

    Reads only; the till may go on selling. Looks at every event, sale, ledger entry and effect, at the
    database file, and at what HQ has acknowledged and holds. Ends with 0 when all is whole, 1 when
    something is wrong, 2 when there is nothing to look at.
    """
    tongue = tongue_of(os.environ)
    began = time.monotonic()
    try:
        verdict = verify(home_from_environment())
    except TillboxError as error:
        sentence = of_error(error, tongue)
        if as_json:
            typer.echo(json.dumps({"error": error.code, "text": sentence}, ensure_ascii=False, indent=2))
        else:
            typer.echo(sentence, err=True)
        raise typer.Exit(EXIT_UNUSABLE) from None
    seconds = round(time.monotonic() - began, 3)
    typer.echo(as_text(verdict, tongue, seconds) if not as_json else _json(verdict, tongue, seconds))
    raise typer.Exit(0 if verdict.whole else EXIT_WRONG)


def _json(verdict: Verdict, tongue: Tongue, seconds: float) -> str:
    whole: dict[str, Any] = {
        "ok": verdict.whole,
        "appliance": verdict.owner.appliance,
        "incarnation": verdict.owner.incarnation,
        "events": verdict.events,
        "sales": verdict.sales,
        "head": {"seq": verdict.head_seq, "hash": verdict.head_hash},
        "balances_minor": {f"{a} {c}": amount for (a, c), amount in sorted(verdict.balances.items())},
        "acknowledged_by_hq": verdict.cursor_upto,
        "held_by_hq": verdict.hq_upto,
        "findings": [
            {
                "code": finding.code,
                "where": finding.where,
                "expected": finding.expected,
                "found": finding.found,
                "text": of_finding(finding, tongue),
                "what_to_do": advice(finding, tongue),
            }
            for finding in verdict.findings.kept
        ],
        "counts": dict(verdict.findings.counts),
        "findings_left_out": verdict.findings.left_out,
        "seconds": seconds,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def as_text(verdict: Verdict, tongue: Tongue, seconds: float) -> str:
    """The verdict for a person."""
    words = _WORDS[tongue]
    rows = [words["looked"].format(verdict.events, verdict.sales, verdict.cursor_upto, seconds)]
    if verdict.hq_upto is not None:
        rows.append(words["hq"].format(verdict.hq_upto))
    rows.append(words["head"].format(verdict.head_seq, verdict.head_hash))
    if verdict.whole:
        return "\n".join([*rows, words["whole"]])
    rows.append(words["wrong"].format(verdict.findings.counts.total()))
    for finding in verdict.findings.kept:
        rows.append(f"  {finding.code} [{place_of(finding)}] {of_finding(finding, tongue)}")
    if verdict.findings.left_out:
        rows.append(words["more"].format(verdict.findings.left_out))
    told = dict.fromkeys(advice(finding, tongue) for finding in verdict.findings.kept)
    return "\n".join([*rows, *(f"→ {text}" for text in told if text)])


_WORDS = {
    "en": {
        "looked": "{} events, {} sales; acknowledged by HQ up to seq {}; {:.1f} s",
        "hq": "HQ in this home holds up to seq {}",
        "head": "head: seq {} {}",
        "whole": "All is whole.",
        "wrong": "{} things are wrong:",
        "more": "  ... and {} more of the same kinds",
    },
    "zh": {
        "looked": "{} 个事件，{} 笔销售；总部已确认到序号 {}；{:.1f} 秒",
        "hq": "本目录的总部已存到序号 {}",
        "head": "末尾：序号 {} {}",
        "whole": "全部完好。",
        "wrong": "发现 {} 处问题：",
        "more": "  ……另有 {} 处同类问题",
    },
}
