"""Small rooms: no file above 400 lines, no function above 60 (tests may). `make check` runs it.

python tools/check_sizes.py [FOLDER...]
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("retail", "sqlitebase", "sheetbase", "appliance", "hq", "emulators", "tillbox", "tools", "tests")


def long_functions(source: str) -> Iterator[tuple[int, str, int]]:
    """First line, name and number of lines of each function too long, its docstring not counted."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first, last = node.lineno, node.end_lineno or node.lineno
        lines = last - first + 1
        if ast.get_docstring(node) is not None:
            docstring = node.body[0]
            lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            yield first, node.name, lines


def problems(path: Path) -> Iterator[str]:
    """What is too long in one file, each with its place."""
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n") + (not text.endswith("\n") and bool(text))
    if lines > FILE_LINES_MAX:
        yield f"{path}:1: {lines} lines, at most {FILE_LINES_MAX}; split it"
    if (
        path.suffix == ".py"
        and "tests" not in path.relative_to(ROOT if path.is_relative_to(ROOT) else "/").parts
    ):
        for line, name, length in long_functions(text):
            yield f"{path}:{line}: {name} has {length} lines, at most {FUNCTION_LINES_MAX}; split it"


def main(folders: list[str]) -> int:
    """Print every problem; 1 if there is one, 2 if there was nothing to look at."""
    roots = [Path(folder) for folder in folders] or [ROOT / name for name in FOLDERS]
    files = sorted(path for root in roots for suffix in ("py", "kv") for path in root.rglob(f"*.{suffix}"))
    if not files:
        print(f"sizes: no .py or .kv file below {', '.join(map(str, roots))}", file=sys.stderr)
        return 2
    found = [problem for path in files for problem in problems(path)]
    for problem in found:
        print(problem, file=sys.stderr)
    lengths = sorted(path.read_text(encoding="utf-8").count("\n") for path in files)
    print(f"sizes: {len(files)} files, median {lengths[len(lengths) // 2]} lines, longest {lengths[-1]}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
