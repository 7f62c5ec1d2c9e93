"""Retention of the audit log: old entries that nothing but the audit reads move to Parquet files.

Those are the entries about people's access and about jobs. The history of records stays in the database: imports,
rankings, clients' copies and erasures read it.
"""

import heapq
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal

import orjson
from sqlalchemy import ColumnElement, CursorResult, Select, delete, func, select
from sqlalchemy.orm import Session

from store.access.actors import Actor
from store.accounts.audit import AuditBounds, AuditFilter, Entry, read_all, read_audit
from store.database import Database
from store.enums import Operation, Role
from store.models import Change, ChangeArchive, ChangeCursor

TABLES = (
    "account", "account_identity", "account_session", "api_key", "invitation", "job", "membership", "second_factor",
)  # fmt: skip
"""Tables whose entries are archived; the database deletes no others."""
ROWS = 50_000
"""Entries in one file at most."""
ACTOR = Actor.system("audit retention")
_COLUMNS = tuple(column.key for column in Change.__table__.columns)
_BEYOND = 1 << 62
_JSON: tuple[Literal["before"], Literal["after"]] = ("before", "after")


class ArchiveError(Exception):
    """An archive can't be written, read or kept; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Missing:
    """An archive that isn't in the folder."""

    name: str
    begins_at: datetime
    ends_at: datetime
    entries: int


def archive(database: Database, folder: Path, before: datetime) -> int:
    """Move the entries before a time to files of a folder, and return how many.

    Each file is read back before its entries are deleted. Entries that a reader of the log has yet to see stay, and
    those that tell of erasures. Raises ArchiveError.
    """
    moved = 0
    while True:
        with database.read() as session:
            rows = [_values(each) for each in session.scalars(_due(session, before).limit(ROWS))]
        if not rows:
            return moved
        name = f"audit-{rows[0]['sequence']}-{rows[-1]['sequence']}.parquet"
        _write(folder / name, rows)
        if list(_read(folder / name)) != rows:
            raise ArchiveError(f"{folder / name} doesn't hold what was written; nothing was deleted")
        with database.write(ACTOR) as session:
            session.add(
                ChangeArchive(
                    name=name,
                    first=rows[0]["sequence"],
                    last=rows[-1]["sequence"],
                    begins_at=rows[0]["at"],
                    ends_at=rows[-1]["at"],
                    entries=len(rows),
                )
            )
            session.flush()
            deleted = 0
            for part in _parts([each["sequence"] for each in rows]):
                result = session.execute(delete(Change).where(Change.sequence.in_(part)))
                assert isinstance(result, CursorResult)
                deleted += result.rowcount
            if deleted != len(rows):
                raise ArchiveError("somebody else archived the same entries; nothing was deleted here")
        moved += len(rows)


def read_with_archives(
    database: Database, folder: Path | None, wanted: AuditFilter, limit: int | None = None
) -> Iterator[Entry]:
    """Read all wanted entries, archived ones included, newest first."""
    with database.read() as session:
        sources: list[Iterator[Entry]] = [(_values(each) for each in read_all(session, wanted, limit))]
        for each in session.scalars(select(ChangeArchive).order_by(ChangeArchive.first)):
            path = None if folder is None else folder / each.name
            outside = (wanted.since is not None and each.ends_at < wanted.since) or (
                wanted.until is not None and each.begins_at >= wanted.until
            )
            if path is not None and path.exists() and not outside:
                sources.append(_wanted(path, wanted))
        merged = heapq.merge(*sources, key=lambda entry: entry["sequence"], reverse=True)
        yield from islice(merged, limit)


def read_page(
    session: Session,
    folder: Path | None,
    wanted: AuditFilter,
    page: AuditBounds,
    among: ColumnElement[bool] | None = None,
    archived_among: Callable[[Sequence[Entry]], Sequence[Entry]] | None = None,
) -> Sequence[Change]:
    """Read a page of wanted entries, archived ones included, as `read_audit` does.

    `among` says which entries of the database may be read, `archived_among` which of the archives. Archives that aren't
    in the folder are left out (`missing` names them). Raises ArchiveError for one that can't be read.
    """
    rows = read_audit(session, wanted, page.limit, page.before, among, page.since, oldest_first=page.oldest_first)
    low, high = page.since or 0, page.before or _BEYOND
    found = [*rows]
    newest = select(ChangeArchive).where(ChangeArchive.last > low, ChangeArchive.first < high)
    order = ChangeArchive.first.asc() if page.oldest_first else ChangeArchive.last.desc()
    for each in session.scalars(newest.order_by(order)).all():
        if len(found) >= page.limit:  # what lies beyond the page needn't be read
            edge = found[page.limit - 1].sequence
            low, high = (low, min(high, edge)) if page.oldest_first else (max(low, edge), high)
        if folder is None or not (folder / each.name).exists() or not (each.last > low and each.first < high):
            continue
        entries: Sequence[Entry] = _matching(folder / each.name, wanted, low, high)
        if archived_among is not None:
            entries = archived_among(entries)
        found += map(_change, entries)
        found.sort(key=lambda change: change.sequence, reverse=not page.oldest_first)
    return found[: page.limit]


