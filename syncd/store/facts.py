"""What an operator should know about the database, for `syncd doctor`."""

from __future__ import annotations

import sqlite3

from syncd.store.store import Store

__all__ = ["facts"]

WAL_RESET_FIXED = (3, 51, 3)
"""The first SQLite whose WAL-reset bug is mended (reference stack-and-style §2.2)."""


def facts(store: Store) -> list[str]:
    """Sentences about the engine, its version and what guards the data. Makes no change."""
    if store.database.dialect != "sqlite":
        return ["The state is on PostgreSQL; one advisory lock keeps a second writer out."]
    found = ".".join(str(part) for part in sqlite3.sqlite_version_info)
    out = [f"The state is on SQLite {found}, write-ahead log, every commit synced to disk."]
    if sqlite3.sqlite_version_info < WAL_RESET_FIXED:
        out.append(
            "This SQLite has the WAL-reset bug, which needs two connections that write at the same moment. "
            "The remedy is in force: the one writer uses one connection, and a lock keeps a second one out; "
            "only a command typed beside the daemon opens another, for milliseconds."
        )
    return out
