"""Undoing a merge: what it moved goes back, unless somebody has moved or changed it since."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, select, update
from sqlalchemy.orm import Session

from store.bulk import BulkWriter, Row, shape_of
from store.changes import keep_commit_order, plain
from store.documents.resolving import rows_where
from store.merging.merging import MergeError
from store.models import ENTITIES, ExternalId, RecordMerge
from store.models.base import Identified, now
from store.values.column_types import ExactDecimal, PartialDateText, UtcDateTime
from store.values.partial_dates import PartialDate


def undo(session: Session, done: RecordMerge) -> None:
    """Part two merged records again in the session's transaction. Raises MergeError if that can't be done."""
    keep_commit_order(session)
    if done.undone_at is not None:
        raise MergeError("It has been undone.")
    later = select(RecordMerge.id).where(
        RecordMerge.gone_id == done.kept_id, RecordMerge.undone_at.is_(None)
    )  # fmt: skip
    if (other := session.scalar(later)) is not None:
        raise MergeError(f"{done.kept_id} was merged into another record since; undo {other} first.")
    models = {shape_of(each).entity_type: each for each in ENTITIES.values()}
    parting = _Parting(session, done, models)
    parting.collect()
    parting.write()
    session.expire_all()
    done.undone_at = now()
    session.flush()


class _Parting:
    def __init__(self, session: Session, done: RecordMerge, models: dict[str, type[Identified]]) -> None:
        self.session, self.done, self.models = session, done, models
        self.values: dict[tuple[str, str], Row] = {}

    def collect(self) -> None:
        """Find what goes back."""
        for table, one, other, before, after in self.done.moved:
            if table == "external_id":
                self._name(one, other)
            elif (row := self._row(table, one)) is not None and row[other] == after:
                self.values.setdefault((table, one), {})[other] = before
        for key, columns in self.done.changed.items():
            table, identifier = key.split(":", 1)
            stored = self._row(table, identifier) or {}
            for name, (was, became) in columns.items():
                if name in stored and plain(stored[name]) == became:
                    self.values.setdefault((table, identifier), {})[name] = decoded(self.models[table], name, was)
        self.values.setdefault((self.done.entity_type, self.done.gone_id), {})["archived_at"] = None

    def write(self) -> None:
        """Write what goes back."""
        writer = BulkWriter(self.session)
        for (table, identifier), values in self.values.items():
            row = self._row(table, identifier)
            if row is not None:
                writer.update(self.models[table], row, values)
        writer.flush()

    def _row(self, table: str, identifier: str) -> Row | None:
        model = self.models.get(table)
        return None if model is None else next(rows_where(self.session, model, "id", [identifier]), None)

    def _name(self, namespace: str, value: str) -> None:
        key = (
            ExternalId.entity_type == self.done.entity_type, ExternalId.namespace == namespace,
            ExternalId.value == value, ExternalId.entity_id == self.done.kept_id,
        )  # fmt: skip
        self.session.connection().execute(update(ExternalId).where(*key).values(entity_id=self.done.gone_id))


def decoded(model: type[Identified], name: str, value: object) -> object:
    """A column's value as `store.changes.plain` wrote it, as a Python value again."""
    kind = shape_of(model).table.columns[name].type
    if not isinstance(value, str):
        return value
    if isinstance(kind, ExactDecimal):
        return Decimal(value)
    if isinstance(kind, PartialDateText):
        return PartialDate(value)
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value
