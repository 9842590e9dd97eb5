"""Chance by number: what happens at the n-th moment of a seed, whatever happened before it.

Each decision has a stream of its own (who edits, which fault, where it crashes) and a number
in it. So switching one decision off leaves all the others as they were, and a failing seed
can be shrunk.
"""

from __future__ import annotations

import random

__all__ = ["Dice"]

_MASK = (1 << 64) - 1
STREAMS = ("setup", "people", "fault", "commit", "cycle", "start", "files")


def _mixed(number: int) -> int:
    """Splitmix64: a cheap number that looks like chance."""
    number = (number + 0x9E3779B97F4A7C15) & _MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _MASK
    return number ^ (number >> 31)


class Dice:
    """All chance of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._roots = {name: _mixed(_mixed(seed) + place * 7919) for place, name in enumerate(STREAMS)}

    def chance(self, stream: str, number: int) -> float:
        """A number in [0, 1) that belongs to this moment of this stream."""
        return _mixed(self._roots[stream] ^ _mixed(number)) / 2.0**64

    def at(self, stream: str, number: int) -> random.Random:
        """A whole generator that belongs to this moment of this stream."""
        return random.Random(self._roots[stream] ^ _mixed(number + 1_000_003))
