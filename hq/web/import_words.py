"""What became of a list of members, in words: for the page and for the command line."""

from hq.web.texts import Texts
from sheetbase import Report, RowNote


def note_text(note: RowNote, texts: Texts) -> str:
    """What is wrong with a row and what to do."""
    return texts.or_code("import", note.code, {"value": note.value, "detail": note.detail})


def members_summary(report: Report, texts: Texts, limit_notes: int, dry_run: bool) -> str:
    """The outcome first, then the rows with a note, refused ones first; at most `limit_notes` (0: all)."""
    lines = [texts.t("import.dry")] if dry_run else []
    lines.append(
        texts.t(
            "import.done",
            taken=report.taken,
            new=report.new,
            changed=report.changed,
            same=report.same,
            warned=report.warned,
            refused=report.refused,
        )
    )
    if report.unknown:
        lines.append(texts.t("import.unknown", columns=", ".join(report.unknown[:60])))
    ordered = sorted(report.rows, key=lambda note: not note.refused)
    for note in ordered[: limit_notes or None]:
        lines.append(row_text(note, texts))
    if limit_notes and len(ordered) > limit_notes:
        lines.append(texts.t("import.more", count=len(ordered) - limit_notes))
    return "\n".join(lines)


def row_text(note: RowNote, texts: Texts) -> str:
    """A note with its row and column."""
    key = "import.refused_row" if note.refused else "import.row"
    return texts.t(key, row=note.row, column=note.column or "–", text=note_text(note, texts))
