"""Tests get ports that nobody else has: not the kernel, not another test, not another run."""

import socket
import subprocess
import sys
from pathlib import Path

from tests.support.ports import BLOCK, KERNELS_RANGE, free_port, free_ports

ROOT = Path(__file__).parents[2]


def test_ports_are_never_given_twice_and_lie_outside_the_kernels() -> None:
    given = [free_port() for _ in range(BLOCK + 1)]
    assert len(set(given)) == len(given)
    first, last = map(int, KERNELS_RANGE.read_text().split())
    assert first < 20_000 or not any(first <= port <= last for port in given)


def test_several_lie_in_a_row_and_step_over_one_that_is_taken() -> None:
    with socket.socket() as other:
        next_one = free_port() + 1
        other.bind(("127.0.0.1", next_one))
        ports = list(free_ports(5))
    assert ports == list(range(ports[0], ports[0] + 5)) and next_one not in ports


def test_another_run_at_the_same_time_gets_others() -> None:
    ours = [free_port() for _ in range(BLOCK)]
    code = f"from tests.support.ports import free_port; print(*(free_port() for _ in range({3 * BLOCK})))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    theirs = [int(port) for port in told.stdout.split()]
    assert len(theirs) == 3 * BLOCK and not set(ours) & set(theirs)
