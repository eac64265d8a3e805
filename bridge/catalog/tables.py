"""The schema, as it is now; `bridge/catalog/migrations` says how it came to be.

Times are microseconds since 1970 in UTC. `artifacts.latest` is the counter that numbers are allocated from.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint
from sqlalchemy.types import JSON

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("flow", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String(64), nullable=False),
    Column("started", BigInteger, nullable=False),
    Column("ended", BigInteger),
    Column("parent_id", String(64)),
    Column("parameters", JSON, nullable=False),
    Column("code", JSON, nullable=False),
    Column("host", Text, nullable=False),
    Column("tracking_id", String(64)),
    Column("tracking_uri", Text),
    Index(None, "started"),
    Index(None, "flow", "started"),
    Index(None, "name"),
    Index(None, "state"),
)

steps = Table(
    "steps",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("run_id", String(64)),
    Column("task", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("task_key", Text, nullable=False),
    Column("state", String(64), nullable=False),
    Column("started", BigInteger, nullable=False),
    Column("ended", BigInteger, nullable=False),
    Column("result_key", Text),
    Column("error", Text),
    Index(None, "run_id", "started"),
    Index(None, "result_key", "ended"),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("latest", Integer, nullable=False),
    Column("latest_digest", String(80)),
    UniqueConstraint("name"),
)

contents = Table(
    "contents",
    metadata,
    Column("digest", String(80), primary_key=True),
    Column("format", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("manifest", Text, nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("artifact_id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(80)),
    Column("format", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("step_id", String(64)),
    Column("run_id", String(64)),
    Column("facts", JSON, nullable=False),
    Index(None, "digest"),
)

edges = Table(
    "edges",
    metadata,
    Column("step_id", String(64), primary_key=True),
    Column("direction", String(8), primary_key=True),
    Column("slot", String(255), primary_key=True),
    Column("artifact_id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("tie", String(16), nullable=False),
    Column("position", Integer, nullable=False),
    Index(None, "artifact_id", "number", "direction"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("artifact_id", Integer, primary_key=True, autoincrement=False),
    Column("alias", String(255), primary_key=True),
    Column("number", Integer, nullable=False),
)

models = Table(
    "models",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("artifact_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("flavour", String(64), nullable=False),
    Column("step_id", String(64)),
    Column("run_id", String(64)),
    Column("tracking_id", String(64)),
    Column("uri", Text, nullable=False),
    Column("tags", JSON, nullable=False),
    Index(None, "created"),
)
