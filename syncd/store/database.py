"""One database connection: statements in, plain tuples out, trouble as our own errors.

One connection a process does all the reading, writing and checkpointing. On SQLite that is
a rule of safety, not of style: Debian's 3.40 has the WAL-reset bug, which needs two
connections that write or checkpoint at the same moment (reference stack-and-style §2.2).
Threads take turns under `lock`; a transaction holds it from BEGIN to COMMIT.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine

from syncd.errors import Bug, SyncdError, Unavailable
from syncd.store.statement import Bulk, Statement
from syncd.store.trouble import explain
from syncd.store.turns import Turns

__all__ = ["Database"]

Params = Mapping[str, Any]


class Database:
    """The connection of one engine. Writes outside a transaction are a `Bug`."""

    begin_word = "BEGIN IMMEDIATE"  # a read that turns into a write would fail at once

    def __init__(self, engine: Engine, label: str) -> None:
        self.lock = Turns()
        self.writing = False
        self.dialect = engine.dialect.name
        self._engine = engine
        self._label = label
        self._errors: Any = engine.dialect.loaded_dbapi
        self._pooled: Any = None
        self._driver: Any = None
        self.connect()

    def connect(self) -> None:
        """Open the connection, or replace a dead one. Raises Unavailable."""
        try:
            self._pooled = self._engine.raw_connection()
            self._driver = self._pooled.driver_connection
        except Exception as error:
            raise self.problem(error) from error

    def close(self) -> None:
        """Give the connection back and forget the engine's pool."""
        with self.lock:
            if self._pooled is not None:
                self._pooled.close()
                self._pooled = None
            self._engine.dispose()

    # -- transactions ---------------------------------------------------------------

    def begin(self) -> None:
        """Start a transaction. The caller holds `lock`."""
        if self.writing:
            raise Bug("A store transaction was started inside another one; finish the first before.")
        try:
            self._start()
        except self._errors.Error as error:
            raise self.problem(error) from error
        self.writing = True

    def _start(self) -> None:
        self._driver.execute(self.begin_word)

    def commit(self) -> None:
        """Make the transaction durable. Raises Unavailable, and then nothing was stored."""
        try:
            self._driver.execute("COMMIT")
        except self._errors.Error as error:
            raise self.problem(error) from error
        self.writing = False

    def rollback(self) -> None:
        """Undo what was not committed. Never raises: a dead connection has rolled back."""
        self.writing = False
        try:
            self._driver.rollback()
        except self._errors.Error:
            pass

    # -- statements -----------------------------------------------------------------

    def rows(self, statement: Statement, params: Params) -> list[Any]:
        """What a SELECT answers, as tuples; may be asked outside a transaction."""
        text, fixed = statement.on(self.dialect)
        if fixed:
            params = {**fixed, **params}
        with self.lock:
            try:
                found: list[Any] = self._driver.execute(text, params).fetchall()
                return found
            except self._errors.Error as error:
                raise self.problem(error) from error

    def run(self, statement: Statement, params: Params) -> int:
        """Do one write; answers how many rows it touched."""
        text, fixed = statement.on(self.dialect)
        if isinstance(statement, Bulk):
            given = statement.pick(params)
        else:
            given = {**fixed, **params} if fixed else params
        with self.lock:
            self._demand_transaction()
            try:
                count: int = self._driver.execute(text, given).rowcount
                return count
            except self._errors.Error as error:
                raise self.problem(error) from error

    def many(self, statement: Bulk, rows: Sequence[Params | tuple[Any, ...]]) -> None:
        """Do one write for each of `rows`, in bulk; a tuple stands in the order of its names."""
        if not rows:
            return
        text, _ = statement.on(self.dialect)
        pick = statement.pick
        given = [row if isinstance(row, tuple) else pick(row) for row in rows]
        with self.lock:
            self._demand_transaction()
            try:
                self._driver.cursor().executemany(text, given)
            except self._errors.Error as error:
                raise self.problem(error) from error

    def ids(self, statement: Bulk, rows: Sequence[Params | tuple[Any, ...]]) -> list[int]:
        """Do a `returning` INSERT for each of `rows`; answers the ids in their order."""
        if not rows:
            return []
        text, _ = statement.on(self.dialect)
        pick = statement.pick
        given = [row if isinstance(row, tuple) else pick(row) for row in rows]
        with self.lock:
            self._demand_transaction()
            try:
                return self._returned(text, given)
            except self._errors.Error as error:
                raise self.problem(error) from error

    def _returned(self, text: str, rows: Sequence[tuple[Any, ...]]) -> list[int]:
        cursor = self._driver.cursor()
        if len(rows) > 1 and " ON CONFLICT" not in text:
            # Ids grow by one with each row: every table has AUTOINCREMENT, and nobody else writes now.
            cursor.executemany(text, rows)
            last = self._driver.execute("SELECT last_insert_rowid()").fetchone()[0]
            return list(range(last - len(rows) + 1, last + 1))
        found = []
        for row in rows:
            cursor.execute(text, row)
            found.append(cursor.lastrowid if cursor.description is None else cursor.fetchone()[0])
        return found

    def _demand_transaction(self) -> None:
        if not self.writing:
            raise Bug("Something was written to the store outside a transaction.")

    # -- whole databases (SQLite only) --------------------------------------------------

    def fill(self, source: sqlite3.Connection) -> None:
        """Replace everything in this database by what `source` holds."""
        with self.lock:
            source.backup(self._driver)

    def copy_to(self, target: sqlite3.Connection) -> None:
        """Make `target` a copy of this database as of now."""
        with self.lock:
            try:
                self._driver.backup(target)
            except self._errors.Error as error:
                raise self.problem(error) from error

    def problem(self, error: Exception) -> SyncdError:
        """What a driver's error means to a person."""
        return explain(self._errors, self._label, error)


class PostgresDatabase(Database):
    """The same on PostgreSQL: reconnects where the server went away between transactions."""

    begin_word = "BEGIN"

    def _start(self) -> None:
        try:
            self._driver.execute(self.begin_word)
        except self._errors.OperationalError:
            self._pooled.invalidate()
            self.connect()
            self._driver.execute(self.begin_word)

    def rows(self, statement: Statement, params: Params) -> list[Any]:
        with self.lock:
            try:
                return super().rows(statement, params)
            except Unavailable:
                if self.writing or not self._driver.closed:
                    raise
            self._pooled.invalidate()
            self.connect()
            return super().rows(statement, params)

    def _returned(self, text: str, rows: Sequence[tuple[Any, ...]]) -> list[int]:
        cursor = self._driver.cursor()
        cursor.executemany(text, rows, returning=True)
        found = [cursor.fetchone()[0]]
        while cursor.nextset():
            found.append(cursor.fetchone()[0])
        return found
