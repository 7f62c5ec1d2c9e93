"""The content of one schema: core's entities with the fields and rules that plugins add."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import ColumnElement

from plugins.host.contributions.type_references import TypeReference
from schema.declarations.base import Declaration, Model
from schema.declarations.entities import Entity, Group
from store.access.actors import Actor
from store.values.ids import prefix_of

ByIds: TypeAlias = Callable[..., Sequence[object | None]]
"""(context, ids) -> the values with these ids, in their order; None for what is unknown or hidden from the actor."""
RowRules: TypeAlias = Callable[[str, Actor, Model], Sequence[ColumnElement[bool]]]
"""(type's name, actor, model) -> further conditions, from plugins."""


def no_rules(type_name: str, actor: Actor, model: Model) -> Sequence[ColumnElement[bool]]:
    return ()


@dataclass(frozen=True)
class IdentifiedType:
    """A type whose values have ids but are no entities, such as accounts and what plugins define."""

    name: str
    prefix: str
    """Of its ids."""
    read: ByIds


@dataclass(frozen=True)
class Registry:
    """All declarations of one schema, frozen."""

    entities: Mapping[str, Entity]
    groups: Mapping[str, Group]
    row_rules: RowRules = no_rules
    """Plugins' rules; a failing one hides every row."""
    grants: RowRules = no_rules
    """Which further rows plugins show to the actor's account."""
    denials: Callable[[], int] = lambda: 0
    """Number of their failures: what was built meanwhile isn't cached."""
    root: Mapping[str, Declaration] = field(default_factory=dict)
    """The declared fields of `Query`."""
    referring: Mapping[str, Mapping[str, TypeReference]] = field(default_factory=dict)
    """Plugins' types that refer to entities of core, with the referring fields, by Python name."""
    identified: Mapping[str, IdentifiedType] = field(default_factory=dict)
    """Types beside entities whose values `node` reads, by prefix."""
    _by_prefix: Mapping[str, Entity] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_prefix", {each.prefix: each for each in self.entities.values()})

    def identified_by(self, identifier: str) -> IdentifiedType | None:
        """Return the type beside the entities that an id's prefix names, or None."""
        return self.identified.get(prefix_of(identifier) or "")

    def of_id(self, identifier: str) -> Entity | None:
        """Return the entity that an id's prefix names, or None."""
        return self._by_prefix.get(prefix_of(identifier) or "")
