"""Facts about all rows of a run, in a temporary SQLite file so that memory stays constant."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TABLES = """
CREATE TABLE record (kind TEXT, key TEXT, file INTEGER, row INTEGER, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE run_name (kind TEXT, name TEXT, key TEXT, PRIMARY KEY (kind, name, key)) WITHOUT ROWID;
CREATE TABLE store_name (kind TEXT, name TEXT, id TEXT, PRIMARY KEY (kind, name, id)) WITHOUT ROWID;
CREATE TABLE bad (file INTEGER, row INTEGER, PRIMARY KEY (file, row)) WITHOUT ROWID;
CREATE TABLE dropped (file INTEGER, row INTEGER, field TEXT, PRIMARY KEY (file, row, field)) WITHOUT ROWID;
CREATE TABLE late (file INTEGER, row INTEGER, column_ TEXT, kind TEXT, value TEXT, own_key TEXT);
"""


@dataclass(frozen=True, slots=True)
class LateReference:
    """A reference to a record of the same run that may come later."""

    file: int
    row: int
    column: str
    kind: str
    value: str
    own_key: str


class Scratch:
    """Keys, names, bad rows and late references of a run. SQLite keeps small ones in memory."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;")
        self._connection.executescript(_TABLES)
        self._connection.execute("BEGIN")

    def close(self) -> None:
        """Delete the temporary file."""
        self._connection.close()

    def add_record(self, kind: str, keys: Sequence[str], file: int, row: int) -> tuple[int, int] | None:
        """Add a record; return file and row of another one with one of its keys, if any."""
        for key in keys:
            rows = self._connection.execute("SELECT file, row FROM record WHERE kind = ? AND key = ?", (kind, key))
            first: tuple[int, int] | None = rows.fetchone()
            if first is not None:
                return first
        self._connection.executemany(
            "INSERT INTO record VALUES (?, ?, ?, ?)", [(kind, key, file, row) for key in dict.fromkeys(keys)]
        )
        return None

    def has_record(self, kind: str, key: str) -> bool:
        """Return whether a good row has this key."""
        rows = self._connection.execute("SELECT 1 FROM record WHERE kind = ? AND key = ?", (kind, key))
        return rows.fetchone() is not None

    def remove_record(self, kind: str, key: str, file: int, row: int) -> None:
        """Remove the record of a row that turned out to be bad."""
        self._connection.execute("DELETE FROM record WHERE kind = ? AND file = ? AND row = ?", (kind, file, row))
        self._connection.execute("DELETE FROM run_name WHERE kind = ? AND key = ?", (kind, key))

    def add_name(self, kind: str, name: str, key: str) -> None:
        """Record that `key` is called `name` (folded)."""
        self._connection.execute("INSERT OR IGNORE INTO run_name VALUES (?, ?, ?)", (kind, name, key))

    def keys_named(self, kind: str, name: str) -> list[str]:
        """Return the keys of up to three records of the run with this folded name."""
        rows = self._connection.execute("SELECT key FROM run_name WHERE kind = ? AND name = ? LIMIT 3", (kind, name))
        return [key for (key,) in rows]

    def add_store_names(self, kind: str, names: Iterator[tuple[str, str]]) -> None:
        """Add (folded name, id) of stored entities."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO store_name VALUES (?, ?, ?)",
            ((kind, name, identifier) for name, identifier in names),
        )

    def ids_named(self, kind: str, name: str) -> list[str]:
        """Return the ids of up to three stored entities with this folded name."""
        rows = self._connection.execute("SELECT id FROM store_name WHERE kind = ? AND name = ? LIMIT 3", (kind, name))
        return [identifier for (identifier,) in rows]

    def add_bad(self, file: int, row: int) -> None:
        """Mark a row as not to be written."""
        self._connection.execute("INSERT OR IGNORE INTO bad VALUES (?, ?)", (file, row))

    def is_bad(self, file: int, row: int) -> bool:
        """Return whether a row is not to be written."""
        rows = self._connection.execute("SELECT 1 FROM bad WHERE file = ? AND row = ?", (file, row))
        return rows.fetchone() is not None

    def add_dropped(self, file: int, row: int, field: str) -> None:
        """Mark a field of a row as not to be written."""
        self._connection.execute("INSERT OR IGNORE INTO dropped VALUES (?, ?, ?)", (file, row, field))

    def dropped(self, file: int, row: int) -> list[str]:
        """Return the fields of a row that are not to be written."""
        rows = self._connection.execute("SELECT field FROM dropped WHERE file = ? AND row = ?", (file, row))
        return [field for (field,) in rows]

    def add_late(self, late: LateReference) -> None:
        """Add a reference to check when all rows are known."""
        values = (late.file, late.row, late.column, late.kind, late.value, late.own_key)
        self._connection.execute("INSERT INTO late VALUES (?, ?, ?, ?, ?, ?)", values)

    def lates(self) -> Iterator[LateReference]:
        """Yield the late references of good rows."""
        rows = self._connection.execute(
            "SELECT l.* FROM late l LEFT JOIN bad b ON b.file = l.file AND b.row = l.row "
            "LEFT JOIN dropped d ON d.file = l.file AND d.row = l.row AND d.field = l.column_ "
            "WHERE b.row IS NULL AND d.row IS NULL"
        )
        for values in rows.fetchall():
            yield LateReference(*values)
