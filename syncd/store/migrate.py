"""Bringing a database's schema up to date, once, under a lock.

The whole upgrade is one transaction: on SQLite an exclusive one, on PostgreSQL under an
advisory lock. A process that is killed in it leaves the old schema, and of two processes
that start together the second finds the work done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from syncd.errors import ConfigProblem
from syncd.store.trouble import explain

__all__ = ["HEAD", "migrate", "revision_of"]

HEAD: Final = "0005"  # the newest revision in migrations/versions; a test holds them equal
LOCK: Final = 0x73796E63  # the advisory lock of migrations ("sync")
FOLDER: Final = Path(__file__).parent / "migrations"


def migrate(engine: Engine, label: str) -> str | None:
    """Upgrade to HEAD; answers the revision that was found before, None on a new database.

    Raises ConfigProblem where the database is newer than we are, Unavailable where the disk
    is full or the server does not answer; the schema is then what it was.
    """
    try:
        with engine.connect() as connection:
            found = revision_of(connection)
            if found == HEAD:
                return found
            with _exclusive(connection):
                found = revision_of(connection)  # another process may have been first
                if found != HEAD:
                    _upgrade(connection, found, label)
            return found
    except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        raise explain(engine.dialect.loaded_dbapi, label, error) from error


def revision_of(connection: Connection) -> str | None:
    """The schema revision a database is at; None where it has no schema of ours."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


@contextmanager
def _exclusive(connection: Connection) -> Iterator[None]:
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.execute("PRAGMA foreign_keys=OFF")  # a batch migration rebuilds tables
        driver.execute("BEGIN EXCLUSIVE")
    else:
        driver.execute("BEGIN")
        driver.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
    try:
        yield
        driver.execute("COMMIT")
    except BaseException:
        driver.rollback()
        raise
    finally:
        if connection.dialect.name == "sqlite":
            driver.execute("PRAGMA foreign_keys=ON")


def _upgrade(connection: Connection, found: str | None, label: str) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise ConfigProblem(
            f"The state database {label} was written by a newer syncd "
            f"(its schema is {found}, this version knows up to {HEAD}).",
            hint="Run that newer version, or restore a backup from before it was upgraded.",
        )
    command.upgrade(config, "head")


def alembic_config(connection: Connection) -> Any:
    """Alembic's configuration for this connection; there is no ini file to get lost."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
