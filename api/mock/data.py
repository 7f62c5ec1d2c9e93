"""The data of a mock server: the demo's, in a file that is the same on every machine, and copied for each start."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Table, update

from api.assembly.core_contributions import CORE_PARTS
from api.assembly.data import load_data
from api.assembly.preparation import chains, load_host, migrate_all
from api.mock.people import add_keys
from api.operations.settings import ServerSettings
from plugins.host.host import Host
from store.access.actors import Actor
from store.database import Database
from store.documents.reading import document_files
from store.models import Change
from store.values.column_types import UtcDateTime
from store.values.ids import numbered_ids

LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""When all records of a mock server were written."""
KINDS = ("reference", "demo")


def prepared(settings: ServerSettings) -> Path:
    """Return a database file with the demo data, made if there is none yet for this version and its plugins.

    Its ids, times and order are the same wherever it is made. Where no cache can be written, it is made anew each time.
    """
    host = load_host(settings, CORE_PARTS)
    folder = _cache()
    path = folder / f"mock-{_key(host)}.sqlite"
    if not path.exists():
        for old in folder.glob("mock-*.sqlite"):
            old.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as work:
            whole = Path(work) / "whole.sqlite"
            _load(Path(work) / "loading.sqlite", whole, host)
            whole.replace(path)
    return path


def _load(loading: Path, whole: Path, host: Host) -> None:
    database = Database(f"sqlite:///{loading}")
    try:
        started = datetime.now(UTC)
        with numbered_ids(LOADED_AT):
            migrate_all(database, host)
            for _ in load_data(database, host, KINDS):
                pass
            with database.write(Actor.system("mock")) as session:
                add_keys(session)
        with database.engine.begin() as connection:
            for table in _tables(host):
                for column in table.columns:
                    if isinstance(column.type, UtcDateTime):
                        late = update(table).where(column >= started).values({column.key: LOADED_AT})
                        connection.execute(late)
    finally:
        database.dispose()
    with sqlite3.connect(loading) as plain:
        plain.execute("VACUUM INTO ?", (str(whole),))


def _tables(host: Host) -> Iterator[Table]:
    for chain in chains(host):
        yield from (each for each in chain.metadata.sorted_tables if each is not Change.__table__)  # append-only


def _key(host: Host) -> str:
    """Return a name for what the file is made from: documents, tables, plugins."""
    digest = hashlib.sha256(version("roadshow").encode())
    for chain in chains(host):
        names = sorted(each.name for each in chain.versions.glob("*.py"))
        digest.update(f"{chain.name} {names}".encode())
    for entry in host.contributions.data:
        if entry.value.kind in KINDS:
            for file in document_files(entry.value.files()):
                digest.update(f"{entry.owner} {file.name}".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    try:
        folder = Path(home) / "roadshow"
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError):
        return Path(tempfile.mkdtemp(prefix="roadshow-mock-"))
