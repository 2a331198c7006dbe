"""Mosquitto without root: its Debian packages are downloaded and unpacked into `.venv/opt`.

Owns that folder only. `hq.broker` and the launcher look there; the libraries that came along are found
through `LD_LIBRARY_PATH`, which whoever starts the unpacked program sets.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from installer.debian import run
from installer.say import SetupError, say

PACKAGES = ("mosquitto", "libcjson1", "libdlt2", "libwrap0", "libnsl2", "libtirpc3", "libmosquitto1")


def library_folders(opt: Path) -> list[Path]:
    """The folders below `opt` that hold unpacked libraries."""
    return sorted({path.parent for path in opt.glob("**/lib/*-linux-gnu/*.so*")})


def unpack_mosquitto(opt: Path, log: Path) -> None:
    """Fill `opt` whole or not at all.

    Raises SetupError where the download fails or the program does not start.
    """
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise SetupError("mosquitto is missing and can be unpacked only where apt-get is; install mosquitto")
    say("unpacking mosquitto into .venv/opt, since installing it would need root")
    opt.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=opt.parent, prefix="opt-") as scratch_name:
        scratch = Path(scratch_name)
        lists = scratch / "lists"
        (lists / "partial").mkdir(parents=True)
        apt = ["apt-get", "-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={scratch / 'cache'}"]
        run([*apt, "update"], log, "apt-get update failed: is this machine on line?")
        whole = scratch / "whole"
        downloads = scratch / "packages"
        downloads.mkdir()
        # apt-get download writes into the current folder, hence the shell.
        fetch = ["sh", "-c", 'cd "$0" && shift 0 && exec "$@"', str(downloads), *apt, "download", *PACKAGES]
        run(fetch, log, "the download of mosquitto failed")
        for package in sorted(downloads.glob("*.deb")):
            run(["dpkg-deb", "-x", str(package), str(whole)], log, f"{package.name} could not be unpacked")
        check_starts(whole)
        shutil.rmtree(opt, ignore_errors=True)
        whole.rename(opt)


def check_starts(opt: Path) -> None:
    """Mosquitto prints its help and ends with 3, or the loader names a library that is missing."""
    environment = {"LD_LIBRARY_PATH": ":".join(map(str, library_folders(opt)))}
    result = subprocess.run(
        [str(opt / "usr" / "sbin" / "mosquitto"), "-h"],
        env=environment, capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    if "mosquitto" not in result.stdout:
        raise SetupError(f"the unpacked mosquitto does not start: {result.stderr.strip()}")
