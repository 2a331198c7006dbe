"""`make bench` measures what it says: figures with spread and verdict, commits counted, JSON written."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.figures import figure, percentile, table
from tests.support.waiting import PROCESS_S

TOOL = Path(__file__).resolve().parents[2] / "tools" / "bench"


@pytest.mark.parametrize(("percent", "value"), [(1, 1), (50, 50), (99, 99), (100, 100)])
def test_percentiles_are_values_that_occurred(percent: float, value: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], percent) == value


def test_a_figure_is_the_median_with_its_spread_and_verdict() -> None:
    one = figure("scan", [9.0, 1.0, 2.0], "ms", "a scan", target=1.5)
    assert (one.value, one.least, one.largest, one.of, one.verdict) == (2.0, 1.0, 9.0, 3, "over")
    assert figure("scan", [1.0], "ms", "", 1.5).verdict == "ok"
    assert figure("scan", [1.0], "ms", "").verdict == ""
    assert "over" in table([one])


def test_a_completion_is_one_durable_commit_and_is_held_against_bare_ones(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    argv = [
        sys.executable,
        str(TOOL),
        "--quick",
        "--only",
        "commits",
        "--products",
        "60",
        "--json",
        str(file),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=PROCESS_S)
    assert done.returncode == 0, done.stderr
    values = {one["name"]: one["value"] for one in json.loads(file.read_text())["figures"]}
    assert values["durable commits of one completion"] == 1
    # How long each took is the machine's matter; what it had to do is not.
    assert values["bare commit by the driver: p50"] > 0 and values["sale of 5 lines completed: p50"] > 0
    assert values["pages written by one completion"] > values["pages written by a bare commit"] > 0
    assert values["sale / bare commit by the driver"] > 0
