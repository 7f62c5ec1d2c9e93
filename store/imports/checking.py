"""The first pass of an import: checks every row against the store and the other files, without writing."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.erased_keys import ErasedKeys
from store.imports.kinds.field import Field, Role
from store.imports.planning.plans import FilePlan
from store.imports.problems import ProblemLog, RowProblem
from store.imports.readers import FileError
from store.imports.records.reader import ReadRow
from store.imports.records.record import LOCATION_PARTS, Record
from store.imports.renames import RenameGuard
from store.imports.resolving.batches import Batch, read_batches
from store.imports.resolving.concepts import Concepts, Tracks
from store.imports.resolving.identities import Identities
from store.imports.resolving.keys import Keys
from store.imports.resolving.people import People
from store.imports.resolving.places import Places
from store.imports.resolving.references import References, missing
from store.imports.resolving.scratch import LateReference, Scratch
from store.imports.values.folding import folded
from store.models.base import table_of


@dataclass(slots=True)
class Outlook:
    """The import's expected effect, by kind."""

    rows: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    erased: Counter[str] = field(default_factory=Counter)
    """Records of erased persons left out and, under `team`, mentions in teams."""

    @property
    def nothing_to_do(self) -> bool:
        """Whether the store already has every good row."""
        return not self.new and not self.changed


