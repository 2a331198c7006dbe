"""The wire between tills and HQ, and a browser for HQ's pages."""

from tests.support.browser import browser
from tests.support.wire import broker, hq, till

__all__ = ["broker", "browser", "hq", "till"]
