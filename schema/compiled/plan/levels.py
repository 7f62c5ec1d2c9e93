"""One statement and the functions that build objects from its rows.

A level belongs to one selection of one entity. To-one relations are joined to its statement. Fields with many rows, or
rows of several types, have their own level, read once for all rows of the level above.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    Text,
    and_,
    case,
    cast,
    literal_column,
)
from sqlalchemy.orm import aliased

from schema.compiled.response import values
from schema.compiled.response.failures import Failing, FieldLocation
from schema.compiled.run.actor_cache import ProfileCache
from schema.compiled.run.runtime import Runtime
from schema.declarations.base import Declaration, Model, Row, RowsSelect
from schema.declarations.entities import Entity
from schema.execution.errors import NotCompilable
from schema.sql.scope import Scope

Value = TypeVar("Value")

MOST_JOINS = 12
"""Relations joined to one statement; further ones get their own statements."""
_CACHED = 32
"""Cached texts of one level's statement, by profile and arguments."""

Fill = Callable[[Runtime, Sequence[Row], Any], object]
"""(runtime, the level's rows, the page as prepared) -> a value that generated code uses."""
Build = Callable[[Sequence[object], Sequence[object], Runtime], Any]
"""(rows, filled slots, runtime) -> what is made of the rows."""


@dataclass(frozen=True, slots=True)
class Output:
    """One column of the statement: a column of a source's row, an own-rule or mask of a field, or the parent's id."""

    source: Source | None
    name: str
    rule: Declaration | None = None
    masked: bool = False
    """Whether it is the mask of `rule`, not its own-rule."""
    raw: bool = False
    """Whether JSON is returned undecoded: bytes on SQLite, text on PostgreSQL."""


class Source:
    """A row that values are taken from: the level's own, or one joined to it."""

    def __init__(self, level: Level, entity: Entity, via: tuple[Source, str] | None = None) -> None:
        self.level = level
        self.entity = entity
        self.via = via
        self.key = "id"
        """The column by which it is joined."""
        self._alias: object = None

    @property
    def model(self) -> Model:
        """What statements name the row by: the entity's model, or while a statement is made an alias of it."""
        if self.via is None:
            return self.entity.model
        if self._alias is None:
            self._alias = aliased(self.entity.model)
        return self._alias

    def forget_alias(self) -> None:
        """Release the alias, which takes more memory than the rest of a plan."""
        self._alias = None

    def column(self, name: str, *, raw: bool = False) -> int:
        """Return the position of a column in the level's rows. Raises NotCompilable for an unknown column."""
        self.check(name)
        return self.level.output(Output(self, name, raw=raw))

    def check(self, name: str) -> None:
        """Raise NotCompilable if the table has no column of this name."""
        if name not in self.entity.table.c or not hasattr(self.entity.model, name):
            raise NotCompilable("column")

    def own(self, declaration: Declaration) -> int:
        """Return the position of 1 or 0: whether a field's own-rule holds for the row."""
        if declaration.readers is None or declaration.readers.own is None:
            raise NotCompilable("readers")
        return self.level.output(Output(self, declaration.name, declaration))

    def masked(self, declaration: Declaration) -> int:
        """Return the position of what the actor reads where a field's own-rule doesn't hold."""
        return self.level.output(Output(self, declaration.name, declaration, masked=True))

    def expression(self, output: Output, scope: Scope) -> ColumnElement[object]:
        """An output of this source in SQL."""
        if output.rule is not None:
            assert output.rule.readers is not None
            assert output.rule.readers.own is not None
            if output.masked and output.rule.masked is not None:
                return output.rule.masked(scope.actor, self.model)
            return case((output.rule.readers.own(scope.actor, self.model), 1), else_=0)
        expression: ColumnElement[object] = getattr(self.model, output.name)
        if output.raw:  # neither decoded nor read by the driver: most of it isn't needed
            return cast(expression, LargeBinary if scope.dialect == "sqlite" else Text)
        return expression


