"""The state store of a simulated process: real SQLite in memory, whose commits may fail.

One migrated database is reused for all seeds of a process: resetting copies a few pages.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

from syncd.clock import Clock
from syncd.errors import Unavailable
from syncd.store import Store, open_store
from syncd.store.database import Database

__all__ = ["Crash", "ProofStore", "fresh_store", "snapshot"]


class Crash(BaseException):
    """The process dies here. Not an `Exception`: nothing in the engine may catch it."""


class ProofStore(Store):
    """A store whose commits ask what happens to them: nothing, `before`, `after` or `full`."""

    fate: Callable[[], str] = staticmethod(lambda: "")

    def _commit(self) -> None:
        fate = self.fate()
        if fate == "before":
            raise Crash("before a commit")
        if fate == "full":
            raise Unavailable("the disk is full")
        super()._commit()
        if fate == "after":
            raise Crash("after a commit")


_kept: list[tuple[Database, sqlite3.Connection]] = []


def fresh_store(clock: Clock) -> ProofStore:
    """An empty store. The one made before in this process must not be used any more."""
    if not _kept:
        made = open_store("sqlite://", clock)
        blank = sqlite3.connect(":memory:")
        made.database.copy_to(blank)
        _kept.append((made.database, blank))
    database, blank = _kept[0]
    database.rollback()
    database.fill(blank)
    return ProofStore(database, clock, "default", "sqlite://")


def snapshot(store: Store) -> Callable[[], None]:
    """Remember the whole state; the answer puts it back, as a restored backup would."""
    kept = sqlite3.connect(":memory:")
    store.database.copy_to(kept)

    def restore() -> None:
        with closing(kept):
            store.database.fill(kept)

    return restore
