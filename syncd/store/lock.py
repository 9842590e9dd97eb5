"""One writer on one state: a second daemon is refused with a clear word.

The operating system (SQLite: a file lock in the state directory) or the server (PostgreSQL:
an advisory lock) gives the lock back when its holder dies, however it dies.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from syncd.clock import Clock, instant_text
from syncd.errors import ConfigProblem, Unavailable
from syncd.store.engine import database_file, make_engine
from syncd.store.trouble import explain

__all__ = ["LOCK_FILE", "holder", "take"]

LOCK_FILE: Final = "syncd.lock"
LONGEST: Final = 1000  # bytes of the lock file that are read
LOOKS: Final = 4  # at a lock that is taken, before its holder is believed
LOOK_EVERY: Final = 0.05
WRITER: Final = 0x73796E6364  # key of the advisory lock ("syncd"); one writer a database

_HOLDERS: Final = (
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    f"AND l.classid::bigint = {WRITER >> 32} AND l.objid::bigint = {WRITER & 0xFFFFFFFF}"
)


@contextmanager
def take(where: Path | str, who: str, clock: Clock) -> Iterator[None]:
    """Be the one writer while inside. `where` is the state directory or the database URL.

    Raises Unavailable, naming the holder, its process and since when, if there is one, and
    ConfigProblem where the directory cannot be one.
    A database in memory has no other users, and needs no lock.
    """
    directory = _directory(where)
    if directory is not None:
        with _file(directory, who, clock):
            yield
    elif str(where).startswith("postgresql"):
        with _advisory(str(where), who, clock):
            yield
    else:
        yield


def holder(where: Path | str) -> str | None:
    """Who writes to this state now, as words; None if nobody does."""
    directory = _directory(where)
    if directory is not None:
        return _file_holder(directory)
    if not str(where).startswith("postgresql"):
        return None
    engine, connection = _connected(str(where))
    try:
        return _server_holder(connection.driver_connection)
    finally:
        connection.close()
        engine.dispose()


def _directory(where: Path | str) -> Path | None:
    if isinstance(where, Path):
        return where
    if "://" not in where:
        return Path(where)
    path = database_file(where)
    return path.parent if path else None


def _refusal(words: str | None) -> Unavailable:
    return Unavailable(
        f"This state is in use: {words or 'another syncd has it open'}.",
        hint="Stop that one first, or give this one a state directory or database of its own.",
    )


# -- SQLite: a file ---------------------------------------------------------------------


@contextmanager
def _file(directory: Path, who: str, clock: Clock) -> Iterator[None]:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        handle = os.open(directory / LOCK_FILE, os.O_CREAT | os.O_RDWR, 0o600)
    except (FileNotFoundError, FileExistsError, NotADirectoryError, PermissionError) as error:
        raise ConfigProblem(
            f"The state directory {directory} cannot be used: {error.strerror}.",
            hint="Name one that can be written to in SYNCD_STATE_DIR, or in SYNCD_DATABASE_URL.",
        ) from error
    except OSError as error:
        raise Unavailable(f"The state directory {directory} cannot be used: {error.strerror}.") from error
    try:
        if not _locked(handle, clock):
            raise _refusal(_words(os.pread(handle, LONGEST, 0)))
        _sign(handle, directory, {"who": who, "pid": os.getpid(), "since": instant_text(clock.now())})
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _sign(handle: int, directory: Path, note: dict[str, Any]) -> None:
    """Say in the lock file who has it. Raises Unavailable where even that finds no room."""
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(note).encode(), 0)
    except OSError as error:
        raise Unavailable(
            f"The state directory {directory} cannot be written to: {error.strerror}.",
            hint="Free space on its disk, or give the user that runs syncd write access.",
        ) from error


def _locked(handle: int, clock: Clock) -> bool:
    """Take the file lock. A second look, because `holder` touches the lock for a moment."""
    for _ in range(LOOKS):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            clock.sleep(LOOK_EVERY)
        else:
            return True
    return False


def _file_holder(directory: Path) -> str | None:
    try:
        handle = os.open(directory / LOCK_FILE, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _words(os.read(handle, LONGEST)) or "another syncd"
    finally:
        os.close(handle)
    return None


def _words(note: bytes) -> str | None:
    try:
        found = json.loads(note)
        return f"{found['who']} (process {found['pid']}) has it since {found['since']}"
    except (ValueError, KeyError, TypeError):
        return None  # the holder is just writing it


# -- PostgreSQL: an advisory lock ---------------------------------------------------------


@contextmanager
def _advisory(url: str, who: str, clock: Clock) -> Iterator[None]:
    engine, connection = _connected(url)
    driver = connection.driver_connection
    try:
        if not driver.execute(f"SELECT pg_try_advisory_lock({WRITER})").fetchone()[0]:
            raise _refusal(_server_holder(driver))
        name = f"{who[:20]} (process {os.getpid()}) has it since {instant_text(clock.now())}"
        driver.execute("SELECT set_config('application_name', %s, false)", (name[:63],))
        yield
    finally:
        connection.close()
        engine.dispose()  # ends the server's session, and with it the lock


def _connected(url: str) -> tuple[Any, Any]:
    engine = make_engine(url)
    try:
        return engine, engine.raw_connection()
    except Exception as error:
        raise explain(engine.dialect.loaded_dbapi, engine.url.render_as_string(), error) from error


def _server_holder(driver: Any) -> str | None:
    row = driver.execute(_HOLDERS).fetchone()
    return str(row[0]) if row else None
