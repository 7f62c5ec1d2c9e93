"""Updates of records imported before: their own columns, and those of plugins' tables that extend them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from store.bulk import BulkWriter, Edits, Row, normal
from store.documents.resolving import rows_where
from store.documents.vocabulary import ACCUMULATING
from store.imports.kinds import Kind
from store.imports.records.record import Record
from store.imports.writing.building import Built
from store.models.base import Identified, is_public

Extensions = Mapping[tuple[type[Identified], str], Row]
"""Rows of plugins' tables, by model and the record extended."""


def stored_extensions(session: Session, kind: Kind, ids: Sequence[str]) -> Extensions:
    """Return the rows that extend records of `kind` with fields that files fill."""
    extensions = {field.extension for field in kind.fields if field.extension is not None}
    return {
        (model, row["record_id"]): row
        for model in extensions
        for row in rows_where(session, model, "record_id", list(ids))
    }


class Updates:
    """Writes what differs, and keeps what people edited; `kept` collects what was kept."""

    def __init__(self, writer: BulkWriter, kept: list[str]) -> None:
        self.writer = writer
        self.kept = kept

    def update(self, record: Record, model: type[Identified], built: Built, current: Row, edits: Edits) -> Row:
        """Update the row `current` of `model` by what was built of it; return the columns that change."""
        by_hand = edits.fields.get(current["id"], set())
        skipped = {column for column, _, _ in built.late}
        changes: Row = {}
        for name in dict.fromkeys([*built.columns, *built.cleared]):
            old = current[name]
            value = _combined(name, old, built)
            if name in skipped or normal(old) == normal(value):
                continue
            if name in by_hand:
                self.kept.append(f"{record.path}, row {record.row}: {name} of {record.key}")
            else:
                changes[name] = value
        self.writer.update(model, current, changes)
        return changes

    def extend(self, record: Record, built: Built, identifier: str, stored: Extensions, edits: Edits) -> set[str]:
        """Write what plugins' tables hold of a record; return the record's times of writing that follow."""
        told: set[str] = set()
        for model, own in built.extending.items():
            current = stored.get((model, identifier))
            if current is None:
                changes = {name: value for name, value in own.columns.items() if value is not None}
                if changes:
                    self.writer.create(model, {"record_id": identifier, **changes})
            else:
                changes = self.update(record, model, own, current, edits)
            if changes:
                told |= {"updated_at", "public_updated_at"} if is_public(model, changes) else {"updated_at"}
        return told


def _combined(name: str, old: Any, built: Built) -> object:
    """Merge a column: texts in other languages, other aliases and keywords stay unless cleared."""
    value, tags = built.columns.get(name), built.cleared.get(name)
    if tags:
        kept = {tag: text for tag, text in (old or {}).items() if tag not in tags}
        return {**kept, **(value or {})}
    if tags is None and name in ACCUMULATING:
        return list(dict.fromkeys([*(old or ()), *value]))  # type: ignore[misc]
    if tags is None and isinstance(value, dict) and isinstance(old, dict):
        return {**old, **value}
    return value
