"""The store on SQLite, in memory and in a file: the same suites on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.clock import ManualClock
from syncd.store import Store, open_store
from tests.support.store_accounts import AccountSuite
from tests.support.store_lists import ListSuite
from tests.support.store_records import RecordSuite


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store at `url`."""
    opened = open_store(url, ManualClock())
    yield opened
    opened.close()


class TestMemory(RecordSuite, ListSuite, AccountSuite):
    """`sqlite://`, as the simulation uses it."""

    @pytest.fixture
    def url(self) -> str:
        """A database in memory."""
        return "sqlite://"


class TestFile(RecordSuite, ListSuite, AccountSuite):
    """A file, as the daemon uses it."""

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        """A database in a directory that does not exist yet."""
        return f"sqlite:///{tmp_path / 'state' / 'syncd.db'}"
