"""`tillbox price FILE`: price one self-contained document, to try a promotion before anybody meets it."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from retail.catalogue import Language
from retail.errors import ContractError, TillboxError
from retail.pricing.document import BYTES_MAX, read_document
from retail.pricing.saying import error_as_json, findings_as_json, receipt
from retail.pricing.trial import answer_of, try_document
from tillbox.importer.sentences import tongue_of

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)

EXIT_UNUSABLE = 2


@app.command()
def price(
    file: Annotated[
        Path, typer.Argument(help="A price document (docs/price-document.md); - reads standard input.")
    ],
    as_json: Annotated[
        bool, typer.Option("--json/--text", help="The answer as JSON, or as lines for a person.")
    ] = True,
) -> None:
    """Price a basket and say why: which rule took off how much, what nearly applied, what was not used.

    Ends with 0 when the basket was priced, with 2 when the document cannot be used or one of its promotions
    contradicts itself; the answer then says where and what to do.
    """
    language: Language = "zh-Hans" if tongue_of(os.environ) == "zh" else "en"
    try:
        document = read_document(_read(file))
        findings = findings_as_json(document, language)
        if any(finding["severity"] == "error" for finding in findings):
            raise ContractError("document.promotion_refused", path=str(findings[0]["path"]))
        trial = try_document(document)
    except TillboxError as error:
        refused = findings if error.code == "document.promotion_refused" else []
        _refuse(error, refused, language, as_json)
        raise typer.Exit(EXIT_UNUSABLE) from None
    if as_json:
        typer.echo(_json(answer_of(trial) | {"findings": findings}))
    else:
        typer.echo(receipt(trial, language))
        for finding in findings:
            typer.echo(f"{finding['promotion']}: {finding['text']}", err=True)


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read(BYTES_MAX + 1)
    try:
        with file.open("rb") as source:
            return source.read(BYTES_MAX + 1)
    except OSError as error:
        raise ContractError("document.unreadable", path=str(file), detail=error.strerror or "") from None


def _refuse(error: TillboxError, findings: list[dict[str, Any]], language: Language, as_json: bool) -> None:
    """The error on standard output as JSON, or on standard error as sentences."""
    answer = error_as_json(error, language)
    if as_json:
        typer.echo(_json(answer | ({"findings": findings} if findings else {})))
        return
    typer.echo(answer["text"], err=True)
    for finding in findings:
        typer.echo(f"{finding['path']}.{finding['field']}: {finding['text']}", err=True)


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
