"""SQL compiled once: SQLAlchemy writes the text, the driver's cursor runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Dialect, Select, String, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

IDS = "late_ids"
"""The parameter that holds ids, known only when the statement runs."""

Fetch = Callable[[str, Any], list[Any]]
"""(text, parameters) -> all rows, as the driver gives them."""


def late_ids(dialect: Dialect) -> Any:
    """What `column IN` takes in place of ids that are given when the statement runs, however many."""
    if dialect.name == "sqlite":
        return select(func.json_each(bindparam(IDS, type_=String)).table_valued("value").c.value)
    return select(func.unnest(bindparam(IDS, type_=ARRAY(String))))


def ids_value(dialect_name: str, ids: Sequence[str]) -> Any:
    """The value of `IDS`."""
    return orjson.dumps(ids).decode() if dialect_name == "sqlite" else list(ids)


class Statement:
    """One statement as text; parameters named `late_…` are given when it runs, all others are fixed."""

    __slots__ = ("_fixed", "_late", "_names", "_positional", "text")

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state(compiled.params)
        processors: dict[str, Any] = {**compiled._bind_processors, **state.processors}
        self.text: str = state.statement
        names = list(state.positiontup) if state.positiontup is not None else list(state.parameters)
        self._positional = state.positiontup is not None
        self._names = names
        self._late = {name: processors.get(name) for name in names if name.startswith("late_")}
        self._fixed: dict[str, Any] = {}
        for name in names:
            if name not in self._late:
                value, process = state.parameters[name], processors.get(name)
                self._fixed[name] = process(value) if process else value

    def run(self, fetch: Fetch, late: Mapping[str, Any]) -> list[Any]:
        """All rows. `late` gives the values of the late parameters, in Python's types."""
        if not self._late:
            return fetch(self.text, self._parameters(self._fixed))
        values = dict(self._fixed)
        for name, process in self._late.items():
            value = late[name]
            values[name] = process(value) if process else value
        return fetch(self.text, self._parameters(values))

    def _parameters(self, values: dict[str, Any]) -> Any:
        return [values[name] for name in self._names] if self._positional else values
