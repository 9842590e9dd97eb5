"""The state store: opening it, and its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from syncd.clock import Clock
from syncd.core.values import SideName
from syncd.store.database import Database
from syncd.store.engine import database_file, open_database
from syncd.store.ledger import SqlLedger
from syncd.store.scratch import copied
from syncd.store.spool import Spool
from syncd.store.tokens import SqlTokenStore
from syncd.store.tx import Tx

__all__ = ["Store", "open_store"]


def open_store(
    url: str, clock: Clock, *, connection: str = "default", kind: type[Store] | None = None
) -> Store:
    """Open the store at `url`, made or migrated to the newest schema first.

    `sqlite:///FILE` (made with its directory, readable by its owner only), `sqlite://` (in
    memory) or `postgresql+psycopg://…`. `kind` is a subclass of `Store` to open instead.
    Raises `ConfigProblem` (not a URL we know, a database from a newer version) and
    `Unavailable` (disk full, locked, unreachable).
    """
    return (kind or Store)(open_database(url), clock, connection, url)


class Store:
    """One process's only way to the database. Safe to use from several threads."""

    def __init__(self, database: Database, clock: Clock, connection: str, url: str) -> None:
        self.database = database
        self.clock = clock
        self.connection = connection
        self.url = url
        self.ledger = SqlLedger(self)
        self.tokens = SqlTokenStore(self)
        self._tx = Tx(database, connection, clock)

    def transaction(self) -> _Transaction:
        """Everything inside becomes durable together at the end, or not at all.

        Other threads wait until it ends, the budget's ledger too: never call a vendor
        inside. A transaction inside another one is a `Bug`.
        """
        return _Transaction(self)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Read only, without a transaction: each question sees the newest commit."""
        yield self._tx

    def _commit(self) -> None:
        """The one place where anything becomes durable; proofs crash before and after it."""
        self.database.commit()

    def scratch(self) -> Store:
        """A copy in memory, to try out what would be written. It shares nothing with this one."""
        return Store(copied(self.database), self.clock, self.connection, "sqlite://")

    def spool(self, side: SideName) -> Spool:
        """Room for what one pass reads, beside the database, gone when it is closed."""
        path = database_file(self.url)
        return Spool(side, path.parent if path else None)

    def close(self) -> None:
        """Let go of the database. The store cannot be used afterwards."""
        self.database.close()


class _Transaction:
    """BEGIN … COMMIT under the store's lock; a class, because the engine makes millions."""

    __slots__ = ("_store",)

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> Tx:
        database = self._store.database
        database.lock.acquire()
        try:
            database.begin()
        except BaseException:
            database.lock.release()
            raise
        return self._store._tx

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        database = self._store.database
        try:
            if kind is None:
                try:
                    self._store._commit()
                except BaseException:
                    database.rollback()
                    raise
            else:
                database.rollback()
        finally:
            database.lock.release()
