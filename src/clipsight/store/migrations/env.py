"""What alembic runs: the caller hands in the connection and owns the transaction."""

from __future__ import annotations

from alembic import context

from clipsight.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
