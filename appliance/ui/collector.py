"""Keeps Python's collector of cycles from halting the till.

A full collection walks every object there is: 100 to 500 ms with the promotions of a chain, in the
middle of a scan. Nearly all of them stay for the day, so they are set apart after the start, and what is
walked later is only what has come since. Our own values refer to each other one way and go without the
collector; it is the widgets that need it.
"""

import gc

YOUNG = 10_000
"""Objects made before the young ones are walked, which takes some milliseconds; a scan makes a thousand."""
OLDER = 20


def rest() -> None:
    """Collect nothing during the start: it makes what stays."""
    gc.disable()


def settle() -> None:
    """Set apart what is there now: after the start, and when a catalogue or promotions were replaced.

    What was set apart before is not walked for it, and is freed as ever when nothing refers to it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDER)
    gc.enable()
