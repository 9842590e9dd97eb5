"""What survives: killed processes, full disks, other people's locks, damaged files."""

from __future__ import annotations

import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.clock import ManualClock
from syncd.errors import ConfigProblem, Unavailable
from syncd.store import Store, open_store
from syncd.store.lock import holder, take
from syncd.store.turns import Turns
from tests.support.store_records import add

WRITER = """
import sys
from syncd.clock import SystemClock
from syncd.store import open_store
store = open_store(sys.argv[1], SystemClock())
for number in range(100_000):
    with store.transaction() as tx:
        tx.pause("m", str(number))
    print(number, flush=True)
"""
LOCKER = """
import pathlib, sys, time
from syncd.clock import SystemClock
from syncd.store.lock import take
with take(pathlib.Path(sys.argv[1]), "syncd run", SystemClock()):
    print("held", flush=True)
    time.sleep(50)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database file will be."""
    return tmp_path / "syncd.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """A store in a file."""
    opened = open_store(f"sqlite:///{path}", ManualClock())
    yield opened
    opened.close()


def test_what_was_acknowledged_survives_sigkill(path: Path) -> None:
    """A writer killed in mid-loop: every commit it reported is there, and the file is sound."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, f"sqlite:///{path}"], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if int(line) >= 40:
                break
        child.kill()
        last = max([int(rest) for rest in child.stdout.read().split()[:-1]], default=40)
    store = open_store(f"sqlite:///{path}", ManualClock())
    with store.read() as tx:
        kept = {int(identity) for _, identity in tx.pauses()}
    store.close()
    assert kept >= set(range(last + 1))
    with sqlite3.connect(path) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()


def test_a_full_disk_is_said_and_loses_nothing(store: Store) -> None:
    """The transaction that does not fit is undone whole; with room again work goes on."""
    with store.transaction() as tx:
        add(tx, 1)
    pages = store.database._driver.execute("PRAGMA page_count").fetchone()[0]
    store.database._driver.execute(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(Unavailable, match="full") as caught, store.transaction() as tx:
        add(tx, *range(2, 3000))
    assert "Free space" in caught.value.hint
    store.database._driver.execute("PRAGMA max_page_count=1000000")
    with store.transaction() as tx:
        assert len(tx.links("m")) == 1
        add(tx, 2)
        assert len(tx.links("m")) == 2


def test_another_processs_lock_is_said(store: Store, path: Path) -> None:
    """A database that stays locked is Unavailable, and usable once the other lets go."""
    store.database._driver.execute("PRAGMA busy_timeout=20")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked") as caught, store.transaction():
        pass
    assert "Another process" in caught.value.hint
    other.execute("ROLLBACK")
    other.close()
    with store.transaction() as tx:
        add(tx, 1)


def test_the_file_is_for_its_owner_only(store: Store, path: Path) -> None:
    """The database and its WAL hold tokens and record values: mode 600 (P13)."""
    with store.transaction() as tx:
        add(tx, 1)
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_durability_settings_are_in_force(store: Store) -> None:
    """WAL with synchronous=FULL: an acknowledged intent survives a power cut."""
    ask = store.database._driver.execute
    assert ask("PRAGMA journal_mode").fetchone() == ("wal",)
    assert ask("PRAGMA synchronous").fetchone() == (2,)
    assert ask("PRAGMA foreign_keys").fetchone() == (1,)
    assert ask("PRAGMA busy_timeout").fetchone() == (10_000,)


def test_a_file_that_is_no_database_is_said(path: Path) -> None:
    """Garbage in the state's place gets one sentence and the way back."""
    path.write_bytes(b"this is not a database" * 100)
    with pytest.raises(Unavailable, match="not a sound state database") as caught:
        open_store(f"sqlite:///{path}", ManualClock())
    assert "syncd db restore" in caught.value.hint


def test_a_state_directory_that_cannot_be_made_is_said(path: Path) -> None:
    """A file where the directory should be is named in one sentence."""
    path.write_text("in the way")
    with pytest.raises(Unavailable, match="cannot be opened"):
        open_store(f"sqlite:///{path}/state/syncd.db", ManualClock())


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/x", "oracle+nothing://x"])
def test_a_database_url_we_do_not_know_is_refused(url: str) -> None:
    """The setting is named, and what it may be."""
    with pytest.raises(ConfigProblem, match="SYNCD_DATABASE_URL"):
        open_store(url, ManualClock())


def test_a_second_writer_is_refused_until_the_first_dies(tmp_path: Path) -> None:
    """The refusal names process and time; SIGKILL of the holder frees the lock by itself."""
    with subprocess.Popen(
        [sys.executable, "-c", LOCKER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        words = rf"syncd run \(process {child.pid}\) has it since 20\d\d-"
        with pytest.raises(Unavailable, match=words), take(tmp_path, "second", ManualClock()):
            pass
        assert str(child.pid) in (holder(tmp_path) or "")
        child.send_signal(signal.SIGKILL)
    assert holder(tmp_path) is None
    with take(tmp_path, "second", ManualClock()):
        assert "second" in (holder(tmp_path) or "")
    assert holder(tmp_path) is None


def test_the_lock_is_found_by_url_as_well(path: Path) -> None:
    """A state directory and the URL of its database name the same lock; memory needs none."""
    clock = ManualClock()
    with take(f"sqlite:///{path}", "one", clock):
        with pytest.raises(Unavailable), take(path.parent, "two", clock):
            pass
        with take("sqlite://", "three", clock):
            assert holder("sqlite://") is None


def test_waiting_for_a_turn_ends() -> None:
    """A thread that waits for a transaction which waits for it gets an error, not eternity."""
    turns = Turns(longest=0.02)
    caught: list[Exception] = []

    def wait() -> None:
        try:
            turns.acquire()
        except Unavailable as error:
            caught.append(error)

    with turns:
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join()
    assert "another thread" in str(caught[0])


def test_memory_does_not_grow_with_the_number_of_links(store: Store) -> None:
    """Paging through four times the links takes no more memory (P15)."""

    def peak(start: int, count: int) -> int:
        with store.transaction() as tx:
            for first in range(start, start + count, 500):
                add(tx, *range(first, first + 500))
        tracemalloc.start()
        with store.read() as tx:
            after = 0
            while page := tx.links("m", after_id=after, limit=500):
                after = page[-1].id
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    small = peak(0, 2500)
    assert peak(2500, 7500) < 1.3 * small
