"""The programs and libraries that come from the system: what is missing, and how it gets here.

With root or sudo that asks nothing they are installed by apt-get. Without, mosquitto is unpacked into
`.venv/opt`, and for the rest the one line to type is said. What is missing is found by looking for the thing
itself, not for a package's name, so that it works on systems that are not Debian as well.
"""

import ctypes
import importlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from installer.say import SetupError, say

SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")


@dataclass(frozen=True)
class Need:
    """A Debian package and the look that tells whether what it brings is there."""

    package: str
    why: str
    present: Callable[[], bool]


def program_path(name: str, opt: Path) -> str | None:
    """Where a program is: on the path, in the system's folders, or unpacked in `opt`."""
    folders = os.pathsep.join([os.environ.get("PATH", ""), SYSTEM_FOLDERS, str(opt / "usr" / "sbin")])
    return shutil.which(name, path=folders)


def library_loads(name: str) -> bool:
    """Whether the dynamic loader finds this library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def can_make_venv() -> bool:
    """Debian's Python comes without ensurepip, which `python -m venv` needs."""
    importlib.invalidate_caches()  # it may have been installed a moment ago
    return importlib.util.find_spec("ensurepip") is not None and importlib.util.find_spec("venv") is not None


def needs(purpose: str, opt: Path, venv_exists: bool) -> list[Need]:
    """What `purpose` (run, test, bench) wants from the system."""
    wanted = [
        Need("mosquitto", "the message broker", lambda: program_path("mosquitto", opt) is not None),
        Need("libgl1", "the screen", lambda: library_loads("libGL.so.1")),
        Need("libegl1", "the screen", lambda: library_loads("libEGL.so.1")),
    ]
    if not venv_exists:
        wanted.append(Need("python3-venv", "the folder .venv", can_make_venv))
    if purpose != "run":
        wanted.append(
            Need("chromium", "tests of the web pages", lambda: program_path("chromium", opt) is not None)
        )
    return wanted


def missing(wanted: Sequence[Need]) -> list[Need]:
    """Those that are not there."""
    return [need for need in wanted if not need.present()]


def privilege() -> list[str] | None:
    """What goes before a command to run it as root: nothing, sudo, or None where that asks a password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def line_to_type(packages: Sequence[str]) -> str:
    """The one line that a person with the right to install types."""
    prefix = "" if os.geteuid() == 0 else "sudo "
    return f"{prefix}apt-get update && {prefix}{' '.join(INSTALL)} {' '.join(packages)}"


def run(command: Sequence[str], log: Path, failure: str) -> None:
    """Run a command with its output in `log`; on failure say `failure` and the end of the log."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    with log.open("a", encoding="utf-8") as file:
        print("$", *command, file=file, flush=True)
        code = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=environment, check=False
        ).returncode
    if code != 0:
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]
        raise SetupError("\n".join([*tail, f"{failure} (the whole log is {log})"]))


def install(lacking: Sequence[Need], log: Path) -> None:
    """Install Debian packages, or say the one line that does."""
    packages = [need.package for need in lacking]
    by_hand = f"Type this line, then run make again:\n  {line_to_type(packages)}"
    if not shutil.which("apt-get"):
        raise SetupError(
            f"missing on this system: {', '.join(packages)}. Install what your system calls these."
        )
    root = privilege()
    if root is None:
        whys = ", ".join(f"{need.package} ({need.why})" for need in lacking)
        raise SetupError(f"missing: {whys}. Installing needs root.\n{by_hand}")
    say(f"installing Debian packages: {' '.join(packages)} (a minute or two)")
    had_mosquitto = "mosquitto" not in packages
    quiet = [*root, "env", "DEBIAN_FRONTEND=noninteractive"]
    run([*quiet, "apt-get", "update"], log, "apt-get update failed: is this machine on line?")
    run([*quiet, *INSTALL, *packages], log, f"apt-get install failed.\n{by_hand}")
    if not had_mosquitto and Path("/run/systemd/system").is_dir():
        # Debian starts a broker of its own with the package; the launcher starts ours instead.
        run(
            [*root, "systemctl", "disable", "--now", "mosquitto.service"],
            log,
            "mosquitto.service did not stop",
        )
