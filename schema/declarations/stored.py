"""What the store has to know of an entity of a plugin: its references, lists and amounts."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from schema.declarations.columns import MoneyRange, MoneyValue
from schema.declarations.entities import Entity
from schema.declarations.extensions import Extension
from schema.declarations.importing import extension_fields, import_kind
from schema.declarations.relations import Listing, Relation
from store.documents.vocabulary import LinkField, MoneyField
from store.plugin_tables.registration import PluginTable


def plugin_table(entity: Entity, entities: Mapping[str, Entity]) -> PluginTable:
    """Return what the store knows of `entity`; `entities` are all there are, by name.

    Raises TypeError for an import that can't be read, KeyError for a reference that leads nowhere.
    """
    relations = [each for each in entity.fields.values() if isinstance(each, Relation) and each.target in entities]
    edited = {name: each.join for name, each in entity.fields.items() if isinstance(each, Listing) and each.editable}
    lists = {name: join for name, join in edited.items() if join.through is not None}
    money = {name: each for name, each in entity.fields.items() if isinstance(each, MoneyRange | MoneyValue)}
    return PluginTable(
        name=entity.name,
        model=entity.model,
        search=entity.search,
        references={each.column: entities[each.target].table_name for each in relations},
        links={name: LinkField(join.through, join.near, join.far) for name, join in lists.items() if join.through},
        link_targets={name: entities[join.target].table_name for name, join in lists.items()},
        money={name: _money(each) for name, each in money.items()},
        kind=import_kind(entity),
        person=entity.person,
    )


def extension_table(extension: Extension, entities: Mapping[str, Entity]) -> PluginTable:
    """Return what the store knows of an extension of one of `entities`. Raises TypeError or KeyError as above."""
    table = plugin_table(extension.entity, entities)
    extended = entities[extension.on]
    return dataclasses.replace(
        table,
        references={"record_id": extended.table_name, **table.references},
        person=extension.person,
        extends=extended.model,
        import_fields=tuple(extension_fields(extension)),
    )


def _money(declared: MoneyRange | MoneyValue) -> MoneyField:
    if isinstance(declared, MoneyRange):
        return MoneyField(declared.least, declared.most, declared.currency)
    return MoneyField(declared.amount, None, declared.currency)
