"""The database: sessions, migrations, environment."""

from store.database.sessions import (
    READ_ONLY,
    WRITE_WAIT_SECONDS,
    BusyError,
    Database,
    DatabaseError,
    FrozenError,
    ReadOnlyError,
)

__all__ = ["READ_ONLY", "WRITE_WAIT_SECONDS", "BusyError", "Database", "DatabaseError", "FrozenError", "ReadOnlyError"]
