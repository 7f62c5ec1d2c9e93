"""Storage contributions of a plugin: tables, data, formats, change listeners."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol

from plugins.host.contributions.declarations import (
    Declaration,
    must_be_described,
    must_be_plain,
    must_be_slug,
    must_be_suffixes,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import MetaData
    from sqlalchemy.orm import Session

    from plugins.host.context import Context


@dataclass(frozen=True, kw_only=True)
class Tables(Declaration):
    """Tables of a plugin's own, and its Alembic migrations.

    `versions` is the folder of its migrations; the first of them has `down_revision = None`. The tables are
    those of `models`, or of `metadata`, or those in `names`. A name that begins with the plugin's own can't
    clash by accident.
    """

    versions: Path
    models: Sequence[type] = ()
    metadata: MetaData | None = None
    names: Sequence[str] = ()

    def check(self) -> None:
        if not self.table_names():
            raise ValueError("Tables names no table: give models, metadata or names")

    def table_names(self) -> tuple[str, ...]:
        """Return names of all the tables, sorted, each once."""
        names = {*self.names}
        names.update(model.__table__.name for model in self.models)  # type: ignore[attr-defined]
        if self.metadata is not None and not names:
            names.update(table.name for table in self.metadata.tables.values())
        return tuple(sorted(names))

    def described(self) -> MetaData:
        """Return the SQLAlchemy description of the tables; empty if only their names were given."""
        from sqlalchemy import MetaData

        if self.metadata is not None:
            return self.metadata
        return self.models[0].metadata if self.models else MetaData()  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class DataDocuments(Declaration):
    """YAML documents of records. A folder means every `*.yaml` in it, by name.

    `kind` is `reference` (facts, always loaded) or `demo` (fictional, loaded by `roadshow demo` alone).
    """

    paths: Sequence[Path]
    kind: Literal["reference", "demo"] = "reference"
    namespace: str | None = None
    """Namespace of keys that name none; None means the plugin's name."""
    requires: Sequence[str] = ()
    """Plugins, or names they provide, without which these documents are left out, such as a crosswalk to another
    plugin's vocabulary. Name them in `Manifest.after` too, so that their records come first."""

    def check(self) -> None:
        if self.kind not in ("reference", "demo"):
            raise ValueError(f"'{self.kind}' is not a kind of data; use 'reference' or 'demo'")

    def files(self) -> tuple[Path, ...]:
        """Return all the documents, in order.

        Raises
        ------
        FileNotFoundError: one of `paths` isn't there.
        """
        files: list[Path] = []
        for path in self.paths:
            if not path.exists():
                raise FileNotFoundError(f"{path}, named at {self.place}, doesn't exist")
            files.extend(sorted(path.glob("*.yaml")) if path.is_dir() else [path])
        return tuple(files)


@dataclass(frozen=True, kw_only=True)
class Importer(Declaration):
    """A format for `roadshow import --format NAME`.

    `read(path)` yields rows, each a mapping from header to value; they go through the same mapping, checks and
    report as the rows of a spreadsheet. A row may carry its number under `#`, for the report.
    """

    name: str
    description: str
    suffixes: Sequence[str]
    read: Callable[[Path], Iterable[Mapping[str, object]]]
    entity: str | None = None
    """The type of entity in the rows, such as `Project`; None leaves it to the user."""

    def check(self) -> None:
        must_be_slug("an importer", self.name)
        must_be_described("importer", self.name, self.description)
        must_be_suffixes("importer", self.name, self.suffixes)


@dataclass(frozen=True, kw_only=True)
class Exporter(Declaration):
    """A format for lists: `write(rows, stream)` writes rows, each a mapping, to a binary stream.

    Rows are read while they are written, so a list of any length needs little memory unless `write` collects them.
    """

    name: str
    description: str
    suffix: str
    media_type: str
    write: Callable[[Iterable[Mapping[str, object]], BinaryIO], None]

    def check(self) -> None:
        must_be_slug("an exporter", self.name)
        must_be_described("exporter", self.name, self.description)
        must_be_suffixes("exporter", self.name, [self.suffix])


@dataclass(frozen=True, kw_only=True)
class UploadCheck(Declaration):
    """Looks at each file that was sent, before it can be used: `examine(path, name)`, for example for viruses.

    `path` is where the whole file is for now, `name` what it is called. It returns None, or why the file isn't taken,
    for the person who sent it. If it fails or takes longer than `time_limit` seconds, the file isn't taken either.
    """

    name: str
    description: str
    examine: Callable[[Path, str], str | None]
    time_limit: float = 60.0

    def check(self) -> None:
        must_be_slug("an upload check", self.name)
        must_be_described("upload check", self.name, self.description)
        must_be_plain("upload check", self.name, self.examine)


@dataclass(frozen=True, slots=True)
class ErasedPerson:
    """A person whose data is erased: the record's id (`tal_…`, `inv_…`), names, addresses."""

    id: str
    names: tuple[str, ...]
    emails: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Eraser(Declaration):
    """Removes a plugin's data about a person: `erase(person, session)`, in the erasure's transaction.

    `person` is an `ErasedPerson`. It returns sentences on what it left for a human, if anything. If it fails, its
    changes are undone, and the user is told that the plugin's tables may still hold the data; a plugin with tables and
    no eraser is reported as unchecked.
    """

    name: str
    erase: Callable[[ErasedPerson, Session], Iterable[str] | None]

    def check(self) -> None:
        must_be_slug("an eraser", self.name)
        must_be_plain("eraser", self.name, self.erase)


@dataclass(frozen=True, kw_only=True)
class ChangeListener(Declaration):
    """Reads the change log: `on_change(changes, context)` gets a batch, oldest first.

    Its cursor is durable and advances when `on_change` returns, so delivery is at least once; make it idempotent. If it
    fails, the same batch comes again later.
    """

    name: str
    on_change: Callable[[Sequence[Any], Context[Any]], None]
    entities: Iterable[str] | None = None
    """Tables it listens to, such as `project`; None means all."""
    from_the_beginning: bool = False
    """Whether it hears the whole log, or only changes after its first start."""
    batch: int = 100
    """Maximum number of changes in one call."""

    def check(self) -> None:
        must_be_slug("a change listener", self.name)
        if self.batch < 1:
            raise ValueError(f"change listener '{self.name}': batch must be at least 1, it is {self.batch}")


class DocumentBytes(Protocol):
    """A place for the bytes of documents, by key. A key is written once; any exception says that it can't be used."""

    def put(self, key: str, path: Path) -> None:
        """Store the content of a file."""

    def read(self, key: str, start: int, end: int | None) -> Iterable[bytes]:
        """Return the bytes from `start` up to, without, `end`, in chunks."""

    def delete(self, key: str) -> None:
        """Delete a key, if it is there."""

    def listed(self) -> Iterable[tuple[str, datetime]]:
        """Return each key, and when it was written (with a time zone)."""


@dataclass(frozen=True, kw_only=True)
class DocumentStore(Declaration):
    """A kind of storage for documents: `open(address)` returns a `DocumentBytes` for `files.storage = scheme://…`.

    It is called in any thread, without a limit of time; what it raises is told as the storage's failure.
    """

    scheme: str
    open: Callable[[str], DocumentBytes]

    @property
    def name(self) -> str:
        return self.scheme

    def check(self) -> None:
        must_be_slug("a scheme of addresses", self.scheme)
        must_be_plain("storage", self.scheme, self.open)
