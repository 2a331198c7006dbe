"""`python -m appliance.sync`: the MQTT agent of one home, until a signal ends it."""

import asyncio
import logging
import sys

from appliance.runtime import logs
from appliance.runtime.paths import home_from_environment
from appliance.sync.bootstrap import run
from retail.errors import ContractError

EXIT_CONFIG = 78
"""EX_CONFIG of sysexits(3): starting again will not help."""


def main() -> int:
    """The entry point."""
    home = home_from_environment()
    logs.set_up(home.log_dir, "sync")
    try:
        return asyncio.run(run(home))
    except ContractError as error:
        logging.getLogger("appliance.sync").error("%s", error)
        return EXIT_CONFIG


if __name__ == "__main__":
    sys.exit(main())
