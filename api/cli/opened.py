"""Opens the database for commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from api.assembly.preparation import prepare_database
from api.operations.settings import ServerSettings, load_server_settings
from store.database import Database


@contextmanager
def ready_database(settings: ServerSettings | None = None) -> Iterator[Database]:
    """Open the configured database at this version's schema; on PostgreSQL an old one is refused.

    Raises store.database.DatabaseError or store.migrate.MigrationError.
    """
    settings = settings or load_server_settings()
    prepare_database(settings)
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        database.dispose()
