"""Schemas: migrations end in the tables, keep what was there, and refuse what is newer."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Boolean, Engine, Float, Integer, MetaData, Table, insert, inspect, select

from syncd.clock import ManualClock
from syncd.errors import ConfigProblem
from syncd.store import open_store
from syncd.store.columns import METADATA
from syncd.store.engine import make_engine
from syncd.store.migrate import HEAD, alembic_config, revision_of


def scripts() -> ScriptDirectory:
    """The shipped revisions."""
    with make_engine("sqlite://").connect() as connection:
        return ScriptDirectory.from_config(alembic_config(connection))


REVISIONS = [script.revision for script in scripts().walk_revisions()]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'syncd.db'}"
    else:
        yield request.getfixturevalue("postgres_url")


def test_a_migrated_database_equals_the_tables(url: str) -> None:
    """What `alembic check` asks: nothing is left that a new revision would have to change."""
    open_store(url, ManualClock()).close()
    engine = make_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        assert revision_of(connection) == HEAD
    engine.dispose()


def test_a_database_in_memory_equals_a_migrated_one(tmp_path: Path) -> None:
    """The short way to a schema, for memory, and the long way end in the same one."""
    path = tmp_path / "syncd.db"
    open_store(f"sqlite:///{path}", ManualClock()).close()
    memory = open_store("sqlite://", ManualClock())
    short = sqlite3.connect(":memory:")
    memory.database.copy_to(short)
    long = sqlite3.connect(path)
    assert _shape(short) == _shape(long)
    for connection in (short, long):
        connection.close()
    memory.close()


def test_head_is_the_newest_revision() -> None:
    """The constant that lets an up-to-date database open without Alembic is right."""
    assert scripts().get_current_head() == HEAD


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_populated_database_is_upgraded_from_every_revision(url: str, revision: str) -> None:
    """A row in every table of an old schema is still there after the upgrade."""
    engine = make_engine(url)
    with engine.connect() as connection:
        revision_of(connection)  # opens SQLAlchemy's transaction, which Alembic then leaves alone
        command.upgrade(alembic_config(connection), revision)
        connection.commit()
    counts = _populate(engine)
    engine.dispose()
    assert counts
    open_store(url, ManualClock()).close()
    engine = make_engine(url)
    assert _rows(engine, counts) == counts
    engine.dispose()


def test_a_database_from_a_newer_version_is_refused_untouched(url: str) -> None:
    """One clear sentence names both schemas; nothing in the database changes."""
    open_store(url, ManualClock()).close()
    engine = make_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(ConfigProblem, match=rf"newer syncd \(its schema is 9999.*up to {HEAD}"):
        open_store(url, ManualClock())
    with engine.connect() as connection:
        assert revision_of(connection) == "9999"
    engine.dispose()


def test_processes_that_start_together_migrate_once(url: str) -> None:
    """Four at the same moment: one migrates, the others find it done, none fails."""
    failures: list[Exception] = []

    def start() -> None:
        try:
            open_store(url, ManualClock()).close()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def _shape(connection: sqlite3.Connection) -> dict[str, Any]:
    """Columns, indexes and constraints by table, without the order they were made in."""
    shape: dict[str, Any] = {}
    names = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for name, sql in connection.execute(names).fetchall():
        if name == "alembic_version":
            continue
        columns = connection.execute(f"SELECT * FROM pragma_table_info('{name}')").fetchall()
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?", (name,)
        ).fetchall()
        constraints = sorted(
            line.strip(" ,\t") for line in sql.splitlines() if line.strip().startswith("CONSTRAINT")
        )
        shape[name] = (columns, sorted(map(str, indexes)), constraints, "AUTOINCREMENT" in sql)
    return shape


def _populate(engine: Engine) -> dict[str, int]:
    """One row in every table that the database has now; answers the counts."""
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        for table in found.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(insert(table).values(**_plausible(table)))
        connection.commit()
    return _rows(engine, {table.name: 0 for table in found.sorted_tables})


def _plausible(table: Table) -> dict[str, Any]:
    words = {
        "state": {"link": "live", "intent": "done", "issue": "held"},
        "verb": {"intent": "update"},
        "kind": {"occurrence": "updated"},
        "source": {"occurrence": "poll"},
    }
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name == "verdict":
            row[column.name] = ""
        elif column.name in words:
            row[column.name] = words[column.name].get(table.name, "{}")
        elif isinstance(column.type, Boolean):
            row[column.name] = True
        elif isinstance(column.type, Integer | Float):
            row[column.name] = 1
        else:
            row[column.name] = "{}"
    return row


def _rows(engine: Engine, tables: dict[str, int]) -> dict[str, int]:
    present = inspect(engine).get_table_names()
    found = MetaData()
    found.reflect(engine, only=[name for name in tables if name in present])
    with engine.connect() as connection:
        return {
            table.name: len(connection.execute(select(table)).fetchall()) for table in found.sorted_tables
        }
