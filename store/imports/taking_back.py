"""Takes a whole import back, by what the change log says it wrote; what was changed since stays, with a reason.

Records that the import created are archived and lose their ids, so that a mended file creates them anew. Records that
it changed get their former values and links. Terms, vocabularies and places stay: others may use them by now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from store.bulk import BulkWriter, Row, shape_of
from store.documents.resolving import rows_where
from store.enums import Operation
from store.merging.references import references_to
from store.merging.undoing import decoded
from store.models import ENTITIES, Change, Concept, ConceptScheme, ExternalId, Place
from store.models.base import Editable, Identified, now

SHARED = (Concept, ConceptScheme, Place)
"""What stays although an import created it."""
_AT_ONCE = 500

Model: TypeAlias = type[Identified]


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that stays as it is."""

    id: str
    table: str
    reason: str


@dataclass(slots=True)
class TakenBack:
    """What was taken back, or would be: numbers of records by table, and the records that stay as they are."""

    archived: Counter[str] = field(default_factory=Counter)
    restored: Counter[str] = field(default_factory=Counter)
    kept: list[Kept] = field(default_factory=list)
    shared: Counter[str] = field(default_factory=Counter)
    """Terms, vocabularies and places that the import created."""


@dataclass(slots=True)
class _Former:
    """What a record that was there before had: its columns, and its parts that changed."""

    table: str = ""
    columns: Row = field(default_factory=dict)
    parts: dict[str, tuple[str, Operation, Row]] = field(default_factory=dict)
    """By id: the table, the first operation, and the columns before it."""


class TakingBack:
    """Takes back the changes between two positions of the log, which are one import's, in the session's transaction."""

    def __init__(self, session: Session, first: int, last: int) -> None:
        self.session = session
        self.last = last
        self.models: dict[str, Model] = {shape_of(each).entity_type: each for each in ENTITIES.values()}
        self.created: dict[str, str] = {}
        """Table by id of each record that the import created."""
        self.former: dict[str, _Former] = {}
        self.found = TakenBack()
        self._read(first, last)
        self._keep_changed()
        self._keep_used()
        self.found.archived = Counter(self.created.values())
        self.found.restored = Counter(each.table or self._table_of(owner) for owner, each in self.former.items())

    def write(self, namespace: str) -> None:
        """Write what goes back; `namespace` is the import's."""
        writer = BulkWriter(self.session)
        for ids in _chunks(self.created):
            for table in {self.created[each] for each in ids}:
                model, own = self.models[table], [each for each in ids if self.created[each] == table]
                for row in rows_where(self.session, model, "id", own):
                    writer.update(model, row, {"archived_at": now()})
            self.session.connection().execute(delete(ExternalId).where(ExternalId.entity_id.in_(ids)))
        for owner, former in self.former.items():
            self._restore(writer, owner, former)
        writer.flush()
        for ids in _chunks(self.former):  # so that the same file is compared again, not taken for unchanged
            known = update(ExternalId).where(ExternalId.entity_id.in_(ids), ExternalId.namespace == namespace)
            marked = known.where(ExternalId.fingerprint.is_not(None)).values(fingerprint="")
            self.session.connection().execute(marked)
        self.session.expire_all()

    def _read(self, first: int, last: int) -> None:
        columns = (Change.entity_type, Change.entity_id, Change.owner_id, Change.operation, Change.before)
        written = select(*columns).where(Change.sequence.between(first, last)).order_by(Change.sequence)
        shared: set[str] = set()
        rows = self.session.execute(written.execution_options(yield_per=1000))
        for table, identifier, owner, operation, before in rows:
            model = self.models.get(table)
            if model is None:
                continue
            if issubclass(model, Editable):
                if operation is not Operation.CREATE:
                    if identifier not in self.created:
                        known = self.former.setdefault(identifier, _Former())
                        known.table = table
                        known.columns = {**(before or {}), **known.columns}
                elif issubclass(model, SHARED):
                    shared.add(identifier)
                    self.found.shared[table] += 1
                else:
                    self.created[identifier] = table
            elif owner not in self.created and owner not in shared:
                self.former.setdefault(owner, _Former()).parts.setdefault(identifier, (table, operation, before or {}))

    def _table_of(self, identifier: str) -> str:
        model = ENTITIES.get(identifier.partition("_")[0])
        return shape_of(model).entity_type if model is not None else ""

    def _keep_changed(self) -> None:
        """Keep what was changed since."""
        for ids in _chunks([*self.created, *self.former]):
            for column in (Change.entity_id, Change.owner_id):
                later = select(column, Change.actor_name).where(Change.sequence > self.last, column.in_(ids))
                for identifier, name in self.session.execute(later.order_by(Change.sequence)):
                    self._keep(identifier, f"changed since by {name}" if name else "changed since")

    def _keep_used(self) -> None:
        """Keep created records that others name which stay."""
        uses = list(self._uses())
        has_more = True
        while has_more:
            has_more = False
            for used, user, owner, column in uses:
                if used in self.created and not self._goes(user, owner, column):
                    self._keep(used, f"named by {owner}")
                    has_more = True

    def _goes(self, user: str, owner: str, column: str) -> bool:
        """Return whether a row that names a created record goes too, or won't name it any more."""
        former = self.former.get(owner, _Former())
        return owner in self.created or user in former.parts or (user == owner and column in former.columns)

    def _uses(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield each created record that a row names, with the row's id, its owner's, and the column."""
        for table in set(self.created.values()):
            ids = [identifier for identifier, own in self.created.items() if own == table]
            for model, column in references_to(self.models[table]):
                shape = shape_of(model)
                owner = next(iter(shape.references), "id") if not shape.editable else "id"
                columns = shape.table.c
                live = [columns.archived_at.is_(None)] if shape.editable else []
                for chunk in _chunks(ids):
                    named = select(columns[column], columns.id, columns[owner]).where(columns[column].in_(chunk), *live)
                    for used, user, owning in self.session.execute(named):
                        yield used, user, owning or user, column

    def _keep(self, identifier: str, reason: str) -> None:
        table = self.created.pop(identifier, None)
        former = self.former.pop(identifier, None)
        if table is not None or former is not None:
            self.found.kept.append(Kept(identifier, table or self._table_of(identifier), reason))

    def _restore(self, writer: BulkWriter, owner: str, former: _Former) -> None:
        if former.columns:
            model = self.models[former.table]
            for current in rows_where(self.session, model, "id", [owner]):
                columns = {name: decoded(model, name, value) for name, value in former.columns.items()}
                columns.pop("version", None)
                writer.update(model, current, columns)
        for identifier, (table, operation, before) in former.parts.items():
            model = self.models[table]
            values = {name: decoded(model, name, value) for name, value in before.items()}
            row: Row | None = next(rows_where(self.session, model, "id", [identifier]), None)
            if row is None:
                if operation is Operation.DELETE:
                    writer.create(model, {**values, "id": identifier})
            elif operation is Operation.CREATE:
                writer.delete(model, row)
            else:
                writer.update(model, row, values)


def _chunks(ids: Collection[str]) -> Iterator[Sequence[str]]:
    listed = list(ids)
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]
