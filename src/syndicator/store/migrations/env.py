"""Runs the migrations on the connection that the Database gives."""

from alembic import context

from syndicator.store.indexes import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
