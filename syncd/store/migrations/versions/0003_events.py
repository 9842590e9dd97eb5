"""Keep an event feed: what happened to which record, and how each was last known."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "kind IN ('created', 'updated', 'deleted', 'replied', 'reply updated', 'removed')"
SOURCES = "source IN ('poll', 'sweep', 'webhook')"


def _words(*names: str) -> list[Any]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _real(*names: str) -> list[Any]:
    return [sa.Column(name, sa.Double(), nullable=False) for name in names]


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def upgrade() -> None:
    once = ("connection", "feed", "procore_id", "kind", "version")
    op.create_table(
        "occurrence",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        *_words("connection", "feed"),
        *_real("at"),
        *_words("kind", "resource", "scope", "procore_id", "quickbase_id", "fields", "source", "version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint(*once, name=op.f(f"uq_occurrence_{'_'.join(once)}")),
        sa.CheckConstraint(KINDS, name=op.f("ck_occurrence_kind")),
        sa.CheckConstraint(SOURCES, name=op.f("ck_occurrence_source")),
        sqlite_autoincrement=True,
    )
    _index("occurrence", "connection", "at")
    op.create_table(
        "sighting",
        *_words("connection", "feed", "identity", "scope"),
        sa.Column("layout", sa.Integer(), nullable=False),
        *_words("digests"),
        *_real("stamp", "seen"),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        *_real("missing_since"),
        sa.PrimaryKeyConstraint("connection", "feed", "identity", name=op.f("pk_sighting")),
    )
    _index("sighting", "connection", "feed", "scope")
    _index("sighting", "connection", "feed", "missing")


def downgrade() -> None:
    op.drop_table("sighting")
    op.drop_table("occurrence")
