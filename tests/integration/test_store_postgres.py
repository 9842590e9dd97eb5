"""The store on PostgreSQL: the same suites, and what only a server can do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from syncd.clock import ManualClock
from syncd.errors import Unavailable, UsageProblem
from syncd.store import Store, open_store
from syncd.store.backup import backup
from syncd.store.lock import holder, take
from tests.support.store_accounts import AccountSuite
from tests.support.store_lists import ListSuite
from tests.support.store_records import RecordSuite

pytestmark = pytest.mark.postgres


@pytest.fixture
def url(postgres_url: str) -> str:
    """An empty database on the server."""
    return postgres_url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store on the server."""
    opened = open_store(url, ManualClock())
    yield opened
    opened.close()


class TestPostgres(RecordSuite, ListSuite, AccountSuite):
    """`postgresql+psycopg://`."""


def test_a_lost_server_connection_is_replaced(store: Store, url: str) -> None:
    """A server that restarts between two transactions costs no restart of ours."""
    with store.transaction() as tx:
        tx.pause("m")
    _end_sessions(url)
    with store.transaction() as tx:
        tx.pause("n")
    _end_sessions(url)
    with store.read() as tx:
        assert tx.pauses() == {("m", ""), ("n", "")}


def test_a_connection_lost_inside_a_transaction_loses_the_transaction(store: Store, url: str) -> None:
    """Nothing of it is stored, the error says so, and the next one works."""

    def losing() -> None:
        with store.transaction() as tx:
            tx.pause("m")
            _end_sessions(url)
            tx.pause("n")

    with pytest.raises(Unavailable):
        losing()
    with store.transaction() as tx:
        assert tx.pauses() == set()


def test_two_processes_charge_one_ledger(store: Store, url: str) -> None:
    """A second connection sees the first one's charges and waits for its row."""
    other = open_store(url, ManualClock())
    for one in (store, other, store, other):
        one.ledger.transact("a", lambda text: ((text or "") + "x", None))
    assert store.ledger.transact("a", lambda text: (text or "", text)) == "xxxx"
    other.close()


def test_a_second_daemon_is_refused(store: Store, url: str) -> None:
    """The refusal names the holder; when it ends the lock is free."""
    clock = ManualClock()
    with take(url, "syncd run", clock):
        assert "syncd run" in (holder(url) or "")
        with (
            pytest.raises(Unavailable, match=r"syncd run \(process \d+\) has it since 20"),
            take(url, "syncd run", clock),
        ):
            pass
    assert holder(url) is None
    with take(url, "syncd run", clock):
        pass


def test_an_unreachable_server_is_one_sentence() -> None:
    """No traceback of the driver: the error names the database, without its password."""
    with pytest.raises(Unavailable, match="cannot take work now") as caught:
        open_store("postgresql+psycopg://user:secret@127.0.0.1:1/none", ManualClock())
    assert "secret" not in str(caught.value)


def test_a_backup_of_a_server_is_the_servers_own(store: Store, tmp_path: Path) -> None:
    """We say which tool to use instead of writing half a backup."""
    with pytest.raises(UsageProblem, match="pg_dump"):
        backup(store, tmp_path / "x")


def _end_sessions(url: str) -> None:
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
