"""What a dry run shows: records as they would be, without an id, so that no cache takes them for what is stored."""

from __future__ import annotations

from typing import Any

from strawberry.types.field import StrawberryField

from schema.declarations.columns import Column, Localized, MoneyRange, MoneyValue, PartialDateValue, Translations
from schema.declarations.entities import Entity
from schema.declarations.registry import Registry
from schema.declarations.relations import Relation
from schema.domain.shared.problems import Payload
from schema.types.entities import fields_of
from schema.types.labels import with_article, words
from schema.types.type_names import Names, object_type, output_field

OF_THE_ROW = (Column, Localized, MoneyRange, MoneyValue, PartialDateValue, Relation, Translations)
"""Fields that a row which isn't stored has; lists and rankings are read from what is stored."""


def preview_field(names: Names, registry: Registry, kind: str) -> StrawberryField:
    """The field of a payload with the preview of `kind`, which is an entity or a list of one."""
    entity = registry.entities[kind.strip("[]!")]
    name = f"{entity.name}Preview"
    if name not in names:
        _define(names, registry, entity, name)
    return preview_as(names, kind.replace(entity.name, name))


def preview_as(names: Names, kind: str) -> StrawberryField:
    """The field of a payload with the preview, as a type of its own."""
    return output_field(
        names, "preview", kind, "As it would be, in a dry run alone. It has no id, so that "
        "caches don't take it for what is stored.", resolve=_preview,
    )  # fmt: skip


def _define(names: Names, registry: Registry, entity: Entity, name: str) -> None:
    shown = (each for each in entity.fields.values() if isinstance(each, OF_THE_ROW))
    one = with_article(words(entity.name))
    description = f"What {one} would be after a mutation that is tried in a dry run; without its lists."
    object_type(names, name, description, fields_of(names, registry, entity.name, shown))


def _preview(payload: Payload, *_: Any) -> Any:
    return payload.written if payload.dry_run else None
