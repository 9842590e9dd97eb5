"""`syncd demo`."""

from __future__ import annotations


def demo() -> int:
    """Tour."""
    return 0