class Level:
    """The rows of one entity at one position of an operation."""

    visible = True
    """Whether the level's own rows are all visible to the actor."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.outputs: list[Output] = []
        self.base = Source(self, entity)
        self.joins: list[Source] = []
        self.references: dict[Output, None] = {}
        """Columns used by joins; not outputs for that reason alone."""
        self.names: dict[str, Any] = {each: getattr(values, each) for each in _HELPERS}
        self._places: dict[Output, int] = {}
        self._fills: list[tuple[Fill, FieldLocation | None]] = []
        self._guards: list[int] = []
        self._picking: str | None = None
        self._cache = ProfileCache(_CACHED)

    def output(self, output: Output) -> int:
        """Return the position of an output in the rows, adding it if necessary."""
        place = self._places.get(output)
        if place is None:
            place = self._places[output] = len(self.outputs)
            self.outputs.append(output)
        return place

    def join(self, source: Source, entity: Entity, column: str) -> Source | None:
        """Join the row whose id is in `column` of `source`; None if too many are joined already."""
        if len(self.joins) >= MOST_JOINS:
            return None
        source.check(column)
        self.references[Output(source, column)] = None
        joined = Source(self, entity, (source, column))
        self.joins.append(joined)
        return joined

    def extend(self, source: Source, extension: Entity) -> Source:
        """Join the row of a plugin's table that extends the row of `source`. Raises NotCompilable for too many joins.

        Several fields share the join.
        """
        for each in self.joins:
            if each.entity is extension and each.via is not None and each.via[0] is source:
                return each
        joined = self.join(source, extension, "id")
        if joined is None:
            raise NotCompilable("joins")
        joined.key = "record_id"
        return joined

    def slot(self, fill: Fill, location: FieldLocation | None = None) -> str:
        """Return the name of what `fill` gives in generated code; if it raises, a `Failing` of the location."""
        if self._guards:
            guards = tuple(self._guards)
            self._fills.append((lambda runtime, rows, state: fill(
                runtime, [row for row in rows if all(row[each] for each in guards)], state
            ), location))  # fmt: skip
        else:
            self._fills.append((fill, location))
        return f"x{len(self._fills) - 1}"

    @contextmanager
    def guarded(self, place: int) -> Iterator[None]:
        """Restrict slots created inside to rows with 1 at `place`: nothing is read for the others."""
        self._guards.append(place)
        try:
            yield
        finally:
            self._guards.pop()

    def picking_slot(self) -> str:
        """Return the name of the function that picks a multilingual text's language if none is requested."""
        if self._picking is None:
            self._picking = self.slot(_profile_picker)
        return self._picking

    def constant(self, value: object) -> str:
        """The name under which generated code sees `value`."""
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def compile(self, body: str) -> Build:
        """Compile a function of rows, filled slots and the runtime. `body` is an expression, or lines that return
        something."""
        slots = "".join(f"x{number}, " for number in range(len(self._fills)))
        unpacked = f"    {slots}= x\n" if slots else ""
        lines = body if body.startswith("    ") else f"    return {body}"
        scope = dict(self.names)
        exec(f"def build(rows, x, q):\n{unpacked}{lines}\n", scope)
        build: Build = scope["build"]
        return build

    def filled(self, runtime: Runtime, rows: Sequence[Row], state: object = None) -> list[object]:
        """The values of all slots; levels below are read here."""
        objects = []
        for fill, location in self._fills:
            try:
                objects.append(fill(runtime, rows, state))
            except Exception as problem:
                if location is None:
                    raise
                objects.append(Failing(runtime.failure(problem, location)))
        return objects

    def cached(self, runtime: Runtime, key: Hashable, make: Callable[[], Value]) -> Value:
        """What `make` gives for this kind of profile and `key`, made once unless plugins decide what is seen.

        One thread at a time builds statements of a level: SQLAlchemy's aliases are not thread-safe while in use.
        """
        return self._cache.get(runtime, (key, runtime.profile), lambda: self._built_alone(make))

    def _built_alone(self, make: Callable[[], Value]) -> Value:
        try:
            return make()
        finally:
            for joined in self.joins:
                joined.forget_alias()

    def finish(
        self, statement: RowsSelect, scope: Scope, base: Callable[[Output], ColumnElement[object]],
        further: Sequence[ColumnElement[object]], outputs: Sequence[Output] | None = None,
    ) -> RowsSelect:  # fmt: skip
        """`statement` with the relations joined, giving `outputs` (the level's) in their order, then `further`."""
        for joined in self.joins:
            assert joined.via is not None
            source, column = joined.via
            reference = base(Output(source, column)) if source.via is None else getattr(source.model, column)
            named_by = (source.entity.model, column) if self.visible or source.via is not None else None
            matches = and_(
                getattr(joined.model, joined.key) == reference, scope.visible(joined.entity, joined.model, named_by)
            )
            statement = statement.join(joined.model, matches, isouter=True)
        columns = [
            base(each) if each.source is None or each.source.via is None else each.source.expression(each, scope)
            for each in (self.outputs if outputs is None else outputs)
        ]
        wanted = [*columns, *further] or [literal_column("1")]
        return statement.with_only_columns(*wanted, maintain_column_froms=True)

    def direct(self, scope: Scope) -> Callable[[Output], ColumnElement[object]]:
        """Outputs of the level's own row, straight from its table."""
        return lambda output: self.base.expression(output, scope)


def _profile_picker(runtime: Runtime, rows: Sequence[Row], state: object) -> Callable[[Any], str | None]:
    return runtime.profile.picker if runtime.sqlite else runtime.profile.text_picker


_HELPERS = (
    "TRUTH", "amount", "currency", "encode", "loads", "members", "moment_postgresql", "moment_sqlite", "money_amount",
    "need", "partial_date", "pick_each", "real", "strings", "text_of", "translations",
    "not_compilable", "whole",
)  # fmt: skip
