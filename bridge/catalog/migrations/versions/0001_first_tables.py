"""The first tables."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = BigInteger().with_variant(Integer(), "sqlite")
_ORDERED = Text().with_variant(Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "runs",
        Column("id", _ORDERED, primary_key=True),
        Column("flow", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("started", BigInteger, nullable=False),
        Column("ended", BigInteger),
        Column("parent_id", Text),
        Column("parameters", Text, nullable=False),
        Column("code", Text, nullable=False),
        Column("host", Text, nullable=False),
        Column("tracking_id", Text),
        Column("tracking_uri", Text),
    )
    op.create_index("runs_started", "runs", ["started"])
    op.create_index("runs_flow_started", "runs", ["flow", "started"])
    op.create_index("runs_name", "runs", ["name"])
    op.create_table(
        "steps",
        Column("id", _ORDERED, primary_key=True),
        Column("run_id", Text),
        Column("task", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("started", BigInteger, nullable=False),
        Column("ended", BigInteger, nullable=False),
        Column("task_key", Text, nullable=False),
        Column("result_key", Text),
        Column("error", Text),
    )
    op.create_index("steps_run", "steps", ["run_id", "started"])
    op.create_index("steps_result", "steps", ["result_key", "ended"])
    op.create_table(
        "artifacts",
        Column("id", _ID, primary_key=True),
        Column("name", _ORDERED, nullable=False, unique=True),
        Column("latest", BigInteger, nullable=False),
        Column("latest_digest", Text),
    )
    op.create_table(
        "contents",
        Column("digest", _ORDERED, primary_key=True),
        Column("format", Text, nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("layout", Integer, nullable=False),
        Column("manifest", Text, nullable=False),
    )
    op.create_table(
        "versions",
        Column("artifact_id", BigInteger, primary_key=True, autoincrement=False),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("digest", _ORDERED),
        Column("type", Text, nullable=False),
        Column("created", BigInteger, nullable=False),
        Column("step_id", Text),
        Column("run_id", Text),
        Column("metadata", Text, nullable=False),
        Column("deleted", BigInteger),
    )
    op.create_index("versions_digest", "versions", ["digest", "artifact_id"])
    op.create_index("versions_run", "versions", ["run_id", "artifact_id"])
    op.create_table(
        "edges",
        Column("step_id", Text, primary_key=True),
        Column("direction", Text, primary_key=True),
        Column("slot", Text, primary_key=True),
        Column("artifact_id", BigInteger, primary_key=True, autoincrement=False),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("tie", Text, nullable=False),
        Column("position", Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("edges_version", "edges", ["artifact_id", "number", "direction", "step_id"])
    op.create_table(
        "aliases",
        Column("artifact_id", BigInteger, primary_key=True, autoincrement=False),
        Column("alias", _ORDERED, primary_key=True),
        Column("number", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "models",
        Column("name", _ORDERED, primary_key=True),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("artifact_id", BigInteger, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("created", BigInteger, nullable=False),
        Column("flavour", Text, nullable=False),
        Column("step_id", Text),
        Column("run_id", Text),
        Column("tracking_id", Text),
        Column("uri", Text, nullable=False),
        Column("tags", Text, nullable=False),
    )


def downgrade() -> None:
    for name in ("models", "aliases", "edges", "versions", "contents", "artifacts", "steps", "runs"):
        op.drop_table(name)
