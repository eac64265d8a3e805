"""More about model versions: details, aliases, the audit log, signatures."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ORDERED = Text().with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("models", Column("details", Text, nullable=False, server_default="{}"))
    op.add_column("models", Column("archived", BigInteger))
    op.add_column("models", Column("deleted", BigInteger))
    op.create_table(
        "model_aliases",
        Column("name", _ORDERED, primary_key=True),
        Column("alias", _ORDERED, primary_key=True),
        Column("number", BigInteger, nullable=False),
        Column("decision", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decisions",
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("model", _ORDERED, nullable=False),
        Column("body", Text, nullable=False),
        Column("previous", Text, nullable=False),
        Column("digest", Text, nullable=False),
    )
    op.create_index("decisions_model", "decisions", ["model", "position"])
    op.create_table(
        "model_signatures",
        Column("name", _ORDERED, primary_key=True),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("key", _ORDERED, primary_key=True),
        Column("public_key", Text, nullable=False),
        Column("statement", Text, nullable=False),
        Column("signature", Text, nullable=False),
        Column("created", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("model_signatures")
    op.drop_index("decisions_model", "decisions")
    op.drop_table("decisions")
    op.drop_table("model_aliases")
    op.drop_column("models", "deleted")
    op.drop_column("models", "archived")
    op.drop_column("models", "details")
