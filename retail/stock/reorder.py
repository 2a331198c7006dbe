"""The reorder point: told once each time the level comes down to it."""


def is_low(level_milli: int, reorder_milli: int | None) -> bool:
    """Whether it is time to order: at the reorder point or below. Without one, never."""
    return reorder_milli is not None and level_milli <= reorder_milli
