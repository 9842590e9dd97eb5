"""A copy of the state in memory, for plans that must not touch the real one."""

from __future__ import annotations

from sqlalchemy import Table, select

from syncd.store.columns import METADATA
from syncd.store.database import Database
from syncd.store.engine import open_database
from syncd.store.statement import Statement, adding

__all__ = ["copied"]

_LEFT_OUT = ("token",)  # a plan calls vendors through the real store's tokens

_TABLES = [one for one in METADATA.sorted_tables if one.name not in _LEFT_OUT]


def _reading(one: Table) -> Statement:
    return Statement(lambda _: select(*one.c))


_READ = {one.name: _reading(one) for one in _TABLES}
_WRITE = {one.name: adding(one, [column.name for column in one.c]) for one in _TABLES}


def copied(source: Database) -> Database:
    """A database in memory with the rows of `source`, as of one moment."""
    copy = open_database("sqlite://")
    with source.lock, copy.lock:
        copy.begin()
        for one in _TABLES:
            rows = source.rows(_READ[one.name], {})
            copy.many(_WRITE[one.name], rows)
        copy.commit()
    return copy
