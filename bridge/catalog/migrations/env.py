"""What Alembic runs: the migrations, in the transaction of the connection that bridge gives."""

from alembic import context

from bridge.catalog.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
