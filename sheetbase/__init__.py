"""Tables in files: CSV in its encodings, XLSX and XLS read; CSV and XLSX written.

Finds out what a file is by its content, and the headings in it by a `Vocabulary`; says of each row what
could not be taken and why. Whatever a file holds, the answer is a `Table` or a `ContractError` whose code
begins with ``file.``. Imports only `retail`.
"""

from sheetbase.headings import Headings, Vocabulary
from sheetbase.report import Report, RowNote
from sheetbase.table import Table, read_table

__all__ = ["Headings", "Report", "RowNote", "Table", "Vocabulary", "read_table"]
