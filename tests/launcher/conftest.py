"""Trivial children, so that starting, dying and ending are tested without the real parts."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.support.ports import free_ports
from tillbox.launcher.house import House
from tillbox.launcher.keeper import Part
from tillbox.launcher.ports import Ports
from tillbox.launcher.readiness import Check

SLEEPER = "import time; time.sleep(60)"


@pytest.fixture
def base() -> int:
    """The first of five ports that are free now."""
    return free_ports(5)[0]


@pytest.fixture
def make_part() -> Callable[..., Part]:
    """A part that runs Python code."""

    def make(name: str, code: str, ready: Check, **more: object) -> Part:
        return Part(name, (sys.executable, "-c", code), ready, **more)  # type: ignore[arg-type]  # test shorthand

    return make


@pytest.fixture
def make_house(tmp_path: Path) -> Callable[..., tuple[House, list[str]]]:
    """A house of such parts, and what it says."""

    def make(*parts: Part, env: Mapping[str, str] | None = None) -> tuple[House, list[str]]:
        said: list[str] = []
        ports = Ports(bench=1, hq=2, broker=3, network=4, printer=5)
        return House(parts, env or {}, tmp_path, tmp_path, tmp_path, ports, said.append), said

    return make
