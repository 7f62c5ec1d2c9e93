"""Rows that a mutation wrote, as its payload shows them: their own columns are not read again.

So a payload shows what was written at that moment, also in a dry run, which leaves nothing in the database, and also of
a row that the actor may no longer see. What is joined to the rows is read by one statement; what depends on them by
levels of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from sqlalchemy import JSON, Column, ColumnElement, Dialect, Float, String, bindparam, case, cast, exists, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import TableValuedAlias

from schema.compiled.plan.levels import Build, Level, Output
from schema.compiled.run.runtime import Runtime
from schema.compiled.run.statements import IDS, Statement, statement_of
from schema.declarations.entities import Entity
from schema.declarations.values import WrittenRow

Value = Callable[[WrittenRow], object]


class WrittenLevel(Level):
    """Rows of one entity that are in memory."""

    visible = False

    def __init__(self, entity: Entity, dialect: Dialect) -> None:
        super().__init__(entity)
        self.dialect = dialect
        self._build: Build | None = None
        self._own: list[tuple[int, Value]] = []
        """(output position, function of a row) of each column of the rows themselves."""
        self._read: list[int] = []
        """Output positions that a statement provides."""
        self._references: list[str] = []
        """Columns by which the statement finds what it joins."""

    def define(self, expression: str) -> None:
        """Define what is built from a row."""
        self._build = self.compile(f"[{expression} for r in rows]")
        for place, output in enumerate(self.outputs):
            if output.source is self.base and output.rule is None:
                self._own.append((place, _value(self.entity.table.c[output.name], output.raw, self.dialect)))
            else:
                self._read.append(place)
        looked_at = (each.name for each in self.references if each.source is self.base)
        self._references = list(dict.fromkeys(("id", *looked_at)))

    def read(self, runtime: Runtime, written: Sequence[WrittenRow]) -> list[object]:
        """An object for each row, in their order."""
        assert self._build is not None
        values = self._found(runtime, written)
        rows = []
        for number, row in enumerate(written):
            outputs: list[object] = [None] * len(self.outputs)
            for place, value in self._own:
                outputs[place] = value(row)
            if self._read:
                for place, value in zip(self._read, values[number], strict=True):
                    outputs[place] = value
            rows.append(outputs)
        found_objects: list[object] = self._build(rows, self.filled(runtime, rows), runtime)
        return found_objects

    def _found(self, runtime: Runtime, written: Sequence[WrittenRow]) -> dict[int, Sequence[Any]]:
        """Return the statement's result, by row number."""
        if not self._read:
            return {}
        statement = self.cached(runtime, None, lambda: self._statement(runtime))
        given = orjson.dumps([[getattr(row, name) for name in self._references] for row in written]).decode()
        return {row[-1]: row[:-1] for row in statement.run(runtime, {IDS: given})}

    def _statement(self, runtime: Runtime) -> Statement:
        scope, base = runtime.scope, self.base
        given, number, columns = _given(runtime, self._references)

        def expression(output: Output) -> ColumnElement[object]:
            if output.rule is None:
                return columns[output.name]
            assert output.rule.readers is not None
            assert output.rule.readers.own is not None
            model = base.model
            if output.masked and output.rule.masked is not None:
                masked = select(output.rule.masked(scope.actor, model)).where(model.id == columns["id"])
                return masked.correlate_except(model).scalar_subquery()
            mine = exists().where(model.id == columns["id"], output.rule.readers.own(scope.actor, model))
            return case((mine.correlate_except(model), 1), else_=0)

        wanted = [self.outputs[place] for place in self._read]
        statement = self.finish(select(number).select_from(given), scope, expression, (number,), wanted)
        return statement_of(statement, runtime)


def _given(
    runtime: Runtime, names: Sequence[str]
) -> tuple[TableValuedAlias, ColumnElement[object], dict[str, ColumnElement[object]]]:
    """Rows that are given as JSON when the statement runs: their table, each row's number, its columns by name."""
    columns: dict[str, ColumnElement[object]]
    if runtime.sqlite:
        rows = func.json_each(bindparam(IDS, type_=String)).table_valued("key", "value", name="given")
        columns = {name: func.json_extract(rows.c.value, f"$[{i}]", type_=String) for i, name in enumerate(names)}
        return rows, rows.c.key, columns
    packed = func.jsonb_array_elements(cast(bindparam(IDS, type_=String), JSONB(none_as_null=True)))
    rows = packed.table_valued("value", with_ordinality="number", name="given").render_derived()
    columns = {name: rows.c.value.op("->>")(i) for i, name in enumerate(names)}
    return rows, rows.c.number - 1, columns


def _value(column: Column[object], raw: bool, dialect: Dialect) -> Value:
    """A function of a row that gives a column's value as the driver would, had it read the row."""
    name, kind = column.key, column.type
    sqlite = dialect.name == "sqlite"
    if isinstance(kind, JSON):
        if raw or sqlite:  # without spaces, in key order: readers don't mind
            return lambda row: _packed(getattr(row, name), as_bytes=raw and sqlite)
        return lambda row: getattr(row, name)
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    if isinstance(kind, Float):
        return lambda row: None if (value := getattr(row, name)) is None else float(value)
    return lambda row: process(getattr(row, name)) if process else getattr(row, name)


def _packed(value: object, *, as_bytes: bool) -> object:
    if value is None:
        return None
    packed = orjson.dumps(value)
    return packed if as_bytes else packed.decode()
