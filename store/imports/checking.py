"""The first pass: every row is read and checked against the store and the other files; nothing is written."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from sqlalchemy.orm import Session

from store.erased_keys import ErasedKeys
from store.imports.kinds.fields import Field, Role
from store.imports.planning.plans import FilePlan
from store.imports.problems import ProblemLog, RowProblem
from store.imports.records.reader import Record
from store.imports.resolving.concepts import Concepts, Tracks
from store.imports.resolving.keys import Keys
from store.imports.resolving.people import People
from store.imports.resolving.places import Places
from store.imports.resolving.references import References, missing
from store.imports.resolving.scratch import LateReference, Scratch
from store.imports.values.texts import folded

_BATCH = 500
Item = TypeVar("Item")


@dataclass(slots=True)
class Outlook:
    """What the store would become, by kind."""

    rows: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    erased: Counter[str] = field(default_factory=Counter)
    """Records of erased persons, and under `team` the times that a team names one: left out."""

    @property
    def nothing_to_do(self) -> bool:
        """Whether every good row is in the store as it is."""
        return not self.new and not self.changed


class Checker:
    """Checks the rows of all files of a run; bad rows are noted in `scratch`."""

    def __init__(self, session: Session, namespace: str, scratch: Scratch, log: ProblemLog, named: set[str]) -> None:
        self.namespace = namespace
        self.scratch = scratch
        self.log = log
        self.keys = Keys(session)
        self.places = Places(session, namespace, self.keys)
        self.concepts = Concepts(session, namespace, self.keys)
        self.tracks = Tracks(session)
        self.references = References(session, namespace, self.keys, scratch, named)
        self.erased = ErasedKeys(session)
        self.people = People(namespace, self.keys, self.erased, scratch)
        self.outlook = Outlook()

    def check(self, plans: Sequence[FilePlan], advance: Callable[[FilePlan, int], None]) -> None:
        """Read every row of every file. Raises FileError where one breaks off."""
        for plan in plans:
            for records in batches(self._good(plan, advance), _BATCH):
                self._look_ahead(plan, records)
        self._late(plans)

    def _good(self, plan: FilePlan, advance: Callable[[FilePlan, int], None]) -> Iterator[Record]:
        for number, row in plan.source.rows():
            self.outlook.rows[plan.kind.name] += 1
            advance(plan, 1)
            record, problems = plan.reader.read(number, row)
            if record is not None and is_erased(self.erased, self.namespace, record):
                self.outlook.erased[plan.kind.name] += 1
                self._names(plan, record)
                continue
            if record is not None:
                problems = list(self._problems(plan, record))
            if problems or record is None:
                self.log.add(problems)
                self.scratch.add_bad(plan.number, number)
                continue
            yield record

    def _problems(self, plan: FilePlan, record: Record) -> Iterator[RowProblem]:
        found = False
        for role_field in plan.kind.fields:
            value = record.values.get(role_field.name)
            if value is None:
                continue
            try:
                self._field(plan, record, role_field)
            except ValueError as error:
                found = True
                yield self._problem(plan, record.row, role_field.name, _shown(value), str(error))
        if plan.kind.place_column:
            try:
                self.places.find(record.location)
            except ValueError as error:
                found = True
                part = next(name for name in ("place", "city", "region", "country") if record.values.get(name))
                yield self._problem(plan, record.row, part, str(record.values[part]), str(error))
        if found:
            return
        first = self.scratch.add_record(plan.kind.name, record.key, plan.number, record.row)
        if first is not None:
            where = f"row {first[1]}" if first[0] == plan.number else f"another file, row {first[1]}"
            message = f"is the id of {where} too; give each record an id of its own, or remove one of the rows"
            yield self._problem(plan, record.row, "id", record.key, message)
            return
        self._names(plan, record)

    def _names(self, plan: FilePlan, record: Record) -> None:
        """Note what others may call the record; of an erased person too, so that its name leads to nobody else."""
        for name in {folded(text) for text in (record.values.get("name") or {}).values()}:
            self.scratch.add_name(plan.kind.name, name, record.key)

    def _field(self, plan: FilePlan, record: Record, role_field: Field) -> None:
        value = record.values[role_field.name]
        match role_field.role:
            case Role.PLACES:
                for text in value:
                    self.places.find((text, "", "", ""))
            case Role.CONCEPTS:
                for term in value:
                    self.concepts.find(term)
            case Role.TRACKS:
                for text in value:
                    self.tracks.find(text)
            case Role.ORGANISATION:
                self.references.find("organisations", value)
            case Role.ORGANISATIONS:
                for text in value:
                    self.references.find("organisations", text)
            case Role.PEOPLE if self.erased:
                gone = [text for text in value if self.people.find(record.key, text) is None]
                self.outlook.erased["team"] += len(gone)
            case Role.REFERENCE if role_field.target == plan.kind.name:  # it may come later in the file
                late = LateReference(plan.number, record.row, role_field.name, role_field.target, value, record.key)
                self.scratch.add_late(late)
            case Role.REFERENCE if not self.references.exists(role_field.target, value):
                raise ValueError(missing(role_field.target, value))

    def _problem(self, plan: FilePlan, row: int, name: str, value: str, message: str) -> RowProblem:
        return RowProblem(plan.path, row, plan.reader.headers.get(name, name), value, message)

    def _look_ahead(self, plan: FilePlan, records: list[Record]) -> None:
        """Count what would be written."""
        table = str(plan.kind.model.__tablename__)  # type: ignore[attr-defined]
        known = self.keys.known(table, self.namespace, [record.key for record in records])
        for record in records:
            entry = known.get(record.key)
            counter = self.outlook.new
            if entry is not None:
                same = entry[1] == record.fingerprint()
                counter = self.outlook.unchanged if same else self.outlook.changed
            counter[plan.kind.name] += 1

    def _late(self, plans: Sequence[FilePlan]) -> None:
        """References to rows that came later, until no more rows turn bad by them."""
        found = True
        while found:
            found = False
            for late in self.scratch.lates():
                if self.references.exists(late.kind, late.value):
                    continue
                found = True
                plan = plans[late.file]
                self.log.add([self._problem(plan, late.row, late.column, late.value, missing(late.kind, late.value))])
                self.scratch.add_bad(late.file, late.row)
                self.scratch.remove_record(plan.kind.name, late.own_key)


def is_erased(erased: ErasedKeys, namespace: str, record: Record) -> bool:
    """Whether the record was imported before and erased since."""
    return (str(record.kind.model.__tablename__), namespace, record.key) in erased  # type: ignore[attr-defined]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(str(item[1]) if isinstance(item, tuple) else str(item) for item in value)
    return str(value)


def batches(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    """`items` in lists of at most `size`."""
    while batch := list(islice(items, size)):
        yield batch
