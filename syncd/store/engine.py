"""Opening a database by its URL, with the settings that durability rests on."""

from __future__ import annotations

import os
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import QueuePool, StaticPool
from sqlalchemy.schema import CreateIndex, CreateTable

from syncd.errors import ConfigProblem, Unavailable
from syncd.store import tables, tables_feed, tables_log
from syncd.store.columns import METADATA
from syncd.store.database import Database, PostgresDatabase

__all__ = ["database_file", "make_engine", "open_database"]

BUSY_SECONDS = 10.0  # how long a statement waits for another process's transaction
WAL_PAGES = 8_000  # 32 MB: a batch that touches pages all over the file does not check-point each time
SCHEMA = (tables.__name__, tables_log.__name__, tables_feed.__name__)  # importing them fills METADATA

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # an acknowledged intent survives a power cut
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}",
    f"PRAGMA wal_autocheckpoint={WAL_PAGES}",
)


def open_database(url: str) -> Database:
    """The database behind `url`, its schema brought up to date."""
    engine = make_engine(url)
    try:
        return _opened(engine, database_file(url) is None)
    except BaseException:
        engine.dispose()
        raise


def _opened(engine: Engine, fileless: bool) -> Database:
    label = engine.url.render_as_string(hide_password=True)
    if engine.dialect.name == "postgresql":
        _migrate(engine, label)
        return PostgresDatabase(engine, label)
    if fileless:
        database = Database(engine, label)
        database.fill(_template())
        return database
    _migrate(engine, label)
    return Database(engine, label)


def make_engine(url: str) -> Engine:
    """An engine with our connection settings; nothing is opened yet."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            return _postgres(parsed)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigProblem(f"SYNCD_DATABASE_URL is not a database URL: {error}.") from error
    raise ConfigProblem(
        f"SYNCD_DATABASE_URL names a database of the kind {parsed.get_backend_name()}; "
        "syncd knows sqlite:///FILE and postgresql+psycopg://USER@HOST/NAME."
    )


def database_file(url: str) -> Path | None:
    """The file of a SQLite URL; None for one in memory and for PostgreSQL."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


def _sqlite(url: URL) -> Engine:
    path = database_file(url.render_as_string(hide_password=False))
    arguments: dict[str, Any] = {"check_same_thread": False, "isolation_level": None}
    if path is None:
        return create_engine(url, poolclass=StaticPool, connect_args=arguments)
    _private_file(path)
    engine = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args=arguments)

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: Any) -> None:
        for line in _PRAGMAS:
            connection.execute(line)

    return engine


def _private_file(path: Path) -> None:
    """Make the file for its owner's eyes only: it holds tokens and record values (P13).

    SQLite gives its -wal and -shm files the same mode.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise Unavailable(
            f"The state database {path} cannot be opened: {error.strerror}.",
            hint="Give the user that runs syncd write access to its directory.",
        ) from error


def _postgres(url: URL) -> Engine:
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=2,  # the migration and the locks take their own
            pool_pre_ping=True,
            pool_reset_on_return=None,
            connect_args={"application_name": "syncd", "autocommit": True, "connect_timeout": 10},
        )
    except ImportError as error:
        raise ConfigProblem(
            "SYNCD_DATABASE_URL names PostgreSQL but its driver is not installed: "
            "install syncd with its `postgres` extra."
        ) from error


def _migrate(engine: Engine, label: str) -> None:
    from syncd.store.migrate import migrate  # Alembic is slow to import, and rarely needed

    migrate(engine, label)


@cache
def _template() -> sqlite3.Connection:
    """An empty database of the newest schema, copied into every database in memory.

    Made from the tables themselves, not by migrating: proofs open very many of these. A
    test holds both ways equal.
    """
    dialect = create_engine("sqlite://").dialect
    made = sqlite3.connect(":memory:", check_same_thread=False)
    for one in METADATA.sorted_tables:
        made.execute(str(CreateTable(one).compile(dialect=dialect)))
        for index in sorted(one.indexes, key=lambda index: str(index.name)):
            made.execute(str(CreateIndex(index).compile(dialect=dialect)))
    return made
