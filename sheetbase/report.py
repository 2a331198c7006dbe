"""What reading a file says of each row; codes and values only, sentences are made elsewhere."""

from collections import Counter
from dataclasses import dataclass, field

from sheetbase.table import Table

VALUE_SHOWN_MAX = 60


@dataclass(frozen=True, slots=True)
class RowNote:
    """Something about one row: `row` as the file counts (1 is the first line), `column` its heading as
    written, `value` what stood there, `code` why, `detail` what the sentence also needs."""

    row: int
    column: str
    value: str
    code: str
    refused: bool = False
    detail: str = ""


@dataclass(slots=True)
class Report:
    """The outcome of a file: rows taken (`warned` of them with a note) and refused.

    `new`, `changed` and `same` count what the rows mean against what was there. `columns` maps fields to the
    headings they were read from; `unused` are headings with a meaning that is not needed here, and `unknown`
    the others. `blank` rows and lines with sums are not refused.
    """

    taken: int = 0
    warned: int = 0
    refused: int = 0
    blank: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    rows: list[RowNote] = field(default_factory=list)
    file: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def describe(self, table: Table) -> None:
        """Note how the file was read."""
        headings = table.headings
        self.file = table.about
        self.columns = {name: headings.texts[column] for name, column in headings.columns.items()}
        self.unused, self.unknown = headings.unused, headings.unknown

    def note(self, row: int, notes: list[RowNote]) -> None:
        """Count a row by its notes and keep them."""
        self.rows += notes
        if any(note.refused for note in notes):
            self.refused += 1
        else:
            self.taken += 1
            self.warned += bool(notes)

    def counts(self) -> dict[str, int]:
        """How often each code occurs."""
        return dict(Counter(note.code for note in self.rows).most_common())
