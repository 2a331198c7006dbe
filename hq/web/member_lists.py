"""Lists of members by browser: brought in, and taken out."""

import os
import tempfile
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from hq.members.exporting import export_members
from hq.members.importing import import_members
from hq.web.context import context_of
from hq.web.import_words import row_text
from hq.web.members import keys_of, said
from hq.web.pages import render, shop_and_texts
from retail.errors import ContractError, Refused
from sheetbase import Report

KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ROWS_SHOWN = 200
ENDINGS = (".csv", ".txt", ".tsv", ".xls", ".xlsx")


def lists(request: Request, report: Report | None = None, error: str = "", dry_run: bool = False) -> Response:
    """The page, with what became of a list."""
    with context_of(request).reading() as connection:
        shop, texts = shop_and_texts(request, connection)
    rows = sorted(report.rows, key=lambda note: not note.refused) if report else []
    return render(
        request,
        "members_import.html",
        shop,
        texts,
        422 if error else 200,
        report=report,
        lines=[(note.refused, row_text(note, texts)) for note in rows[:ROWS_SHOWN]],
        more=max(0, len(rows) - ROWS_SHOWN),
        error=error,
        dry_run=dry_run,
    )


async def bring_in(request: Request) -> Response:
    """A list that somebody chose; a copy of it lives only as long as it is read."""
    form = await request.form()
    given = form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        return RedirectResponse("/members/lists", 303)
    ending = Path(given.filename).suffix.lower()
    descriptor, name = tempfile.mkstemp(suffix=ending if ending in ENDINGS else "")
    try:
        with os.fdopen(descriptor, "wb") as file:
            while chunk := await given.read(1 << 20):
                file.write(chunk)
        return await run_in_threadpool(_import, request, Path(name), form.get("dry_run") == "1")
    finally:
        Path(name).unlink(missing_ok=True)


def _import(request: Request, path: Path, dry_run: bool) -> Response:
    context = context_of(request)
    try:
        report = import_members(context.writer, keys_of(request), path, context.now_ms(), dry_run)
    except (ContractError, Refused) as problem:
        with context.reading() as connection:
            _, texts = shop_and_texts(request, connection)
        return lists(request, error=said(texts, problem))
    context.worker.look()
    return lists(request, report, dry_run=dry_run)


def take_out(request: Request) -> Response:
    """All members as a file."""
    kind = request.path_params["kind"]
    if kind not in KINDS:
        return RedirectResponse("/members/lists", 303)
    with context_of(request).reading() as connection:
        _, texts = shop_and_texts(request, connection)
    folder = Path(tempfile.mkdtemp())
    path = folder / f"members.{kind}"
    try:
        export_members(context_of(request).reader, keys_of(request), path, texts.language)
    except BaseException:
        _forget(path)
        raise
    return FileResponse(
        path,
        media_type=KINDS[kind],
        filename=path.name,
        headers={"cache-control": "no-store"},
        background=BackgroundTask(_forget, path),
    )


def _forget(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.parent.rmdir()


ROUTES = [
    Route("/members/lists", lists),
    Route("/members/lists", bring_in, methods=["POST"]),
    Route("/members/lists/members.{kind}", take_out),
]
