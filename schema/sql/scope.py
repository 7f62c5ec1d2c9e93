"""The actor, its languages, and the condition under which it sees a row: the same for every kind of query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, or_, true

from schema.declarations.aliases import shared_alias
from schema.declarations.base import STAFF, Declaration, Model
from schema.declarations.columns import Column, TwofoldColumn
from schema.declarations.entities import Entity
from schema.declarations.errors import ForbiddenError
from schema.declarations.registry import Registry
from schema.declarations.relations import Join, Relation
from store.access.actors import Actor


@dataclass(frozen=True)
class Scope:
    """What the SQL conditions of one operation depend on."""

    actor: Actor
    languages: tuple[str, ...]
    """BCP 47 tags to try, best first: those of the request, then those of the settings."""
    registry: Registry
    dialect: str = "sqlite"

    def entity(self, name: str) -> Entity:
        return self.registry.entities[name]

    def visible(
        self,
        entity: Entity | str,
        model: Model,
        named_by: tuple[type, str] | None = None,
        listed_by: Join | None = None,
    ) -> ColumnElement[bool]:
        """Return the condition under which the actor sees a row of `model` (the entity's model or an alias of it).

        `named_by` is the model and column of a visible row to which the row is joined; `listed_by` is the join by
        which rows are listed below their parents.
        """
        entity = self.entity(entity) if isinstance(entity, str) else entity
        conditions: list[ColumnElement[bool]] = []
        if self.actor.role not in STAFF:
            if entity.archivable:
                conditions.append(model.archived_at.is_(None))
            usual: list[ColumnElement[bool]] = []
            if entity.rows is not None and named_by not in entity.shown_by:
                usual.append(entity.rows(self.actor, model))
            usual.extend(self._parent_visible(name, getattr(model, column)) for name, column in entity.part_of)
            if entity.subject is not None:
                parent = listed_by.parent if listed_by and listed_by.column == entity.subject else None
                subject = getattr(model, entity.subject)
                usual.append(self._subject_visible(subject, entity.subject_edited, parent))
            granted = self.registry.grants(entity.name, self.actor, model)
            conditions += [or_(and_(*usual), *granted)] if usual and granted else usual
        conditions.extend(self.registry.row_rules(entity.name, self.actor, model))
        return all_of(conditions)

    def _parent_visible(self, name: str, identifier: ColumnElement[str]) -> ColumnElement[bool]:
        return or_(identifier.is_(None), self._row_visible(name, identifier))

    def _row_visible(self, name: str, identifier: ColumnElement[str]) -> ColumnElement[bool]:
        parent = shared_alias(self.entity(name).model, "visible")  # part of no other of its kind, so never nested
        return exists().where(parent.id == identifier, self.visible(name, parent))

    def _subject_visible(
        self, identifier: ColumnElement[str], edited: bool, parent: type | None
    ) -> ColumnElement[bool]:
        """Return the condition for entities of any type, or of `parent` alone; only types that hide rows need a check.

        Those that are `edited` all do, because they are archived.
        """
        entities = self.registry.entities.values()
        types = [each for each in entities if not each.subject and parent in (None, each.model)]
        if edited:
            written = [each for each in types if each.writers is not None]
            return or_(false(), *(self._row_visible(each.name, identifier) for each in written))
        hiding = [each for each in types if _hides_rows(self, each)]
        known = [or_(*(identifier.startswith(f"{each.prefix}_", autoescape=True) for each in hiding))] if hiding else []
        seen = [self._parent_visible(each.name, identifier) for each in hiding]
        return or_(~known[0], *seen) if known else true()

    def value(self, declaration: Column | Relation, model: Model) -> Any:
        """The column of a field, in the form in which the actor reads it in each row."""
        if not isinstance(declaration, TwofoldColumn):
            return getattr(model, declaration.column)
        full, public = (getattr(model, each.column) for each in declaration.forms)
        whole = declaration.whole
        if whole.everywhere(self.actor):
            return full
        if whole.own is None or not whole.may_read(self.actor):
            return public
        return case((whole.own(self.actor, model), full), else_=public)

    def require(self, entity_name: str, declaration: Declaration) -> None:
        """Raise ForbiddenError unless the actor may read the field."""
        if declaration.readers is not None and not declaration.readers.may_read(self.actor):
            raise ForbiddenError(f"{self.actor.role} may not read {entity_name}.{camel(declaration.name)}.")

    def require_filterable(self, entity: str, field: str) -> None:
        """Raise ForbiddenError if a filter by the field would reveal it."""
        self.require_everywhere(entity, self.entity(entity).fields[field], "filter")

    def require_everywhere(self, entity_name: str, declaration: Declaration, purpose: str) -> None:
        """Raise ForbiddenError if an order or a filter by the field would reveal it."""
        if declaration.readers is not None and not declaration.readers.everywhere(self.actor):
            raise ForbiddenError(
                f"{self.actor.role} may not {purpose} by {entity_name}.{camel(declaration.name)}, "
                "a field that it may not read on every row."
            )


def _hides_rows(scope: Scope, entity: Entity) -> bool:
    return entity.archivable or entity.rows is not None or bool(entity.part_of)


def all_of(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the conjunction; true if empty."""
    return and_(*conditions) if conditions else true()


def camel(name: str) -> str:
    """Convert `landing_place` to the schema's `landingPlace`."""
    head, *rest = name.strip("_").split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


def snake(name: str) -> str:
    """Convert `landingPlace` to Python's `landing_place`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
