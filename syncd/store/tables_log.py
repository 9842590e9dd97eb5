"""The tables of what happened, how far feeds were read, and what accounts have spent."""

from __future__ import annotations

from sqlalchemy import Index, text

from syncd.store.columns import (
    LASTING,
    Row,
    flag,
    maybe_big,
    maybe_real,
    maybe_words,
    real,
    serial,
    words,
)

__all__ = [
    "CursorRow",
    "EventRow",
    "FittedRow",
    "LedgerRow",
    "PauseRow",
    "RequestRow",
    "RunRow",
    "TokenRow",
]


_COUNTED_BY = ("connection", "mapping", "what", "at")
_COUNTED = text("what != 'link' AND what != 'key'")
"""The lines that are ever counted: a first match writes one of the others for every pair."""


class EventRow(Row, table=True):
    """One line of history. Only ever added to."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_what_at", *_COUNTED_BY, sqlite_where=_COUNTED, postgresql_where=_COUNTED),
        # What tells rows apart comes first, so that finding a row's place compares one text, not three.
        Index(None, "procore_id", "mapping", "connection"),
        Index(None, "quickbase_id", "mapping", "connection"),
        LASTING,
    )
    id: int | None = serial()
    connection: str = words()
    mapping: str = words()
    run: int | None = maybe_big()
    link: int | None = maybe_big()
    procore_id: str = words()
    quickbase_id: str = words()
    field: str = words()
    side: str = words()
    what: str = words()
    before: str | None = maybe_words()
    after: str | None = maybe_words()
    loser: str | None = maybe_words()
    why: str = words()
    response: str = words()
    at: float = real()


class CursorRow(Row, table=True):
    """How far one feed was read."""

    __tablename__ = "cursor"
    connection: str = words(primary=True)
    mapping: str = words(primary=True)
    side: str = words(primary=True)
    scope: str = words(primary=True)
    position: float = real()
    previous: float = real()
    complete: bool = flag()
    swept: float = real()
    shape: str = words("")
    polled: float = real()
    closed_why: str = words("")
    closed_until: float = real()


class RunRow(Row, table=True):
    """One recorded execution of a cycle. `ended` is null while it runs, or if it died."""

    __tablename__ = "run"
    __table_args__ = (Index(None, "connection", "mapping", "id"), LASTING)
    id: int | None = serial()
    connection: str = words()
    mapping: str = words()
    kind: str = words()
    started: float = real()
    ended: float | None = maybe_real()
    state: str = words("running")
    counts: str = words("{}")
    note: str = words("")


class PauseRow(Row, table=True):
    """A paused mapping (`identity` empty) or one paused record of it."""

    __tablename__ = "pause"
    connection: str = words(primary=True)
    mapping: str = words(primary=True)
    identity: str = words(primary=True)
    since: float = real()


class RequestRow(Row, table=True):
    """Work that a command asks of the running daemon."""

    __tablename__ = "request"
    __table_args__ = (Index(None, "connection", "answered", "id"), LASTING)
    id: int | None = serial()
    connection: str = words()
    kind: str = words()
    mapping: str = words()
    detail: str = words()
    at: float = real()
    answered: float | None = maybe_real()
    answer: str = words("")


class FittedRow(Row, table=True):
    """The Quickbase table of a mapping as the mapping last fitted it, as text."""

    __tablename__ = "fitted"
    connection: str = words(primary=True)
    mapping: str = words(primary=True)
    body: str = words()


class LedgerRow(Row, table=True):
    """What one vendor account has spent, as the governor packs it."""

    __tablename__ = "ledger"
    account: str = words(primary=True)
    state: str = words("{}")
    at: float = real()


class TokenRow(Row, table=True):
    """The token of one vendor account. Left out of backups."""

    __tablename__ = "token"
    account: str = words(primary=True)
    token: str = words()
    at: float = real()
