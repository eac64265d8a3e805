"""Tags of versions, and previews of contents."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, Text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ORDERED = Text().with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "tags",
        Column("artifact_id", BigInteger, primary_key=True, autoincrement=False),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("key", _ORDERED, primary_key=True),
        Column("value", _ORDERED, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("tags_key_value", "tags", ["key", "value", "artifact_id", "number"])
    op.create_table(
        "previews",
        Column("digest", _ORDERED, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("media_type", Text, nullable=False),
        Column("data", LargeBinary, nullable=False),
    )


def downgrade() -> None:
    for name in ("previews", "tags"):
        op.drop_table(name)
