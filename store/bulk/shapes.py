"""The shape of a table for writers of plain rows: columns, defaults, references."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Table

from store.models.base import UPKEEP, Editable, Identified, table_of
from store.values.ids import new_id
from store.values.partial_dates import PartialDate
from store.values.zoned_times import moments_of

Row = dict[str, Any]
"""Attribute name to Python value, as in an ORM object of the model."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A model's table. All names are attribute names, which are also the column names."""

    model: type[Identified]
    table: Table
    columns: tuple[str, ...]
    defaults: Mapping[str, Callable[[], object]]
    references: Mapping[str, str]
    """Attribute to the table it refers to, in the table's order."""
    nullable: frozenset[str]
    partial_dates: tuple[str, ...]
    zoned_times: tuple[str, ...]
    unlogged: frozenset[str]
    editable: bool

    @property
    def entity_type(self) -> str:
        """The table's name."""
        return str(self.table.name)


REFERENCES: dict[type[Identified], Mapping[str, str]] = {}
"""Columns of plugins' tables and the tables they refer to; core's are in the models' foreign keys."""
_SHAPES: dict[type[Identified], Shape] = {}


def forget_shape(model: type[Identified]) -> None:
    """Have the shape of `model` computed again, after a change of `REFERENCES`."""
    _SHAPES.pop(model, None)


def shape_of(model: type[Identified]) -> Shape:
    """Return the shape of `model`, computed once."""
    shape = _SHAPES.get(model)
    return _SHAPES.setdefault(model, _shape(model)) if shape is None else shape


def _shape(model: type[Identified]) -> Shape:
    table = table_of(model)
    columns = list(table.columns)
    return Shape(
        model=model,
        table=table,
        columns=tuple(column.key for column in columns),
        defaults={column.key: _default(column.default) for column in columns if column.default is not None},
        references={
            column.key: next(iter(column.foreign_keys)).target_fullname.rsplit(".", 1)[0]
            for column in columns
            if column.foreign_keys
        }
        | dict(REFERENCES.get(model, {})),
        nullable=frozenset(column.key for column in columns if column.nullable),
        partial_dates=tuple(column.key for column in columns if column.info.get("partial_date")),
        zoned_times=tuple(column.key for column in columns if column.info.get("zoned_time")),
        unlogged=UPKEEP | {c.key for c in columns if c.info.get("secret")},
        editable=issubclass(model, Editable),
    )


def _default(default: Any) -> Callable[[], object]:
    if default.is_callable:
        return lambda: default.arg(None)  # SQLAlchemy wraps a callable to take a context
    return lambda: default.arg


def complete(model: type[Identified], values: Mapping[str, object]) -> Row:
    """Complete a row: `values`, columns derived from them, defaults, and None for the rest."""
    shape = shape_of(model)
    row: Row = dict.fromkeys(shape.columns)
    row.update((name, default()) for name, default in shape.defaults.items() if values.get(name) is None)
    row.update((name, value) for name, value in values.items() if value is not None)
    row["id"] = values.get("id") or new_id(model.prefix)
    if shape.editable:
        row["version"] = 1
    row.update(derived(shape, row))
    return row


def derived(shape: Shape, values: Mapping[str, Any]) -> Row:
    """Return the columns that follow from those of `values`: days of partial dates, moments of zoned times."""
    found: Row = {}
    for name in shape.partial_dates:
        if name in values:
            found |= span(name, values[name])
    for name in shape.zoned_times:
        if name in values:
            found |= moments_of(name, values[name])
    return found


def span(name: str, value: PartialDate | None) -> Row:
    """Return the columns derived from the partial date column `name`."""
    return {
        f"{name}_earliest": value.earliest if value else None,
        f"{name}_latest": value.latest if value else None,
    }


def normal(value: object) -> object:
    """Normalise `value` for comparison: empty containers are None, decimals lose trailing zeros."""
    if isinstance(value, Decimal):
        return value.normalize()
    if isinstance(value, dict | list) and not value:
        return None
    return value
