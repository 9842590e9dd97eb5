"""A walk over a tree of folders: lists of them are not paged, and show one level each (§10.1).

The root comes first, then level by level; a folder that says it has no folders in it costs no
call. Folders move while we walk, so one that is gone, or comes twice, makes the walk not whole.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from syncd.errors import NotFound, Transient
from syncd.http.message import Lane
from syncd.procore.answers import Row, is_record
from syncd.procore.client import Listing, Page, ProcoreClient

__all__ = ["MOST_FOLDERS", "Levels"]

MOST_FOLDERS = 10_000
"""Folders opened in one walk; a tree that is larger is not read to its end."""


class Levels:
    """Iterate `pages()`, one call each; then `whole` says whether no folder was missed or met twice."""

    def __init__(self, client: ProcoreClient, listing: Listing, lane: Lane) -> None:
        self._client = client
        self._listing = listing
        self._lane = lane
        self._met: set[str] = set()
        self.whole = True

    def pages(self) -> Iterator[Page]:
        """The root and its folders, then what each of them holds."""
        first = self._client.page(self._listing, 1, self._lane)
        self._met.add(str(first.rows[0]["id"]))
        waiting = deque(self._new(first.rows[1:]))
        yield first
        for _ in range(MOST_FOLDERS):
            if not waiting:
                return
            folder = waiting.popleft()
            if _is_leaf(folder):
                continue
            try:
                row, sent = self._client.show(
                    self._listing.resource, self._listing.scope, str(folder["id"]), self._lane
                )
            except NotFound:
                self.whole = False
                continue
            inner = self._new(_folders_in(row))
            waiting += inner
            yield Page(inner, None, max(1, len(inner)), bool(waiting), sent, self._client.date)
        self.whole = self.whole and not waiting

    def _new(self, rows: list[Row]) -> list[Row]:
        """Those not met yet."""
        fresh = [row for row in rows if str(row["id"]) not in self._met]
        self.whole = self.whole and len(fresh) == len(rows)
        self._met.update(str(row["id"]) for row in fresh)
        return fresh


def _is_leaf(folder: Row) -> bool:
    """True only where Procore says that no folder is in it."""
    return folder.get("has_children_folders") is False or folder.get("has_children") is False


def _folders_in(row: Row) -> list[Row]:
    inner = row.get("folders", [])
    if not isinstance(inner, list) or not all(is_record(one) for one in inner):
        raise Transient(
            "Procore: a folder holds something that is not a folder; it is looked at again later."
        )
    return inner
