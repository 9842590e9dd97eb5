"""The first schema."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("closed IS NULL")


def _words(*names: str) -> list[Any]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _maybe_words(*names: str) -> list[Any]:
    return [sa.Column(name, sa.Text(), nullable=True) for name in names]


def _real(*names: str) -> list[Any]:
    return [sa.Column(name, sa.Double(), nullable=False) for name in names]


def _maybe_real(*names: str) -> list[Any]:
    return [sa.Column(name, sa.Double(), nullable=True) for name in names]


def _whole(*names: str) -> list[Any]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _maybe_big(*names: str) -> list[Any]:
    return [sa.Column(name, BIG, nullable=True) for name in names]


def _flag(name: str) -> list[Any]:
    return [sa.Column(name, sa.Boolean(), nullable=False)]


def _one_of(table: str, column: str, *words: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _table(name: str, *columns: Any, lasting: bool = True) -> None:
    """A table with an id of its own; a lasting one never gives an id twice."""
    number = sa.Column("id", BIG, autoincrement=True, nullable=False)
    primary = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))
    op.create_table(name, number, *columns, primary, sqlite_autoincrement=lasting)


def _keyed(name: str, keys: tuple[str, ...], *columns: Any) -> None:
    """A table whose key is made of columns of its own."""
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _filled(table: str, column: str, *columns: str) -> None:
    there = sa.text(f"{column} IS NOT NULL")
    op.create_index(f"ix_{table}_{column}", table, list(columns), sqlite_where=there, postgresql_where=there)


def upgrade() -> None:
    _linked()
    _waiting()
    _journal()
    _issues()
    _history()
    _control()
    _accounts()


def _linked() -> None:
    _table(
        "layout",
        *_words("connection", "mapping", "rules"),
        _unique("layout", "connection", "mapping", "rules"),
    )
    _table(
        "link",
        *_words("connection", "mapping", "scope", "procore_id", "quickbase_id"),
        sa.Column("layout", BIG, nullable=False),
        *_words("base_procore", "base_quickbase"),
        *_maybe_words("key"),
        *_real("stamp_procore", "stamp_quickbase", "own_procore", "own_quickbase"),
        *_words("state"),
        *_whole("missing_procore", "missing_quickbase"),
        *_real("missing_since", "created"),
        *_words("made_by"),
        *_flag("paused"),
        _unique("link", "connection", "mapping", "procore_id"),
        _unique("link", "connection", "mapping", "quickbase_id"),
        _one_of("link", "state", "live", "tombstone"),
    )
    _index("link", "connection", "mapping", "id")


def _waiting() -> None:
    _table(
        "mark",
        *_words("connection", "mapping", "side", "identity", "scope"),
        *_real("due"),
        *_whole("attempts"),
        *_words("why"),
        _unique("mark", "connection", "mapping", "side", "identity"),
    )
    _index("mark", "connection", "mapping", "due")
    _table(
        "stranger",
        *_words("connection", "mapping", "side", "identity", "scope", "values"),
        *_maybe_words("key", "match_0", "match_1", "match_2", "match_3"),
        *_maybe_real("stamp", "created"),
        *_real("seen"),
        *_flag("held"),
        _unique("stranger", "connection", "mapping", "side", "identity"),
        lasting=False,
    )
    _index("stranger", "connection", "mapping", "side", "id")
    for column in ("key", "match_0", "match_1", "match_2", "match_3"):
        _filled("stranger", column, "connection", "mapping", "side", column)


def _journal() -> None:
    _table(
        "intent",
        *_words("connection", "mapping"),
        *_maybe_big("run", "link"),
        *_words("side", "verb", "scope", "identity", "source", "sent", "before", "basis"),
        *_maybe_words("token"),
        *_words("state"),
        *_real("sent_at", "settle_after"),
        *_whole("looked"),
        *_real("looked_at"),
        *_words("outcome", "response"),
        *_real("at"),
        _one_of("intent", "state", "open", "done", "refused", "unknown", "void"),
        _one_of("intent", "verb", "create", "update", "archive", "delete", "flag", "key"),
    )
    _index("intent", "connection", "mapping", "state")
    _index("intent", "connection", "mapping", "verb", "sent_at")


def _issues() -> None:
    _table(
        "issue",
        *_words("connection", "mapping", "scope"),
        *_maybe_big("link"),
        *_words("procore_id", "quickbase_id", "field", "state", "reason"),
        *_maybe_words("procore_value", "quickbase_value", "waits_mapping", "waits_side", "waits_identity"),
        *_real("stamp_procore", "stamp_quickbase", "since"),
        *_whole("tries"),
        *_real("retry_at"),
        *_words("verdict"),
        *_maybe_real("closed"),
        _one_of("issue", "state", "conflict", "held", "reported", "duplicate", "brake"),
        _one_of("issue", "verdict", "", "procore", "quickbase", "approved", "retry"),
    )
    record = ["connection", "mapping", "procore_id", "quickbase_id", "field"]
    op.create_index("uq_issue_open", "issue", record, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    _index("issue", "connection", "mapping", "quickbase_id")
    _filled("issue", "waits_identity", "connection", "waits_mapping", "waits_side", "waits_identity")


def _history() -> None:
    _table(
        "event",
        *_words("connection", "mapping"),
        *_maybe_big("run", "link"),
        *_words("procore_id", "quickbase_id", "field", "side", "what"),
        *_maybe_words("before", "after", "loser"),
        *_words("why", "response"),
        *_real("at"),
    )
    _index("event", "connection", "mapping", "what", "at")
    _index("event", "connection", "mapping", "procore_id")
    _index("event", "connection", "mapping", "quickbase_id")
    _table(
        "run",
        *_words("connection", "mapping", "kind"),
        *_real("started"),
        *_maybe_real("ended"),
        *_words("state", "counts", "note"),
    )
    _index("run", "connection", "mapping", "id")


def _control() -> None:
    _keyed(
        "cursor",
        ("connection", "mapping", "side", "scope"),
        *_words("connection", "mapping", "side", "scope"),
        *_real("position", "previous"),
        *_flag("complete"),
        *_real("swept"),
        *_words("shape"),
        *_real("polled"),
        *_words("closed_why"),
        *_real("closed_until"),
    )
    _keyed(
        "pause",
        ("connection", "mapping", "identity"),
        *_words("connection", "mapping", "identity"),
        *_real("since"),
    )
    _table(
        "request",
        *_words("connection", "kind", "mapping", "detail"),
        *_real("at"),
        *_maybe_real("answered"),
        *_words("answer"),
    )
    _index("request", "connection", "answered", "id")


def _accounts() -> None:
    _keyed("ledger", ("account",), *_words("account", "state"), *_real("at"))
    _keyed("token", ("account",), *_words("account", "token"), *_real("at"))


def downgrade() -> None:
    raise RuntimeError("There is no schema before the first.")
