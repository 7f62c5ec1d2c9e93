"""SQL compiled once: SQLAlchemy writes the text, the driver's cursor runs it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from sqlalchemy import Dialect, Select, String, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from schema.compiled.run.runtime import Runtime
from schema.declarations.base import GivenArguments, Row, RowsSelect
from schema.execution.errors import NotCompilable
from store.access.actors import Actor

IDS = "late_ids"
"""The parameter for ids known only when the statement runs."""
ID = "late_id"
"""The parameter for a single id."""

_NAME = re.compile("[A-Z_]{1,40}")


def late_ids(dialect: Dialect) -> Select[str]:
    """What `column IN` takes in place of ids that are given when the statement runs, however many."""
    if dialect.name == "sqlite":
        return select(func.json_each(bindparam(IDS, type_=String)).table_valued("value").c.value)
    return select(func.unnest(bindparam(IDS, type_=ARRAY(String))))


def ids_value(sqlite: bool, ids: Sequence[str]) -> object:
    """The value of `IDS`."""
    return orjson.dumps(ids).decode() if sqlite else list(ids)


class Statement:
    """One statement as text. Parameters named `late_…` are given when it runs, as are the ids of the actor's subject,
    of its account, and of what its jobs belong to, for which those of `everybody` stand; all others are fixed.

    Raises NotCompilable if such a stand-in has become part of something else.
    """

    __slots__ = ("_account", "_asker", "_given", "_late", "_own", "text")

    def __init__(self, statement: RowsSelect, dialect: Dialect, everybody: Actor | None) -> None:
        compiled = statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state(compiled.params)
        processors: dict[str, Any] = {**compiled._bind_processors, **state.processors}
        self.text: str = state.statement
        names = list(state.positiontup) if state.positiontup is not None else list(state.parameters)
        late: dict[str, tuple[Callable[[object], object] | None, list[int | str]]] = {}
        given: dict[int | str, object] = {}
        self._own: list[int | str] = []
        self._asker: list[int | str] = []
        self._account: list[int | str] = []
        placed: list[tuple[str, list[int | str]]] = []
        if everybody is not None:
            stand_ins = (everybody.subject_id, everybody.asker_id, everybody.account_id)
            slots = (self._own, self._asker, self._account)
            placed = [(each, places) for each, places in zip(stand_ins, slots, strict=True) if each is not None]
        for place, name in enumerate(names) if state.positiontup is not None else zip(names, names, strict=True):
            process = processors.get(name)
            if name.startswith("late_"):
                late.setdefault(name, (process, []))[1].append(place)
                given[place] = None
                continue
            value = state.parameters[name]
            given[place] = process(value) if process else value
            stood = next((each for each in placed if each[0] in str(value)), None)
            if stood is not None:
                if value != stood[0]:
                    raise NotCompilable("subject")
                stood[1].append(place)
            elif state.positiontup is None and (literal := _literal(value)) is not None:
                self.text = self.text.replace(f"%({name})s", literal)
                del given[place]
        if any(each in self.text for each, _ in placed):
            raise NotCompilable("subject")
        self._late = [(name, process, places) for name, (process, places) in late.items()]
        self._given: Any = given if state.positiontup is None else list(given.values())

    def run(self, runtime: Runtime, late: GivenArguments) -> list[Row]:
        """All rows. `late` gives the values of the late parameters, in Python's types."""
        values = self._given
        if self._late or self._own or self._asker or self._account:
            values = values.copy()
            for name, process, places in self._late:
                value = late[name]
                if process:
                    value = process(value)
                for place in places:
                    values[place] = value
            self._fill_in(values, runtime.actor)
        return runtime.fetch(self.text, values)

    def run_one(self, runtime: Runtime, identifier: str) -> list[object]:
        """All rows, with `identifier` for the only late parameter, `ID`."""
        values = self._given.copy()
        for place in self._late[0][2]:
            values[place] = identifier
        self._fill_in(values, runtime.actor)
        return runtime.fetch(self.text, values)

    def _fill_in(self, values: Any, actor: Actor) -> None:
        for place in self._own:
            values[place] = actor.subject_id
        for place in self._asker:
            values[place] = actor.asker_id
        for place in self._account:
            values[place] = actor.account_id


def _literal(value: object) -> str | None:
    """A member of an enum or a whole number as it may stand in SQL: the driver has less to do for it."""
    if type(value) is int:
        return str(value)
    return f"'{value}'" if isinstance(value, str) and _NAME.fullmatch(value) else None


def statement_of(statement: RowsSelect, runtime: Runtime) -> Statement:
    """A statement for everybody who sees by the scope of `runtime`."""
    return Statement(statement, runtime.dialect, None if runtime.volatile else runtime.profile.actor)
