"""Where contents come from, if nobody of this workspace wrote them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contents", Column("origin", Text))


def downgrade() -> None:
    op.drop_column("contents", "origin")
