"""Levels read by ids: of the rows themselves, or of their parents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, String, bindparam, select

from schema.compiled.plan.levels import Build, Level, Output
from schema.compiled.run.runtime import Runtime
from schema.compiled.run.statements import ID, IDS, Statement, ids_value, late_ids, statement_of
from schema.declarations.entities import Entity
from schema.declarations.relations import Join
from schema.sql.pages import PARENT, listing_statement


class ById(Level):
    """The rows of one entity with given ids."""

    def __init__(self, entity: Entity) -> None:
        super().__init__(entity)
        self.identifier = self.base.column("id")
        self.build: Build | None = None

    def define(self, expression: str) -> None:
        """Define what is built from a row."""
        self.build = self.compile(f"{{r[{self.identifier}]: {expression} for r in rows}}")

    def read(self, runtime: Runtime, ids: Sequence[str]) -> dict[str, object]:
        """Objects by id, of those that the actor may see."""
        if not ids:
            return {}
        assert self.build is not None
        statement: Statement
        if len(ids) == 1:
            statement = self.cached(runtime, "one", lambda: self._statement(runtime, bindparam(ID, type_=String)))
            rows = statement.run_one(runtime, ids[0])
        else:
            statement = self.cached(runtime, "many", lambda: self._statement(runtime, late_ids(runtime.dialect)))
            rows = statement.run(runtime, {IDS: ids_value(runtime.sqlite, ids)})
        return self.build(rows, self.filled(runtime, rows), runtime) if rows else {}

    def _statement(self, runtime: Runtime, ids: Any) -> Statement:
        scope, identifier = runtime.scope, self.entity.model.id
        wanted = identifier == ids if isinstance(ids, BindParameter) else identifier.in_(ids)
        statement = select(identifier).where(wanted, scope.visible(self.entity, self.entity.model))
        return statement_of(
            self.finish(statement.select_from(self.entity.model), scope, self.direct(scope), ()), runtime
        )


class ByParent(Level):
    """All rows of a plain list, for all parents."""

    def __init__(self, entity: Entity, join: Join) -> None:
        super().__init__(entity)
        self.join_of = join
        self.parent = self.output(Output(None, PARENT))
        self.build: Build | None = None

    def define(self, expression: str) -> None:
        """Define what is built from a row."""
        self.build = self.compile(
            "    found = {}\n"
            "    for r in rows:\n"
            f"        o = {expression}\n"
            f"        p = r[{self.parent}]\n"
            "        if p in found:\n"
            "            found[p].append(o)\n"
            "        else:\n"
            "            found[p] = [o]\n"
            "    return found"
        )

    def read(self, runtime: Runtime, parents: Sequence[str]) -> dict[str, list[object]]:
        """Lists of objects by parent; without those that have none."""
        if not parents:
            return {}
        assert self.build is not None
        statement = self.cached(runtime, None, lambda: self._statement(runtime))
        rows = statement.run(runtime, {IDS: ids_value(runtime.sqlite, parents)})
        return self.build(rows, self.filled(runtime, rows), runtime) if rows else {}

    def _statement(self, runtime: Runtime) -> Statement:
        scope, join = runtime.scope, self.join_of
        statement = listing_statement(scope, self.entity, join, late_ids(runtime.dialect))
        parent = (
            getattr(join.through, join.near) if join.through is not None else getattr(self.entity.model, join.column)
        )
        direct = self.direct(scope)
        return statement_of(
            self.finish(statement, scope, lambda output: parent if output.source is None else direct(output), ()),
            runtime,
        )
