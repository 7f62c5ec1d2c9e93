"""Extensions: stored fields that a plugin adds to an entity, kept in a table of the plugin's own.

The table has at most one row for each record, joined where one of its fields is asked for, so that statements that ask
for none are as they were.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, Unpack

from schema.declarations.base import Declaration
from schema.declarations.columns import (
    Column,
    Localized,
    MoneyRange,
    MoneyValue,
    PartialDateValue,
    Translations,
    TwofoldColumn,
    sql_column,
)
from schema.declarations.entities import Entity
from schema.declarations.relations import Relation
from store.models import Extension as ExtensionRow
from store.models import Identified
from store.models.base import PRIVATE

_STORED = (Column, Localized, MoneyRange, MoneyValue, PartialDateValue, Relation, Translations)
PERSONS = "Talent"
"""The entity whose records are persons: what extends them is erased with them."""


@dataclass(frozen=True, kw_only=True)
class Extended(Declaration):
    """A field of an entity whose value is in a plugin's table."""

    inner: Declaration
    """How it is stored there. Its readers are those of this declaration."""
    extension: Entity = dataclasses.field(compare=False, repr=False)
    """The plugin's table; no type of its own in the schema."""


class ExtensionOptions(TypedDict, total=False):
    """The options of `Extension.of`."""

    imports: Mapping[str, str] | None
    person: str | None


@dataclass(frozen=True)
class Extension:
    """Stored fields that a plugin adds to the entity `on`."""

    on: str
    entity: Entity
    imports: Mapping[str, str]
    """Fields that files fill, with their further headers, `a|b|c`."""
    person: str | None
    """A column with the talent whose personal data a row is."""

    @classmethod
    def of(cls, body: type, model: type[Identified], on: str, **options: Unpack[ExtensionOptions]) -> Extension:
        """Build the extension of the entity `on` from a class of declarations, whose values are in `model`'s table.

        Raises TypeError for a declaration or a column that can't be used, KeyError for a column that isn't there.
        """
        if not issubclass(model, ExtensionRow):
            raise TypeError(f"{model.__name__} must mix in models.Extension, whose record_id names the record extended")
        entity = Entity.of(body, model, f"What {body.__name__} adds to {on}.")
        for name, each in entity.fields.items():
            _check(body, name, each)
            for column in each.columns if each.readers is not None else ():
                sql_column(model, column).info.update(PRIVATE)  # who may not read it isn't told of its writes
        imports = options.get("imports") or {}
        for name in imports:
            if name not in entity.fields:
                raise KeyError(f"{body.__name__} imports {name}, which is none of its fields")
        person = options.get("person") or ("record_id" if on == PERSONS else None)
        if person is not None:
            sql_column(model, person)
        return cls(on, entity, imports, person)

    @property
    def name(self) -> str:
        return self.entity.name

    @property
    def prefix(self) -> str:
        return self.entity.prefix

    @property
    def table_name(self) -> str:
        return self.entity.table_name

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Its fields, as `Project.teamSize`."""
        return tuple(f"{self.on}.{name}" for name in self.entity.field_names)

    def fields(self, extended: Entity, owner: str) -> dict[str, Declaration]:
        """Return what it adds to the fields of `extended`; all may be null, because a record may have no row."""
        return {
            name: Extended(
                name=name,
                model=extended.model,
                description=each.description,
                type=each.type.rstrip("!"),
                arguments=each.arguments,
                readers=each.readers,
                filterable=each.filterable,
                sortable=each.sortable,
                editable=each.editable,
                editors=each.editors,
                owner=owner,
                inner=dataclasses.replace(each, readers=None),
                extension=self.entity,
            )
            for name, each in self.entity.fields.items()
        }


def _check(body: type, name: str, declared: Declaration) -> None:
    if not isinstance(declared, _STORED) or isinstance(declared, TwofoldColumn):
        raise TypeError(f"{body.__name__}.{name} is no field of one row: use a column, a text, an amount or a relation")
    for each in declared.columns:
        column = sql_column(declared.model, each)
        if not column.nullable and column.default is None:
            raise TypeError(
                f"the column '{each}' of {body.__name__} may not be null and has no default, but a record begins "
                "without a row: make it nullable"
            )
