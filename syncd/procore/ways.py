"""How a list is asked for where Procore's habits are unconfirmed, found out and remembered.

Two of them: whether a date range stands in quotes, and how large a page may be (reference
procore-api §17). A refusal rarely says which of the two it is about, and may be about both,
so all pairs are tried; the one that worked is kept for as long as the process lives.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from syncd.catalog.resource import Path, Resource, Shape
from syncd.errors import Rejected

__all__ = ["V2", "Listing", "Way", "Ways"]

PAGE_SIZES = (1_000, 300, 100)
"""Sizes to fall back to; the last is one that no endpoint is known to refuse."""

LARGEST_V2 = 100
"""Records of one page of a v2 list (reference procore-api §0.2)."""

V2 = "/rest/v2."
"""How the paths begin whose answers stand under `data`, with ids as text."""

_OF_SHAPE = frozenset({400, 413, 414, 422})
"""Statuses that can be about the shape of a question."""

_WORD = re.compile(r"[a-z]+(?:_[a-z]+)*")
_PAGING = frozenset({"per_page", "page", "pages", "range", "ranges", "date", "dates", "datetime"})


@dataclass(frozen=True, slots=True)
class Listing:
    """A list and what narrows it: `since` are (filter, epoch seconds) at which a range begins, `until` at
    which it ends, else its end is open; `id` stands in the path of a list that belongs to some record."""

    resource: Resource
    path: Path
    scope: str = ""
    query: tuple[tuple[str, str], ...] = ()
    since: tuple[tuple[str, float], ...] = ()
    until: tuple[tuple[str, float], ...] = ()
    page_size: int = 0
    id: str = ""

    @property
    def shape(self) -> Shape:
        """What the answer looks like. The lists of inactive and deleted records are plain ones."""
        if self.path == self.resource.list:
            return self.resource.shape
        return Shape.DATA if self.path.template.startswith(V2) else Shape.ROWS

    @property
    def paged(self) -> bool:
        """False where the answer comes whole: then there is one call, and never a second."""
        if self.path != self.resource.list:
            return True
        return self.resource.paged and self.resource.shape in (Shape.ROWS, Shape.DATA)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to ask: ranges in quotes or not, and so many records a page."""

    quoted: bool
    size: int


@dataclass(slots=True)
class Ways:
    """What worked so far. Quotes are a habit of the whole vendor, sizes one of each list.

    Threads may share it: what they find out is the same.
    """

    _quoted: bool = False
    _largest: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def usual(self, listing: Listing) -> Way:
        """How to ask first."""
        wanted = listing.page_size or listing.resource.page_limit
        if listing.shape is Shape.DATA:
            wanted = min(wanted, LARGEST_V2)
        return Way(self._quoted, min(wanted, self._largest.get(listing.path.template, wanted)))

    def others(self, listing: Listing, number: int, tried: Way, refused: Rejected) -> list[Way]:
        """What else to try for page `number`, in order; nothing where that would not help.

        Later pages keep their size, because other pages of a pass have it. At most seven.
        """
        if _about_else(listing, refused):
            return []
        smaller = [size for size in PAGE_SIZES if size < tried.size] if number == 1 and listing.paged else []
        quotes = (tried.quoted, not tried.quoted) if listing.since else (tried.quoted,)
        ways = [Way(quoted, size) for size in (tried.size, *smaller) for quoted in quotes]
        return [way for way in ways if way != tried]

    def keep(self, listing: Listing, tried: Way, worked: Way) -> None:
        """Remember what worked after the usual way was refused."""
        with self._lock:
            if listing.since:
                self._quoted = worked.quoted
            if worked.size != tried.size:
                self._largest[listing.path.template] = worked.size


def _about_else(listing: Listing, refused: Rejected) -> bool:
    """True if a refusal is plainly not about pages or ranges: its status cannot be, or its words
    name something else that the question holds and neither of the two."""
    if refused.status not in _OF_SHAPE:
        return True
    said = set(_WORD.findall(refused.detail.lower()))
    if said & (_PAGING | _words(name for name, _ in listing.since)):
        return False
    return bool(said & (_words(name for name, _ in listing.query) | {"company_id"}))


def _words(names: Iterable[str]) -> set[str]:
    """The telling words of query parameters: `filters[by_status][]` is about `by_status`."""
    return {word for name in names for word in _WORD.findall(name.lower())} - {"filters", "filter"}
