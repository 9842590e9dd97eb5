"""What a person is told to do when the database cannot take work."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from syncd.store.trouble import explain, free_bytes

LABEL = "sqlite:////srv/syncd/state/syncd.db"


def hint(words: str, left: int | None) -> str:
    """The advice for SQLite's words while the disk has so many bytes left."""
    return explain(sqlite3, LABEL, sqlite3.OperationalError(words), lambda _: left).hint


@pytest.mark.parametrize("words", ["disk I/O error", "unable to open database file"])
def test_a_disk_that_is_full_is_named_whatever_sqlite_calls_it(words: str) -> None:
    """Without room for its shared-memory file SQLite speaks of an I/O error, and once that sent
    people to look for permissions: where the disk has nothing left, the advice is to make room."""
    assert hint(words, 0).startswith("Free space on its disk")


@pytest.mark.parametrize("left", [10**12, None])
def test_an_error_of_the_disk_with_room_left_names_both_causes(left: int | None) -> None:
    """A quota or a failing disk shows as free space, so both a full disk and access are said."""
    said = hint("disk I/O error", left)

    assert "full or failing" in said
    assert "write access" in said


def test_a_full_disk_is_looked_for_where_the_database_is() -> None:
    """The room is asked of the directory of the database file, for state may have its own disk."""
    asked: list[Path] = []

    def free(directory: Path) -> int:
        asked.append(directory)
        return 0

    explain(sqlite3, LABEL, sqlite3.OperationalError("disk I/O error"), free)

    assert asked == [Path("/srv/syncd/state")]


def test_other_words_keep_their_own_advice() -> None:
    """A read-only file is a matter of access and a lock of another process, full disk or not."""
    assert hint("attempt to write a readonly database", 0).startswith("Give the user")
    assert hint("database is locked", 0).startswith("Another process holds it")
    assert hint("database or disk is full", 10**12).startswith("Free space")


def test_room_that_cannot_be_told_is_nothing_to_go_by(tmp_path: Path) -> None:
    """A directory that is not there has no free space to speak of, and asking does not fail."""
    assert free_bytes(tmp_path / "missing") is None
    assert free_bytes(tmp_path) is not None
