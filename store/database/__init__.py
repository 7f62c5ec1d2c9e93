"""The database: sessions, migrations, and what the environment does to them."""

from store.database.sessions import WRITE_WAIT_SECONDS, BusyError, Database, DatabaseError, ReadOnlyError

__all__ = ["WRITE_WAIT_SECONDS", "BusyError", "Database", "DatabaseError", "ReadOnlyError"]
