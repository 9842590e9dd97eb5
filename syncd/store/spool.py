"""Spool: records set aside while a cycle reads, on disk as soon as they are many.

A first match can join two sides only when it has read both. What it reads is of no use to
anybody later, so it goes to a file without a name that vanishes with its process.
"""

from __future__ import annotations

import marshal
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple

from syncd.core.values import SideName
from syncd.errors import Unavailable

__all__ = ["Row", "Spool", "Spooled"]

IN_MEMORY = 4_000_000
"""Bytes kept in memory before there is a file."""


class Spooled(NamedTuple):
    """One unlinked record: `values` packed in rule order, `texts` what it can be matched on."""

    identity: str
    scope: str
    values: str
    key: str | None
    texts: tuple[str | None, ...]
    stamp: float | None
    created: float | None


Row = tuple[str, str, str, str | None, tuple[str | None, ...], float | None, float | None]
"""A `Spooled` as a bare tuple: a first pass makes very many."""


class Spool:
    """Rows of one side in the order they were added, to be read by their place.

    `identities`, `keys` and `texts` hold one number a row: equal where the identities, the
    keys, the texts of the first match alternative are equal (and, once in 10^19, where they
    are not); zero where there is none. Methods raise Unavailable where the disk is full.
    """

    def __init__(self, side: SideName, directory: Path | None) -> None:
        self.side = side
        self.identities, self.keys, self.texts = array("q"), array("q"), array("q")
        self._ends = array("q", [0])
        self._directory = directory
        where = str(directory) if directory else None
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=where)  # noqa: SIM115

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, rows: Sequence[Row]) -> None:
        """Set rows aside."""
        packed = [marshal.dumps(tuple(row)) for row in rows]  # a named tuple is not packed as it is
        begin = self._ends[-1]
        self._ends.extend(islice(accumulate(map(len, packed), initial=begin), 1, None))
        self.identities.extend([hash(row[0]) for row in rows])
        self.keys.extend([hash(row[3]) if row[3] else 0 for row in rows])
        self.texts.extend([hash(row[4][0]) if row[4] and row[4][0] else 0 for row in rows])
        try:
            self._file.seek(begin)
            self._file.write(b"".join(packed))
        except OSError as error:
            raise self._trouble(error) from error

    def rows(self, places: Sequence[int]) -> list[Spooled]:
        """The rows of those places, counted from 0. Neighbours are read in one go."""
        found: list[Spooled] = []
        for first, last in _runs(places):
            ends = self._ends
            begin = ends[first]
            packed = memoryview(self._bytes(begin, ends[last + 1]))
            for place in range(first, last + 1):
                row = marshal.loads(packed[ends[place] - begin : ends[place + 1] - begin])
                found.append(Spooled._make(row))
        return found

    def _bytes(self, begin: int, end: int) -> bytes:
        try:
            self._file.seek(begin)
            return self._file.read(end - begin)
        except OSError as error:
            raise self._trouble(error) from error

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Any:
        self._file.close()

    def _trouble(self, error: OSError) -> Unavailable:
        where = self._directory or tempfile.gettempdir()
        return Unavailable(
            f"The records of a first match could not be set aside in {where}: {error.strerror}.",
            hint="Make room there; nothing was written to either side, and the next cycle begins again.",
        )


def _runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(first, last) of each run of neighbours."""
    if not places:
        return
    first = last = places[0]
    for place in places[1:]:
        if place != last + 1:
            yield first, last
            first = place
        last = place
    yield first, last
