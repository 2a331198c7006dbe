"""Text in columns: how wide it is on paper, where it breaks, what a printer can't print.

A printer's cell is one column for ASCII and two for everything else, which is exactly how many bytes a
character has in GB18030's one- and two-byte part; so the coded text is measured, not guessed.
"""

REPLACED = str.maketrans("¥−‐‑\u00a0\u2009\u202f\t•£", "￥---    ·￡")
"""What GB18030 has no two bytes for, though it has something that looks the same."""
NEVER_FIRST = set("，。、；：？！）》」』】〉”’…·,.;:?!)]}%％")
"""Never at the start of a line."""


def printable(text: str) -> str:
    """The text with only what has one or two bytes in GB18030; the rest becomes `?`."""
    return "".join(char if width_of(char) else "?" for char in text.translate(REPLACED))


def width_of(char: str) -> int:
    """Columns of a character: 1, 2, or 0 if it can't be printed."""
    if " " <= char <= "~":
        return 1
    try:
        code = char.encode("gb18030")
    except UnicodeEncodeError:
        return 0
    return 2 if len(code) == 2 else 0


def width(text: str) -> int:
    """Columns of a printable text."""
    return sum(map(width_of, text))


def wrap(text: str, columns: int) -> list[str]:
    """A printable text in lines of at most so many columns: between words, or between Chinese characters."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _wrap_paragraph(printable(paragraph), columns)
    return lines


def _wrap_paragraph(text: str, columns: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, columns):
        if line and width(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    lines.append(line.rstrip())
    return lines


def _pieces(text: str, columns: int) -> list[str]:
    """What must not be broken: words with the space behind them, and a character with its punctuation."""
    pieces: list[str] = []
    for char in text:
        last = pieces[-1] if pieces else ""
        sticks = last and (
            (char in NEVER_FIRST and not last.endswith(" "))
            or char == " "
            or (_of_a_word(char) and _of_a_word(last[-1]))
        )
        if sticks and width(last + char.rstrip()) <= columns:
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _of_a_word(char: str) -> bool:
    """Whether words must not be broken beside it; letters with accents have two columns and still do."""
    return (width_of(char) == 1 and char != " ") or (char.isalpha() and ord(char) < 0x2E80)


def row(left: str, right: str, columns: int) -> list[str]:
    """Lines with `left` on the left, wrapping, and `right` at the right end of the last one."""
    right = printable(right)
    if width(right) > columns:
        return [*wrap(left, columns), *wrap(right, columns)]
    room = columns - width(right) - 1
    # A column too narrow to read is no column: the right part gets a line of its own.
    if room < 4:
        return [*wrap(left, columns), " " * (columns - width(right)) + right]
    lines = wrap(left, room)
    gap = columns - width(lines[-1]) - width(right)
    return [*lines[:-1], lines[-1] + " " * gap + right]
