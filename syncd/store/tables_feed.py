"""The tables of the event feed (what happened to Procore's records, and how we last knew them) and of
what versions of files hold."""

from __future__ import annotations

from sqlalchemy import Column, Index, UniqueConstraint
from sqlmodel import Field

from syncd.store.columns import BIG, LASTING, Row, flag, one_of, real, serial, whole, words

__all__ = ["KINDS", "SOURCES", "ContentRow", "OccurrenceRow", "SightingRow"]

KINDS = ("created", "updated", "deleted", "replied", "reply updated", "removed")
SOURCES = ("poll", "sweep", "webhook")


class OccurrenceRow(Row, table=True):
    """One event: what happened to one record. The same version of a record makes one of a kind."""

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("connection", "feed", "procore_id", "kind", "version"),
        Index(None, "connection", "at"),
        one_of("kind", *KINDS),
        one_of("source", *SOURCES),
        LASTING,
    )
    id: int | None = serial()
    connection: str = words()
    feed: str = words()
    at: float = real()
    kind: str = words()
    resource: str = words()
    scope: str = words()
    procore_id: str = words()
    quickbase_id: str = words()
    fields: str = words()
    source: str = words()
    version: str = words()


class SightingRow(Row, table=True):
    """What a record was last known to hold, as a digest a field, where no baseline says it.

    `opens` says whether records may live in it; `missing` counts look-ups that did not find it.
    """

    __tablename__ = "sighting"
    __table_args__ = (
        Index(None, "connection", "feed", "scope"),
        Index(None, "connection", "feed", "missing"),
    )
    connection: str = words(primary=True)
    feed: str = words(primary=True)
    identity: str = words(primary=True)
    scope: str = words()
    layout: int = whole()
    digests: str = words()
    stamp: float = real()
    seen: float = real()
    opens: bool = flag()
    missing: int = whole()
    missing_since: float = real()


class ContentRow(Row, table=True):
    """What one version of a file holds: its bytes were read once, or were our own."""

    __tablename__ = "content"
    connection: str = words(primary=True)
    side: str = words(primary=True)
    version: str = words(primary=True)
    size: int = Field(sa_column=Column(BIG, nullable=False))
    sha256: str = words()
