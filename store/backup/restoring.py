"""Restores a backup into an empty database, of either kind, and reads it back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Table, delete, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from store.backup.archive import ArchiveReader, ChainRecord, TableRecord, reading
from store.backup.errors import BackupError
from store.backup.rows import Digest, insert_lines, lines, reflected, table_names
from store.backup.saving import DOCUMENTS, FILES
from store.database import Database
from store.database.migration import Chain, knows, newest_revision, revert, upgrade
from store.files.storage import DocumentStorage, StorageError, key_of


def restore(
    path: Path,
    database: Database,
    chains: Sequence[Chain],
    *,
    identity: Path | None = None,
    without: Collection[str] = (),
) -> list[TableRecord]:
    """Restore the backup at `path` into an empty database and migrate that to this version's schema.

    `chains` are core's and the plugins' chains of migrations; `without` names plugins whose tables stay out.
    `identity` is a file with the secret key of an encrypted backup. Every row is read back and compared with what
    was saved. Returns the tables. Raises BackupError: before anything is touched if the file is damaged, a plugin is
    missing, or the database isn't empty; afterwards the database is empty again.
    """
    with reading(path, identity) as archive:
        archive.check()
        wanted = [each for each in archive.manifest.chains if each.name not in without]
        by_name = _matched(wanted, chains)
        require_empty(database)
        names = {name for record in wanted for name in record.tables}
        tables = [each for each in archive.manifest.tables if each.name in names]
        try:
            for record in wanted:
                if record.revision is not None:
                    upgrade(database, by_name[record.name], record.revision)
            with database.change_tables() as connection:
                _fill(connection, archive, tables)
            for record in wanted:
                upgrade(database, by_name[record.name])
        except BaseException:
            for record in reversed(wanted):  # a second try finds an empty database again
                revert(database, by_name[record.name])
            raise
        return tables


def restore_files(path: Path, folder: Path, identity: Path | None = None) -> list[Path]:
    """Write the files of a backup into `folder`; gives their paths. Raises BackupError where one is there already."""
    with reading(path, identity) as archive:
        members = [name for name in archive.manifest.members if name.startswith(FILES)]
        targets = {name: folder / name.removeprefix(FILES) for name in members}
        inside = folder.resolve()
        for target in targets.values():
            if not target.resolve().is_relative_to(inside):
                raise BackupError(f"{path} holds a file outside of its folder ({target}): nothing was written.")
            if target.exists():
                raise BackupError(f"{target} is there already: name another folder, or move it away.")
        for name, target in targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as stream:
                stream.writelines(archive.chunks(name))
        return list(targets.values())


def restore_documents(path: Path, storage: DocumentStorage, identity: Path | None = None) -> int:
    """Write the documents of a backup to a storage, before its rows are restored; return how many.

    Raises BackupError, before anything is written where the file is damaged.
    """
    with reading(path, identity) as archive:
        archive.check()
        members = [name for name in archive.manifest.members if name.startswith(DOCUMENTS)]
        for name in members:
            try:
                storage.put_stream(key_of(name.removeprefix(DOCUMENTS)), archive.chunks(name))
            except StorageError as problem:
                raise BackupError(f"{name}: {problem}. No rows were restored.") from problem
        return len(members)


def require_empty(database: Database) -> None:
    """Raises BackupError where the database has tables."""
    with database.engine.connect() as connection:
        there = table_names(connection)
    if there:
        shown = database.url.render_as_string(hide_password=True)
        raise BackupError(
            f"{shown} isn't empty (it has {len(there)} tables, such as {there[0]}): a backup is restored into an empty "
            "database. Move the file away, or name another database by ROADSHOW_DATABASE_URL."
        )


def _matched(records: Sequence[ChainRecord], chains: Sequence[Chain]) -> dict[str, Chain]:
    by_name = {each.name: each for each in chains}
    for record in records:
        chain = by_name.get(record.name)
        of = f" {record.version}" if record.version else ""
        if chain is None:
            raise BackupError(
                f"The backup has tables of the plugin '{record.name}'{of}, which isn't running here: install and "
                f"enable it, or restore without its tables: --without {record.name}"
            )
        if record.revision is not None and not knows(chain, record.revision):
            raise BackupError(
                f"The backup's {record.name} tables are at revision {record.revision}, and this installation knows "
                f"those up to {newest_revision(chain)}: install the version that wrote it{of and f' ({of.strip()})'}, "
                "or a later one."
            )
    return by_name


def _fill(connection: Connection, archive: ArchiveReader, records: Sequence[TableRecord]) -> None:
    tables = reflected(connection, [record.name for record in records])
    for table in tables.values():  # what migrations themselves put in is in the backup as well
        if connection.execute(select(func.count()).select_from(table)).scalar():
            connection.execute(delete(table))
    try:
        with _deferred_keys(connection, list(tables)):
            for record in records:
                lines = archive.lines(f"tables/{record.name}.jsonl")
                insert_lines(connection, tables[record.name], lines, record.columns)
    except DBAPIError as problem:
        raise BackupError(f"The backup's rows don't fit: {problem.orig}. Nothing was restored.") from problem
    for record in records:
        _compare(connection, tables[record.name], record)
        _continue_numbers(connection, tables[record.name])


def _compare(connection: Connection, table: Table, record: TableRecord) -> None:
    digest = Digest()
    for line in lines(connection, table):
        digest.add(line)
    if (digest.rows, digest.text) != (record.rows, record.digest):
        raise BackupError(
            f"The table {record.name} reads back otherwise than it was saved ({digest.rows} rows of {record.rows}). "
            "Nothing was restored."
        )


@contextmanager
def _deferred_keys(connection: Connection, names: Sequence[str]) -> Iterator[None]:
    """Check references at the end: rows refer to each other in circles."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        yield
        return
    quote = connection.dialect.identifier_preparer.quote
    keys = [
        (quote(name), quote(str(key["name"])))
        for name in names
        for key in inspect(connection).get_foreign_keys(name)
        if not key.get("options", {}).get("deferrable")
    ]
    for table, key in keys:
        connection.execute(text(f"ALTER TABLE {table} ALTER CONSTRAINT {key} DEFERRABLE INITIALLY DEFERRED"))
    yield
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for table, key in keys:
        connection.execute(text(f"ALTER TABLE {table} ALTER CONSTRAINT {key} NOT DEFERRABLE"))


def _continue_numbers(connection: Connection, table: Table) -> None:
    """Let PostgreSQL's generated numbers go on after the greatest that is there."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.columns:
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
        ).scalar()
        if sequence is not None:
            last = connection.execute(select(func.max(column))).scalar()
            if last is not None:
                connection.execute(text("SELECT setval(:name, :last)"), {"name": sequence, "last": last})
