"""Every language says everything, with the same placeholders; every key used in code exists.

    python tools/check_translations.py [FOLDER...]

A FOLDER holds code and `locales/<language>/LC_MESSAGES/*.po`. A key is a string literal given to
`tr(...)` (also `self.tr(...)`, `app.tr(...)`) in .py, .kv and .html files. `make check` runs it.
"""

import ast
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("appliance/ui", "hq/web")
TEMPLATE_CALL = re.compile(r"""\btr\(\s*(["'])(?P<key>[^"']+)\1""")

Texts = dict[str, list[str]]
"""Key -> its text, or its plural forms."""

COUNT = "count"
"""What picks the plural form. A form for one thing may say "a note" and leave the number out."""


def placeholders(text: str) -> set[str]:
    """The names in braces; `{amount:>8}` counts as `amount`. ValueError for a brace that is never closed."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def read_texts(path: Path) -> Texts:
    """All entries of a .po file that somebody has confirmed; fuzzy ones count as missing."""
    with path.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    texts: Texts = {}
    for message in catalogue:
        if message.id and not message.fuzzy:
            key = message.id if isinstance(message.id, str) else message.id[0]
            forms = message.string if isinstance(message.string, tuple | list) else [message.string]
            texts[key] = [str(form or "") for form in forms]
    return texts


def keys_in_python(source: str) -> Iterator[tuple[int, str]]:
    """Line and key of each `tr("...")`, also in a conditional `tr("a" if x else "b")`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name != "tr":
            continue
        argument = node.args[0]
        choices = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
        for choice in choices:
            if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                yield choice.lineno, choice.value


def keys_in_template(source: str) -> Iterator[tuple[int, str]]:
    """Line and key of each `tr("...")` in a .kv or .html file."""
    for line_number, line in enumerate(source.splitlines(), 1):
        for match in TEMPLATE_CALL.finditer(line):
            yield line_number, match["key"]


def keys_used(folder: Path) -> dict[str, str]:
    """Key -> the first place in the code that uses it."""
    used: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".kv", ".html") and path.is_file():
            find = keys_in_python if path.suffix == ".py" else keys_in_template
            for line, key in find(path.read_text(encoding="utf-8")):
                used.setdefault(key, f"{path}:{line}")
    return used


def compare(key: str, wanted: set[str], plural: bool, path: Path, texts: Texts) -> Iterator[str]:
    """What is wrong with one key in one language."""
    optional = {COUNT} if plural else set()
    if key not in texts:
        yield f"{path}: {key} is missing"
        return
    for text in texts[key]:
        try:
            found = placeholders(text)
        except ValueError as error:
            yield f"{path}: {key}: {error}"
            continue
        if not text.strip():
            yield f"{path}: {key} is empty"
        elif found - optional != wanted - optional:
            yield f"{path}: {key} has the placeholders {sorted(found)}, elsewhere {sorted(wanted)}"


def problems(folder: Path) -> Iterator[str]:
    """What is wrong in one folder of code with its locales."""
    catalogues = {path: read_texts(path) for path in sorted(folder.glob("locales/*/LC_MESSAGES/*.po"))}
    keys = {key for texts in catalogues.values() for key in texts}
    for key in sorted(keys):
        first = next(texts[key] for texts in catalogues.values() if key in texts)
        try:
            wanted = placeholders(first[0])
        except ValueError:
            wanted = set()
        plural = any(len(texts.get(key, ())) > 1 for texts in catalogues.values())
        for path, texts in catalogues.items():
            yield from compare(key, wanted, plural, path, texts)
    for key, place in sorted(keys_used(folder).items()):
        if key not in keys:
            yield f"{place}: the key {key!r} stands in no .po file below {folder / 'locales'}"


def main(folders: list[str]) -> int:
    """Print every problem; 1 if there is one."""
    roots = [Path(folder) for folder in folders] or [ROOT / name for name in FOLDERS]
    found = [problem for folder in roots for problem in problems(folder)]
    for problem in found:
        print(problem, file=sys.stderr)
    files = [path for folder in roots for path in folder.glob("locales/*/LC_MESSAGES/*.po")]
    print(f"translations: {len(files)} files, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
