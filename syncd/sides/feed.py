"""One pass over a listing, as both vendors' sides give it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from syncd.sides.port import Record

__all__ = ["PagedFeed"]


class PagedFeed:
    """A `Feed` whose pages are read while it is iterated.

    `source` is given the feed, yields the pages, sets `began` with the first of them and
    `clean`, and `whole` where it is, only after the last: a pass that raises in between stays unclean.
    """

    def __init__(self, source: Callable[[PagedFeed], Iterator[Sequence[Record]]]) -> None:
        self.began = 0.0
        self.clean = False
        self.whole = False
        self.apart: Collection[str] = ()
        self._source = source

    def __iter__(self) -> Iterator[Sequence[Record]]:
        self.began, self.clean = 0.0, False
        return self._source(self)
