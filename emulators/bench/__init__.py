"""The bench: a page, and the same as an HTTP API, to watch and drive the till and its emulated peripherals.

Owns what is shown and the API under `/api/` (docs/bench-api.md). Knows nothing of selling: the till is
reached through its screen's socket only, the peripherals through their wires.
"""
