"""`python -m installer run|test|bench`: brings this folder to where `make` with that target can start."""

import fcntl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from installer import debian
from installer.environment import LOCKS, Environment
from installer.say import SetupError, fail, say
from installer.unpack import unpack_mosquitto

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def only_one(root: Path) -> Iterator[None]:
    """Two setups at once wait for each other; the second finds everything done."""
    with (root / ".setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another setup is running in this folder; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def provide_system(environment: Environment, purpose: str) -> None:
    """Install or unpack what is missing from the system."""
    wanted = debian.needs(purpose, environment.opt, environment.works())
    lacking = debian.missing(wanted)
    if not lacking:
        return
    unpacks = [need for need in lacking if need.package == "mosquitto"]
    if unpacks and debian.privilege() is None:
        # Whatever else is missing is said first, so that nobody waits for a download to read it.
        lacking.remove(unpacks[0])
        if lacking:
            debian.install([*lacking, *unpacks], environment.log)
        unpack_mosquitto(environment.opt, environment.log)
        return
    debian.install(lacking, environment.log)
    still = debian.missing(wanted)
    if still:
        names = ", ".join(need.package for need in still)
        raise SetupError(f"installed, but still not found: {names} (for {sys.executable}). See .setup.log")


def build_assets(environment: Environment) -> None:
    """Icons, pictures and translations; costs nothing when they are up to date."""
    script = environment.root / "tools" / "build_assets.py"
    result = subprocess.run(
        [environment.python, script], capture_output=True, text=True, check=False, cwd=environment.root
    )
    if result.returncode != 0:
        raise SetupError(result.stderr.strip() or f"{script.name} ended with {result.returncode}")
    for line in result.stdout.splitlines():
        if not line.startswith("assets: 0 built"):
            say(line)


def main(purpose: str) -> None:
    """Every step, in order; each one is skipped when there is nothing to do."""
    if purpose not in LOCKS:
        raise SetupError(f"unknown purpose {purpose!r}; there are: {', '.join(LOCKS)}")
    started = time.monotonic()
    environment = Environment(ROOT)
    with only_one(ROOT):
        provide_system(environment, purpose)
        environment.make()
        environment.install_packages(purpose)
        environment.install_project()
        build_assets(environment)
    say(f"ready to {purpose} ({time.monotonic() - started:.1f} s)")


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except SetupError as error:
        fail(error)
    except KeyboardInterrupt:
        fail(SetupError("interrupted; make setup goes on where it stopped"))
