"""What an import of products says: the report of its rows, and the documents they became."""

from dataclasses import dataclass, field

from retail.streams import AnyDocument
from sheetbase import Report


@dataclass(slots=True)
class ImportReport(Report):
    """`documents` are the categories, tax classes and products of the file, complete."""

    documents: list[AnyDocument] = field(default_factory=list)
