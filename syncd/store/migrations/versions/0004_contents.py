"""Remember what versions of files hold, so that the same bytes do not cross again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "content",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("connection", "side", "version")),
        sa.Column("size", BIG, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("connection", "side", "version", name=op.f("pk_content")),
    )


def downgrade() -> None:
    op.drop_table("content")
