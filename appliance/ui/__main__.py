"""`python -m appliance.ui`: the till's screen."""

import time

STARTED_NS = time.monotonic_ns()

from appliance.ui.bootstrap import main  # noqa: E402  # the clock starts before the imports that it shall count

if __name__ == "__main__":
    raise SystemExit(main(STARTED_NS))
