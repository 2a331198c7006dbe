"""What an import says of each row; codes and values only, sentences are made in `sentences.py`."""

from collections import Counter
from dataclasses import dataclass, field

from retail.streams import AnyDocument

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
class ImportReport:
    """The outcome of a file: rows taken (`warned` of them with a note) and refused.

    `documents` are the categories, tax classes and products of the file, complete; `new`, `changed`
    and `same` count its products against what was there. `columns` maps fields to the headings they
    were read from; `unused` are headings with a meaning that products do not carry, and `unknown`
    the others. `blank` rows and lines with sums are not goods and not refused.
    """

    documents: list[AnyDocument] = field(default_factory=list)
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
