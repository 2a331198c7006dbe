"""Ways to write small product lists and to read reports."""

import zipfile
from collections.abc import Sequence
from html import escape
from pathlib import Path

from retail.catalogue import Product
from tillbox.importer import ImportReport

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def products(report: ImportReport) -> list[Product]:
    """The report's products, in the file's order."""
    return [one for one in report.documents if isinstance(one, Product)]


def codes(report: ImportReport) -> list[tuple[int, str, str]]:
    """(row, column, code) of every note."""
    return [(note.row, note.column, note.code) for note in report.rows]


def xlsx(path: Path, sheets: dict[str, list[str]], merged: Sequence[str] = ()) -> Path:
    """A workbook; a sheet is a list of ``<row>`` contents, made by `cell`, numbered from 1."""
    names = list(sheets)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Default Extension="rels" ContentType="{RELATIONS}"/></Types>',
        )
        package.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        entries = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(names, 1))
        package.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{entries}</sheets></workbook>',
        )
        relations = "".join(
            f'<Relationship Id="r{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
            for i in range(1, len(names) + 1)
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>',
        )
        for i, name in enumerate(names, 1):
            rows = "".join(f'<row r="{r}">{cells}</row>' for r, cells in enumerate(sheets[name], 1))
            blocks = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
            tail = f"<mergeCells>{blocks}</mergeCells>" if merged else ""
            package.writestr(
                f"xl/worksheets/sheet{i}.xml",
                f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{tail}</worksheet>',
            )
    return path


def cell(at: str, value: str | float | None = None, formula: str = "") -> str:
    """One ``<c>``; a formula without a value has no stored result."""
    if formula:
        stored = "" if value is None else f"<v>{value}</v>"
        return f'<c r="{at}"><f>{formula}</f>{stored}</c>'
    if isinstance(value, str):
        return f'<c r="{at}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{at}"><v>{value}</v></c>'


def row(number: int, *values: str | float | None) -> str:
    """Cells from column A; None leaves one out."""
    return "".join(
        cell(f"{chr(ord('A') + place)}{number}", value)
        for place, value in enumerate(values)
        if value is not None
    )
