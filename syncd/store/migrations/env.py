"""How Alembic runs here: on the connection it is handed, inside that connection's transaction."""

from __future__ import annotations

from alembic import context

from syncd.store import tables, tables_feed, tables_log
from syncd.store.columns import METADATA

ROOMS = (tables.__name__, tables_log.__name__, tables_feed.__name__)  # importing them fills METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=False,  # migrate.py holds the one transaction
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
