"""A side without a vendor: rows are made from their numbers as they are asked for.

It implements `syncd.sides.port.Side`. Nothing is kept but edits and keys, so that what a
measurement finds is the engine's and the store's, in time and in memory.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence

from benchmarks.rows import Row
from syncd.clock import Clock
from syncd.core.values import SideName, Value
from syncd.errors import Bug
from syncd.sides.feed import PagedFeed
from syncd.sides.port import (
    Draft,
    Feed,
    Found,
    Gone,
    Lane,
    Limits,
    Outcome,
    Patch,
    Reading,
    Record,
    Removal,
    Verdict,
)

__all__ = ["FIRST_ID", "PAGE", "GeneratedSide"]

PAGE = 2_000
"""Records a page: what Procore's vendors list gives at most."""

FIRST_ID = {SideName.PROCORE: 7_000_001, SideName.QUICKBASE: 1}


class GeneratedSide:
    """`count` records whose values `row(number)` tells; people edit them with `edit`.

    `writes` counts records that the engine wrote. Stamps are the clock's.
    """

    def __init__(self, name: SideName, count: int, row: Callable[[int], Row], clock: Clock) -> None:
        self._name = name
        self._count = count
        self._row = row
        self._clock = clock
        self._first = FIRST_ID[name]
        self._edits: dict[int, tuple[tuple[Value, ...], float]] = {}
        self._keys = array("q", bytes(8 * count if name is SideName.QUICKBASE else 0))
        self._born = clock.now()
        self.writes = 0
        self.creates = 0

    # -- the port -------------------------------------------------------------------

    @property
    def name(self) -> SideName:
        """Which side it is."""
        return self._name

    @property
    def limits(self) -> Limits:
        """Bulk writes on both sides; deadlines that a virtual clock never meets."""
        return Limits(create=PAGE, update=PAGE, fetch=PAGE, carries_key=True)

    def changes(self, scope: str, since: float, lane: Lane) -> Feed:
        """What was edited since then; only whole passes are measured, so this is small."""
        return self._feed([number for number, edit in self._edits.items() if edit[1] >= since])

    def everything(self, scope: str, lane: Lane) -> Feed:
        """Every record, page by page."""
        return self._feed(range(self._count))

    def fetch(self, scope: str, ids: Sequence[str], lane: Lane) -> Reading:
        """Records by id."""
        numbers = [int(one) - self._first for one in ids]
        inside = [number for number in numbers if 0 <= number < self._count]
        found: dict[str, Record | Gone] = dict.fromkeys(ids, Gone.MISSING)
        found.update((one.id, one) for one in self._page(inside, self._clock.monotonic()))
        return found

    def deletions(self, scope: str, since: float, lane: Lane) -> frozenset[str] | None:
        """Nothing is ever deleted here, and nothing says so."""
        return None

    def find(self, draft: Draft, sent_at: float, lane: Lane) -> Found:
        """No create is ever lost here."""
        raise Bug("nothing is created in a measurement")

    def create(self, drafts: Sequence[Draft], *, fresh_until: float) -> list[Outcome]:
        """Every record exists on both sides: a create is a wrong decision."""
        self.creates += len(drafts)
        return [Outcome(Verdict.REFUSED, reason="every record exists already") for _ in drafts]

    def update(self, patches: Sequence[Patch], *, fresh_until: float) -> list[Outcome]:
        """Write them all."""
        numbers = [self._write(patch) for patch in patches]
        done = Verdict.DONE
        return [Outcome(done, one) for one in self._page(numbers, self._clock.monotonic())]

    def remove(self, removal: Removal, scope: str, id: str, *, fresh_until: float) -> Outcome:
        """No removals are measured."""
        raise Bug("nothing is removed in a measurement")

    @property
    def places(self) -> None:
        """Nothing stands in folders here."""
        return None

    def ready(self, lane: Lane, calls: int) -> None:
        """There is no budget."""

    def now(self) -> float:
        """The clock's time."""
        return self._clock.now()

    # -- what people and the engine do to it -------------------------------------------

    def fill_keys(self) -> None:
        """Another tool wrote every Procore id into the key field, as it may have for years."""
        first = FIRST_ID[SideName.PROCORE]
        self._keys = array("q", range(first, first + self._count))

    def edit(self, number: int, place: int, value: str) -> None:
        """A person edits one field."""
        values = list(self.values(number))
        values[place] = value
        self._edits[number] = (tuple(values), self._clock.now())

    def values(self, number: int) -> tuple[Value, ...]:
        """What a record holds now."""
        edit = self._edits.get(number)
        return edit[0] if edit else self._row(number)

    def key(self, number: int) -> str | None:
        """The key field of record `number`; empty where nobody wrote it."""
        return str(self._keys[number]) if self._keys and self._keys[number] else None

    def _feed(self, numbers: Sequence[int]) -> Feed:
        def pages(feed: PagedFeed) -> Iterator[Sequence[Record]]:
            feed.began = self._clock.now()
            for start in range(0, len(numbers), PAGE):
                read_at = self._clock.monotonic()
                yield self._page(numbers[start : start + PAGE], read_at)
            feed.clean = True

        return PagedFeed(pages)

    def _page(self, numbers: Sequence[int], read_at: float) -> list[Record]:
        first, row, edits, keys, born = self._first, self._row, self._edits, self._keys, self._born
        if not keys:  # most pages: what the side does is not what is measured
            got = [(number, edits[number] if number in edits else (row(number), born)) for number in numbers]
            return [Record(str(first + n), "", values, None, at, born, read_at) for n, (values, at) in got]
        page = []
        for number in numbers:
            values, stamp = edits[number] if number in edits else (row(number), born)
            key = str(keys[number]) if keys[number] else None
            page.append(Record(str(first + number), "", values, key, stamp, born, read_at))
        return page

    def _write(self, patch: Patch) -> int:
        number = int(patch.id) - self._first
        self.writes += 1
        if patch.key is not None:
            self._keys[number] = int(patch.key)
        if patch.values:
            values = list(self.values(number))
            for place, value in patch.values.items():
                values[place] = value
            self._edits[number] = (tuple(values), self._clock.now())
        return number
