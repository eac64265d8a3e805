"""What runs and steps depended on, and the results that are found by content."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, Text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ORDERED = Text().with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("runs", Column("environment", Text, nullable=False, server_default="{}"))
    op.add_column("steps", Column("code", Text))
    op.add_column("steps", Column("cache", Text, nullable=False, server_default="{}"))
    op.create_index("steps_task", "steps", ["task", "started"])
    op.create_table(
        "documents",
        Column("digest", _ORDERED, primary_key=True),
        Column("data", LargeBinary, nullable=False),
    )
    op.create_table(
        "results",
        Column("key", _ORDERED, primary_key=True),
        Column("data", LargeBinary, nullable=False),
        Column("created", BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("results")
    op.drop_table("documents")
    op.drop_index("steps_task", "steps")
    op.drop_column("steps", "cache")
    op.drop_column("steps", "code")
    op.drop_column("runs", "environment")
