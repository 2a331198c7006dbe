"""`.venv/`: the folder itself, the locked packages in it, and the project as a link.

Every finished step leaves a stamp that names what it was made from; the same again is not done again, and a
step that was cut off is done again.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from installer.say import SetupError, progress, progress_done, say

LOCKS = {"run": "requirements.txt", "test": "requirements-dev.txt", "bench": "requirements-bench.txt"}
"""The lock of each purpose; each holds all of those before it."""

PACKAGE_WORDS = ("Collecting", "Processing")
"""How pip begins the line of a package that it fetches, or takes from a folder."""


class Environment:
    """The environment below `root`; `stamps` remember what was installed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.opt = self.folder / "opt"
        self.stamps = self.folder / "stamps"
        self.log = root / ".setup.log"

    def works(self) -> bool:
        """Whether its Python starts, fits, and has pip; a removed Python leaves a dead folder behind."""
        look = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
        if self.has("python", self.identity()):
            return True
        try:
            return subprocess.run([self.python, "-c", look], capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def identity(self) -> str:
        """Which Python the folder stands on: where its link leads and that file's time and size."""
        try:
            target = self.python.resolve(strict=True)
            state = target.stat()
        except OSError:
            return "none"
        return f"{target} {state.st_mtime_ns} {state.st_size} {self.folder}"

    def has(self, step: str, made_from: str) -> bool:
        """Whether this step was finished with the same input."""
        try:
            return made_from != "none" and (self.stamps / step).read_text(encoding="utf-8") == made_from
        except OSError:
            return False

    def stamp(self, step: str, made_from: str) -> None:
        """Remember a finished step; whole or not at all."""
        self.stamps.mkdir(parents=True, exist_ok=True)
        part = self.stamps / f".{step}"
        part.write_text(made_from, encoding="utf-8")
        os.replace(part, self.stamps / step)

    def make(self) -> None:
        """Make the folder if there is none that works."""
        if not self.works():
            version = ".".join(map(str, sys.version_info[:3]))
            say(f"making .venv with Python {version} ({sys.executable})")
            self.call([sys.executable, "-m", "venv", "--clear", str(self.folder)], ".venv could not be made")
        self.stamp("python", self.identity())

    def install_packages(self, purpose: str) -> None:
        """Install the locked packages of `purpose`, each checked against its hash."""
        purposes = list(LOCKS)
        enough = purposes[purposes.index(purpose) :]
        if any(self.has(name, self.digest(LOCKS[name])) for name in enough):
            return
        lock = self.root / LOCKS[purpose]
        total = sum(
            "==" in line and ";" not in line for line in lock.read_text(encoding="utf-8").splitlines()
        )
        say(f"installing about {total} packages from {lock.name} (some minutes the first time)")
        pip = [str(self.python), "-m", "pip", "install", "--no-deps", "--require-hashes", "--no-input"]
        self.call([*pip, "--progress-bar", "off", "-r", str(lock)], "packages could not be installed", total)
        self.stamp(purpose, self.digest(lock.name))

    def install_project(self) -> None:
        """Install the project as a link to this folder; setuptools is in the lock, so nothing is fetched."""
        made_from = f"{self.root} {self.digest('pyproject.toml')}"
        if self.has("project", made_from):
            return
        say("installing the command tillbox into .venv")
        pip = [str(self.python), "-m", "pip", "install", "--no-deps", "--no-build-isolation", "--no-input"]
        self.call([*pip, "--editable", str(self.root)], "the project could not be installed")
        self.stamp("project", made_from)

    def digest(self, name: str) -> str:
        """What a file held when a step was made from it, together with the Python it was made for."""
        content = (self.root / name).read_bytes()
        return f"{hashlib.sha256(content).hexdigest()} {self.python.resolve()}"

    def call(self, command: list[str], failure: str, packages: int = 0) -> None:
        """Run a command with its output in the log; count pip's packages as they come by."""
        seen = 0
        with self.log.open("a", encoding="utf-8") as log:
            print("$", *command, file=log, flush=True)
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, errors="replace", cwd=self.root,
            )  # fmt: skip
            assert process.stdout is not None
            for line in process.stdout:
                log.write(line)
                word, _, rest = line.strip().partition(" ")
                if packages and (word in PACKAGE_WORDS or line.startswith("Requirement already")):
                    seen += 1
                    progress(seen, max(seen, packages), rest.split("==")[0].rpartition("/")[2])
                elif packages and word == "Installing":
                    progress_done()
                    say(f"unpacking {seen} packages")
            code = process.wait()
        progress_done()
        if code != 0:
            tail = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
            advice = (
                "Is this machine on line? The whole log is .setup.log; make setup goes on where it stopped."
            )
            raise SetupError("\n".join([*tail, f"{failure} (exit code {code}). {advice}"]))
