"""What an actor saw before some changes: the rules of visibility, asked of tables as they were.

A rule may depend on any row: an organisation is shown by a project that is published. So a statement gets the past as
common table expressions with the tables' own names: unchanged rows of the table, and changed ones as they were.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum

from sqlalchemy import (
    CTE,
    JSON,
    BindParameter,
    Column,
    ColumnElement,
    Select,
    Table,
    TableValuedAlias,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import Session

from schema.declarations.columns import python_type
from store.enums import Operation
from store.models import Change

State = Mapping[str, object]
_AT_ONCE = 500
"""Rows per statement."""


def words_of(statement: Select[str], session: Session) -> frozenset[str]:
    """Return every name in a statement: all tables and columns that it depends on, and some more."""
    return frozenset(re.findall(r"\w+", str(statement.compile(dialect=session.get_bind().dialect))))


class PastStates:
    """The database before each of some changes, which are given oldest first; all later ones are among them."""

    def __init__(
        self, session: Session, tables: Mapping[str, Table], changes: Sequence[Change], words: frozenset[str]
    ) -> None:
        """`tables` are those of the changes by name; of their columns only `words` are needed."""
        self._session = session
        self._tables = tables
        self._columns = {
            name: [each for each in of.columns if each.key in {*words, "id"}] for name, of in tables.items()
        }
        logs: dict[tuple[str, str], list[tuple[int, Change]]] = defaultdict(list)
        for number, change in enumerate(changes):
            logs[change.entity_type, change.entity_id].append((number, change))
        self._states: dict[str, dict[str, list[tuple[int, State | None]]]] = defaultdict(dict)
        for name, of in tables.items():
            ids = [identifier for kind, identifier in logs if kind == name]
            rows = self._rows_now(of, ids)
            for identifier in ids:
                log = logs[name, identifier]
                self._states[name][identifier] = _states_before(of, rows.get(identifier), log)

    def seen(self, statement: Select[str], before: int) -> set[str]:
        """Return the ids that a statement finds before the change of this number."""
        past = [self._past(name, of, before) for name, of in self._tables.items()]
        return set(self._session.scalars(statement.add_cte(*past)))

    def _rows_now(self, of: Table, ids: Sequence[str]) -> dict[str, State]:
        rows: dict[str, State] = {}
        for start in range(0, len(ids), _AT_ONCE):
            wanted = select(of).where(of.c.id.in_(ids[start : start + _AT_ONCE]))
            rows |= {row["id"]: dict(row) for row in self._session.execute(wanted).mappings()}
        return rows

    def _past(self, name: str, of: Table, before: int) -> CTE:
        columns = self._columns[name]
        changed: list[str] = []
        states: list[list[object]] = []
        for identifier, log in self._states[name].items():
            state = next(((found,) for number, found in log if number >= before), None)
            if state is not None:
                changed.append(identifier)
                if state[0] is not None:
                    states.append([self._stored(each, state[0].get(each.key)) for each in columns])
        stored = table(name, *(column(each.key) for each in columns), schema=self._schema())
        unchanged = select(*(stored.c[each.key] for each in columns)).where(
            stored.c.id.not_in(select(self._part(self._listed(changed), None, None)))
        )
        listed = self._listed(states)
        were = select(*(self._part(listed, at, each).label(each.key) for at, each in enumerate(columns)))
        return union_all(unchanged, were).cte(name)

    # ---- lists as JSON, so that there may be any number of rows

    def _listed(self, values: Sequence[object]) -> TableValuedAlias:
        given: BindParameter[str] = bindparam(None, json.dumps(values, default=str), unique=True)
        if self._sqlite:
            return func.json_each(given).table_valued("value")
        return func.json_array_elements(cast(given, JSON)).table_valued(column("value", JSON))

    def _part(self, listed: TableValuedAlias, at: int | None, of: Column[object] | None) -> ColumnElement[object]:
        """Return an item of each listed row, as it is stored in a column; without a number the item itself."""
        value = listed.c.value
        if self._sqlite:
            return value if at is None else func.json_extract(value, f"$[{at}]")
        text = value.op("#>>")(literal_column("'{}'" if at is None else f"'{{{at}}}'"))
        return text if of is None else cast(text, of.type)

    def _stored(self, of: Column[object], value: object) -> object:
        dialect = self._session.get_bind().dialect
        process = of.type.dialect_impl(dialect).bind_processor(dialect)
        return value if process is None or value is None else process(value)

    def _schema(self) -> str:
        return "main" if self._sqlite else str(self._session.scalar(select(func.current_schema())))

    @property
    def _sqlite(self) -> bool:
        return self._session.get_bind().dialect.name == "sqlite"


def _states_before(of: Table, row: State | None, log: Sequence[tuple[int, Change]]) -> list[tuple[int, State | None]]:
    """Return a row before each of its changes, with their numbers; None where there was none yet."""
    state: dict[str, object] = dict(row or {})
    states: list[tuple[int, State | None]] = []
    for number, change in reversed(log):
        before = {"archived_at": None} if change.operation is Operation.ERASE else change.before or {}
        state = {**state, **{name: _typed(of, name, value) for name, value in before.items()}, "id": change.entity_id}
        states.append((number, None if change.operation is Operation.CREATE else state))
    return states[::-1]


def _typed(of: Table, name: str, value: object) -> object:
    found = of.columns.get(name)
    if value is None or found is None:
        return value
    kind = python_type(found)
    if issubclass(kind, Enum):
        return kind(value)
    if kind is datetime:
        return datetime.fromisoformat(str(value))
    if kind is date:
        return date.fromisoformat(str(value))
    return value
