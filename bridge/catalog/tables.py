"""The tables: what the migrations make, and what the queries are written against.

Times are integers, microseconds since 1970 in UTC: exact, quick and the same in both databases. Facts that
are only shown (metadata, parameters, manifests) are JSON in text columns, which take what JSON columns
refuse: an escaped NUL, for one.

There are no foreign keys: facts arrive in any order (a worker's step before its flow's run, a value saved by
hand before the step that saved it), and whoever writes an edge has looked up its version in the same
transaction.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

HEAD = "0006"
"""The revision that this code reads and writes; a test holds it against the migrations."""

_ID = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER is a row id in SQLite
_ORDERED = Text().with_variant(Text(collation="C"), "postgresql")  # sorted as SQLite sorts, by code point

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("id", _ORDERED, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("started", BigInteger, nullable=False),
    Column("ended", BigInteger),
    Column("parent_id", Text),
    Column("parameters", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("environment", Text, nullable=False, server_default="{}"),
    Column("host", Text, nullable=False),
    Column("tracking_id", Text),
    Column("tracking_uri", Text),
    Index("runs_started", "started"),
    Index("runs_flow_started", "flow", "started"),
    Index("runs_name", "name"),
)

steps = Table(
    "steps",
    metadata,
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
    # Digest of a document: the code that it ran.
    Column("code", Text),
    # What its cache key was made of, and what was decided.
    Column("cache", Text, nullable=False, server_default="{}"),
    Index("steps_task", "task", "started"),
    Index("steps_run", "run_id", "started"),
    Index("steps_result", "result_key", "ended"),
)

# Texts that many runs and steps have in common: code, packages, patches. Compressed (zlib).
documents = Table(
    "documents",
    metadata,
    Column("digest", _ORDERED, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

# What Prefect keeps of a result that is found by content: a pointer at versions.
results = Table(
    "results",
    metadata,
    Column("key", _ORDERED, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("created", BigInteger, nullable=False),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", _ORDERED, nullable=False, unique=True),
    Column("latest", BigInteger, nullable=False),
    # Equal content makes no new version. Whoever deletes the latest version sets this to NULL.
    Column("latest_digest", Text),
)

contents = Table(
    "contents",
    metadata,
    Column("digest", _ORDERED, primary_key=True),
    Column("format", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("layout", Integer, nullable=False),
    Column("manifest", Text, nullable=False),
    # Where the content came from; NULL once somebody of this workspace has written it.
    Column("origin", Text),
)

versions = Table(
    "versions",
    metadata,
    Column("artifact_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", _ORDERED),
    Column("type", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("step_id", Text),
    Column("run_id", Text),
    Column("metadata", Text, nullable=False),
    Column("deleted", BigInteger),
    Index("versions_digest", "digest", "artifact_id"),
    Index("versions_run", "run_id", "artifact_id"),
)

edges = Table(
    "edges",
    metadata,
    Column("step_id", Text, primary_key=True),
    Column("direction", Text, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("artifact_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("tie", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Index("edges_version", "artifact_id", "number", "direction", "step_id"),
    sqlite_with_rowid=False,
)

aliases = Table(
    "aliases",
    metadata,
    Column("artifact_id", BigInteger, primary_key=True, autoincrement=False),
    Column("alias", _ORDERED, primary_key=True),
    Column("number", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

tags = Table(
    "tags",
    metadata,
    Column("artifact_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("key", _ORDERED, primary_key=True),
    Column("value", _ORDERED, nullable=False),
    Index("tags_key_value", "key", "value", "artifact_id", "number"),
    sqlite_with_rowid=False,
)

# What can be shown of a content. Whoever removes a content removes this with it.
previews = Table(
    "previews",
    metadata,
    Column("digest", _ORDERED, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

models = Table(
    "models",
    metadata,
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
    # What is only shown of it: description, owners, requirements, signature, data, environment.
    Column("details", Text, nullable=False, server_default="{}"),
    Column("archived", BigInteger),
    # A number is not given again, so a deleted version's row stays.
    Column("deleted", BigInteger),
)

model_aliases = Table(
    "model_aliases",
    metadata,
    Column("name", _ORDERED, primary_key=True),
    Column("alias", _ORDERED, primary_key=True),
    Column("number", BigInteger, nullable=False),
    # Position of the decision that set it, so that a log which was cut short is found out.
    Column("decision", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# The audit log. Rows are only added; each holds the digest of the one before it.
decisions = Table(
    "decisions",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("model", _ORDERED, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Index("decisions_model", "model", "position"),
)

model_signatures = Table(
    "model_signatures",
    metadata,
    Column("name", _ORDERED, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    # Fingerprint of the public key.
    Column("key", _ORDERED, primary_key=True),
    Column("public_key", Text, nullable=False),
    Column("statement", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Lists of texts that only grow: the history of a study. Whoever adds to one holds its row.
journals = Table(
    "journals",
    metadata,
    Column("name", _ORDERED, primary_key=True),
    Column("length", BigInteger, nullable=False),
)

journal_entries = Table(
    "journal_entries",
    metadata,
    Column("name", _ORDERED, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", Text, nullable=False),
    sqlite_with_rowid=False,
)
