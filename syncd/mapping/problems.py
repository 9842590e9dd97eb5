"""Collecting what is wrong in mapping files, so that everything is reported at once."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from syncd.errors import ConfigProblem

__all__ = ["Problem", "Problems"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, and where. Lines and columns count from 1.

    `place` are the keys and positions that lead to it in its file.
    """

    file: str
    line: int
    column: int
    text: str
    place: tuple[Any, ...] = made(default=(), compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


@dataclass(slots=True)
class Problems:
    """All problems of one check."""

    found: set[Problem] = made(default_factory=set)

    def add(self, file: str, at: tuple[int, int], text: str, place: tuple[Any, ...] = ()) -> None:
        """Note one problem; the same one twice counts once."""
        self.found.add(Problem(file, at[0], at[1], text, place))

    def lines(self) -> tuple[str, ...]:
        """One line each, in the order of files and places."""
        return tuple(str(one) for one in sorted(self.found))

    def raise_if_any(self) -> None:
        """Raises ConfigProblem that holds them all, if there are any."""
        if not self.found:
            return
        count = len(self.found)
        files = len({one.file for one in self.found})
        raise ConfigProblem(
            f"{count} problem{'s' if count > 1 else ''} in {files} mapping file{'s' if files > 1 else ''}.",
            problems=self.lines(),
            hint="Mend the lines named, then try again.",
        )