class Checker:
    """Checks the rows of all files of a run; bad rows and cells are recorded in `scratch`.

    The write follows its decisions: which rows and cells are left out, and which places are meant.
    """

    def __init__(
        self,
        session: Session,
        namespace: str,
        scratch: Scratch,
        log: ProblemLog,
        named: set[str],
        unread: set[str],
        skip_bad_cells: bool,
    ) -> None:
        self.namespace = namespace
        self.scratch = scratch
        self.log = log
        self.skip_bad_cells = skip_bad_cells
        self.keys = Keys(session)
        self.identities = Identities(session, namespace, self.keys)
        self.places = Places(session, namespace)
        self.concepts = Concepts(session, namespace, self.keys)
        self.tracks = Tracks(session)
        self.references = References(session, namespace, self.keys, scratch, named)
        self.erased = ErasedKeys(session)
        self.people = People(namespace, self.keys, self.erased, scratch)
        self.renames = RenameGuard(session)
        self.outlook = Outlook()
        self._unread = unread
        """Kinds with an unreadable file: references to them can't be checked."""
        self.broken: list[RowProblem] = []
        """Problems of whole files."""

    def check(self, plans: Sequence[FilePlan], advance: Callable[[FilePlan, int], None]) -> None:
        """Read every row of every file."""
        for plan in plans:
            plan.reader.knows = self.concepts.knows
            plan.reader.skip_bad_cells = self.skip_bad_cells
            try:
                for batch in read_batches(plan, self.identities, take_notes=True):
                    advance(plan, len(batch.rows))
                    self._batch(plan, batch)
            except FileError as error:
                self.broken.append(RowProblem(error.path, 0, "", "", str(error).removeprefix(f"{error.path} ")))
                self._unread.add(plan.kind.name)
            self.broken += self.renames.problems(plan)
        self._late(plans)
        self.log.add(self.broken)

    def _batch(self, plan: FilePlan, batch: Batch) -> None:
        self.outlook.rows[plan.kind.name] += len(batch.rows)
        good = []
        for row in batch.rows:
            if row.record is None:
                continue
            if not row.is_good:
                self._refuse(plan, row)
            elif is_erased(self.erased, self.namespace, row.record):
                self.outlook.erased[plan.kind.name] += 1
                self._names(plan, row.record)
            elif self._is_good(plan, row.record, row):
                good.append(row.record)
        if plan.is_sound:
            self.renames.look_at(plan, good, batch.known)
        for record in good:
            entry = batch.known.get(record.key)
            counter = self.outlook.new
            if entry is not None:
                same = entry[1] == record.fingerprint()
                counter = self.outlook.unchanged if same else self.outlook.changed
            counter[plan.kind.name] += 1

    def _refuse(self, plan: FilePlan, row: ReadRow) -> None:
        """Report everything wrong with a bad row; if its cells are shifted, only that."""
        shifted = any(not problem.field for problem in row.problems)
        more = [] if row.record is None or shifted else list(self._problems(plan, row.record))
        self.log.add(row.problems + more)
        self.scratch.add_bad(plan.number, row.number)

    def _is_good(self, plan: FilePlan, record: Record, row: ReadRow) -> bool:
        problems = list(self._problems(plan, record))
        if problems and self.skip_bad_cells and all(plan.reader.is_optional(one.field) for one in problems):
            for problem in problems:
                self.scratch.add_dropped(plan.number, row.number, problem.field)
                record.drop(problem.field)
            row.problems, problems = row.problems + problems, []
        if not problems and plan.is_sound:
            problems = self._repeated(plan, record) or self._taken(plan, record)
        if problems:
            self.log.add(row.problems + problems)
            self.scratch.add_bad(plan.number, row.number)
            return False
        self.log.add_cells(row.problems)
        self._names(plan, record)
        return True

    def _problems(self, plan: FilePlan, record: Record) -> Iterator[RowProblem]:
        for role_field in plan.kind.fields:
            value = record.values.get(role_field.name)
            if value is None:
                continue
            try:
                self._field(plan, record, role_field)
            except ValueError as error:
                yield self._problem(plan, record.row, role_field.name, _shown(value), str(error))
        if plan.kind.place_column:
            try:
                self.places.decide(record.location, record.languages.get("place"))
            except ValueError as error:
                part = next(
                    name for name in (LOCATION_PARTS[0], "city", "region", "country") if record.values.get(name)
                )
                yield self._problem(plan, record.row, part, str(record.values[part]), str(error))

    def _repeated(self, plan: FilePlan, record: Record) -> list[RowProblem]:
        first = self.scratch.add_record(plan.kind.name, record.keys, plan.number, record.row)
        if first is None:
            return []
        where = f"row {first[1]}" if first[0] == plan.number else f"another file, row {first[1]}"
        message = f"is also the id of {where}; give each record its own id, or remove one of the rows"
        return [RowProblem(plan.path, record.row, plan.reader.headers.get("id", "id"), record.key, message)]

    def _taken(self, plan: FilePlan, record: Record) -> list[RowProblem]:
        """Find another record with what must be unique, in the store or in an earlier row."""
        if not plan.kind.unique:
            return []
        reference, name = plan.kind.unique
        value = str(record.values[name])
        target = next(one.target for one in plan.kind.fields if one.name == reference)
        parent, _ = self.references.find(target, record.values[reference])
        own = self.keys.find(str(table_of(plan.kind.model).name), self.namespace, record.key)
        columns = table_of(plan.kind.model).c
        statement = select(columns.id).where(columns[f"{reference}_id"] == parent, columns[name] == value)
        stored = self.keys.session.scalar(statement)
        if stored is not None and stored != own:
            known = self.keys.named(stored)
            told = f", {' or '.join(known)}," if known else ""
            message = f"is that of a stored record{told} of its {reference}; give that id under its --namespace"
        elif self.scratch.add_record(f"{plan.kind.name}/{name}", [f"{parent}/{value}"], plan.number, record.row):
            message = f"is also that of an earlier row with the same {reference}; give each record its own"
        else:
            return []
        return [self._problem(plan, record.row, name, value, message)]

    def _names(self, plan: FilePlan, record: Record) -> None:
        """Record the names of a record, also of an erased person, so that its name leads to nobody else."""
        for name in {folded(text) for text in record.names.values()}:
            self.scratch.add_name(plan.kind.name, name, record.key)

    def _field(self, plan: FilePlan, record: Record, role_field: Field) -> None:
        value = record.values[role_field.name]
        match role_field.role:
            case Role.PLACES:
                for text in value:
                    self.places.decide((text, "", "", ""), record.languages.get(role_field.name))
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
                gone = [text for text in value if self.people.find(record.keys, text) is None]
                self.outlook.erased["team"] += len(gone)
            case Role.REFERENCE if role_field.target in self._unread:
                pass
            case Role.REFERENCE if role_field.target == plan.kind.name:  # it may come later in the file
                late = LateReference(plan.number, record.row, role_field.name, role_field.target, value, record.key)
                self.scratch.add_late(late)
            case Role.REFERENCE if not self.references.exists(role_field.target, value):
                raise ValueError(missing(role_field.target, value))

    def _problem(self, plan: FilePlan, row: int, name: str, value: str, message: str) -> RowProblem:
        return RowProblem(plan.path, row, plan.reader.headers.get(name, name), value, message, name)

    def _late(self, plans: Sequence[FilePlan]) -> None:
        """Check references to later rows until no more rows become bad by them."""
        has_more = True
        while has_more:
            has_more = False
            for late in self.scratch.lates():
                if late.kind in self._unread or self.references.exists(late.kind, late.value):
                    continue
                plan = plans[late.file]
                problem = self._problem(plan, late.row, late.column, late.value, missing(late.kind, late.value))
                if self.skip_bad_cells and plan.reader.is_optional(late.column):
                    self.scratch.add_dropped(late.file, late.row, late.column)
                    self.log.add_cells([problem])
                    continue
                has_more = True
                self.log.add([problem])
                self.scratch.add_bad(late.file, late.row)
                self.scratch.remove_record(plan.kind.name, late.own_key, late.file, late.row)


def is_erased(erased: ErasedKeys, namespace: str, record: Record) -> bool:
    """Return whether the record was imported before and erased since."""
    table = str(table_of(record.kind.model).name)
    return any((table, namespace, key) in erased for key in (*record.keys, *record.former_keys))


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(str(item[1]) if isinstance(item, tuple) else str(item) for item in value)
    return str(value)
