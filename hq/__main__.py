"""`python -m hq`: start HQ."""

import argparse
import logging
import os
import sys
from pathlib import Path

from hq.bootstrap import Options, run
from retail.errors import TillboxError


def main() -> int:
    """Read the command line and serve; the exit code."""
    parser = argparse.ArgumentParser(prog="hq", description="Tillbox HQ: sales, products, payments, tills.")
    parser.add_argument(
        "--home",
        type=Path,
        default=Path(os.environ.get("TILLBOX_HOME", "home")),
        help="folder with all state (default: TILLBOX_HOME, else ./home)",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, default=8800, help="port of the pages (default: 8800)")
    parser.add_argument("--broker-host", default="127.0.0.1", help="the MQTT broker's address")
    parser.add_argument("--broker-port", type=int, default=8883, help="the MQTT broker's port")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    home = given.home.resolve()
    try:
        return run(Options(home, given.host, given.port, given.broker_host, given.broker_port))
    except TillboxError as error:
        logging.getLogger("hq").error("HQ cannot start: %s", error)
        return 2


if __name__ == "__main__":
    sys.exit(main())
