"""A value that a side did say, but in no shape that its kind has."""

from __future__ import annotations

from syncd.core.values import ABSENT, Absent

__all__ = ["Unreadable"]


class Unreadable(Absent):
    """Absent to everything that compares, writes or stores values, so it is never taken for empty and
    never crosses; `why` is the sentence that its field is held with.

    It equals `ABSENT`: an old baseline without the field is not contradicted by it.
    """

    __slots__ = ("why",)
    why: str

    def __new__(cls, why: str) -> Unreadable:
        one = object.__new__(cls)
        one.why = why
        return one

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Absent)

    def __hash__(self) -> int:
        return hash(ABSENT)

    def __repr__(self) -> str:
        return f"Unreadable({self.why!r})"
