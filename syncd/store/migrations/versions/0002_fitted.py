"""Remember the Quickbase table that each mapping last fitted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fitted",
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "mapping", name=op.f("pk_fitted")),
    )


def downgrade() -> None:
    op.drop_table("fitted")
