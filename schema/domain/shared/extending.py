"""Writes of stored fields that plugins add to an entity: rows of their tables beside the record's own."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.declarations.base import Model, Row
from schema.declarations.extensions import Extended
from store.models.base import touch


class Extending:
    """The rows of extensions that one write of `row` makes or changes; true if there are any."""

    def __init__(self, session: Session, row: Row) -> None:
        self._session = session
        self._row = row
        self._rows: dict[str, Row] = {}
        self._public = False

    def __bool__(self) -> bool:
        return bool(self._rows)

    def row_of(self, declaration: Extended) -> Row:
        """Return the row that holds a field, the stored one or a new one."""
        extension = declaration.extension
        self._public |= declaration.readers is None
        stored = self._rows.get(extension.table_name)
        if stored is None:
            model: Model = extension.model
            with self._session.no_autoflush:  # the record may still lack what it needs
                stored = self._session.scalar(select(model).where(model.record_id == self._row.id))
            stored = self._rows[extension.table_name] = model(record_id=self._row.id) if stored is None else stored
        return stored

    def touch(self) -> None:
        """Count the write as one of the record, known to whoever sees it unless only some may read the fields."""
        if self:
            touch(self._row, public=self._public)

    def write(self) -> None:
        """Add the rows; the record is in the database already."""
        self._session.add_all(self._rows.values())
