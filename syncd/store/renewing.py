"""One token renewal at a time, across threads and processes.

Procore's refresh tokens work once (reference procore-api §15): two renewals at the same time
would leave one of the two with a dead token. The lock is held while the login host is asked,
so it is not a database transaction: a file lock beside a SQLite file, an advisory lock on a
connection of its own on PostgreSQL, a plain lock for a database in memory.
"""

from __future__ import annotations

import fcntl
import os
import threading
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from syncd.clock import Clock
from syncd.errors import Stale, Stopped, Unavailable
from syncd.store.engine import database_file, make_engine
from syncd.store.trouble import explain

__all__ = ["renewing"]

LONGEST_WAIT: Final = 120.0  # seconds; a renewal has a total deadline well below
LOOK_EVERY: Final = 0.05
TOKEN_CLASS: Final = 0x746F6B  # first half of the advisory lock's key ("tok")

_HERE: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)


@dataclass(frozen=True, slots=True)
class _Patience:
    """How long a wait for another renewal may be."""

    clock: Clock
    stop: threading.Event | None
    until: float | None

    def check(self, waited: float) -> None:
        """Raise Stopped, Stale or Unavailable where it has been long enough."""
        if self.stop is not None and self.stop.is_set():
            raise Stopped("Stopped while another process renewed the Procore token.")
        if self.until is not None and self.clock.monotonic() > self.until:
            raise Stale("Another process renews the Procore token; what waits for it has grown too old.")
        if waited >= LONGEST_WAIT:
            raise Unavailable(
                f"Another process has been renewing the Procore token for {LONGEST_WAIT:g} seconds.",
                hint="See whether a second syncd hangs; stop it and try again.",
            )


@contextmanager
def renewing(
    url: str,
    account: str,
    clock: Clock,
    *,
    stop: threading.Event | None = None,
    until: float | None = None,
) -> Iterator[None]:
    """Hold the renewal of `account`; whoever holds it may ask the login host, but not wait for budget.

    Raises Unavailable after two minutes of waiting, Stopped if `stop` is set meanwhile, Stale once
    it is later than `until` (monotonic seconds).
    """
    patience = _Patience(clock, stop, until)
    with _here(_HERE[f"{url} {account}"], patience):
        path = database_file(url)
        if path is not None:
            with _file(path, account, patience):
                yield
        elif url.startswith("postgresql"):
            with _advisory(url, account, patience):
                yield
        else:
            yield


@contextmanager
def _here(lock: threading.RLock, patience: _Patience) -> Iterator[None]:
    """Threads of this process; their wait is real time, as what they wait for is."""
    waited = 0.0
    while not lock.acquire(timeout=LOOK_EVERY):
        waited += LOOK_EVERY
        patience.check(waited)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _file(database: Path, account: str, patience: _Patience) -> Iterator[None]:
    name = f".{database.name}.token-{zlib.crc32(account.encode()):08x}.lock"
    handle = os.open(database.parent / name, os.O_CREAT | os.O_RDWR, 0o600)

    def free() -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        _wait(free, patience)
        yield
    finally:
        os.close(handle)  # gives the lock back


@contextmanager
def _advisory(url: str, account: str, patience: _Patience) -> Iterator[None]:
    engine = make_engine(url)
    key = zlib.crc32(account.encode()) - 2**31  # the function takes signed 32-bit halves
    try:
        connection = engine.raw_connection()
    except Exception as error:
        raise explain(engine.dialect.loaded_dbapi, engine.url.render_as_string(), error) from error
    driver: Any = connection.driver_connection

    def free() -> bool:
        row = driver.execute(f"SELECT pg_try_advisory_lock({TOKEN_CLASS}, {key})").fetchone()
        return bool(row[0])

    try:
        _wait(free, patience)
        yield
    finally:
        connection.close()
        engine.dispose()  # ends the server's session, and with it the lock


def _wait(free: Callable[[], bool], patience: _Patience) -> None:
    waited = 0.0
    while not free():
        patience.check(waited)
        patience.clock.sleep(LOOK_EVERY, patience.stop)
        waited += LOOK_EVERY