def archived_about(session: Session, folder: Path | None, known: Collection[str]) -> Iterator[Entry]:
    """Read archived entries about these ids, or written by them, oldest first. Raises ArchiveError."""
    for each in session.scalars(select(ChangeArchive).order_by(ChangeArchive.first)).all():
        if folder is not None and (folder / each.name).exists():
            yield from (
                row for row in _read(folder / each.name) if row["entity_id"] in known or row["actor_id"] in known
            )


def missing_entries(session: Session, folder: Path | None) -> int:
    """Return how many entries are in archives that aren't in the folder."""
    archives = session.execute(select(ChangeArchive.name, ChangeArchive.entries)).all()
    return sum(entries for name, entries in archives if folder is None or not (folder / name).exists())


def missing(database: Database, folder: Path | None) -> list[Missing]:
    """Return the archives that aren't in the folder."""
    with database.read() as session:
        return [
            Missing(each.name, each.begins_at, each.ends_at, each.entries)
            for each in session.scalars(select(ChangeArchive).order_by(ChangeArchive.first))
            if folder is None or not (folder / each.name).exists()
        ]


def redact(database: Database, folder: Path | None) -> int:
    """Empty archived entries about erased records, and the names of erased authors; return how many.

    Repeating it changes nothing. Archives that aren't in the folder are left as they are.
    """
    with database.read() as session:
        erased = set(session.scalars(select(Change.entity_id).where(Change.operation == Operation.ERASE)))
        names = session.scalars(select(ChangeArchive.name)).all()
    emptied = 0
    for name in names:
        path = folder / name if folder is not None else None
        if path is None or not path.exists():
            continue
        rows, changed = [], 0
        for entry in _read(path):
            redacted = _redacted(entry, erased)
            changed += redacted != entry
            rows.append(redacted)
        if changed:
            _write(path, rows)
            emptied += changed
    return emptied


def _due(session: Session, before: datetime) -> Select[Change]:
    read_by_all = session.scalar(select(func.min(ChangeCursor.position)))
    wanted = (
        select(Change)
        .where(Change.entity_type.in_(TABLES), Change.at < before, Change.operation != Operation.ERASE)
        .order_by(Change.sequence)
    )
    return wanted if read_by_all is None else wanted.where(Change.sequence <= read_by_all)


def _redacted(entry: Entry, erased: set[str]) -> Entry:
    redacted = entry.copy()
    if entry["entity_id"] in erased:
        redacted["before"] = redacted["after"] = None
    if entry["actor_id"] in erased:
        redacted["actor_name"] = None
    return redacted


def _wanted(path: Path, wanted: AuditFilter) -> Iterator[Entry]:
    """Read the wanted entries of a file, newest first."""
    return iter([each for each in _read(path) if wanted.selects(each)][::-1])


def _matching(path: Path, wanted: AuditFilter, low: int, high: int) -> list[Entry]:
    """Read the wanted entries of a file between two positions, oldest first. Raises ArchiveError."""
    return [each for each in _read(path) if low < each["sequence"] < high and wanted.selects(each)]


def _change(entry: Entry) -> Change:
    """Return an archived entry as a row of the log, which isn't stored."""
    read = {**entry, "operation": Operation[entry["operation"]], "actor_role": Role.named(entry["actor_role"])}
    return Change(**read)


def _values(change: Change) -> Entry:
    return {
        "sequence": change.sequence,
        "at": change.at,
        "actor_role": change.actor_role.value,
        "actor_id": change.actor_id,
        "actor_name": change.actor_name,
        "entity_type": change.entity_type,
        "entity_id": change.entity_id,
        "owner_id": change.owner_id,
        "operation": change.operation.value,
        "before": change.before,
        "after": change.after,
    }


def _write(path: Path, rows: list[Entry]) -> None:
    """Write a file whole or not at all."""
    import pyarrow
    import pyarrow.parquet

    unfinished = path.with_name(f".{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        table = pyarrow.Table.from_pylist(
            [{**each, "before": _text(each["before"]), "after": _text(each["after"])} for each in rows],
            schema=pyarrow.schema(
                [
                    ("sequence", pyarrow.int64()),
                    ("at", pyarrow.timestamp("us", tz="UTC")),
                    *((name, pyarrow.string()) for name in _COLUMNS if name not in ("sequence", "at")),
                ]
            ),
        )
        with unfinished.open("wb") as stream:
            pyarrow.parquet.write_table(table, stream, compression="zstd")
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    except OSError as problem:
        raise ArchiveError(f"{path} can't be written: {problem}") from problem
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _read(path: Path) -> Iterator[Entry]:
    """Read the entries of a file, oldest first. Raises ArchiveError."""
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=1_000):
                for row in batch.to_pylist():
                    entry: Entry = row
                    for side in _JSON:
                        entry[side] = None if row[side] is None else orjson.loads(row[side])
                    yield entry
    except (OSError, pyarrow.ArrowException, KeyError) as problem:
        raise ArchiveError(f"{path} isn't a readable archive of the audit log: {problem}") from problem


def _text(values: object) -> str | None:
    return None if values is None else orjson.dumps(values).decode()


def _parts(items: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(items), 500):
        yield items[start : start + 500]
