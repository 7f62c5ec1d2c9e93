"""The declared fields of `Query`: one entity by id, and pages of each kind."""

from __future__ import annotations

from collections.abc import Mapping

from schema.declarations.base import Argument, Declaration
from schema.declarations.columns import Column
from schema.declarations.entities import Entity
from schema.declarations.relations import Connection, Lookup
from schema.sql.scope import camel
from schema.types.labels import words

_KEYS: dict[str, tuple[str, str]] = {
    "id": ("ID", "Its id."),
    "external_id": ("String", "Its name in another system, with a namespace, such as `gb:320583`."),
}


def _keys(entity: Entity) -> tuple[str, ...]:
    """What a record of an entity is looked up by."""
    identifying = (key for key, each in entity.fields.items() if isinstance(each, Column) and each.identifying)
    return ("id", *identifying, *(["external_id"] if entity.writable else ()))


def _arguments(entity: Entity, keys: tuple[str, ...]) -> tuple[Argument, ...]:
    if keys == ("id",):
        return (Argument("id", "ID!", "Its id."),)
    known = {**{key: ("String", entity.fields[key].description) for key in keys if key not in _KEYS}, **_KEYS}
    return tuple(Argument(key, *known[key], None) for key in keys)


def _one_of(keys: tuple[str, ...]) -> str:
    if len(keys) == 1:
        return "id"
    return f"{', '.join(camel(key) for key in keys[:-1])} or {camel(keys[-1])}: give exactly one"


def root_fields(entities: Mapping[str, Entity]) -> dict[str, Declaration]:
    """Return lookups and connections by name."""
    declared: list[Declaration] = []
    for name, entity in entities.items():
        if entity.root is None:
            continue
        one, many = entity.root
        label, keys = words(name), _keys(entity)
        declared.append(
            Lookup(
                name=one, type=name, target=name, arguments=_arguments(entity, keys), keys=keys, owner=entity.owner,
                description=f"The {label} with this {_one_of(keys)}; null if there is none you may see.",
            )
        )  # fmt: skip
        declared.append(
            Connection(name=many, type=f"{name}Connection!", target=name, owner=entity.owner,
                       description=f"Every {label} you may see.")
        )  # fmt: skip
    return {each.name: each for each in declared}
