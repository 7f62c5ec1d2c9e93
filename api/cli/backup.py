"""``roadshow backup``, ``roadshow restore``, ``roadshow move``"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from api.operations.settings import ServerSettings
    from store.backup.archive import TableRecord
    from store.database.migration import Chain

SETTINGS_FILE = "roadshow.toml"
Identity = Annotated[
    Path | None, typer.Option("--identity", help="A file with the secret key of age that an encrypted backup needs.")
]


def backup(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; by default a new one in the folder of the settings.")
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Restore it into a temporary database and compare every row.")
    ] = True,
    documents: Annotated[
        bool, typer.Option("--documents/--without-documents", help="Include the bytes of documents.")
    ] = True,
) -> None:
    """Write everything that is stored to one file: data, documents, keys, settings, and the versions of plugins.

    The server may go on working. Without `--output` the file goes to `ROADSHOW_BACKUP__DIRECTORY` (by default
    `backups` in the data directory), and old ones are deleted as the settings say.
    """
    from api.operations.settings import load_server_settings
    from store.backup.collection import delete_old, mark_verified, new_path
    from store.backup.restoring import restore as restored
    from store.backup.saving import save
    from store.database import Database
    from store.files.storage import storage_of

    settings = load_server_settings()
    folder = _folder(settings)
    path = output or new_path(folder)
    chains = _chains(settings)
    database = Database(settings.database_url)

    left_out: set[str] = set()

    def check(plain: Path) -> None:
        left_out.update(_not_running(chains, plain))
        with TemporaryDirectory(prefix="roadshow-verify-") as scratch:
            copy = Database(f"sqlite:///{scratch}/copy.sqlite")
            try:
                restored(plain, copy, chains, without=left_out)
            finally:
                copy.dispose()

    try:
        database.check()
        manifest = save(
            database, path, files={SETTINGS_FILE: Path(SETTINGS_FILE)}, recipients=settings.backup.recipients,
            documents=storage_of(settings) if documents else None, check=check if verify else None,
        )  # fmt: skip
    finally:
        database.dispose()
    print(f"{path}: {_count(manifest.tables)}{', restored and compared' if verify else ''}")
    for name in sorted(left_out):
        print(
            f"The plugin '{name}' isn't running: its tables are in the file, but couldn't be restored to compare them."
        )
    if output is None:
        if verify:
            mark_verified(path)
        for each in delete_old(folder, settings.backup.keep):
            print(f"deleted: {each}")


def restore(
    path: Annotated[Path, typer.Argument(help="A file that `roadshow backup` wrote.")],
    identity: Identity = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", help="A plugin whose tables are left out; may be repeated.")
    ] = None,
    files: Annotated[
        Path | None, typer.Option("--files", help="A folder for the backup's files, such as roadshow.toml.")
    ] = None,
) -> None:
    """Restore a backup into the empty database of the settings, SQLite or PostgreSQL, and compare every row.

    A damaged file is refused before anything is touched. One of an older version is restored, then migrated.
    """
    from api.operations.settings import load_server_settings
    from store.backup.restoring import require_empty, restore_documents, restore_files
    from store.backup.restoring import restore as restored
    from store.database import Database
    from store.files.storage import storage_of

    settings = load_server_settings()
    database = Database(settings.database_url)
    try:
        database.check()
        require_empty(database)
        chains = _chains(settings)  # loads plugins, which may provide the storage
        storage = storage_of(settings)
        count = restore_documents(path, storage, identity)
        tables = restored(path, database, chains, identity=identity, without=without or ())
        shown = database.url.render_as_string(hide_password=True)
    finally:
        database.dispose()
    print(f"{shown}: {_count(tables)}, each read back as it was saved")
    if count:
        print(f"{storage.shown}: {count} documents")
    if files is not None:
        for each in restore_files(path, files, identity):
            print(f"written: {each}")


def move(
    target: Annotated[str, typer.Argument(help="The URL of an empty database: sqlite:///path, postgresql+psycopg://…")],
) -> None:
    """Copy everything from the database of the settings to another one, of either kind, and compare every row.

    The source stays as it is. What is written to it meanwhile isn't copied: stop the server first.
    """
    from api.operations.settings import load_server_settings
    from store.backup.restoring import require_empty, restore
    from store.backup.saving import save
    from store.database import Database

    settings = load_server_settings()
    source, other = Database(settings.database_url), Database(target)
    try:
        source.check()
        other.check()
        require_empty(other)
        with TemporaryDirectory(prefix="roadshow-move-") as scratch:
            path = Path(scratch) / "all.roadshow"
            save(source, path)
            tables = restore(path, other, _chains(settings))
        shown = other.url.render_as_string(hide_password=True)
    finally:
        source.dispose()
        other.dispose()
    print(f"{shown}: {_count(tables)}, each read back as it was saved. Set ROADSHOW_DATABASE_URL to use it.")


def _folder(settings: ServerSettings) -> Path:
    return settings.backup.directory or settings.data_directory / "backups"


def _chains(settings: ServerSettings) -> list[Chain]:
    from api.assembly.preparation import chains, load_host

    return chains(load_host(settings))


def _not_running(chains: Sequence[Chain], path: Path) -> set[str]:
    """Return the plugins with tables in the file that aren't running, so that nothing can create those tables."""
    from store.backup.archive import reading

    with reading(path) as archive:
        return {each.name for each in archive.manifest.chains} - {each.name for each in chains}


def _count(tables: Sequence[TableRecord]) -> str:
    return f"{sum(each.rows for each in tables)} rows of {len(tables)} tables"
