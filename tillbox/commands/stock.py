"""`tillbox stock`: levels, goods in and out, and counts from a file, in this home's HQ."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, Engine

from appliance.runtime.clock import SystemClock
from hq import catalogue
from hq.stock import STORE, keeping, reading
from retail.catalogue import Product
from retail.errors import ContractError, Refused, TillboxError
from retail.ids import uuid7
from retail.quantity import parse_quantity
from retail.stock import Count, MoveKind, movement
from tillbox.at_hq import print_json, with_hq
from tillbox.importer.sentences import Tongue
from tillbox.sentences import of_error
from tillbox.stock.counting import CountRow, read_counts
from tillbox.stock.words import WORDS, level_row, name_of, quantity
from tillbox.till import zone_of

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)

EXIT_NOTHING_TAKEN = 1
FUTURE_MS_MAX = 60_000

InJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
Goods = Annotated[str, typer.Argument(metavar="PRODUCT", help="Barcode, number, id or whole name.")]
Quantity = Annotated[str, typer.Argument(metavar="QUANTITY", help="As 12, or 0.5 for weighed goods.")]
Note = Annotated[str, typer.Option(help="What to remember about it.")]


@app.callback()
def _group() -> None:
    """Look after stock. HQ may run meanwhile; the tills hear of it by themselves."""


@app.command()
def levels(
    words: Annotated[str, typer.Argument(metavar="[WORDS]", help="Only goods with these words.")] = "",
    low: Annotated[bool, typer.Option("--low", help="Only what is to be ordered.")] = False,
    in_json: InJson = False,
) -> None:
    """Print how much there is of everything a book is kept of."""

    def show(engine: Engine, tongue: Tongue) -> None:
        rows: list[reading.Shelf] = []
        with engine.connect() as connection:
            page = reading.shelves(connection, words, low)
            for number in range(1, page.pages + 1):
                rows += reading.shelves(connection, words, low, number).rows
        if in_json:
            print_json([_level_as_json(row) for row in rows])
        else:
            typer.echo("\n".join(level_row(row, tongue) for row in rows) or WORDS[tongue]["none"])

    with_hq(show, in_json)


@app.command()
def receive(
    product: Goods,
    amount: Quantity,
    batch: Annotated[str, typer.Option(help="The delivery's batch.")] = "",
    expires: Annotated[str, typer.Option(help="Its expiry date, as 2026-07-04.")] = "",
    serial: Annotated[str, typer.Option(help="A serial number; one piece.")] = "",
    reason: Annotated[str, typer.Option(help="delivery, made_here, found or other.")] = "",
    note: Note = "",
    in_json: InJson = False,
) -> None:
    """Goods in."""
    more = {"batch": batch, "expires": expires, "serial": serial, "reason": reason, "note": note}
    _move("received", product, amount, in_json, more)


@app.command()
def waste(
    product: Goods,
    amount: Quantity,
    reason: Annotated[str, typer.Option(help="expired, damaged, lost, tasting or other.")] = "",
    batch: Annotated[str, typer.Option(help="Of which batch.")] = "",
    note: Note = "",
    in_json: InJson = False,
) -> None:
    """Goods that can't be sold any more."""
    _move("waste", product, amount, in_json, {"reason": reason, "batch": batch, "note": note})


@app.command()
def transfer(
    product: Goods,
    amount: Quantity,
    to: Annotated[str, typer.Option("--to", help="The store they go to.")] = "",
    origin: Annotated[str, typer.Option("--from", help="Or the store they come from.")] = "",
    note: Note = "",
    in_json: InJson = False,
) -> None:
    """Goods to another store, or from one."""
    kind: MoveKind = "transfer_in" if origin and not to else "transfer_out"
    _move(kind, product, amount, in_json, {"other_store": to or origin, "note": note})


