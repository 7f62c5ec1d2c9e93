"""Entities and groups: classes whose attributes are field declarations.

    @entity(models.Programme, "What a city or body runs year after year.")
    class Programme:
        name = localized("Its name.", order=True)
        place = relation("Place", "Where it is held.", "place_id")

The attribute's name is the field's name in snake case; the class's name is the GraphQL type's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Table

from schema.declarations.base import Declaration, Model, Readers, RowRule
from schema.declarations.columns import TwofoldColumn, sql_column
from schema.declarations.filters import Filter
from store.models import Base, Editable, Identified
from store.models.base import table_of


@dataclass(frozen=True)
class Entity:
    """One GraphQL type with its own rows, and everything that can be done with it."""

    name: str
    model: type[Identified]
    description: str
    fields: Mapping[str, Declaration]
    rows: RowRule | None = None
    """Which rows an actor who isn't staff may see; None means all that aren't archived."""
    part_of: tuple[tuple[str, str], ...] = ()
    """(entity, column): a row is visible only if each of these, if not null, is."""
    shown_by: frozenset[tuple[type, str]] = frozenset()
    """(model, column) of rows that refer to this entity: where such a row is visible, `rows` holds for its target, so
    that statements joining the two omit it."""
    subject: str | None = None
    """A column with the id of an entity of any type: the row is visible only if that entity is."""
    filters: Mapping[str, Filter] = field(default_factory=dict)
    default_order: tuple[str, ...] = ()
    """Default order of lists; the id breaks ties."""

    @property
    def prefix(self) -> str:
        return self.model.prefix

    @property
    def archivable(self) -> bool:
        return issubclass(self.model, Editable)

    @property
    def table(self) -> Table:
        return table_of(self.model)


@dataclass(frozen=True)
class Group:
    """An object type whose fields come from the row of the entity that contains it."""

    name: str
    model: type[Base]
    description: str
    fields: Mapping[str, Declaration]


CORE: dict[str, Entity] = {}
"""Core's entities by name, filled when the modules of `schema.domain.catalogue` are imported."""
GROUPS: dict[str, Group] = {}


def entity(
    model: type[Identified],
    description: str,
    *,
    rows: RowRule | None = None,
    shown_by: Sequence[Model] = (),
    part_of: Sequence[tuple[str, str]] = (),
    subject: str | None = None,
    filters: Sequence[Filter] = (),
    default_order: Sequence[str] = (),
    whole: Readers | None = None,
) -> Callable[[type], type]:
    """Declare a GraphQL type for `model` by a class of declarations.

    `whole` says who reads everything in a row, if not everybody who sees it does: the others get version and time of
    the last write that they may know of.
    """

    def declare(body: type) -> type:
        CORE[body.__name__] = Entity(
            name=body.__name__,
            model=model,
            description=description,
            fields=_twofold(_bound(body, model), whole),  # type: ignore[arg-type]
            rows=rows,
            shown_by=frozenset((each.class_, each.key) for each in shown_by),
            part_of=tuple(part_of),
            subject=subject,
            filters={each.name: each for each in filters},
            default_order=tuple(default_order),
        )
        return body

    return declare


def group(model: type[Base], description: str) -> Callable[[type], type]:
    """Declare an object type of columns of `model`'s row."""

    def declare(body: type) -> type:
        GROUPS[body.__name__] = Group(body.__name__, model, description, _bound(body, model))
        return body

    return declare


def _twofold(fields: dict[str, Declaration], whole: Readers | None) -> dict[str, Declaration]:
    if whole is None:
        return fields
    shown = {"version": "public_version", "updated_at": "public_updated_at"}
    return {
        name: TwofoldColumn(**{**vars(each), "public": shown[name], "whole": whole}) if name in shown else each
        for name, each in fields.items()
    }


def _bound(body: type, model: type[Base]) -> dict[str, Declaration]:
    declared: dict[str, Declaration] = {}
    for part in body.__mro__:  # its own fields first, then the shared ones
        for name, value in vars(part).items():
            if isinstance(value, Declaration) and name not in declared:
                bound = value.bind(name, model)
                for column in bound.columns:
                    sql_column(model, column)  # report an unknown column here, not at the first query
                declared[name] = bound
    return declared
