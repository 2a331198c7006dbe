"""`python tools/bench [--quick] [--only commits|house|pricing] [--json FILE]`: measure and print."""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from bench.commits import file_sizes, measure_commits  # noqa: E402 - the path comes first
from bench.figures import Figure, table  # noqa: E402
from bench.house import measure_house  # noqa: E402
from bench.pricing import measure_against_oscar, measure_pricing  # noqa: E402
from bench.shop import make_shop  # noqa: E402


def main() -> int:
    """Measure in a home of its own, which is gone afterwards."""
    options = _options()
    figures: list[Figure] = []
    began = time.monotonic()
    BUILD.mkdir(exist_ok=True)
    sizes: dict[str, int] = {}
    if options.only in (None, "pricing"):
        _say("prices of baskets, by the number of promotions")
        figures += measure_pricing(rounds=3 if options.quick else 5, baskets=100 if options.quick else 300)
        _say("the same baskets with django-oscar's offers")
        figures += measure_against_oscar(promotions=50 if options.quick else 500, baskets=5)
        _say(figures[-1].what)
    if options.only != "pricing":
        sizes = _measure_a_shop(options, figures)
    print(table(figures))
    over = [one.name for one in figures if one.verdict == "over"]
    print(f"\nover target: {', '.join(over)}" if over else "\nall within their targets")
    whole = {
        "machine": _machine(),
        "products": options.products,
        "seconds": round(time.monotonic() - began, 1),
        "database_bytes": sizes,
        "figures": [one.as_json() for one in figures],
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", "utf-8")
    _say(f"written to {options.json}")
    return 0


def _measure_a_shop(options: argparse.Namespace, figures: list[Figure]) -> dict[str, int]:
    """Commits and the whole house, in a home of its own; the sizes of its databases."""
    # Beside the code and not in /tmp, which may be memory: commits must reach the disk.
    with tempfile.TemporaryDirectory(prefix="bench-", dir=BUILD) as name:
        folder = Path(name)
        _say(f"a home with the demo shop and {options.products:,} products")
        shop = make_shop(folder, options.products)
        if options.only in (None, "commits"):
            _say("lines, sales and bare commits, in turn")
            figures += measure_commits(shop, rounds=5, sales=30 if options.quick else 200)
        if options.only in (None, "house"):
            _say("the whole house: scans, memory, starts")
            scans, starts = (20, 2) if options.quick else (100, 5)
            figures += measure_house(shop, folder / "run.out", rounds=5, scans=scans, starts=starts)
        return file_sizes(shop.home)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: a look, not a measurement")
    parser.add_argument("--only", choices=("commits", "house", "pricing"), help="one part of it")
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument(
        "--json", type=Path, default=ROOT / "build" / "bench.json", help="where the figures go"
    )
    return parser.parse_args()


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def _machine() -> dict[str, object]:
    from sqlcipher3 import dbapi2

    return {
        "cores": os.cpu_count(),
        "load_1min": os.getloadavg()[0],
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "sqlite": dbapi2.sqlite_version,
    }


if __name__ == "__main__":
    sys.exit(main())
