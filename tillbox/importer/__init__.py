"""Turns a shop's own product list into HQ's documents, row by row, losing and rounding nothing.

`files` reads tables out of CSV, XLSX and XLS; the other modules are pure: headings, cells, rows,
products. Nothing here writes to a database or prints.
"""

from sheetbase import RowNote
from tillbox.importer.products import import_products
from tillbox.importer.report import ImportReport

__all__ = ["ImportReport", "RowNote", "import_products"]
