"""Writes a backup: one consistent state of every table, and files beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, Table, select, text

from store.backup.archive import ArchiveWriter, ChainRecord, Manifest, TableRecord, writing
from store.backup.errors import BackupError
from store.backup.rows import Digest, lines, reflected, stored_columns, table_names
from store.database import Database
from store.database.migration import CORE, core_chain
from store.files.storage import DocumentStorage, StorageError, key_of
from store.models import Base, Document, PluginRecord
from store.models.base import now

FILES = "files/"
DOCUMENTS = "documents/"


def save(
    database: Database,
    path: Path,
    *,
    files: Mapping[str, Path] | None = None,
    documents: DocumentStorage | None = None,
    recipients: Sequence[str] = (),
    check: Callable[[Path], None] | None = None,
) -> Manifest:
    """Write one consistent state of every table to `path`; others may go on writing to the database.

    `files` maps names in the backup to files or whole folders; from `documents` come the bytes of the documents that
    have a row, and those deleted meanwhile are left out. `recipients` are age public keys to encrypt for.
    `check` is called as by `writing`. Raises BackupError if something can't be read or written.
    """
    with database.engine.connect() as plain, writing(path, recipients, check) as archive:
        connection = plain if database.is_sqlite else plain.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            chains = _chains(connection)
            manifest = Manifest(
                roadshow=version("roadshow"),
                made_at=now().isoformat(timespec="seconds"),
                database=database.url.get_backend_name(),
                chains=chains,
                tables=[],
            )
            known = {name for chain in chains for name in chain.tables}
            names = [name for name in table_names(connection) if name in known]
            for name, table in reflected(connection, names).items():
                manifest.tables.append(_add_table(archive, connection, name, table))
            stored = [] if documents is None else _documents(connection)
        for name, source in (files or {}).items():
            for member, lines in _found(name, source):
                archive.add(f"{FILES}{member}", _chunks(lines))
        for identifier in stored:
            assert documents is not None
            _add_document(archive, database, documents, identifier)
        archive.finish(manifest)
    return manifest


def _documents(connection: Connection) -> list[str]:
    """Return the ids of the documents with bytes, in this state; none before there were documents."""
    if Document.__tablename__ not in table_names(connection):
        return []
    return list(connection.scalars(select(Document.id).where(Document.sha256.is_not(None)).order_by(Document.id)))


def _add_document(archive: ArchiveWriter, database: Database, storage: DocumentStorage, identifier: str) -> None:
    """Add a document's bytes. Raises BackupError where they are missing, or can't be read."""
    try:
        archive.add(f"{DOCUMENTS}{identifier}", storage.read(key_of(identifier)))
    except StorageError as problem:
        with database.read() as session:
            if session.get(Document, identifier) is None:  # deleted since the rows were read
                return
        raise BackupError(f"The document {identifier} can't be read: {problem}") from problem


def _add_table(archive: ArchiveWriter, connection: Connection, name: str, table: Table) -> TableRecord:
    digest = Digest()

    def counted() -> Iterator[bytes]:
        for line in lines(connection, table):
            digest.add(line)
            yield line + b"\n"

    archive.add(f"tables/{name}.jsonl", counted())
    columns = [column.name for column in stored_columns(table)]
    return TableRecord(name=name, columns=columns, rows=digest.rows, digest=digest.text)


def _chains(connection: Connection) -> list[ChainRecord]:
    """Return core's chain and that of every plugin with tables here, running or not."""
    there = set(table_names(connection))
    if core_chain().version_table not in there:
        raise BackupError("The database has no tables of Roadshow: there is nothing to back up.")
    core = sorted(set(Base.metadata.tables) & there)
    chains = [ChainRecord(name=CORE, revision=_revision(connection, core_chain().version_table), tables=core)]
    for name, of, tables in connection.execute(select(PluginRecord.name, PluginRecord.version, PluginRecord.tables)):
        if (own := f"alembic_version_{name}") in there and tables:
            revision = _revision(connection, own)
            chains.append(ChainRecord(name=name, revision=revision, version=of, tables=sorted(there & set(tables))))
    return chains


def _revision(connection: Connection, table: str) -> str | None:
    return connection.execute(text(f'SELECT version_num FROM "{table}"')).scalar()


def _found(name: str, source: Path) -> Iterator[tuple[str, Path]]:
    if source.is_dir():
        for each in sorted(source.rglob("*")):
            if each.is_file():
                yield f"{name}/{each.relative_to(source).as_posix()}", each
    elif source.exists():
        yield name, source


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                yield chunk
    except OSError as problem:
        raise BackupError(f"{path} can't be read: {problem.strerror or problem}.") from problem
