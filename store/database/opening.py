"""Opens the configured database for commands."""

from collections.abc import Iterator
from contextlib import contextmanager

from store.database import Database
from store.database.migration import core_chain, require_current, upgrade
from store.settings import load_settings


@contextmanager
def opened_database() -> Iterator[Database]:
    """Open the configured database. On SQLite, core's tables are upgraded to this version's schema.

    Raises SettingsError, DatabaseError, and MigrationError if a migration fails or, on PostgreSQL, is due.
    """
    database = Database(load_settings().database_url)
    try:
        database.check()
        if database.is_sqlite:
            upgrade(database, core_chain())
        else:
            require_current(database, core_chain())
        yield database
    finally:
        database.dispose()
