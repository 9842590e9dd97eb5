"""The kinds of column our tables are made of, and what all tables share.

JSON stands in text columns, packed by us, so that both engines hold the same bytes. Enums
are words with a CHECK. Times are epoch seconds in doubles.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CheckConstraint, Column, MetaData, Table
from sqlalchemy.types import BigInteger, Boolean, Double, Integer, Text
from sqlmodel import Field, SQLModel

__all__ = [
    "BIG",
    "LASTING",
    "METADATA",
    "Row",
    "flag",
    "maybe_big",
    "maybe_real",
    "maybe_words",
    "one_of",
    "real",
    "serial",
    "table",
    "whole",
    "words",
]

# Without names, SQLite's batch migrations cannot drop a constraint.
METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BIG = BigInteger().with_variant(Integer(), "sqlite")


class Row(SQLModel):
    """Base of every table: our own metadata, so constraint names are stable."""

    metadata = METADATA


def table(row: type[Row]) -> Table:
    """The Core table behind a row class."""
    return cast(Table, row.__table__)  # type: ignore[attr-defined]


def serial() -> Any:
    """A primary key that the database gives."""
    return Field(default=None, sa_column=Column(BIG, primary_key=True, autoincrement=True))


def words(default: str | None = None, *, primary: bool = False) -> Any:
    """Text that is never null."""
    return Field(default=default, sa_column=Column(Text, nullable=False, primary_key=primary))


def maybe_words() -> Any:
    """Text or null."""
    return Field(default=None, sa_column=Column(Text, nullable=True))


def real() -> Any:
    """A double that is never null; 0.0 means never."""
    return Field(default=0.0, sa_column=Column(Double, nullable=False))


def maybe_real() -> Any:
    """A double or null."""
    return Field(default=None, sa_column=Column(Double, nullable=True))


def whole(default: int = 0) -> Any:
    """A small integer that is never null."""
    return Field(default=default, sa_column=Column(Integer, nullable=False))


def maybe_big() -> Any:
    """An id of another table, or null. No foreign key: history outlives what it names."""
    return Field(default=None, sa_column=Column(BIG, nullable=True))


def flag() -> Any:
    """A boolean that starts False."""
    return Field(default=False, sa_column=Column(Boolean, nullable=False))


def one_of(column: str, *words: str) -> CheckConstraint:
    """Enums are stored as their words with a CHECK; native enums cannot be altered cheaply."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


LASTING = {"sqlite_autoincrement": True}  # an id is never given twice, even after a delete
