"""SQLAlchemy Core statements, compiled once a dialect and kept as text.

The engine makes very many small calls; building and compiling a statement each time would
cost more than SQLite needs to answer it. A `Statement` is declared at module level, compiled
the first time a dialect asks for it, and then only its text meets the driver, with named
parameters on both engines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Table, Text, bindparam, cast, func, insert, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql.elements import ColumnElement

from syncd.errors import Bug

__all__ = ["Bulk", "Statement", "adding", "among", "changing", "either", "param", "putting", "word"]

param = bindparam

_DIALECTS: Final[dict[str, Any]] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": PGDialect_psycopg(),  # type: ignore[no-untyped-call]
}

_POSITIONAL: Final[dict[str, Any]] = {
    "sqlite": sqlite.dialect(paramstyle="qmark"),
    "postgresql": PGDialect_psycopg(paramstyle="format"),  # type: ignore[no-untyped-call]
}


class Statement:
    """One statement; `build` is given the dialect's name for where the engines differ."""

    __slots__ = ("_build", "_texts")

    def __init__(self, build: Callable[[str], Any]) -> None:
        self._build = build
        self._texts: dict[str, tuple[str, dict[str, Any]]] = {}

    def on(self, dialect: str) -> tuple[str, dict[str, Any]]:
        """Its text for the driver, and the values of parameters that are part of it."""
        found = self._texts.get(dialect)
        if found is None:
            compiled = self._build(dialect).compile(dialect=_DIALECTS[dialect])
            fixed = {name: value for name, value in compiled.params.items() if value is not None}
            found = self._texts[dialect] = (str(compiled), fixed)
        return found


class Bulk(Statement):
    """A write that may be done for many rows: the driver gets tuples in the order of `names`.

    They cost it far less than names to look up. `pick` makes one of a dictionary.
    """

    __slots__ = ("names", "pick")

    def __init__(self, build: Callable[[str], Any], names: Sequence[str]) -> None:
        super().__init__(build)
        self.names = tuple(names)
        self.pick = itemgetter(*names)

    def on(self, dialect: str) -> tuple[str, dict[str, Any]]:
        """See `Statement.on`; nothing is left to fill in here. `Bug` if the order is wrong."""
        found = self._texts.get(dialect)
        if found is None:
            compiled = self._build(dialect).compile(dialect=_POSITIONAL[dialect])
            if tuple(compiled.positiontup) != self.names:
                raise Bug(f"A bulk write takes {compiled.positiontup}, not {self.names}.")
            found = self._texts[dialect] = (str(compiled), {})
        return found


def among(target: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[bool]:
    """`target IN (…)`, where parameter `name` is a JSON array of texts.

    One text whatever the number of items, so statements stay compiled and neither engine's
    limit on parameters is ever met.
    """
    if dialect == "sqlite":
        unfolded = func.json_each(bindparam(name)).table_valued("value")
    else:
        document = cast(bindparam(name), postgresql.JSONB)
        unfolded = func.jsonb_array_elements_text(document).table_valued("value")
    return target.in_(select(unfolded.c.value))


def word(text: str) -> ColumnElement[str]:
    """A constant of ours as part of the statement's text; never for what comes from outside."""
    return literal_column(f"'{text}'", Text)


def either(target: ColumnElement[Any], *texts: str) -> ColumnElement[bool]:
    """`target` is one of these constants."""
    return or_(*(target == word(text) for text in texts))


def adding(table: Table, columns: Sequence[str], *, returning: bool = False) -> Bulk:
    """INSERT of these columns, in table order; with `returning`, it answers the new ids.

    SQLite's driver says the new id by itself, at half the cost of RETURNING.
    """
    clause = insert(table).values({name: bindparam(name) for name in columns})

    def build(dialect: str) -> Any:
        return clause.returning(table.c.id) if returning and dialect != "sqlite" else clause

    return Bulk(build, columns)


def putting(
    table: Table,
    columns: Sequence[str],
    keys: Sequence[str],
    change: Callable[[Any], dict[str, Any]],
    *,
    where: Any = None,
    returning: bool = False,
) -> Bulk:
    """INSERT of these columns, in table order; where the keys exist already, the changes that
    `change(excluded)` names instead. With `returning`, it answers the row's id either way."""

    def build(dialect: str) -> Any:
        make: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
        clause = make(table).values({name: bindparam(name) for name in columns})
        clause = clause.on_conflict_do_update(
            index_elements=list(keys), index_where=where, set_=change(clause.excluded)
        )
        return clause.returning(table.c.id) if returning else clause

    return Bulk(build, columns)


def changing(table: Table, columns: Sequence[str], *where: ColumnElement[bool]) -> Statement:
    """UPDATE of these columns, each from the parameter of its name, where all of `where`."""
    clause = update(table).where(*where).values({name: bindparam(name) for name in columns})
    return Statement(lambda _: clause)
