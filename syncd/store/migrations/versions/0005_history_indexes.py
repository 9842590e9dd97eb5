"""Find lines of history by what tells them apart, and count none that are never counted.

A first match writes a line for every pair: its indexes cost it half of that.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COUNTED = sa.text("what != 'link' AND what != 'key'")
IDS = ("procore_id", "quickbase_id")


def upgrade() -> None:
    for name in IDS:
        op.drop_index(op.f(f"ix_event_connection_mapping_{name}"), "event")
        op.create_index(op.f(f"ix_event_{name}_mapping_connection"), "event", [name, "mapping", "connection"])
    op.drop_index(op.f("ix_event_connection_mapping_what_at"), "event")
    columns = ["connection", "mapping", "what", "at"]
    op.create_index(
        op.f("ix_event_what_at"), "event", columns, sqlite_where=COUNTED, postgresql_where=COUNTED
    )


def downgrade() -> None:
    for name in IDS:
        op.drop_index(op.f(f"ix_event_{name}_mapping_connection"), "event")
        op.create_index(op.f(f"ix_event_connection_mapping_{name}"), "event", ["connection", "mapping", name])
    op.drop_index(op.f("ix_event_what_at"), "event")
    columns = ["connection", "mapping", "what", "at"]
    op.create_index(op.f("ix_event_connection_mapping_what_at"), "event", columns)
