"""A connection: one statement for the pages of all parents, one for their counts, and the objects built from them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Float, select

from schema.compiled.plan.arguments import Arguments
from schema.compiled.plan.levels import Build, Level, Output
from schema.compiled.plan.page_values import BOUNDS, LateQuery, PageRead, PageValue, PreparedPage, cut_page
from schema.compiled.response.failures import Failure, FieldLocation
from schema.compiled.response.values import encode
from schema.compiled.run.runtime import Runtime
from schema.compiled.run.statements import IDS, Statement, ids_value, late_ids, statement_of
from schema.declarations.base import GivenArguments, Row
from schema.declarations.entities import Entity
from schema.declarations.relations import Join
from schema.execution.errors import NotCompilable
from schema.sql import cursors, keyset
from schema.sql.keyset import OrderKey
from schema.sql.pages import KEY, NUMBER, PARENT, PageQuery

_CURSORS = ("after", "before")


class Pages(Level):
    """The pages of one connection field."""

    def __init__(self, entity: Entity, join: Join | None, arguments: Arguments) -> None:
        super().__init__(entity)
        self.join_of = join
        self.arguments = arguments
        self.parent = self.output(Output(None, PARENT)) if join is not None else None
        self.parts: list[tuple[str, Callable[[PageValue], object]]] = []
        self.counts = False
        self.reads = False
        self.marks = False
        """Whether cursors are built; then the order's key values follow the outputs."""
        self.edges: list[str] = []
        self.builds: list[Build] = []
        self.counting: dict[str, FieldLocation] = {}
        """Those of `parts` that need the count."""
        self.reading: dict[str, FieldLocation] = {}
        """Those of `parts` that need the rows."""

    def define(self) -> None:
        """Compile the functions of all `edges`; no output or slot is added afterwards."""
        self.builds = [self.compile(f"[{each} for r in rows]") for each in self.edges]

    def cursor_slot(self) -> str:
        """Return the name of the function that builds a row's cursor."""
        self.marks = True
        return self.slot(lambda runtime, rows, prepared: self.cursor_of(prepared))

    def cursor_of(self, prepared: PreparedPage) -> Callable[[Row], str]:
        """A function of a row that gives its cursor."""
        mark, start = prepared.query.mark, len(self.outputs)
        if prepared.plain:
            return lambda row: encode(mark, row[start:])
        processors = prepared.processors
        return lambda row: encode(
            mark, [process(value) if process else value for process, value in zip(processors, row[start:], strict=True)]
        )

    def read(self, runtime: Runtime, parents: Sequence[str] | None) -> Any:
        """Read the connection's object; with `parents`, one for each of them by id."""
        if parents is not None and not parents:
            return {}
        given = self.arguments.read_late(runtime.variables)
        page = self._found(runtime, parents, *given)
        if page.problem is not None and given[2] and getattr(page.problem, "field", None) not in _CURSORS:
            # A filter may refer to the id itself.
            page = self._found(runtime, parents, *self.arguments.read_whole(runtime.variables))
            if page.problem is None:
                self.arguments.without_late()
        if page.prepared is None:
            assert page.problem is not None
            raise page.problem
        return self._pages(runtime, parents, given[0], page.prepared, page)

    def _found(
        self, runtime: Runtime, parents: Sequence[str] | None, arguments: GivenArguments, key: Hashable,
        late: GivenArguments,
    ) -> PageRead:  # fmt: skip
        """Return what can be read."""
        page = PageRead()
        try:
            shape = {name: value for name, value in arguments.items() if name not in _CURSORS}
            page.prepared = self.cached(runtime, key, lambda: self._prepared(runtime, shape))
        except Exception as problem:
            page.problem = _noted(problem, runtime)
            return page
        if self.counts:
            try:
                page.counts = self._counts(runtime, key, page.prepared, parents, late)
            except Exception as problem:
                page.problem = page.not_counted = _noted(problem, runtime)
        if self.reads:
            try:
                page.rows = self._rows(runtime, key, page.prepared, arguments, parents, late)
            except Exception as problem:
                page.problem = page.not_read = _noted(problem, runtime)
        return page

    def _pages(
        self, runtime: Runtime, parents: Sequence[str] | None, arguments: GivenArguments, prepared: PreparedPage,
        page: PageRead,
    ) -> object:  # fmt: skip
        failures = self._failures(runtime, page) if page.problem is not None else None
        rows, counts = page.rows, page.counts
        if parents is None:
            cut = cut_page(prepared, arguments, rows)
            slots = self.filled(runtime, cut.rows, prepared)
            return self._object(PageValue(cut.rows, cut, counts, prepared, self, slots, runtime), failures)
        grouped: dict[str, list[object]] = {each: [] for each in parents}
        for row in rows:
            grouped[row[self.parent]].append(row)
        cuts = {each: cut_page(prepared, arguments, page) for each, page in grouped.items()}
        slots = self.filled(runtime, [row for cut in cuts.values() for row in cut.rows], prepared)
        return {
            each: self._object(
                PageValue(
                    cut.rows, cut, counts.get(each, 0) if counts is not None else 0, prepared, self, slots, runtime
                ),
                failures,
            )
            for each, cut in cuts.items()
        }

    def _failures(self, runtime: Runtime, page: PageRead) -> dict[str, Failure]:
        failures = {}
        for problem, locations in ((page.not_counted, self.counting), (page.not_read, self.reading)):
            if problem is not None:
                failures.update({key: runtime.failure(problem, location) for key, location in locations.items()})
        return failures

    def _object(self, page: PageValue, failures: Mapping[str, Failure] | None) -> dict[str, object]:
        if failures is None:
            return {key: part(page) for key, part in self.parts}
        return {key: failures[key] if key in failures else part(page) for key, part in self.parts}

    def _prepared(self, runtime: Runtime, shape: GivenArguments) -> PreparedPage:
        query = PageQuery(runtime.scope, self.entity, self.join_of, shape)
        processors = [_processor(key, runtime) for key in query.keys]
        return PreparedPage(query, processors, not any(processors))

    def _rows(
        self, runtime: Runtime, key: Hashable, prepared: PreparedPage, arguments: GivenArguments,
        parents: Sequence[str] | None, given: GivenArguments,
    ) -> list[object]:  # fmt: skip
        late = dict(given)
        nulls: dict[str, tuple[bool, ...]] = {}
        query = prepared.query
        for name, _ in BOUNDS:
            if (cursor := arguments.get(name)) is not None:
                try:
                    decoded = cursors.decode(cursor, query.mark, len(query.keys), name)
                    keyset.check(query.keys, decoded, name)
                except Exception:
                    self._check_filter(query)
                    raise
                nulls[name] = tuple(each is None for each in decoded)
                late.update({f"late_{name}_{i}": each for i, each in enumerate(decoded)})
        if parents is not None:
            late[IDS] = ids_value(runtime.sqlite, parents)
        statement: Statement = self.cached(
            runtime, ("rows", key, tuple(nulls.items())), lambda: self._statement(runtime, {**query.arguments, **nulls})
        )
        return statement.run(runtime, late)

    def _check_filter(self, query: PageQuery) -> None:
        """Raise what is wrong with the filter, which is said before anything about a cursor."""
        with self._cache.lock:
            query.condition()

    def _counts(
        self, runtime: Runtime, key: Hashable, prepared: PreparedPage, parents: Sequence[str] | None,
        given: GivenArguments,
    ) -> object:  # fmt: skip
        ids = None if parents is None else late_ids(runtime.dialect)
        statement: Statement = self.cached(
            runtime, ("count", key), lambda: statement_of(prepared.query.count(ids), runtime)
        )
        if parents is None:
            return statement.run(runtime, given)[0][0]
        return dict(statement.run(runtime, {**given, IDS: ids_value(runtime.sqlite, parents)}))

    def _statement(self, runtime: Runtime, arguments: GivenArguments) -> Statement:
        scope = runtime.scope
        query = LateQuery(scope, self.entity, self.join_of, arguments)
        nested = self.join_of is not None
        if not nested and (not self.joins or self._in_order_of_ids(query, runtime)):
            expressions = [key.expression for key in query.keys] if self.marks else []
            page = query.statement(None).select_from(self.entity.model)
            return statement_of(self.finish(page, scope, self.direct(scope), expressions), runtime)
        own = [each for each in dict.fromkeys((*self.outputs, *self.references)) if each.source is self.base]
        columns = [self.base.expression(each, scope).label(f"at_{i}") for i, each in enumerate(own)]
        inner = query.statement(late_ids(runtime.dialect) if nested else None, columns).subquery("page")
        places: dict[Output, ColumnElement[object]] = {each: inner.c[f"at_{i}"] for i, each in enumerate(own)}
        if nested:
            places[Output(None, PARENT)] = inner.c[PARENT]
        keys: list[ColumnElement[object]] = [inner.c[f"{KEY}{i}"] for i in range(len(query.keys))]
        order: list[ColumnElement[object]]
        if nested:
            order = [inner.c[PARENT], inner.c[NUMBER]]
        else:
            order = [
                clause
                for key, column in zip(query.keys, keys, strict=True)
                for clause in OrderKey(column, key.descending, key.nullable).clauses(query.sizes.backwards)
            ]
        statement = self.finish(select(inner).select_from(inner), scope, places.__getitem__, keys if self.marks else ())
        return statement_of(statement.order_by(*order), runtime)

    def _in_order_of_ids(self, query: PageQuery, runtime: Runtime) -> bool:
        """Return whether rows come by primary key, so that SQLite stops after a page without sorting.

        Otherwise the page is cut before anything is joined to it.
        """
        return (
            runtime.sqlite
            and len(query.keys) == 1
            and query.keys[0].expression is cast(object, self.entity.model.id)
            and query.arguments.get("filter") is None
        )


def _noted(problem: Exception, runtime: Runtime) -> Exception:
    """Return `problem` for later, or raise it again if the whole operation has ended."""
    if runtime.fast_path or isinstance(problem, NotCompilable | InterruptedError):
        raise problem
    return problem


_DOUBLE = 701
"""PostgreSQL's double precision type number, required by its driver's processors; SQLite's ignore it."""


def _processor(key: OrderKey, runtime: Runtime) -> Callable[[object], object] | None:
    dialect, kind = runtime.dialect, key.expression.type
    return kind.dialect_impl(dialect).result_processor(dialect, _DOUBLE if isinstance(kind, Float) else None)
