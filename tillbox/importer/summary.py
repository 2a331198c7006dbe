"""The report as a person reads it: the outcome first, then refusals, then notes."""

from sheetbase import RowNote
from tillbox.importer.report import ImportReport
from tillbox.importer.sentences import Tongue, of_note

_WORDS: dict[Tongue, dict[str, str]] = {
    "zh": {
        "done": "导入 {taken} 件商品（新增 {new}，更新 {changed}，不变 {same}），"
        "其中 {warned} 件有提示；拒绝 {refused} 行。",
        "dry": "试算，没有保存。",
        "unknown": "没有用到的未知列：{columns}",
        "unused": "收银用不到、没有导入的列：{columns}",
        "counts": "各种情况：",
        "refused": "拒绝的行：",
        "warned": "有提示的行：",
        "row": "  第 {row} 行{where}：{text}",
        "where": "“{column}”",
        "more": "  还有 {count} 条没有列出；加 --limit-notes 0 全部列出。",
    },
    "en": {
        "done": "Took {taken} products ({new} new, {changed} changed, {same} as before), "
        "{warned} of them with a note; refused {refused} rows.",
        "dry": "A trial: nothing was stored.",
        "unknown": "Columns that were not understood: {columns}",
        "unused": "Columns that a till has no use for: {columns}",
        "counts": "How often:",
        "refused": "Refused:",
        "warned": "Taken with a note:",
        "row": "  row {row}{where}: {text}",
        "where": ", “{column}”",
        "more": "  {count} more are not listed; --limit-notes 0 lists all.",
    },
}


def summary(report: ImportReport, tongue: Tongue, limit_notes: int, dry_run: bool) -> str:
    """Several lines of text; at most `limit_notes` rows are explained, refused ones first (0: all)."""
    words = _WORDS[tongue]
    lines = [words["dry"]] if dry_run else []
    lines.append(
        words["done"].format(
            taken=report.taken,
            new=report.new,
            changed=report.changed,
            same=report.same,
            warned=report.warned,
            refused=report.refused,
        )
    )
    for name, columns in (("unknown", report.unknown), ("unused", report.unused)):
        if columns:
            lines.append(words[name].format(columns=("、" if tongue == "zh" else ", ").join(columns[:60])))
    left = limit_notes or len(report.rows)
    refused = {note.row for note in report.rows if note.refused}
    for name, wanted in (("refused", True), ("warned", False)):
        notes = [note for note in report.rows if (note.row in refused) is wanted]
        if notes and left > 0:
            lines += [words[name], *(_line(note, tongue) for note in notes[:left])]
        left -= min(left, len(notes))
    if (hidden := len(report.rows) - (limit_notes or len(report.rows))) > 0:
        lines.append(words["more"].format(count=hidden))
    if hidden > 0:
        lines += [words["counts"], *(f"  {count:6d}  {code}" for code, count in report.counts().items())]
    return "\n".join(lines)


def _line(note: RowNote, tongue: Tongue) -> str:
    words = _WORDS[tongue]
    where = words["where"].format(column=note.column) if note.column else ""
    return words["row"].format(row=note.row, where=where, text=of_note(note, tongue))
