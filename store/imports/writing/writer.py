"""The second pass of an import: writes batches of records with their links, keys and change rows."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import models
from store.bulk import BulkWriter, Edits, Row, edits_of, normal, shape_of
from store.documents.resolving import rows_where
from store.enums import Operation
from store.erased_keys import ErasedKeys
from store.imports.checking import is_erased
from store.imports.kinds import Link
from store.imports.planning.plans import FilePlan
from store.imports.problems import ImportFailedError, RowProblem
from store.imports.records.record import Record
from store.imports.resolving.batches import Batch, read_batches
from store.imports.resolving.concepts import Concepts, Tracks
from store.imports.resolving.identities import Identities
from store.imports.resolving.keys import Keys
from store.imports.resolving.people import People
from store.imports.resolving.places import PlaceMaker, Places
from store.imports.resolving.references import References
from store.imports.resolving.scratch import Scratch
from store.imports.writing.building import Builder, Built
from store.imports.writing.updating import Updates, stored_extensions
from store.models import Change
from store.models.base import Identified, now


@dataclass(slots=True)
class Written:
    """Counts of what a run wrote."""

    created: Counter[str] = field(default_factory=Counter)
    """Number of rows by table, links included."""
    updated: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    """Number of records by kind."""
    kept: list[str] = field(default_factory=list)
    """Fields edited through the API that differ from the files."""


class Writer:
    """Writes the good rows of a run in `session`'s transaction."""

    def __init__(self, session: Session, namespace: str, scratch: Scratch, named: set[str], places: Places) -> None:
        """`places` are those of the check, with its decisions."""
        self.session = session
        self.namespace = namespace
        self.scratch = scratch
        self.writer = BulkWriter(session)
        self.keys = Keys(session)
        self.identities = Identities(session, namespace, self.keys)
        self.erased = ErasedKeys(session)  # after the writer, which waits for its turn
        self.written = Written(self.writer.created, self.writer.updated, self.writer.deleted)
        self.updates = Updates(self.writer, self.written.kept)
        self.builder = Builder(
            namespace,
            self.keys,
            self.writer,
            PlaceMaker(places, session, self.keys, self.writer),
            Concepts(session, namespace, self.keys, self.writer),
            Tracks(session),
            References(session, namespace, self.keys, scratch, named),
            People(namespace, self.keys, self.erased, scratch),
        )

    def write(self, plans: Sequence[FilePlan], advance: Callable[[FilePlan, int], None]) -> Written:
        """Write every file. Raises ImportFailedError if a row has become bad because the store changed meanwhile."""
        for plan in plans:
            late: list[tuple[str, str, str, str]] = []
            for batch in read_batches(plan, self.identities, take_notes=False):
                advance(plan, len(batch.rows))
                late += self._batch(plan, batch)
                self.flush()
            self._late(plan, late)
            self.flush()
        return self.written

    def flush(self) -> None:
        """Send pending writes."""
        self.writer.flush()
        self.keys.flush()

    def _good(self, plan: FilePlan, batch: Batch) -> Iterator[Record]:
        """Return the records that the check accepted, without dropped cells."""
        for row in batch.rows:
            if self.scratch.is_bad(plan.number, row.number):
                continue
            if not row.is_good:
                raise ImportFailedError(row.problems, len(row.problems))
            if row.record is None:
                continue
            for name in self.scratch.dropped(plan.number, row.number):
                row.record.drop(name)
            if not is_erased(self.erased, self.namespace, row.record):
                yield row.record

    def _batch(self, plan: FilePlan, batch: Batch) -> list[tuple[str, str, str, str]]:
        model, table = plan.kind.model, shape_of(plan.kind.model).entity_type
        late: list[tuple[str, str, str, str]] = []
        changed: list[tuple[Record, str, str]] = []
        for record in self._good(plan, batch):
            fingerprint = record.fingerprint()
            entry = batch.known.get(record.key)
            if entry is None:
                built = self._built(record)
                identifier = self.writer.create(model, plan.kind.defaults | built.columns)
                self.keys.add(table, self.namespace, record.key, identifier, fingerprint)
                self._other_keys(table, record, identifier)
                self._links(plan, built, identifier)
                self.updates.extend(record, built, identifier, {}, Edits())
                late += [(identifier, *reference) for reference in built.late]
            elif entry[1] == fingerprint:
                self.written.unchanged[plan.kind.name] += 1
            else:
                changed.append((record, entry[0], fingerprint))
                self._other_keys(table, record, entry[0])
        if changed:
            late += self._changed(plan, changed)
        return late

    def _other_keys(self, table: str, record: Record, identifier: str) -> None:
        """Store the record's keys that the store lacks."""
        for key in record.other_keys:
            if self.keys.find(table, self.namespace, key) is None:
                self.keys.add(table, self.namespace, key, identifier)

    def _built(self, record: Record) -> Built:
        try:
            return self.builder.build(record)
        except ValueError as error:
            problem = RowProblem(
                record.path, record.row, "", record.key, f"{error}; the store changed during the import"
            )
            raise ImportFailedError([problem], 1) from error

    def _changed(self, plan: FilePlan, changed: list[tuple[Record, str, str]]) -> list[tuple[str, str, str, str]]:
        """Update the differences of records imported before."""
        model, table = plan.kind.model, shape_of(plan.kind.model).entity_type
        ids = [identifier for _, identifier, _ in changed]
        rows = {row["id"]: row for row in rows_where(self.session, model, "id", ids)}
        extensions = stored_extensions(self.session, plan.kind, ids)
        edits = edits_of(self.session, ids, {shape_of(model).entity_type for model, _ in extensions})
        late: list[tuple[str, str, str, str]] = []
        stored = self._stored_links(plan, ids)
        for record, identifier, fingerprint in changed:
            built = self._built(record)
            current = rows.get(identifier)
            if current is None:  # purged since: created again
                identifier = self.writer.create(model, plan.kind.defaults | built.columns)
                self._links(plan, built, identifier)
                self.updates.extend(record, built, identifier, {}, Edits())
            else:
                changes = self.updates.update(record, model, built, current, edits)
                told = self.updates.extend(record, built, identifier, extensions, edits)
                if told and not changes:  # one of the record's columns counts as a write of the record
                    self.writer.update(model, current, dict.fromkeys(told & set(current), now()))
                self._links(plan, built, identifier, stored, edits)
            self.keys.set_fingerprint(table, self.namespace, record.key, identifier, fingerprint)
            late += [(identifier, *reference) for reference in built.late]
        return late

    def _links(
        self,
        plan: FilePlan,
        built: Built,
        identifier: str,
        stored: "dict[tuple[type[Identified], str], list[Row]] | None" = None,
        edits: Edits | None = None,
    ) -> None:
        stored, edits = stored or {}, edits or Edits()
        for name, wanted in built.links.items():
            link = plan.kind.links[name]
            self._list(link, identifier, wanted, stored.get((link.model, identifier), []), edits)
        terms = {row["term"] for row in stored.get((models.UnmappedTerm, identifier), [])}
        for term in built.terms:
            if term not in terms:
                state = self.builder.concepts.state_of(term)
                self.writer.create(models.UnmappedTerm, {"entity_id": identifier, "term": term, "state": state})
        if built.awards:
            held = [normal(row["title"]) for row in stored.get((models.Award, identifier), [])]
            for title in built.awards:
                if normal(title) not in held:
                    self.writer.create(models.Award, {"project_id": identifier, "title": title})
        if built.position is not None:
            offices = stored.get((models.Position, identifier), [])
            if not any(_same_office(office, built.position) for office in offices):
                self.writer.create(models.Position, built.position | {"talent_id": identifier})

    def _list(
        self, link: Link, identifier: str, wanted: dict[str, dict[str, object]], stored: list[Row], edits: Edits
    ) -> None:
        there = {row[link.target]: row for row in stored if _is_of(row, link)}
        others = {row[link.target] for row in stored if not _is_of(row, link)} - set(there)
        unique = "role" not in link.constants
        for target, own in wanted.items():
            identity = {link.parent: identifier, link.target: target}
            if target in there:
                self.writer.update(link.model, there[target], own)
            elif unique and target in others:
                row = next(row for row in stored if row[link.target] == target)
                self.writer.update(link.model, row, link.constants | own)
            elif not edits.has_removed(identifier, shape_of(link.model).entity_type, identity):
                self.writer.create(link.model, identity | link.constants | own)
        gone = [row for target, row in there.items() if target not in wanted]
        for row in self._own(gone):
            self.writer.delete(link.model, row)

    def _own(self, rows: list[Row]) -> list[Row]:
        """Keep only links imported by this actor; other people's links are not the file's to remove."""
        if not rows:
            return []
        actor = self.session.info["actor"]
        statement = select(Change.entity_id).where(
            Change.entity_id.in_([row["id"] for row in rows]),
            Change.operation == Operation.CREATE,
            Change.actor_id.is_(actor.id) if actor.id is None else Change.actor_id == actor.id,
            Change.actor_name == actor.name,
        )
        own = set(self.session.scalars(statement))
        return [row for row in rows if row["id"] in own]

    def _stored_links(self, plan: FilePlan, ids: list[str]) -> "dict[tuple[type[Identified], str], list[Row]]":
        parents: dict[type[Identified], str] = {link.model: link.parent for link in plan.kind.links.values()}
        parents[models.UnmappedTerm] = "entity_id"
        if plan.kind.model is models.Project:
            parents[models.Award] = "project_id"
        if plan.kind.model is models.Talent:
            parents[models.Position] = "talent_id"
        stored: dict[tuple[type[Identified], str], list[Row]] = {}
        for model, parent in parents.items():
            for row in rows_where(self.session, model, parent, ids):
                stored.setdefault((model, row[parent]), []).append(row)
        return stored

    def _late(self, plan: FilePlan, late: list[tuple[str, str, str, str]]) -> None:
        """Resolve references to later records of the file."""
        rows = {row["id"]: row for row in rows_where(self.session, plan.kind.model, "id", [item[0] for item in late])}
        for identifier, column, kind, text in late:
            target = self.builder.references.find(kind, text)[0]
            self.writer.update(plan.kind.model, rows[identifier], {column: target})


def _is_of(row: Row, link: Link) -> bool:
    return all(row[name] == value for name, value in link.constants.items())


def _same_office(row: Row, position: dict[str, object]) -> bool:
    names = ("organisation_id", "title")
    return all(normal(row[name]) == normal(position[name]) for name in names)
