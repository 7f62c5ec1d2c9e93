"""How files fill an entity: fields of an import, from declarations."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from enum import Enum

from sqlalchemy import String

from schema.declarations.base import Declaration
from schema.declarations.columns import (
    Column,
    Localized,
    LocalizedList,
    MoneyRange,
    MoneyValue,
    PartialDateValue,
    python_type,
    sql_column,
)
from schema.declarations.entities import Entity
from schema.declarations.extensions import Extension
from schema.declarations.relations import Listing, Relation
from store.imports.kinds import KINDS, Kind, Link
from store.imports.kinds import fields as build
from store.imports.kinds.field import Field
from store.imports.kinds.fields import CURRENCY, FICTIONAL
from store.imports.kinds.place_fields import location, places

_LINKED: Mapping[str, Callable[[str, str], Field]] = {
    "Concept": build.concepts,
    "Track": build.tracks,
    "Place": places,
    "Organisation": build.organisations,
}
"""Lists of these are written by name."""
_ADDRESSES: Mapping[str, Callable[[str, str], Field]] = {"email": build.email, "website": build.website}


def import_kind(entity: Entity) -> Kind | None:
    """Return how files of an entity are read; None where it isn't imported.

    Raises TypeError for a field that no file can fill.
    """
    if entity.imports is None or entity.root is None:
        return None
    declared = {name: entity.fields[name] for name in entity.imports}
    made = {name: list(_fields(entity, name, each, entity.imports[name])) for name, each in declared.items()}
    fields = [field for each in made.values() for field in each]
    if any(isinstance(each, MoneyRange | MoneyValue) for each in declared.values()):
        fields.append(CURRENCY)
    required = tuple(made[name][0].name for name, each in declared.items() if _is_required(each))
    identity = ("name",) if "name" in declared else required
    if not identity:
        raise TypeError(f"{entity.name} can't be imported: nothing identifies a row; import its name")
    seated = any(isinstance(each, Relation) and each.target == "Place" for each in declared.values())
    return Kind(
        entity.root[1],
        entity.model,
        (build.record_id(), build.serial_number(), *fields, FICTIONAL),
        required=required,
        identity=identity,
        links={name: _link(each) for name, each in declared.items() if isinstance(each, Listing)},
        file_names=(entity.root[1], entity.root[0]),
        place_column="place_id" if seated else None,
    )


def extension_fields(extension: Extension) -> Iterator[Field]:
    """Yield the fields of files that an extension adds to those of the records extended.

    Raises TypeError for a field that no file can fill: relations and amounts are set by mutation or data document.
    """
    for name, headers in extension.imports.items():
        declared = extension.entity.fields[name]
        if isinstance(declared, Relation | MoneyRange | MoneyValue):
            raise TypeError(
                f"{extension.on}.{name} can't be imported; leave it out of `imports`, and set it by mutation"
            )
        for each in _fields(extension.entity, name, declared, headers):
            yield dataclasses.replace(each, extension=extension.entity.model)


def _fields(entity: Entity, name: str, declared: Declaration, headers: str) -> Iterator[Field]:
    if isinstance(declared, Relation):
        yield from _reference(entity, name, declared, headers)
    elif isinstance(declared, Listing) and declared.join.through is not None and declared.join.target in _LINKED:
        yield _LINKED[declared.join.target](name, headers)
    elif isinstance(declared, MoneyRange | MoneyValue):
        yield build.amount(name, headers)
    elif isinstance(declared, LocalizedList):
        yield build.localized_list(declared.column, _and(name, declared.column, headers))
    elif isinstance(declared, Localized):
        yield build.localized(declared.column, _and(name, declared.column, headers))
    elif isinstance(declared, PartialDateValue):
        yield build.partial_date(declared.column, _and(name, declared.column, headers))
    elif isinstance(declared, Column) and (made := _column(declared, _and(name, declared.column, headers))):
        yield made
    else:
        raise TypeError(f"{entity.name}.{name} can't be imported; leave it out of `imports`, and set it by mutation")


def _reference(entity: Entity, name: str, declared: Relation, headers: str) -> Iterator[Field]:
    if declared.target == "Place" and declared.column == "place_id":
        yield from location()
    elif declared.target == "Organisation" and declared.column == "organisation_id":
        yield build.organisation("organisation", _and(name, "organisation", headers))
    elif (kind := _kind_of(entity, declared.target)) is not None and declared.column.endswith("_id"):
        column = declared.column.removesuffix("_id")
        yield build.reference(column, kind, _and(name, column, headers))
    else:
        raise TypeError(f"{entity.name}.{name} can't be imported: files name no {declared.target}")


def _kind_of(entity: Entity, target: str) -> str | None:
    """The kind of file in which the target's records come."""
    if target == entity.name and entity.root is not None:
        return entity.root[1]
    return next((kind.name for kind in KINDS.values() if kind.model.__name__ == target), None)


def _column(declared: Column, headers: str) -> Field | None:
    name, sql = declared.column, sql_column(declared.model, declared.column)
    kind = python_type(sql)
    if issubclass(kind, Enum):
        return build.choice(name, kind, headers)
    if kind is bool:
        return build.boolean(name, headers)
    if kind is int:
        return build.whole_number(name, headers)
    if kind is str:
        length = sql.type.length if isinstance(sql.type, String) else None
        return _ADDRESSES[name](name, headers) if name in _ADDRESSES else build.text(name, headers, length or 100_000)
    if kind is dict and isinstance(declared.items, type) and issubclass(declared.items, Enum):
        return build.choice_list(name, declared.items, headers)
    return build.text_list(name, headers) if declared.type.startswith("[String!]") else None


def _link(declared: Listing) -> Link:
    join = declared.join
    assert join.through is not None
    return Link(join.through, join.near, join.far)


def _is_required(declared: Declaration) -> bool:
    columns = [sql_column(declared.model, each) for each in declared.columns]
    return declared.name == "name" or any(not each.nullable and each.default is None for each in columns)


def _and(name: str, column: str, headers: str) -> str:
    """The field's name among its headers, where the column is called otherwise."""
    return headers if name == column else f"{name}|{headers}"
