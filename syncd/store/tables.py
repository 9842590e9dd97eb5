"""The tables of what is linked, waiting, intended and listed, as SQLModel rows.

Storage only: `table=True` classes do not validate (reference stack-and-style §2.2), so they
are never used as values. Statements are built on their Core tables, and answers become the
frozen dataclasses of `rows.py`. Every table carries `connection` (one Procore company with
one Quickbase app).
"""

from __future__ import annotations

from sqlalchemy import Column, Index, UniqueConstraint, text
from sqlmodel import Field

from syncd.store.columns import (
    BIG,
    LASTING,
    Row,
    flag,
    maybe_big,
    maybe_real,
    maybe_words,
    one_of,
    real,
    serial,
    whole,
    words,
)

__all__ = ["IntentRow", "IssueRow", "LayoutRow", "LinkRow", "MarkRow", "StrangerRow"]


_INDEXED = ("key", "match_0", "match_1", "match_2", "match_3")


def _filled(table: str, column: str, *columns: str) -> Index:
    """An index of the rows where `column` is not null: most rows then cost it nothing."""
    there = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", *columns, sqlite_where=there, postgresql_where=there)


class LayoutRow(Row, table=True):
    """The rule fingerprints that a baseline's positions stand for."""

    __tablename__ = "layout"
    __table_args__ = (UniqueConstraint("connection", "mapping", "rules"), LASTING)
    id: int | None = serial()
    connection: str = words()
    mapping: str = words()
    rules: str = words()


class LinkRow(Row, table=True):
    """A pair of identities with one baseline a side. Uniqueness is C1: the base of all."""

    __tablename__ = "link"
    __table_args__ = (
        UniqueConstraint("connection", "mapping", "procore_id"),
        UniqueConstraint("connection", "mapping", "quickbase_id"),
        Index(None, "connection", "mapping", "id"),
        one_of("state", "live", "tombstone"),
        LASTING,
    )
    id: int | None = serial()
    connection: str = words()
    mapping: str = words()
    scope: str = words()
    procore_id: str = words()
    quickbase_id: str = words()
    layout: int = Field(sa_column=Column(BIG, nullable=False))
    base_procore: str = words()
    base_quickbase: str = words()
    key: str | None = maybe_words()
    stamp_procore: float = real()
    stamp_quickbase: float = real()
    own_procore: float = real()
    own_quickbase: float = real()
    state: str = words("live")
    missing_procore: int = whole()
    missing_quickbase: int = whole()
    missing_since: float = real()
    created: float = real()
    made_by: str = words()
    paused: bool = flag()


class MarkRow(Row, table=True):
    """A record that must be read again."""

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("connection", "mapping", "side", "identity"),
        Index(None, "connection", "mapping", "due"),
        LASTING,
    )
    id: int | None = serial()
    connection: str = words()
    mapping: str = words()
    side: str = words()
    identity: str = words()
    scope: str = words()
    due: float = real()
    attempts: int = whole()
    why: str = words()


class StrangerRow(Row, table=True):
    """An unlinked record, indexed by what it could be matched on.

    Its id is only an order to page in, so it may be given again: that is a fifth cheaper,
    and a first match puts every record of both sides here.
    """

    __tablename__ = "stranger"
    __table_args__ = (
        UniqueConstraint("connection", "mapping", "side", "identity"),
        Index(None, "connection", "mapping", "side", "id"),
        *(_filled("stranger", column, "connection", "mapping", "side", column) for column in _INDEXED),
    )
    id: int | None = serial()
    connection: str = words()
    mapping: str = words()
    side: str = words()
    identity: str = words()
    scope: str = words()
    values: str = words()
    key: str | None = maybe_words()
    match_0: str | None = maybe_words()
    match_1: str | None = maybe_words()
    match_2: str | None = maybe_words()
    match_3: str | None = maybe_words()
    stamp: float | None = maybe_real()
    created: float | None = maybe_real()
    seen: float = real()
    held: bool = flag()


class IntentRow(Row, table=True):
    """The journal: what we meant to write, committed before it was sent, and how it ended."""

    __tablename__ = "intent"
    __table_args__ = (
        Index(None, "connection", "mapping", "state"),
        Index(None, "connection", "mapping", "verb", "sent_at"),
        one_of("state", "open", "done", "refused", "unknown", "void"),
        one_of("verb", "create", "update", "archive", "delete", "flag", "key"),
        LASTING,
    )
    id: int | None = serial()
    connection: str = words()
    mapping: str = words()
    run: int | None = maybe_big()
    link: int | None = maybe_big()
    side: str = words()
    verb: str = words()
    scope: str = words()
    identity: str = words()
    source: str = words()
    sent: str = words()
    before: str = words()
    basis: str = words()
    token: str | None = maybe_words()
    state: str = words("open")
    sent_at: float = real()
    settle_after: float = real()
    looked: int = whole()
    looked_at: float = real()
    outcome: str = words("")
    response: str = words("")
    at: float = real()


_OPEN = text("closed IS NULL")


class IssueRow(Row, table=True):
    """A conflict, a held thing, a report: what stands on a list with a reason."""

    __tablename__ = "issue"
    __table_args__ = (
        Index(
            "uq_issue_open",
            "connection",
            "mapping",
            "procore_id",
            "quickbase_id",
            "field",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "connection", "mapping", "quickbase_id"),
        _filled("issue", "waits_identity", "connection", "waits_mapping", "waits_side", "waits_identity"),
        one_of("state", "conflict", "held", "reported", "duplicate", "brake"),
        one_of("verdict", "", "procore", "quickbase", "approved", "retry"),
        LASTING,
    )
    id: int | None = serial()
    connection: str = words()
    mapping: str = words()
    scope: str = words()
    link: int | None = maybe_big()
    procore_id: str = words()
    quickbase_id: str = words()
    field: str = words()
    state: str = words()
    reason: str = words()
    procore_value: str | None = maybe_words()
    quickbase_value: str | None = maybe_words()
    waits_mapping: str | None = maybe_words()
    waits_side: str | None = maybe_words()
    waits_identity: str | None = maybe_words()
    stamp_procore: float = real()
    stamp_quickbase: float = real()
    since: float = real()
    tries: int = whole()
    retry_at: float = real()
    verdict: str = words("")
    closed: float | None = maybe_real()
