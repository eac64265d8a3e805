"""Runs migrations on the connection that `bridge.catalog.schema` hands over, within its transaction."""

from __future__ import annotations

from alembic import context

from bridge.catalog.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
