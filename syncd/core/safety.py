"""The brakes: when so many records would go at once that a person must look first. Pure."""

from __future__ import annotations

__all__ = ["MAX_PERCENT", "MAX_REMOVALS", "MIN_REMOVALS", "WINDOW_SECONDS", "braked"]

MAX_REMOVALS = 25
"""More removals than this in a day stop, however large the mapping."""

MAX_PERCENT = 10
"""More than this share of a mapping's records stops, from `MIN_REMOVALS` on."""

MIN_REMOVALS = 3
WINDOW_SECONDS = 86_400.0


def braked(already: int, planned: int, records: int) -> bool:
    """Whether `planned` removals (or clears of one field) must wait for a person.

    `already` were let through by themselves within the last day; `records` is how many
    the mapping links.
    """
    total = already + planned
    if planned == 0:
        return False
    return total > MAX_REMOVALS or (total >= MIN_REMOVALS and total * 100 > records * MAX_PERCENT)
