"""Backing the state up, and putting a backup back in its place.

A backup holds no tokens: a refresh token works once, so an old one is worthless to us and a
risk to its owner. Putting one back keeps the tokens and the budget ledger of the state it
replaces (calls spent stay spent, P5) and forgets the cursors, so that everything is read and
compared again: what happened since the backup is found by content, not by time.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from syncd.clock import Clock
from syncd.errors import Unavailable, UsageProblem
from syncd.store.engine import database_file
from syncd.store.lock import take
from syncd.store.store import Store, open_store

__all__ = ["backup", "restore"]

_KEPT = ("ledger", "token")
_POSTGRES = "The state is on PostgreSQL: use `pg_dump --format=custom` and `pg_restore`."


def backup(store: Store, target: Path) -> None:
    """Write a backup of the state as of now, while a daemon goes on working.

    The file appears whole or not at all, readable by its owner only. Raises UsageProblem
    if it exists already, its directory does not, or the state is on PostgreSQL, Unavailable if it
    cannot be written.
    """
    if store.database.dialect != "sqlite":
        raise UsageProblem(_POSTGRES)
    if target.exists():
        raise UsageProblem(f"{target} exists already; name a new file for the backup.")
    if not target.parent.is_dir():
        raise UsageProblem(
            f"The backup cannot be kept in {target}: name a file in a directory that is there."
        )
    part = target.with_name(f".{target.name}.part")
    try:
        with _making(part) as copy:
            store.database.copy_to(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing left beside it
            copy.execute("DELETE FROM token")
            copy.execute("VACUUM")  # what was deleted is really gone from the file
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(f"The backup {target} could not be written: {_words(error)}.") from error
    finally:
        part.unlink(missing_ok=True)


def _words(error: Exception) -> str:
    """What went wrong, without the number and the names of files of ours."""
    return str(getattr(error, "strerror", None) or error).rstrip(".")


def restore(source: Path, url: str, clock: Clock) -> Path | None:
    """Put a backup in the place of the state at `url`; answers where the old state went.

    Raises UsageProblem if `source` is no backup of ours, ConfigProblem if a newer syncd
    wrote it, Unavailable while another syncd has the state or the disk is full. Nothing
    changes then.
    """
    path = database_file(url)
    if path is None:
        raise UsageProblem(_POSTGRES if url.startswith("postgresql") else "This state is in memory only.")
    with take(url, "syncd db restore", clock):
        part = path.with_name(f".{path.name}.restored")
        part.unlink(missing_ok=True)
        try:
            _copy(source, part)
            _ready(part, path, clock)
            return _exchange(part, path, clock)
        except (OSError, sqlite3.Error) as error:
            raise Unavailable(
                f"The backup {source} could not be put back: {_words(error)}.",
                hint="The state is what it was. Free space on its disk, then try again.",
            ) from error
        finally:
            for rest in (part, *_beside(part)):
                rest.unlink(missing_ok=True)


def _copy(source: Path, part: Path) -> None:
    if not source.is_file():
        raise UsageProblem(f"There is no file {source}.")
    try:
        origin = sqlite3.connect(f"file:{source.resolve()}?mode=ro", uri=True)
        try:
            sound = origin.execute("PRAGMA integrity_check(1)").fetchone()[0]
            ours = origin.execute(
                "SELECT count(*) FROM sqlite_master WHERE name='alembic_version'"
            ).fetchone()
            if sound != "ok" or not ours[0]:
                raise UsageProblem(f"{source} is not a sound backup of syncd's state.")
        except BaseException:
            origin.close()
            raise
    except sqlite3.DatabaseError as error:
        raise UsageProblem(f"{source} is not a backup of syncd's state: {error}.") from error
    try:
        with _making(part) as copy:
            origin.backup(copy)
    finally:
        origin.close()


def _ready(part: Path, present: Path, clock: Clock) -> None:
    """Bring the copy to our schema, forget its cursors, give it what stays of the present."""
    store = open_store(f"sqlite:///{part}", clock)
    try:
        with store.transaction() as tx:
            tx.forget_every_cursor()
    finally:
        store.close()
    with _opened(part) as copy:
        if present.exists() and present.stat().st_size:
            copy.execute("ATTACH DATABASE ? AS present", (str(present),))
            copy.execute("BEGIN IMMEDIATE")
            for table in _KEPT:
                if copy.execute("SELECT 1 FROM present.sqlite_master WHERE name=?", (table,)).fetchone():
                    copy.execute(f"DELETE FROM main.{table}")
                    copy.execute(f"INSERT INTO main.{table} SELECT * FROM present.{table}")
            copy.execute("COMMIT")
            copy.execute("DETACH DATABASE present")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing left beside it


def _exchange(part: Path, path: Path, clock: Clock) -> Path | None:
    """Put the copy in the state's place; what was there goes back if that fails."""
    kept = _set_aside(path, clock)
    try:
        part.replace(path)
    except OSError:
        if kept is not None:
            kept.replace(path)
        raise
    return kept


def _set_aside(path: Path, clock: Clock) -> Path | None:
    """Keep the replaced state under another name, whole: its WAL is folded in first."""
    if not path.exists():
        return None
    with _opened(path) as present:
        present.execute("PRAGMA journal_mode=DELETE")
    kept = path.with_name(f"{path.name}.before-restore-{int(clock.now())}")
    return path.replace(kept)


def _beside(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))


@contextmanager
def _making(path: Path) -> Iterator[sqlite3.Connection]:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with _opened(path) as connection:
        yield connection


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()
