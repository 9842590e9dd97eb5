"""Seen: which links a whole pass has listed, one bit a link."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["Seen"]

ROOM = 1_024
"""Bytes the notes grow by."""


class Seen:
    """A set of link ids. A pass over any number of links costs a byte for eight of them."""

    __slots__ = ("_bits",)

    def __init__(self) -> None:
        self._bits = bytearray()

    def note(self, numbers: Sequence[int]) -> None:
        """Add them."""
        if not numbers:
            return
        bits = self._with_room(max(numbers))
        for number in numbers:
            bits[number >> 3] |= 1 << (number & 7)

    def count(self) -> int:
        """How many there are."""
        return int.from_bytes(self._bits, "little").bit_count()

    def missed(self, numbers: Sequence[int]) -> set[int]:
        """Those of `numbers` that were never noted."""
        if not numbers:
            return set()
        bits = self._with_room(max(numbers))
        return {number for number in numbers if not bits[number >> 3] & (1 << (number & 7))}

    def _with_room(self, number: int) -> bytearray:
        short = (number >> 3) + 1 - len(self._bits)
        if short > 0:
            self._bits.extend(bytes(short + ROOM))
        return self._bits
