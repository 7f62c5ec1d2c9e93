"""Batches of inserts, updates and deletes by Core statements, with their change rows and search documents."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from store.bulk.shapes import Row, Shape, complete, derived, normal, shape_of
from store.changes import ChangeRecord, keep_commit_order, plain, record_many
from store.enums import Operation
from store.models.base import Identified, follow_public, now
from store.search import index


class BulkWriter:
    """Collects writes and sends them with `flush` in the session's transaction.

    From construction to the end of the transaction nobody else writes to the change log, so values read in between stay
    true. Rows of one flush may refer to each other in any order, but not in circles. `created`, `updated` and `deleted`
    count rows by table.
    """

    def __init__(self, session: Session) -> None:
        keep_commit_order(session)
        self.session = session
        self.created: Counter[str] = Counter()
        self.updated: Counter[str] = Counter()
        self.deleted: Counter[str] = Counter()
        self._inserts: dict[str, tuple[Shape, Row]] = {}
        self._updates: dict[tuple[Shape, tuple[str, ...]], list[Row]] = {}
        self._deletes: dict[Shape, list[Row]] = {}
        self._records: list[ChangeRecord] = []
        self._searched: dict[str, Mapping[str, object]] = {}

    def create(self, model: type[Identified], values: Mapping[str, object]) -> str:
        """Insert a row of `model` (defaults are filled in); returns its id."""
        shape = shape_of(model)
        row = complete(model, values)
        identifier = str(row["id"])
        self._inserts[identifier] = (shape, row)
        self.created[shape.entity_type] += 1
        after = {name: plain(value) for name, value in row.items() if value is not None and name not in shape.unlogged}
        self._record(shape, row, Operation.CREATE, None, after)
        return identifier

    def update(self, model: type[Identified], current: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
        """Update the columns of the row `current` (whole, as stored) that differ from `values`; return False if none
        does."""
        shape = shape_of(model)
        changes = {name: value for name, value in values.items() if normal(current[name]) != normal(value)}
        if not changes:
            return False
        changes.update(derived(shape, changes))
        if shape.editable:
            changes["version"] = current["version"] + 1
        before = {name: plain(current[name]) for name in changes}
        after = {name: plain(value) for name, value in changes.items()}
        operation = Operation.UPDATE
        if "archived_at" in changes:
            operation = Operation.RESTORE if changes["archived_at"] is None else Operation.ARCHIVE
        self._record(shape, {**current, **changes}, operation, before, after)
        changes["updated_at"] = now()
        changes |= follow_public(model, changes, current)
        names = tuple(sorted(changes))
        row = {f"new_{name}": changes[name] for name in names} | {"row_id": current["id"]}
        self._updates.setdefault((shape, names), []).append(row)
        self.updated[shape.entity_type] += 1
        return True

    def delete(self, model: type[Identified], current: Mapping[str, object]) -> None:
        """Delete the row `current`; for links, which can't be archived."""
        shape = shape_of(model)
        before = {
            name: plain(value) for name, value in current.items() if value is not None and name not in shape.unlogged
        }
        self._record(shape, current, Operation.DELETE, before, None)
        self._deletes.setdefault(shape, []).append({"row_id": current["id"]})
        self.deleted[shape.entity_type] += 1

    @property
    def pending(self) -> int:
        """The number of change rows waiting for `flush`."""
        return len(self._records)

    def flush(self) -> None:
        """Send everything collected so far."""
        keep_commit_order(self.session)
        connection = self.session.connection()
        for shape, rows in self._deletes.items():
            connection.execute(shape.table.delete().where(shape.table.c.id == bindparam("row_id")), rows)
        self._insert()
        for (shape, names), rows in self._updates.items():
            table = shape.table
            statement = (
                table.update()
                .where(table.c.id == bindparam("row_id"))
                .values({name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names})
            )
            connection.execute(statement, rows)
        record_many(self.session, self._records)
        index.update_rows(self.session, self._searched.values())
        self._inserts, self._updates, self._deletes = {}, {}, {}
        self._records, self._searched = [], {}

    def _record(
        self, shape: Shape, row: Mapping[str, object], operation: Operation, before: Row | None, after: Row | None
    ) -> None:
        identifier = str(row["id"])
        owner = identifier
        if not shape.editable:
            owner = next((str(row[name]) for name in shape.references if row[name]), identifier)
        if shape.editable:
            self._searched[identifier] = row
        self._records.append(ChangeRecord(shape.entity_type, identifier, owner, operation, before, after))

    def _insert(self) -> None:
        connection = self.session.connection()
        depths: dict[str, int] = {}
        levels: dict[tuple[int, str], tuple[Shape, list[Row]]] = {}
        for identifier, (shape, row) in self._inserts.items():
            level = (self._depth(identifier, depths), shape.entity_type)
            levels.setdefault(level, (shape, []))[1].append(row)
        for level in sorted(levels):
            shape, rows = levels[level]
            connection.execute(shape.table.insert(), rows)

    def _depth(self, identifier: str, depths: dict[str, int]) -> int:
        """Return how many rows of this flush must be written before this one."""
        if identifier in depths:
            if depths[identifier] < 0:
                raise ValueError(f"{identifier} refers to itself through other rows")
            return depths[identifier]
        depths[identifier] = -1  # on the way
        shape, row = self._inserts[identifier]
        targets = (row[name] for name in shape.references)
        depth = max((1 + self._depth(target, depths) for target in targets if target in self._inserts), default=0)
        depths[identifier] = depth
        return depth
