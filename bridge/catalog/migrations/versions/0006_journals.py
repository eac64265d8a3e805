"""Lists of texts that only grow: the history of a study."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ORDERED = Text().with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "journals",
        Column("name", _ORDERED, primary_key=True),
        Column("length", BigInteger, nullable=False),
    )
    op.create_table(
        "journal_entries",
        Column("name", _ORDERED, primary_key=True),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("entry", Text, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("journal_entries")
    op.drop_table("journals")
