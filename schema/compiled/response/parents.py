"""Rows of a level as batch resolvers get them: objects with the columns they need, in Python types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace

from schema.compiled.plan.builder import Builder
from schema.compiled.plan.levels import Source
from schema.declarations.base import Row


def parents_of(builder: Builder, source: Source, needs: Sequence[str]) -> Callable[[Sequence[object]], list[object]]:
    """A function of a level's rows that gives one object for each row of `source`, each once, in order."""
    columns = source.entity.table.c
    names = list(dict.fromkeys(("id", *(needs or columns.keys()))))
    places = [source.column(name) for name in names]
    dialect = builder.dialect
    readers = [columns[name].type.dialect_impl(dialect).result_processor(dialect, None) for name in names]

    def made(rows: Sequence[Row]) -> list[object]:
        columns: dict[str, object] = {}
        for row in rows:
            identifier = row[places[0]]
            if identifier is None or identifier in columns:
                continue
            columns[identifier] = SimpleNamespace(**{
                name: read(row[place]) if read else row[place]
                for name, place, read in zip(names, places, readers, strict=True)
            })  # fmt: skip
        return list(columns.values())

    return made
