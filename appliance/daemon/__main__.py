"""`python -m appliance.daemon`: the hardware daemon of one home, until a signal ends it."""

import asyncio
import logging
import sys

from appliance.daemon.registry import plan
from appliance.daemon.service import DaemonService
from appliance.runtime import logs
from appliance.runtime.clock import SystemClock
from appliance.runtime.life import Life, activated_socket
from appliance.runtime.paths import Home, home_from_environment
from appliance.runtime.settings import load_settings
from retail.errors import ContractError

VERSION = "0.1.0"
EXIT_CONFIG = 78
"""EX_CONFIG of sysexits(3): starting again will not help."""
log = logging.getLogger("appliance.daemon")


async def run(home: Home) -> int:
    """Serve until the end; the answer is the exit code."""
    life = Life()
    planned = plan(load_settings(home.config_dir).device)
    service = DaemonService(planned, home.socket("daemon"), SystemClock(), VERSION, life.fail)
    await service.server.start(activated_socket())
    life.listen_for_signals()
    service.start_devices()
    log.info("ready with %d devices", len(planned))
    await life.stopped()
    await service.close()
    log.info("stopped")
    return life.exit_code


def main() -> int:
    """The entry point."""
    home = home_from_environment()
    logs.set_up(home.log_dir, "daemon")
    try:
        return asyncio.run(run(home))
    except ContractError as error:
        log.error("%s", error)
        return EXIT_CONFIG


if __name__ == "__main__":
    sys.exit(main())
