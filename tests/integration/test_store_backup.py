"""Backups: whole, without secrets, and safe to put back."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from syncd.clock import ManualClock
from syncd.core.values import SideName
from syncd.errors import ConfigProblem, Unavailable, UsageProblem
from syncd.http.ports import Token
from syncd.store import Cursor, Store, open_store
from syncd.store.backup import backup, restore
from syncd.store.lock import take
from tests.support.store_records import add

CURSOR = Cursor("m", SideName.PROCORE, "", 9.0, complete=True)


def opened(path: Path) -> Store:
    """The store in this file."""
    return open_store(f"sqlite:///{path}", ManualClock())


def filled(path: Path) -> Store:
    """A store with two links, a cursor, a spent budget and a token."""
    store = opened(path)
    with store.transaction() as tx:
        add(tx, 1, 2)
        tx.set_cursor(CURSOR)
    store.ledger.transact("procore", lambda _: ("spent 5", None))
    store.tokens.save("procore", Token("access-secret", 1.0, "refresh-secret"), replaces=None)
    return store


def test_a_backup_of_a_store_in_use_holds_everything_but_tokens(tmp_path: Path) -> None:
    """It is taken while the store is open, is mode 600, and no token is left in its bytes."""
    store = filled(tmp_path / "syncd.db")
    target = tmp_path / "backup.db"
    backup(store, target)
    with store.transaction() as tx:
        add(tx, 3)
    store.close()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert b"secret" not in target.read_bytes()
    copy = opened(target)
    with copy.read() as tx:
        assert [link.procore_id for link in tx.links("m")] == ["p1", "p2"]
        assert tx.cursor("m", SideName.PROCORE, "") == CURSOR
    assert copy.tokens.load("procore") is None
    copy.close()
    assert sorted(file.name for file in tmp_path.glob("*.part")) == []


def test_a_backup_never_overwrites(tmp_path: Path) -> None:
    """A file that exists already is left as it is, and no directory is made up for a new one."""
    store = filled(tmp_path / "syncd.db")
    (tmp_path / "old").write_text("precious")
    with pytest.raises(UsageProblem, match="exists already"):
        backup(store, tmp_path / "old")
    with pytest.raises(UsageProblem, match="a directory that is there"):
        backup(store, tmp_path / "nowhere" / "backup.db")
    store.close()
    assert (tmp_path / "old").read_text() == "precious"


def test_restoring_brings_links_back_and_keeps_what_must_not_go_back(tmp_path: Path) -> None:
    """Links are the backup's; spent calls and the newest token stay; a whole pass follows."""
    path, target = tmp_path / "syncd.db", tmp_path / "backup.db"
    store = filled(path)
    backup(store, target)
    with store.transaction() as tx:
        add(tx, 3)
    store.ledger.transact("procore", lambda _: ("spent 9", None))
    old = store.tokens.load("procore")
    newest = Token("a", 2.0, "b")
    assert store.tokens.save("procore", newest, replaces=old)
    store.close()
    kept = restore(target, f"sqlite:///{path}", ManualClock())
    store = opened(path)
    with store.read() as tx:
        assert [link.procore_id for link in tx.links("m")] == ["p1", "p2"]
        assert tx.cursors("m") == []
    assert store.ledger.transact("procore", lambda text: (text or "", text)) == "spent 9"
    assert store.tokens.load("procore") == newest
    store.close()
    assert kept is not None
    before = opened(kept)
    with before.read() as tx:
        assert len(tx.links("m")) == 3
    before.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_restoring_to_an_empty_place(tmp_path: Path) -> None:
    """A new machine: there is nothing to set aside, and the links are there."""
    store = filled(tmp_path / "syncd.db")
    backup(store, tmp_path / "backup.db")
    store.close()
    path = tmp_path / "new" / "syncd.db"
    assert restore(tmp_path / "backup.db", f"sqlite:///{path}", ManualClock()) is None
    store = opened(path)
    with store.read() as tx:
        assert tx.count_links("m") == 2
    store.close()


def test_what_is_no_backup_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    """Missing, foreign and damaged files are told apart from backups; the state stays."""
    path = tmp_path / "syncd.db"
    filled(path).close()
    (tmp_path / "text").write_text("hello " * 1000)
    foreign = sqlite3.connect(tmp_path / "foreign")
    foreign.execute("CREATE TABLE x (y)")
    foreign.close()
    for name in ("missing", "text", "foreign"):
        with pytest.raises(UsageProblem):
            restore(tmp_path / name, f"sqlite:///{path}", ManualClock())
    store = opened(path)
    with store.read() as tx:
        assert tx.cursors("m") == [CURSOR]
    store.close()
    assert [file.name for file in tmp_path.iterdir() if "restore" in file.name] == []


def test_a_backup_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """A schema we do not know is never put in place."""
    path, target = tmp_path / "syncd.db", tmp_path / "backup.db"
    store = filled(path)
    backup(store, target)
    store.close()
    newer = sqlite3.connect(target)
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.commit()
    newer.close()
    with pytest.raises(ConfigProblem, match="newer syncd"):
        restore(target, f"sqlite:///{path}", ManualClock())


def test_restoring_under_a_running_daemon_is_refused(tmp_path: Path) -> None:
    """Whoever holds the state is named; nothing is replaced under its feet."""
    path = tmp_path / "syncd.db"
    store = filled(path)
    backup(store, tmp_path / "backup.db")
    store.close()
    url = f"sqlite:///{path}"
    with take(url, "syncd run", ManualClock()), pytest.raises(Unavailable, match="syncd run"):
        restore(tmp_path / "backup.db", url, ManualClock())
