"""The change log: one row for each write, in the same transaction and in commit order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import event, func, insert, inspect, select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.base import NO_VALUE

from store.access.actors import Actor
from store.enums import Operation
from store.models.base import UPKEEP, Editable, Identified, now
from store.models.system import Change, ChangeCursor
from store.place_tree import check_written
from store.values.partial_dates import PartialDate

_COMMIT_ORDER_LOCK = 4_071_993


@dataclass(slots=True)
class ChangeRecord:
    """A change for `record_many`, for writers that bypass ORM objects."""

    entity_type: str
    entity_id: str
    owner_id: str
    operation: Operation
    before: dict[str, object] | None
    after: dict[str, Any] | None


def follow_session(session: Session) -> None:
    """Record every further ORM write of `session`, update the search index, and check the tree of places."""
    event.listen(session, "before_flush", _before_flush)
    event.listen(session, "after_flush", check_written)
    event.listen(session, "after_flush", _after_flush)
    event.listen(session, "after_soft_rollback", _forget_turn)
    event.listen(session, "after_commit", _forget_turn)


def record_many(session: Session, records: Iterable[ChangeRecord]) -> None:
    """Append `records` on behalf of the session's actor, in its transaction."""
    actor: Actor = session.info["actor"]
    at = now()
    rows = [
        {
            "at": at,
            "actor_role": actor.role,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "entity_type": record.entity_type,
            "entity_id": record.entity_id,
            "owner_id": record.owner_id,
            "operation": record.operation,
            "before": record.before,
            "after": record.after,
        }
        for record in records
    ]
    if rows:
        keep_commit_order(session)
        session.connection().execute(insert(Change), rows)


def keep_commit_order(session: Session) -> None:
    """Serialise writers of the log on PostgreSQL, so that sequence order is commit order.

    Otherwise a reader could pass a number whose transaction commits later, and miss it. SQLite has one writer at a time
    anyway. ORM writes call this before their first statement; writers of plain statements should too, because waiting
    for it while holding row locks may deadlock.
    """
    if session.get_bind().dialect.name == "postgresql" and not session.info.get("commit_order_kept"):
        wait = session.info.get("write_wait")
        if wait is not None:  # held until the transaction ends
            session.connection().execute(
                text("SELECT set_config('lock_timeout', :wait, true)"), {"wait": f"{max(1, int(wait * 1000))}ms"}
            )
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _COMMIT_ORDER_LOCK})
        session.info["commit_order_kept"] = True


def plain(value: object) -> object:
    """Convert `value` to JSON: exact decimals and dates as text, enums by value."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal | PartialDate):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def owner_of(entity: Identified) -> str:
    """Return the entity that a change concerns: a link's first parent, or the entity itself."""
    if entity.owner_column is not None:
        return str(getattr(entity, entity.owner_column))
    if isinstance(entity, Editable):
        return entity.id
    for column in inspect(type(entity)).local_table.columns:
        if column.foreign_keys and (parent := getattr(entity, column.key)):
            return str(parent)
    return entity.id


def latest_position(session: Session) -> int:
    """Return the sequence number of the last change; 0 for an empty log."""
    return session.scalar(select(func.max(Change.sequence))) or 0


def read_changes(
    session: Session, after: int, limit: int = 1000, entity_types: Sequence[str] | None = None
) -> list[Change]:
    """Read up to `limit` changes after the position `after`, oldest first, of `entity_types` (None: all)."""
    statement = select(Change).where(Change.sequence > after).order_by(Change.sequence).limit(limit)
    if entity_types is not None:
        statement = statement.where(Change.entity_type.in_(entity_types))
    return list(session.scalars(statement))


def position_of(session: Session, reader: str) -> int:
    """Return the position that `reader` has reached; 0 for a new one."""
    cursor = session.get(ChangeCursor, reader)
    return cursor.position if cursor else 0


def advance(session: Session, reader: str, position: int) -> None:
    """Record, in this transaction, that `reader` has handled everything up to `position`."""
    cursor = session.get(ChangeCursor, reader)
    if cursor is None:
        session.add(ChangeCursor(reader=reader, position=position))
    else:
        cursor.position = max(cursor.position, position)


def _before_flush(session: Session, *_: object) -> None:
    """Wait for the turn to write before any row is locked; otherwise two writers could deadlock."""
    keep_commit_order(session)


def _forget_turn(session: Session, *_: object) -> None:
    """Forget the lock, which ends with the transaction or savepoint that took it."""
    session.info.pop("commit_order_kept", None)


def _after_flush(session: Session, context: object) -> None:
    records: list[ChangeRecord] = []
    touched: set[str] = set()
    for entity in session.new:
        _collect(records, touched, entity, Operation.CREATE)
    for entity in session.dirty:
        if session.is_modified(entity):
            _collect(records, touched, entity, Operation.UPDATE)
    for entity in session.deleted:
        _collect(records, touched, entity, Operation.DELETE)
    record_many(session, records)
    if touched:
        from store.search import index

        index.update(session, touched)


def _collect(records: list[ChangeRecord], touched: set[str], entity: object, operation: Operation) -> None:
    if not isinstance(entity, Identified):
        return
    before, after = _difference(entity, operation)
    if operation is Operation.UPDATE:
        if not after:
            return
        if "archived_at" in after:
            operation = Operation.RESTORE if after["archived_at"] is None else Operation.ARCHIVE
    owner = owner_of(entity)
    touched.update((entity.id, owner))
    table = inspect(type(entity)).local_table
    records.append(ChangeRecord(str(table.name), entity.id, owner, operation, before, after))


def _difference(entity: Identified, operation: Operation) -> tuple[dict[str, object] | None, dict[str, object] | None]:
    """Return the columns before and after; for an update only those that differ."""
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    state = inspect(entity)
    for attribute in state.mapper.column_attrs:
        column = attribute.columns[0]
        if attribute.key in UPKEEP or column.info.get("secret"):
            continue
        value = state.attrs[attribute.key].loaded_value
        new = None if value is NO_VALUE else plain(value)
        if operation is Operation.CREATE:
            if new is not None:
                after[attribute.key] = new
        elif operation is Operation.DELETE:
            if new is not None:
                before[attribute.key] = new
        else:
            history = state.attrs[attribute.key].history
            if history.has_changes():
                old = plain(history.deleted[0]) if history.deleted else None
                if old != new:
                    before[attribute.key], after[attribute.key] = old, new
    if operation is Operation.UPDATE:
        if not after:
            return None, None
        if isinstance(entity, Editable):  # SQLAlchemy increments it without an entry in the attribute's history
            before["version"], after["version"] = entity.version - 1, entity.version
    return (None if operation is Operation.CREATE else before), (None if operation is Operation.DELETE else after)
