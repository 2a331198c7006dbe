"""`tillbox promotions`: list, check, put and stop promotions in this home's HQ."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from sqlalchemy import Connection, Engine

from appliance.runtime.clock import SystemClock
from hq import catalogue
from hq.promotions import book
from hq.promotions.checking import findings
from hq.web.promotion_words import Teller, known
from hq.web.texts import Texts
from retail.catalogue import Language
from retail.errors import ContractError
from retail.money import Currency, currency
from retail.pricing.check import Finding
from retail.pricing.document import BYTES_MAX
from retail.pricing.promotion import AnyPromotion
from retail.pricing.saying import finding_as_json
from tillbox.at_hq import EXIT_REFUSED, print_json, with_hq
from tillbox.importer.sentences import Tongue
from tillbox.till import zone_of

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)

EXIT_WARNINGS = 1
InJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
File = Annotated[
    Path, typer.Argument(help='One promotion as JSON, a list of them, or {"promotions": [...]}.')
]


@app.callback()
def _group() -> None:
    """Look after promotions. HQ may run meanwhile; the tills hear of it by themselves."""


@app.command("list")
def list_(
    state: Annotated[str, typer.Option(help="Only these: on, planned, draft, over or stopped.")] = "",
    in_json: InJson = False,
) -> None:
    """Print all promotions: what they do, how often they were used and what they cost."""

    def show(engine: Engine, tongue: Tongue) -> None:
        with engine.connect() as connection:
            found = [one for one in book.written(connection, _now(connection)) if state in ("", one.state)]
            rows = [book.as_json(connection, one) for one in found]
            tell = Teller(Texts(_language(tongue), dt.UTC), known(connection), _unit(connection).code)
            if in_json:
                print_json(rows)
                return
            for one, row in zip(found, rows, strict=True):
                promotion = one.promotion
                said = [tell.benefit(promotion), tell.where(promotion), *tell.when(promotion.calendar)]
                words = "; ".join(word for word in said if word)
                cost = tell.texts.price(row["cost_minor"], tell.currency)
                name = tell.texts.name(promotion.names)
                typer.echo(f"{promotion.id}  {one.state}  {name}  {words}  × {row['times']}  {cost}")

    with_hq(show, in_json)


@app.command()
def check(file: File, in_json: InJson = False) -> None:
    """Say what is wrong or strange about promotions, without putting them.

    Ends with 0 when nothing is, with 1 when there are warnings only, with 2 when one must not be put.
    """

    def look(engine: Engine, tongue: Tongue) -> None:
        with engine.connect() as connection:
            said = [(one, findings(connection, one, _now(connection))) for one in _read(file)]
            _tell(said, _unit(connection), _language(tongue), in_json)
        if any(book.refused(found, confirmed=True) for _, found in said):
            raise typer.Exit(EXIT_REFUSED)
        if any(found for _, found in said):
            raise typer.Exit(EXIT_WARNINGS)

    with_hq(look, in_json)


@app.command()
def put(
    file: File,
    confirmed: Annotated[
        bool, typer.Option("--confirm-warnings", help="What is strange about them is meant.")
    ] = False,
    in_json: InJson = False,
) -> None:
    """Push promotions to the tills, all of the file or none. Ends with 2 when one was refused."""

    def push(engine: Engine, tongue: Tongue) -> None:
        wanted = _read(file)
        with engine.connect() as connection, connection.begin() as transaction:
            said = [(one, book.put(connection, one, confirmed, _now(connection))) for one in wanted]
            _tell(said, _unit(connection), _language(tongue), in_json)
            if any(book.refused(found, confirmed) for _, found in said):
                transaction.rollback()
                raise typer.Exit(EXIT_REFUSED)

    with_hq(push, in_json)


@app.command()
def stop(promotion_id: Annotated[str, typer.Argument(metavar="ID")], in_json: InJson = False) -> None:
    """End a promotion at every till, or throw its draft away."""

    def end(engine: Engine, tongue: Tongue) -> None:
        with engine.begin() as connection:
            book.stop(connection, promotion_id)
        if in_json:
            print_json({"promotion": promotion_id, "state": "stopped"})

    with_hq(end, in_json)


def _read(file: Path) -> list[AnyPromotion]:
    """The promotions of a file. `ContractError` says why it has none."""
    try:
        with file.open("rb") as source:
            data = source.read(BYTES_MAX + 1)
    except OSError as error:
        raise ContractError("document.unreadable", path=str(file), detail=error.strerror or "") from None
    if len(data) > BYTES_MAX:
        raise ContractError("document.too_large", path="$", bytes=len(data), bytes_max=BYTES_MAX)
    try:
        given: Any = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
        if isinstance(given, dict):
            given = given.get("promotions", [given])
        return msgspec.convert(given, list[AnyPromotion])
    except msgspec.ValidationError as error:
        detail, _, where = str(error).partition(" - at `")
        raise ContractError("document.invalid", path=where.rstrip("`") or "$", detail=detail) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ContractError("document.not_json", path="$", detail=str(error)) from None


def _tell(
    said: list[tuple[AnyPromotion, list[Finding]]], unit: Currency, language: Language, in_json: bool
) -> None:
    rows = [
        {"promotion": one.id, "findings": [finding_as_json(finding, language, unit) for finding in found]}
        for one, found in said
    ]
    if in_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['promotion']}: {'ok' if not row['findings'] else ''}".rstrip())
        for finding in row["findings"]:
            assert isinstance(finding, dict)  # made above
            typer.echo(f"  {finding['severity']}  {finding['field']}: {finding['text']}")


def _now(connection: Connection) -> dt.datetime:
    """The shop's own time, without a zone."""
    shop = catalogue.shop(connection)
    zone = zone_of(shop) if shop else dt.UTC
    return dt.datetime.fromtimestamp(SystemClock().unix_ms() / 1000, zone).replace(tzinfo=None)


def _unit(connection: Connection) -> Currency:
    shop = catalogue.shop(connection)
    return currency(shop.currency if shop else "CNY")


def _language(tongue: Tongue) -> Language:
    return "zh-Hans" if tongue == "zh" else "en"
