"""What `roadshow doctor` finds, and its checks of what an operator would lose: a damaged database, old backups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from api.operations.settings import ServerSettings
    from store.database import Database

RESTORE = "Stop the server, move the file away, and restore the newest verified backup: roadshow restore FILE"
OLDEST = timedelta(days=1)
"""Age from which on the newest verified backup is too old."""


@dataclass(frozen=True)
class Finding:
    """What one check found, and what to do where it isn't well."""

    state: Literal["ok", "warning", "error"]
    subject: str
    found: str
    remedy: str = ""


def damage(database: Database) -> str:
    """What SQLite finds wrong with its file, in a line; empty where it finds nothing, and for PostgreSQL."""
    from sqlalchemy import text
    from sqlalchemy.exc import DatabaseError

    if not database.is_sqlite:
        return ""
    try:
        with database.engine.connect() as connection:
            lines = connection.execute(text("PRAGMA quick_check(3)")).scalars().all()
            broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    except DatabaseError as problem:
        return str(problem.orig)
    if list(lines) != ["ok"]:
        return "; ".join(str(each) for each in lines)
    if broken:
        return f"{len(broken)} rows refer to rows that aren't there, such as one of {broken[0][0]}"
    return ""


def backups_found(settings: ServerSettings) -> Iterator[Finding]:
    """The age of the newest backup that was restored and compared."""
    from store.backup.collection import backups, is_verified, made_at
    from store.models.base import now

    folder = settings.backup.directory or settings.data_directory / "backups"
    remedy = "roadshow backup; or let the server make them: ROADSHOW_BACKUP__DIRECTORY"
    verified = next((each for each in backups(folder) if is_verified(each)), None)
    if verified is None:
        yield Finding("warning", "Backups", f"none in {folder} was restored and compared", remedy)
        return
    age = now() - made_at(verified)
    state = f"{verified} was restored and compared; it is {age.total_seconds() / 3600:.1f} hours old"
    yield Finding("ok", "Backups", state) if age <= OLDEST else Finding("warning", "Backups", state, remedy)
