"""The small lists that references point into: their entries, and the paths they are read at.

A list is data: one more is one more line of `LISTS`. Where it stands in the reference, and how it
pages, is said there.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

__all__ = ["Options"]


class Options(defaultdict[str, dict[int, str]]):
    """The entries by list: names by id.

    `more` are the keys that an entry has besides id and name, and `home` the project it belongs to;
    entries without one belong to the company.
    """

    def __init__(self) -> None:
        super().__init__(dict)
        self.more: dict[int, dict[str, Any]] = {}
        self.home: dict[int, int] = {}

    def put(self, kind: str, number: int, name: str, project: int, more: dict[str, Any]) -> None:
        """One entry of a list."""
        self[kind][number] = name
        if more:
            self.more[number] = more
        if project:
            self.home[number] = project

    def rows(self, kind: str, project: int) -> list[dict[str, Any]]:
        """A list as it reads in a project (0: in the company): what belongs there and to the company."""
        return [
            {"id": number, "name": name, **self.more.get(number, {})}
            for number, name in self.get(kind, {}).items()
            if self.home.get(number, 0) in (0, project)
        ]
