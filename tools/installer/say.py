"""How setup speaks: one line a step on standard output; a failure ends it with what to do."""

import sys
from typing import NoReturn


class SetupError(Exception):
    """Setup cannot go on; the text says what failed and what to type."""


def say(text: str) -> None:
    """One line, at once, so that long work is never silent."""
    print(f"setup: {text}", flush=True)


def progress(done: int, total: int, what: str) -> None:
    """A counter that stays on its line on a terminal, and speaks every tenth step elsewhere."""
    line = f"setup: {done}/{total} {what}"
    if sys.stdout.isatty():
        print(f"\r\033[K{line[:100]}", end="", flush=True)
    elif done % 10 == 0:
        print(line, flush=True)


def progress_done() -> None:
    """Clears the counter's line."""
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)


def fail(error: SetupError) -> NoReturn:
    """Say it on standard error and end with 1."""
    sys.stdout.flush()
    for line in str(error).splitlines():
        print(f"setup: {line}", file=sys.stderr)
    sys.exit(1)
