"""Which budget line of a project has which WBS code: no two of them share one (reference procore-api §8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncd.catalog.budget_line_items import BUDGET_LINE_ITEMS
from syncd.clock import Clock
from syncd.http.message import Lane
from syncd.procore.ways import Listing

if TYPE_CHECKING:
    from syncd.procore.client import ProcoreClient

__all__ = ["AGE", "FRESH", "LineCodes"]

AGE = 900.0
"""Seconds for which a project's lines are believed in reading."""

FRESH = 60.0
"""Seconds for which they are believed in writing, and where a line or a code is not among them."""

MOST_PROJECTS = 200
"""Projects whose lines are kept; the one that was read first goes first."""

MOST_PAGES = 1_000
"""Pages that are read of one project's lines."""


@dataclass(slots=True)
class _Kept:
    read: float
    codes: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class LineCodes:
    """The lines of each project, read when they are needed and kept for a while."""

    client: ProcoreClient
    clock: Clock
    _kept: dict[str, _Kept] = field(default_factory=dict)

    def wbs(self, scope: str, line: str, lane: Lane) -> str | None:
        """The WBS code of a line as it is now, None where there is no such line."""
        return self._at(scope, FRESH, lane).codes.get(line)

    def line(self, scope: str, wbs: str, lane: Lane) -> str | None:
        """The line with a WBS code, None where there is none. Lines are read again for an unknown one,
        once a minute at most."""
        kept = self._at(scope, AGE, lane)
        if wbs not in kept.lines:
            kept = self._at(scope, FRESH, lane)
        return kept.lines.get(wbs)

    def _at(self, scope: str, age: float, lane: Lane) -> _Kept:
        kept = self._kept.get(scope)
        now = self.clock.monotonic()
        if kept is not None and now - kept.read <= age:
            return kept
        kept = _Kept(now)
        listing = Listing(BUDGET_LINE_ITEMS, BUDGET_LINE_ITEMS.list, scope)
        for number in range(1, MOST_PAGES + 1):
            page = self.client.page(listing, number, lane)
            for row in page.rows:
                code = row.get("wbs_code")
                if isinstance(code, dict) and code.get("id") is not None:
                    kept.codes[str(row["id"])] = str(code["id"])
                    kept.lines[str(code["id"])] = str(row["id"])
            if not page.rows or (not page.more if page.total is None else number * page.size >= page.total):
                break
        self._kept.pop(scope, None)
        while len(self._kept) >= MOST_PROJECTS:
            self._kept.pop(next(iter(self._kept)))
        self._kept[scope] = kept
        return kept
