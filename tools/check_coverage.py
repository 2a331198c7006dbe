"""Of the branches of the rules of selling, the tests take nearly all: counted alone, without the lines.

    python tools/check_coverage.py [REPORT]

REPORT is what `coverage json` wrote. Each part must reach its share by itself; what was not taken is named
with its lines. `make coverage` runs it.
"""

import json
import sys
from pathlib import Path
from typing import Any

BRANCHES_MIN_PERCENT = 95
PARTS = ("retail", "appliance/checkout")
REPORT = "build/coverage.json"


def part_of(files: dict[str, Any], part: str) -> tuple[int, int, list[str]]:
    """Branches taken and all branches of the files below a folder; what was not taken, file by file."""
    taken = total = 0
    missing = []
    for path, found in sorted(files.items()):
        if Path(path).is_relative_to(part):
            taken += found["summary"]["covered_branches"]
            total += found["summary"]["num_branches"]
            # Below zero is the end of the function that begins there.
            ways = ", ".join(f"{a}-{b if b > 0 else 'end'}" for a, b in found["missing_branches"])
            missing += [f"{path}: {ways}"] if ways else []
    return taken, total, missing


def main(arguments: list[str]) -> int:
    """Print the share of each part; 1 if one has too few, 2 if there was nothing to look at."""
    report = Path(arguments[0] if arguments else REPORT)
    if not report.exists():
        print(f"coverage: there is no {report}", file=sys.stderr)
        return 2
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    worst = 0
    for part in PARTS:
        taken, total, missing = part_of(files, part)
        for one in missing:
            print(one)
        if not total:
            print(f"coverage: no branch of {part} was measured", file=sys.stderr)
            worst = 2
            continue
        print(f"{part}: {taken} of {total} branches, {100 * taken / total:.1f}%")
        if 100 * taken < BRANCHES_MIN_PERCENT * total:
            print(f"coverage: {part} is below {BRANCHES_MIN_PERCENT}% of its branches", file=sys.stderr)
            worst = max(worst, 1)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
