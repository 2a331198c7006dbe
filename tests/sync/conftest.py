"""The wire between tills and HQ."""

from tests.support.wire import broker, hq, till

__all__ = ["broker", "hq", "till"]
