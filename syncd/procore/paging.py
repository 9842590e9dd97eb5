"""A pass over one of Procore's lists, and whether it can be trusted to be whole.

Procore pages by number, so rows move under us when records come, go or are sorted anew. A
pass of several pages counts only if the total held still, no page was short, every record
came once, and a last query of one row shows nothing updated since the pass began
(architecture §5 "Paging and cursors").
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import replace

from syncd.catalog.resource import Shape
from syncd.clock import parse_instant
from syncd.http.message import Lane
from syncd.procore.client import Listing, Page, ProcoreClient, Row
from syncd.procore.tree import Levels

__all__ = ["MOST_PAGES", "Pass", "row_stamp"]

MOST_PAGES = 10_000
"""Pages of one pass; a list that is longer is broken."""


class Pass:
    """Iterate `pages()`; then `whole`, `began` and `total` are set.

    `began` is the server's time at the first page, None if it sent none.
    """

    def __init__(self, client: ProcoreClient, listing: Listing, lane: Lane) -> None:
        self.listing = listing
        self.began: float | None = None
        self.total: int | None = None
        self.whole = True
        self.several = False
        self._client = client
        self._lane = lane
        self._ids = array("q")  # eight bytes a record, not a set: a pass may be long (P15)
        self._fresh = 0  # records seen whose stamp is at or after `began` …
        self._fresher = 0  # … and those after it, should the vendor exclude a range's bound

    def pages(self) -> Iterator[Page]:
        """The pages, one call each; a tree's are its levels, and an unpaged list is one page.

        Raises Forbidden or NotFound where the list is closed.
        """
        if self.listing.shape is Shape.TREE:
            yield from self._levels()
        else:
            yield from self._numbered()
            if self.listing.resource.moved_to:
                yield from self._besides()

    def _levels(self) -> Iterator[Page]:
        walk = Levels(self._client, self.listing, self._lane)
        for page in walk.pages():
            self.began = page.date if self.began is None else self.began
            self._note(page.rows)
            self.several = len(self._ids) > len(page.rows)
            yield page
        self.whole = walk.whole

    def _numbered(self) -> Iterator[Page]:
        size = 0
        for number in range(1, MOST_PAGES + 1):
            page = self._client.page(self.listing, number, self._lane)
            if number == 1:
                self.began, self.total = page.date, page.total
                size = page.size
            elif page.total != self.total:
                self.whole = False
            self._note(page.rows)
            yield page
            if self.total is None:
                if not page.more or not page.rows:
                    break
            elif number * size >= self.total:
                break
            self.several = True
        distinct = len(set(self._ids)) if self.several else len(self._ids)
        if self.total is not None and not distinct == len(self._ids) == self.total:
            self.whole = False

    def _besides(self) -> Iterator[Page]:
        """What belongs to the list and stands in another; the total does not count it."""
        asked = self._client.clock.monotonic()
        rows = self._client.besides(self.listing, self._lane)
        if rows:
            self._note(rows)
            yield Page(rows, None, len(rows), False, asked, None)

    def nothing_since(self) -> bool:
        """One more small call: has nothing been updated since the pass began but what it saw?"""
        if not self.listing.resource.updated_filter or self.began is None:
            return True
        listing = replace(self.listing, since=(("filters[updated_at]", self.began),), until=(), page_size=1)
        page = self._client.page(listing, 1, self._lane)
        count = len(page.rows) if page.total is None else page.total
        return count in (self._fresh, self._fresher)

    def _note(self, rows: list[Row]) -> None:
        began = -1.0 if self.began is None else self.began // 1
        for row in rows:
            wire = row.get("id")
            self._ids.append(wire if isinstance(wire, int) else hash(wire))
            stamp = row_stamp(row, self.listing.resource.stamp)
            if stamp is not None:
                self._fresh += stamp >= began
                self._fresher += stamp > began


def row_stamp(row: Row, name: str) -> float | None:
    """One of the row's instants as epoch seconds, None if it has none."""
    text = row.get(name)
    try:
        return parse_instant(text) if isinstance(text, str) and text else None
    except ValueError:
        return None


def older(one: Row, other: Row, name: str) -> bool:
    """Whether a row shows its record as it was before the other row, by that instant of both."""
    first, second = row_stamp(one, name), row_stamp(other, name)
    return first is not None and second is not None and first < second
