"""A home to measure in: the demo shop and N more products, in a temporary folder."""

import csv
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from appliance.runtime.paths import Home
from tillbox.home import ensure_home

TOOLS = Path(__file__).resolve().parents[1]
SETTINGS = "[screen]\nremote = true\nwindow = false\n"


@dataclass(frozen=True, slots=True)
class Shop:
    """The home, and barcodes of goods that are sold by the piece."""

    home: Home
    codes: list[str]


def make_shop(folder: Path, products: int) -> Shop:
    """A home with the demo shop and this many more products, imported as a shop would."""
    made = subprocess.run(
        [sys.executable, str(TOOLS / "make_products.py"), str(products)],
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    ).stdout
    file = folder / "products.csv"
    file.write_text(made, "utf-8")
    home = Home(folder / "home")
    ensure_home(home)
    (home.config_dir / "90-bench.toml").write_text(SETTINGS)
    environment = {**os.environ, "TILLBOX_HOME": str(home.root), "LC_ALL": "C"}
    program = "from tillbox.cli import main; main()"
    subprocess.run(
        [sys.executable, "-c", program, "import", "products", str(file)],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    rows = list(csv.DictReader(io.StringIO(made)))
    return Shop(home, [row["条码"] for row in rows if row["计价方式"] == "普通"])
