"""The parts of the house: how each is started, what it waits for, and how one tells that it is ready."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import appliance
from appliance.runtime.paths import Home
from retail.errors import ContractError
from tillbox.launcher.keeper import Part
from tillbox.launcher.ports import ADDRESS, Ports
from tillbox.launcher.readiness import answers_hello, listens, serves_page

RECEIPT_FONT = Path(appliance.__file__).parent / "ui" / "assets" / "fonts" / "NotoSansSC-Regular.otf"
SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def unpacked_folder() -> Path:
    """Where setup unpacks mosquitto when it may not install it: `.venv/opt`."""
    return Path(sys.prefix) / "opt"


def find_mosquitto(
    opt: Path, search_path: str, system_folders: tuple[str, ...] = SYSTEM_FOLDERS
) -> tuple[str, Mapping[str, str]]:
    """The broker's program and what its environment needs. Raises `ContractError` `broker.not_installed`."""
    folders = os.pathsep.join([search_path, *system_folders])
    installed = shutil.which("mosquitto", path=folders)
    if installed:
        return installed, {}
    unpacked = shutil.which("mosquitto", path=str(opt / "usr" / "sbin"))
    if unpacked:
        libraries = sorted({str(path.parent) for path in opt.glob("**/lib/*-linux-gnu/*.so*")})
        return unpacked, {"LD_LIBRARY_PATH": os.pathsep.join(libraries)}
    raise ContractError("broker.not_installed", path="mosquitto")


def parts(home: Home, ports: Ports, mosquitto_config: Path) -> list[Part]:
    """Every part, in the order they are started; they are ended in reverse.

    `after` names only what a part would have to wait for anyway: all of them bear that others come later.
    """
    mosquitto, libraries = find_mosquitto(unpacked_folder(), os.environ.get("PATH", ""))
    python = sys.executable
    hq_ports = ("--port", str(ports.hq), "--broker-port", str(ports.broker))
    bench_ports = (
        *("--port", str(ports.bench)),
        *("--broker-port", str(ports.broker)),
        *("--network-port", str(ports.network)),
        *("--printer-port", str(ports.printer)),
        *("--font", str(RECEIPT_FONT)),
    )
    return [
        Part(
            "broker", (mosquitto, "-c", str(mosquitto_config)), listens(ADDRESS, ports.broker), env=libraries
        ),
        Part(
            "hq",
            (python, "-m", "hq", "--home", str(home.root), *hq_ports),
            serves_page(ADDRESS, ports.hq),
            after=("broker",),
        ),
        Part(
            "bench",
            (python, "-m", "emulators.bench", "--run-dir", str(home.run_dir), *bench_ports),
            serves_page(ADDRESS, ports.bench, "/api/links"),
        ),
        Part(
            "daemon",
            (python, "-m", "appliance.daemon"),
            answers_hello(home.socket("daemon")),
            after=("bench",),
            env={"GPIOZERO_PIN_FACTORY": "bench"},
        ),
        Part(
            "sync",
            (python, "-m", "appliance.sync"),
            answers_hello(home.socket("sync")),
            after=("broker", "bench"),
        ),
        Part(
            "ui",
            (python, "-m", "appliance.ui"),
            answers_hello(home.socket("screen")),
            after=("daemon",),
        ),
        Part(
            "customer",
            (python, "-m", "appliance.ui.customer"),
            answers_hello(home.socket("customer")),
            after=("ui",),
        ),
    ]
