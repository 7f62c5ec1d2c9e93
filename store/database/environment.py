"""Explains in a sentence why a database doesn't work: file, disk, server or permissions."""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

_SQLITE = {
    sqlite3.SQLITE_FULL: "Free space on its disk.",
    sqlite3.SQLITE_READONLY: "Its file and its folder must be writable, also for commands that only read.",
    sqlite3.SQLITE_IOERR: "Check its disk.",
    sqlite3.SQLITE_CANTOPEN: "It must be a file that this user may open, in a folder that this user may write to.",
    sqlite3.SQLITE_CORRUPT: "Restore the file from a backup.",
    sqlite3.SQLITE_NOTADB: "Name another file in ROADSHOW_DATABASE_URL, or move this one away.",
}
"""Remedies by SQLite's primary result code."""
_POSTGRESQL = {
    "08": "Start the server, or correct ROADSHOW_DATABASE_URL.",
    "28": "Correct user and password in ROADSHOW_DATABASE_URL.",
    "3D": "Create the database (createdb), or correct ROADSHOW_DATABASE_URL.",
    "53": "The server lacks disk, memory or connections.",
    "57P": "The server is stopping or starting; try again.",
    "58": "Check the server's disk.",
    "25006": "The server is read-only (a standby, perhaps); name another in ROADSHOW_DATABASE_URL.",
    "42501": "Grant the user of ROADSHOW_DATABASE_URL the permission.",
}
"""Remedies by the prefix of PostgreSQL's SQLSTATE."""


def environment_problem(error: DBAPIError) -> str | None:
    """Return the message and the remedy for a fault of the environment; None for a possible defect of ours."""
    remedy = _remedy(error.orig)
    return None if remedy is None else f"{said_by(error)} {remedy}"


def is_unavailable(error: BaseException | None) -> bool:
    """Return whether the database is unavailable for an external reason: down, full, or out of connections.

    Accepts errors of SQLAlchemy and of the drivers.
    """
    if isinstance(error, NoConnectionError):  # all connections of the pool stayed in use
        return True
    return _remedy(error.orig if isinstance(error, DBAPIError) else error) is not None


def said_by(error: DBAPIError) -> str:
    """Return the database's message as a sentence, without the statement."""
    text = str(error.orig).strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _remedy(original: object) -> str | None:
    if isinstance(original, sqlite3.Error):
        return _SQLITE.get(getattr(original, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(original, "sqlstate", None)
    if state is None:  # no answer at all, or a broken connection
        return _POSTGRESQL["08"] if type(original).__name__ == "OperationalError" else None
    return next((remedy for begin, remedy in _POSTGRESQL.items() if state.startswith(begin)), None)
