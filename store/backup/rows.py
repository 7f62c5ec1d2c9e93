"""Rows of any table as lines of JSON, the same from SQLite and PostgreSQL.

Tables are read as the database describes them, not as this version's models do: a backup of an older version is
restored at its own revision first.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import blake2b
from itertools import islice

import orjson
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    inspect,
    select,
    text,
)

from store.backup.errors import BackupError

_BATCH = 2_000
"""Rows read or written at once."""
Value = str | int | float | bool | list[object] | dict[str, object] | None
"""A column's value in JSON."""


@dataclass(slots=True)
class Digest:
    """The number of rows and a sum of their hashes, which doesn't depend on their order."""

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        """Count a row by its line."""
        self.rows += 1
        self.total = (self.total + int.from_bytes(blake2b(line, digest_size=16).digest())) % 2**128

    @property
    def text(self) -> str:
        return f"{self.total:032x}"


@dataclass(frozen=True, slots=True)
class _Codec:
    encode: Callable[..., Value]
    decode: Callable[..., object]


def table_names(connection: Connection) -> list[str]:
    """Every table that holds rows of its own: none of those that SQLite keeps for a virtual table."""
    names = inspect(connection).get_table_names()
    if connection.dialect.name != "sqlite":
        return sorted(names)
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    virtual = {name for name, sql in rows if (sql or "").upper().startswith("CREATE VIRTUAL")}
    return sorted(
        name
        for name in names
        if name not in virtual and not any(name.startswith(f"{each}_") for each in virtual)
        and not name.startswith("sqlite_")
    )  # fmt: skip


def reflected(connection: Connection, names: Iterable[str]) -> dict[str, Table]:
    """Tables as the database has them."""
    metadata = MetaData()
    for name in names:
        table = Table(name, metadata, autoload_with=connection, resolve_fks=False)
        for column in table.columns:
            if isinstance(column.type, JSON):  # NULL stays NULL
                column.type = column.type.__class__(none_as_null=True)
    return {name: metadata.tables[name] for name in names}


def stored_columns(table: Table) -> list[Column[object]]:
    """The columns of a table that aren't computed by the database, by name."""
    return sorted((each for each in table.columns if each.computed is None), key=lambda each: each.name)


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Each row as a line of JSON: a list of its columns' values, columns by name.

    Raises BackupError for a column whose type can't be written.
    """
    columns = stored_columns(table)
    encoders = [_codec(table, column).encode for column in columns]
    rows = connection.execution_options(yield_per=_BATCH).execute(select(*columns))
    for row in rows:
        values = [None if value is None else encode(value) for encode, value in zip(encoders, row, strict=True)]
        yield orjson.dumps(values, option=orjson.OPT_SORT_KEYS)


def insert_lines(connection: Connection, table: Table, lines: Iterable[bytes], columns: list[str]) -> None:
    """Insert rows that `lines` wrote; `columns` are the names of their values.

    Raises BackupError where the table has other columns.
    """
    there = {column.name: column for column in stored_columns(table)}
    if set(there) != set(columns):
        different = ", ".join(sorted(set(there) ^ set(columns)))
        raise BackupError(f"The table {table.name} has other columns than the backup says: {different}.")
    decoders = [_codec(table, there[name]).decode for name in columns]
    rest = iter(lines)
    while batch := list(islice(rest, _BATCH)):
        connection.execute(
            table.insert(),
            [
                {
                    name: None if value is None else decode(value)
                    for name, decode, value in zip(columns, decoders, orjson.loads(line), strict=True)
                }
                for line in batch
            ],
        )


def _codec(table: Table, column: Column[object]) -> _Codec:
    for kinds, codec in _CODECS:
        if isinstance(column.type, kinds):
            return codec
    raise BackupError(
        f"The column {table.name}.{column.name} is of the type {column.type}, which a backup can't hold. It may be: "
        "text, a number, a boolean, a date, a moment, JSON, or bytes."
    )


def _moment(value: datetime) -> str:
    there = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return there.isoformat(timespec="microseconds")


def _same(value: Value) -> Value:
    return value


_CODECS: tuple[tuple[type | tuple[type, ...], _Codec], ...] = (
    (DateTime, _Codec(_moment, datetime.fromisoformat)),
    (Date, _Codec(date.isoformat, date.fromisoformat)),
    (LargeBinary, _Codec(lambda value: base64.b64encode(value).decode(), base64.b64decode)),
    (Boolean, _Codec(bool, bool)),
    (Float, _Codec(float, float)),
    ((Integer,), _Codec(int, int)),
    (Numeric, _Codec(str, Decimal)),
    ((JSON, String, Text), _Codec(_same, _same)),
)
