"""Parts of a record that are written with it: an event's people, a person's offices, a concept's crosswalks.

A part is a row of its own, without a version: the record's version stands for it. A list of parts replaces the stored
one; each of its items changes the part with its id, or with the same identifying fields, or is new. Parts that the
actor doesn't see stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from schema.declarations.base import Argument, Declaration, GivenArguments, Row
from schema.declarations.columns import sql_column
from schema.declarations.entities import Entity
from schema.declarations.errors import Code
from schema.declarations.registry import Registry
from schema.declarations.relations import Listing, Relation
from schema.domain.shared.faults import Faults
from schema.domain.shared.inputs.references import read_reference
from schema.domain.shared.inputs.values import MEMBERS, editable, input_arguments, put
from schema.domain.shared.problems import RefusedError, UserError, bad, missing
from schema.domain.shared.writers import require_own_parents
from schema.request.context import Context
from schema.sql.scope import camel
from store.documents.vocabulary import identity_of
from store.models.base import touch

_ID = Argument("id", "ID", "The stored one to change; omit it for a new one.", None)


def part_inputs(registry: Registry) -> Mapping[str, Sequence[Argument]]:
    """Return the arguments of the inputs of parts, by the name of the part's type."""
    lists = (
        each
        for entity in registry.entities.values()
        for each in editable(entity)
        if isinstance(each, Listing) and each.join.through is None
    )
    targets = {each.join.target: registry.entities[each.join.target] for each in lists}
    return {name: [_ID, *input_arguments(entity)] for name, entity in targets.items()}


async def read_parts(
    context: Context,
    session: Session,
    entity: Entity,
    row: Row,
    declaration: Listing,
    given: Sequence[GivenArguments],
    where: tuple[str, ...],
) -> Callable[[], None]:
    """Check the parts that were given, and return what writes them; raises RefusedError with all that is wrong."""
    if len(given) > MEMBERS:
        raise bad(f"The list has more than {MEMBERS} items.", *where)
    part = context.registry.entities[declaration.join.target]
    reading = _Reading(context, session, part, declaration.join.column, row)
    faults = Faults()
    for position, each in enumerate(given):
        with faults.noting():
            await reading.read(each, (*where, str(position)))
    faults.settle()
    return reading.write


class _Reading:
    """The parts of one record that were given."""

    def __init__(self, context: Context, session: Session, part: Entity, near: str, row: Row) -> None:
        self.context, self.session, self.part, self.near, self.row = context, session, part, near, row
        self.declared = {each.name: each for each in editable(part)}
        model: Any = part.model
        with session.no_autoflush:  # the record may still lack what it needs
            mine = select(model).where(getattr(model, near) == row.id, context.scope.visible(part, model))
            self.present: dict[str, Row] = {each.id: each for each in session.scalars(mine)}
        self.by_key = {self._key(each): each for each in self.present.values()}
        self.kept: dict[str, Row] = {}
        self.keys: dict[tuple[object, ...], str] = {}

    async def read(self, given: GivenArguments, where: tuple[str, ...]) -> None:
        """Read one part. Raises RefusedError."""
        stored = self._stored(given, where)
        read = self.part.model(**{self.near: self.row.id})
        columns = await self._columns(read, stored, given, where)
        if stored is None:
            stored = self.by_key.get(self._key(read))
            if stored is not None and stored.id in self.kept:
                stored = None
        if stored is None:
            self._require_given(read, given, where)
            part = read
        else:
            part = stored
            for column in columns:
                setattr(part, column, getattr(read, column))
        key = self._key(part)
        if key in self.keys:
            raise bad(f"It is the same as item {self.keys[key]} of the list; give it once.", *where)
        self.keys[key] = where[-1]
        self.kept[part.id] = part

    def _stored(self, given: GivenArguments, where: tuple[str, ...]) -> Row | None:
        identifier = given.get("id")
        if identifier is None:
            return None
        if identifier not in self.present:
            raise missing(f"{self.part.name} of this record", identifier, *where, "id")
        if identifier in self.kept:
            raise bad("This id is given twice.", *where, "id")
        return self.present[identifier]

    async def _columns(
        self, read: Row, stored: Row | None, given: GivenArguments, where: tuple[str, ...]
    ) -> Sequence[str]:
        """Put what was given into `read`, and return the columns that it sets."""
        columns: list[str] = []
        faults = Faults()
        before = {each: getattr(stored, each, None) for each in self.part.column_names} | {self.near: self.row.id}
        for name, value in given.items():
            if name == "id":
                continue
            declaration, here = self.declared[name], (*where, camel(name))
            with faults.noting():
                if isinstance(declaration, Relation):
                    identifier = await read_reference(self.context, declaration, value, read, here)
                    self._require_fitting(declaration, identifier, here)
                    setattr(read, declaration.column, identifier)
                else:
                    put(read, declaration, value, here)
                columns += _written(read, declaration)
        with faults.noting():
            require_own_parents(self.context, self.session, read, before, where)
        faults.settle()
        return columns

    def _require_fitting(self, declaration: Relation, identifier: str | None, where: tuple[str, ...]) -> None:
        if declaration.column == self.near:
            if identifier != self.row.id:
                raise bad("It belongs to the record that is written; leave this out.", *where)
        elif identifier == self.row.id:
            raise bad("It can't be the record itself.", *where)

    def _require_given(self, read: Row, given: GivenArguments, where: tuple[str, ...]) -> None:
        """Raise RefusedError for each required field that a new part lacks."""
        lacking = []
        for name, declaration in self.declared.items():
            columns = [sql_column(self.part.model, each) for each in declaration.columns]
            needed = any(not each.nullable and each.default is None for each in columns)
            titled = name == "title" and not columns[0].nullable
            if (needed or titled) and getattr(read, columns[0].key) in (None, {}):
                lacking.append(UserError(Code.BAD_USER_INPUT, "It is required.", (*where, camel(name))))
        if lacking:
            raise RefusedError(*lacking)

    def _key(self, part: Row) -> tuple[object, ...]:
        """What tells a part from the record's others: the columns by which data documents do."""
        return tuple(_comparable(part, name) for name in identity_of(self.part.model))

    def write(self) -> None:
        """Write what differs: what is gone first, because a new part may take its place."""
        gone = [each for identifier, each in self.present.items() if identifier not in self.kept]
        for each in gone:
            self.session.delete(each)
        self.session.flush()
        new = [each for each in self.kept.values() if each.id not in self.present]
        changed = any(self.session.is_modified(each) for each in self.kept.values())
        self.session.add_all(new)
        if gone or new or changed:
            touch(self.row)


def _written(read: Row, declaration: Declaration) -> Sequence[str]:
    """The columns of a field, with the days of a partial date."""
    names = [each.key for each in inspect(type(read)).columns]
    return [
        each for column in declaration.columns for each in (column, f"{column}_earliest", f"{column}_latest")
        if each in names
    ]  # fmt: skip


def _comparable(part: Row, name: str) -> object:
    value = getattr(part, name)
    if value is None:
        default = sql_column(type(part), name).default
        value = getattr(default, "arg", None) if default is not None and default.is_scalar else None
    return repr(sorted(value.items())) if isinstance(value, dict) else str(value)