@app.command()
def count(
    file: Annotated[Path, typer.Argument(help="CSV with the columns code, counted and, if known, at.")],
    in_json: InJson = False,
) -> None:
    """A stocktake from a file, while the shop sells: each count is compared with the level at its instant.

    `at` is a time such as 2026-07-04T21:30; without it, now. The same file again changes nothing. Ends
    with 0 when anything was taken, 1 when no row was, 2 when the file can't be used.
    """

    def take(engine: Engine, tongue: Tongue) -> None:
        with engine.connect() as connection:
            shop = catalogue.shop(connection)
        if shop is None:
            raise ContractError("home.no_shop", path="hq")
        rows = read_counts(file, zone_of(shop))
        with engine.begin() as connection:
            outcome = [_take(connection, row, tongue) for row in rows]
        print_json(outcome) if in_json else _tell(outcome, tongue)
        if not any(one["status"] != "refused" for one in outcome):
            raise typer.Exit(EXIT_NOTHING_TAKEN)

    with_hq(take, in_json)


def _take(connection: Connection, row: CountRow, tongue: Tongue) -> dict[str, Any]:
    """Keep one row's count; what became of it. A wrong row leaves the others."""
    said: dict[str, Any] = {"row": row.row, "code": row.code, "status": "refused"}
    try:
        if row.error is not None:
            raise row.error
        product = _product(connection, row.code)
        now_ms = SystemClock().unix_ms()
        if not 0 <= row.at_ms <= now_ms + FUTURE_MS_MAX:
            raise Refused("stock.counted_in_future", at_ms=row.at_ms)
        keeping.whole_pieces(product.unit, product.by_weight, row.counted_milli)
        known = keeping.has_count(connection, row.count_id)
        at = keeping.instant(row.at_ms or now_ms)
        counted = Count(count_id=row.count_id, product_id=product.id, counted_milli=row.counted_milli, at=at)
        difference = 0 if known else keeping.count(connection, counted, now_ms)
    except TillboxError as error:
        return {**said, "error": error.code, "text": of_error(error, tongue)}
    status = "known" if known else "taken"
    found = {"product_id": product.id, "unit": product.unit, "names": product.names}
    return {**said, **found, "status": status, "difference_milli": difference}


def _tell(outcome: list[dict[str, Any]], tongue: Tongue) -> None:
    words = WORDS[tongue]
    by = {name: [one for one in outcome if one["status"] == name] for name in ("taken", "known", "refused")}
    off = [one for one in by["taken"] if one["difference_milli"]]
    sums = {"taken": len(by["taken"]), "adjusted": len(off), "same": len(by["known"])}
    typer.echo(words["counted"].format(**sums, refused=len(by["refused"])))
    for one in off:
        difference = quantity(one["difference_milli"], one["unit"])
        name = name_of(one["names"], tongue)
        typer.echo(words["difference"].format(row=one["row"], name=name, difference=difference))
    for one in by["refused"]:
        typer.echo(words["refused"].format(row=one["row"], code=one["code"], why=one["text"]), err=True)


def _move(kind: MoveKind, product: str, amount: str, in_json: bool, more: dict[str, str]) -> None:
    def move(engine: Engine, tongue: Tongue) -> None:
        now_ms = SystemClock().unix_ms()
        milli = parse_quantity(amount)
        with engine.begin() as connection:
            found = _product(connection, product)
            keeping.whole_pieces(found.unit, found.by_weight, milli)
            new_id = uuid7(now_ms, os.urandom(10))
            moved = movement(
                new_id,
                kind,
                found.id,
                milli,
                keeping.instant(now_ms),
                STORE,
                **more,
            )
            level = keeping.move(connection, moved, now_ms)
        if in_json:
            print_json({"movement_id": new_id, "product_id": found.id, "level_milli": level})
        else:
            name = name_of(found.names, tongue)
            typer.echo(WORDS[tongue]["moved"].format(name=name, level=quantity(level, found.unit)))

    with_hq(move, in_json)


def _product(connection: Connection, text: str) -> Product:
    found = reading.resolve(connection, text)
    if found is None:
        raise Refused("stock.which_product", product=text)
    return found


def _level_as_json(shelf: reading.Shelf) -> dict[str, Any]:
    return {
        "product_id": shelf.product_id,
        "number": shelf.number,
        "names": shelf.names,
        "unit": shelf.unit,
        "level_milli": shelf.level_milli,
        "reorder_milli": shelf.reorder_milli,
        "low": shelf.low,
        "batches": [
            {"batch": one.batch.name, "expires": one.batch.expires, "quantity_milli": one.quantity_milli}
            for one in shelf.batches
        ],
    }
