"""Names for ids: Procore's small lists, read when a word or an id is met, and kept for a while.

Bounded in lists, entries and age. A list is read again, once, where a word or an id is not on it and
the list is not fresh; so a thousand records with one unknown word cost one call, not a thousand.
Folders are said by their path, which a reading of the whole list gives (`folder_tree`).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from syncd.catalog.lookups import Lookup
from syncd.catalog.resource import Path, Scope
from syncd.clock import Clock
from syncd.core.folderpath import BadPath, called, path_of, way_down
from syncd.errors import Forbidden, NotFound, Rejected
from syncd.http.message import Lane
from syncd.procore.client import Listing, ProcoreClient, Row
from syncd.procore.folder_tree import AT_TOP, spots_of, with_paths
from syncd.procore.paging import Pass

__all__ = ["AGE", "FRESH", "MOST_ENTRIES", "MOST_LISTS", "Names", "Unnamed", "spoken"]

AGE = 900.0
"""Seconds for which a list is believed."""

FRESH = 60.0
"""Seconds after which a list may be read again for what is not on it."""

MOST_LISTS = 200
"""Lists kept at once; what was used longest ago goes first."""

MOST_ENTRIES = 100_000
"""Entries kept in all, and the most that one list may have."""

LEARNED = 180.0
"""Seconds for which an entry that we made counts where the list does not show it yet."""

NEAREST = 3
"""Candidates named beside a word that is not known."""

OPTION_PAGE = 1_000
"""Entries asked for at once where a list has keys for ids and so no records to page by."""


class Unnamed(Exception):
    """A word that leads to no id, or an id that has no word. `str()` is a sentence for a person."""


@dataclass(slots=True)
class _Kept:
    """One list as it was read at `read` (monotonic seconds): words by id, ids by word; of a tree, ids by
    where they stand, too."""

    read: float
    by_id: dict[str, dict[str, str]] = field(default_factory=dict)
    by_word: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    spots: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    inactive: bool = False
    closed: str = ""


def spoken(row: Any, about: Lookup, by: str) -> str:
    """The word that an object carries beside its id, "" if it carries none. E-mail in small letters."""
    if not isinstance(row, dict):
        return ""
    found = next((row[key] for key in about.keys(by) if row.get(key) not in (None, "")), "")
    text = " ".join(str(found).split()) if isinstance(found, str | int) else ""
    return text.casefold() if by == "email" else text


class Names:
    """Every list of one company, shared by its mappings and threads. `most` entries are kept in all."""

    def __init__(self, client: ProcoreClient, clock: Clock, most: int = MOST_ENTRIES) -> None:
        self._client, self._clock, self._most = client, clock, most
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._learned: dict[tuple[str, str], list[tuple[float, Row]]] = {}
        self._tops: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def word(
        self, about: Lookup, scope: str, id: str, by: str, lane: Lane, met: float = float("-inf")
    ) -> str:
        """How an id is called, inactive entries included. Raises Unnamed, and what reading raises.

        `met` is when the record that names it was read (monotonic): folders are made and used at once, so
        an older list of them is read again for one that is not on it.
        """
        kept = self._open(about, scope, lane)
        found = kept.by_id.get(id)
        if found is None and about.list.inactive and not kept.inactive:
            self._read_inactive(about, scope, kept, lane)
            found = kept.by_id.get(id)
        if found is None and (self._stale(kept) or (about.tree and kept.read < met)):
            kept = self._read(about, scope, lane)
            found = kept.by_id.get(id)
        if found is None:
            raise Unnamed(f"Procore's {_called(about)} do not show the one with id {id}")
        if not found.get(by):
            raise Unnamed(f"the one with id {id} of Procore's {_called(about)} has no {_spelled(by)}")
        return found[by]

    def id(self, about: Lookup, scope: str, word: str, by: str, lane: Lane) -> str:
        """Whom a word names. Raises Unnamed where that is nobody, or more than one, and what reading
        raises. Nothing is guessed; e-mail addresses may differ in case."""
        text = _sought(about, word, by)
        kept = self._open(about, scope, lane, FRESH if about.tree else AGE)
        if (by, text) not in kept.by_word and self._stale(kept):
            kept = self._read(about, scope, lane)
        found = kept.by_word.get((by, text), [])
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(sorted(found, key=lambda one: (len(one), one))[:NEAREST])
            raise Unnamed(f"{word!r} names {len(found)} of Procore's {_called(about)} (ids {ids})")
        raise Unnamed(
            f"none of Procore's {_called(about)} has the {_spelled(by)} {word!r}{_near(kept, by, text)}"
        )

    def spots(
        self, about: Lookup, scope: str, lane: Lane, *, anew: bool
    ) -> Mapping[tuple[str, str], list[str]]:
        """The ids of a tree's entries by the id above and the name. Raises as `id` does."""
        return self._open(about, scope, lane, 0.0 if anew else FRESH).spots

    def learn(self, about: Lookup, scope: str, row: Row) -> None:
        """Count an entry of a tree that was made just now among its list, whether that shows it or not."""
        key, now = self._key(about, scope), self._clock.monotonic()
        with self._lock:
            young = [one for one in self._learned.get(key, []) if now - one[0] <= LEARNED]
            self._learned[key] = [*young, (now, row)]
            if kept := self._kept.get(key):
                above, name = str(row["parent_id"] or AT_TOP), called(str(row["name"]))
                path = kept.by_id.get(above, {}).get("path", "")
                path = f"{path}/{path_of([name])}" if path else path_of([name])
                self._take(about, kept, {"id": row["id"], "path": path})
                kept.by_word.setdefault(("path", path), []).append(str(row["id"]))
                kept.spots.setdefault((above, name), []).append(str(row["id"]))

    # -- reading the lists ------------------------------------------------------------

    def _open(self, about: Lookup, scope: str, lane: Lane, age: float = AGE) -> _Kept:
        """The list, read if need be. Raises Unnamed while it is closed to us."""
        key = self._key(about, scope)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
        if kept is None or age <= 0 or self._clock.monotonic() - kept.read > age:
            kept = self._read(about, scope, lane)
        if kept.closed:
            raise Unnamed(kept.closed)
        return kept

    def _read(self, about: Lookup, scope: str, lane: Lane) -> _Kept:
        kept = _Kept(self._clock.monotonic())
        place = self._key(about, scope)[1]
        try:
            rows = self._rows(about, about.list.list, place, lane)
            if about.tree:
                rows = self._in_a_tree(about, place, rows, lane)
                kept.spots = spots_of(rows)
            for row in rows:
                self._take(about, kept, row)
                for by, word in kept.by_id[str(row["id"])].items():
                    kept.by_word.setdefault((by, word), []).append(str(row["id"]))
        except (Forbidden, NotFound, Rejected) as problem:
            why = problem.detail or f"HTTP {problem.status}"
            kept = _Kept(kept.read, closed=f"Procore does not show us its {_called(about)} ({why})")
        except Unnamed as problem:
            kept = _Kept(kept.read, closed=str(problem))
        with self._lock:
            self._kept[self._key(about, scope)] = kept
            self._kept.move_to_end(self._key(about, scope))
            self._trim()
        return kept

    def _read_inactive(self, about: Lookup, scope: str, kept: _Kept, lane: Lane) -> None:
        """The words of inactive entries: they are read, and no word leads to them."""
        kept.inactive = True
        try:
            for row in self._rows(about, about.list.inactive, self._key(about, scope)[1], lane):
                self._take(about, kept, row)
        except (Forbidden, NotFound, Rejected):
            return

    def _take(self, about: Lookup, kept: _Kept, row: Row) -> None:
        if len(kept.by_id) >= self._most:
            raise Unnamed(f"Procore has more than {self._most} {_called(about)}; refer to them by id")
        words = {by: word for by, _ in about.words if (word := spoken(row, about, by))}
        kept.by_id[str(row["id"])] = words

    def _rows(self, about: Lookup, path: Path, scope: str, lane: Lane) -> Iterable[Row]:
        if not path:
            raise Unnamed(f"Procore has no list of its {_called(about)}; refer to them by id")
        if about.options:
            return self._options(path, scope, lane)
        query = about.list.params if path == about.list.list else ()
        walk = Pass(self._client, Listing(about.list, path, scope, query), lane)
        return (row for page in walk.pages() for row in page.rows)

    def _in_a_tree(self, about: Lookup, place: str, rows: Iterable[Row], lane: Lane) -> list[Row]:
        """The rows with the way down to each, and those that we made lately."""
        key, now = self._key(about, place), self._clock.monotonic()
        found = list(rows)
        known = {str(row["id"]) for row in found}
        found += [
            row
            for at, row in self._learned.get(key, [])
            if now - at <= LEARNED and str(row["id"]) not in known
        ]
        return with_paths(found, self._top(about, place, lane))

    def _top(self, about: Lookup, place: str, lane: Lane) -> str:
        """The id of the root folder, which the list does not show; asked for once."""
        key = self._key(about, place)
        if key not in self._tops:
            path = next((one.top for one in about.list.fields if one.top is not None), Path(""))
            company = self._client.company
            query = (("exclude_files", "true"), ("exclude_folders", "true"), *path.query(company, place))
            found = self._client.get(path.at(company, place), query, lane)
            self._tops[key] = str(found.get("id", "")) if isinstance(found, dict) else ""
        return self._tops[key]

    def _options(self, path: Path, scope: str, lane: Lane) -> Iterator[Row]:
        """What a filter may be set to: pairs of `key` and `value` (reference procore-api §7, §12)."""
        company, before = self._client.company, None
        for number in range(1, MOST_ENTRIES // OPTION_PAGE + 1):
            paging = (("page", str(number)), ("per_page", str(OPTION_PAGE)))
            query = (*path.query(company, scope), *paging)
            rows = self._client.get(path.at(company, scope), query, lane)
            found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
            yield from ({**row, "id": row["key"]} for row in found if row.get("key") not in (None, ""))
            if len(found) < OPTION_PAGE or found == before:
                return
            before = found

    def _stale(self, kept: _Kept) -> bool:
        return self._clock.monotonic() - kept.read > FRESH

    def _key(self, about: Lookup, scope: str) -> tuple[str, str]:
        place = "" if about.list.scope is Scope.COMPANY else scope.partition("/")[0]
        return about.list.list.template, place

    def _trim(self) -> None:
        """Let go of what was used longest ago, until the bounds are kept; the newest stays."""
        total = sum(len(one.by_id) for one in self._kept.values())
        while len(self._kept) > 1 and (len(self._kept) > MOST_LISTS or total > self._most):
            _, gone = self._kept.popitem(last=False)
            total -= len(gone.by_id)


def _sought(about: Lookup, word: str, by: str) -> str:
    """A word as lists are kept by it. Raises Unnamed for a text that is no path."""
    if about.tree:
        try:
            return path_of(way_down(word))
        except BadPath as problem:
            raise Unnamed(str(problem)) from problem
    text = " ".join(word.split())
    return text.casefold() if by == "email" else text


def _near(kept: _Kept, by: str, word: str) -> str:
    """The end of a sentence: what was probably meant."""
    folded = {one.casefold(): one for kind, one in kept.by_word if kind == by}
    near = get_close_matches(word.casefold(), folded, n=NEAREST, cutoff=0.5)
    return f"; the nearest are {', '.join(repr(folded[one]) for one in near)}" if near else ""


def _called(about: Lookup) -> str:
    title = about.list.title
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _spelled(by: str) -> str:
    return {"email": "e-mail address", "full_code": "full code"}.get(by, by)
