"""`tillbox import products FILE`: a shop's own list into HQ's catalogue and this till's copy of it.

`tillbox import members FILE`: its members, with what they hold.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from sqlalchemy import Connection, Engine

from appliance.runtime.paths import home_from_environment
from appliance.store.reference import open_reference
from hq import catalogue
from hq.database import open_hq
from hq.members.importing import import_members
from hq.web.import_words import members_summary, note_text
from retail.catalogue import Document
from retail.errors import Busy, ContractError, TillboxError
from retail.money import Currency, currency
from retail.streams import STREAMS, AnyDocument
from tillbox.home import copy_catalogue, ensure_home, hq_database, overtake, versions_of
from tillbox.importer import ImportReport, import_products
from tillbox.importer.products import PROGRESS_ROWS, Progress
from tillbox.importer.sentences import Tongue, of_error, of_note, tongue_of
from tillbox.importer.summary import summary
from tillbox.members.house import House, with_hq

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)

EXIT_NOTHING_TAKEN, EXIT_UNUSABLE = 1, 2
ATTEMPTS = 3
STORING: dict[Tongue, str] = {"zh": "正在保存，请稍候", "en": "storing, please wait"}


PLAIN = (
    "taken",
    "warned",
    "refused",
    "blank",
    "new",
    "changed",
    "same",
    "file",
    "columns",
    "unused",
    "unknown",
)
"""What a report says as it is."""


@app.callback()
def _group() -> None:
    """Bring in a shop's own data."""


@app.command()
def products(
    file: Annotated[Path, typer.Argument(help="CSV (UTF-8, GB18030, Big5), XLSX or XLS, with headings.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON, with codes.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; store nothing.")] = False,
    limit_notes: Annotated[int, typer.Option(min=0, help="Rows to explain; 0 for all.")] = 50,
) -> None:
    """Import a product list.

    Every row is taken, taken with a note, or refused with a reason; one bad row never stops the rest.
    Importing the same file again changes nothing. Ends with 0 when anything was taken, 1 when no row
    was, 2 when the file cannot be used.
    """
    tongue = tongue_of(os.environ)
    try:
        report, versions = _import(file, dry_run, tongue)
    except TillboxError as error:
        sentence = of_error(error, tongue)
        if as_json:
            typer.echo(_json({"error": error.code, "params": dict(error.params), "text": sentence}))
        else:
            typer.echo(sentence, err=True)
        raise typer.Exit(EXIT_UNUSABLE) from None
    if as_json:
        typer.echo(_json(_as_json(report, versions, tongue, limit_notes, dry_run)))
    else:
        typer.echo(summary(report, tongue, limit_notes, dry_run))
    raise typer.Exit(0 if report.taken else EXIT_NOTHING_TAKEN)


@app.command()
def members(
    file: Annotated[Path, typer.Argument(help="CSV (UTF-8, GB18030, Big5), XLSX or XLS, with headings.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON, with codes.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; store nothing.")] = False,
    limit_notes: Annotated[int, typer.Option(min=0, help="Rows to explain; 0 for all.")] = 50,
) -> None:
    """Import a list of members: phone, name, tier, balances. Known phones are updated.

    Every row is taken, taken with a note, or refused with a reason; one bad row never stops the rest. Ends
    with 0 when anything was taken, 1 when no row was, 2 when the file cannot be used.
    """

    def work(house: House) -> None:
        words = "已处理 {} 行" if house.texts.language != "en" else "{} rows done"
        report = import_members(
            house.engine, house.keys, file, house.now_ms, dry_run, lambda done: _say(words.format(done))
        )
        shown = report.rows[: limit_notes or None]
        if as_json:
            plain = {name: getattr(report, name) for name in PLAIN} | {
                "dry_run": dry_run,
                "codes": report.counts(),
                "notes_left_out": len(report.rows) - len(shown),
                "rows": [asdict(note) | {"text": note_text(note, house.texts)} for note in shown],
            }
            typer.echo(_json(plain))
        else:
            typer.echo(members_summary(report, house.texts, limit_notes, dry_run))
        raise typer.Exit(0 if report.taken else EXIT_NOTHING_TAKEN)

    with_hq(work, as_json)


def _import(file: Path, dry_run: bool, tongue: Tongue) -> tuple[ImportReport, dict[str, int]]:
    home = home_from_environment()
    ensure_home(home)
    hq_engine, reference = open_hq(hq_database(home)), open_reference(home, writable=True)
    try:
        for _ in range(ATTEMPTS):
            with hq_engine.connect() as hq:
                existing, unit = _existing(hq)
                versions = catalogue.versions(hq)
            report = import_products(file, existing, unit, _progress(tongue))
            if dry_run or not report.taken:
                return report, versions
            if len(report.documents) > PROGRESS_ROWS:
                _say(STORING[tongue])
            if _store(hq_engine, reference, report, versions):
                return report, _to_till(hq_engine, reference)
        raise Busy("import.catalogue_keeps_changing", attempts=ATTEMPTS)
    finally:
        reference.dispose()
        hq_engine.dispose()


def _store(hq_engine: Engine, reference: Engine, report: ImportReport, versions: dict[str, int]) -> bool:
    """Put the goods into HQ's catalogue, unless somebody changed it since it was read."""
    with reference.connect() as till:
        ours = versions_of(till)
    with hq_engine.begin() as hq:
        if catalogue.versions(hq) != versions:
            return False
        overtake(hq, ours)
        catalogue.put(hq, report.documents)
    return True


def _to_till(hq_engine: Engine, reference: Engine) -> dict[str, int]:
    """After HQ's commit: a kill in between leaves this to sync, or to importing again."""
    with hq_engine.connect() as hq, reference.begin() as till:
        copy_catalogue(hq, till)
        return catalogue.versions(hq)


def _existing(hq: Connection) -> tuple[list[AnyDocument], Currency]:
    kinds: Sequence[type[Document]] = STREAMS["catalogue"]
    shop = catalogue.shop(hq)
    if shop is None:
        raise ContractError("home.no_shop", path="hq")
    return [one.document for kind in kinds for one in catalogue.held(hq, kind)], currency(shop.currency)


def _progress(tongue: Tongue) -> Progress:
    words = "已读 {} / {} 行" if tongue == "zh" else "{} of {} rows read"

    def show(done: int, expected: int) -> None:
        _say(words.format(done, max(done, expected)))

    return show


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _as_json(
    report: ImportReport, versions: dict[str, int], tongue: Tongue, limit_notes: int, dry_run: bool
) -> dict[str, object]:
    shown = report.rows[: limit_notes or None]
    return {name: getattr(report, name) for name in PLAIN} | {
        "dry_run": dry_run,
        "versions": versions,
        "codes": report.counts(),
        "notes_left_out": len(report.rows) - len(shown),
        "rows": [asdict(note) | {"text": of_note(note, tongue)} for note in shown],
    }


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
