"""Builds the schema: core's declarations, plugins' contributions, and the Strawberry types of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import strawberry
from strawberry.schema.config import StrawberryConfig

import schema.domain.catalogue  # noqa: F401  (fills CORE)
from schema.declarations.registry import Registry
from schema.types.accounts import account_mutations, define_accounts
from schema.types.audit import define_audit
from schema.types.changes import define_changes
from schema.types.common import define_common
from schema.types.curation.corrections import correction_queries
from schema.types.curation.merging import duplicate_queries
from schema.types.documents import define_uploads, document_mutations
from schema.types.entities import define_entities, fields_of
from schema.types.export import sdl
from schema.types.facets import define_facets
from schema.types.jobs import define_jobs, job_mutations, job_streams
from schema.types.mutations import define_mutations, telling_at_once
from schema.types.notifications import define_notifications, notification_mutations
from schema.types.plugins import define_plugin_types, mutation_fields_of, query_fields_of, registry_with
from schema.types.queries import query_fields
from schema.types.rankings.gaps import define_gaps
from schema.types.rankings.maps import define_maps
from schema.types.rankings.rankings import define_rankings
from schema.types.rankings.scenarios import define_scenario_types
from schema.types.roles import member_names
from schema.types.scalars import SCALARS
from schema.types.searching import define_search
from schema.types.server.capabilities import define_capabilities
from schema.types.subscriptions import define_subscriptions, plugin_streams
from schema.types.type_names import Names, object_type

if TYPE_CHECKING:
    from plugins.host.host import Host


class RoadshowSchema(strawberry.Schema):
    """The schema, with the declarations behind it."""

    registry: Registry

    def as_str(self) -> str:
        """Return the schema as text, types and fields sorted by name."""
        return sdl(self._schema).rstrip("\n")


def build_schema(host: Host | None = None) -> RoadshowSchema:
    """Return the schema of core and of the plugins that `host` runs; without a host of core alone.

    Raises
    ------
    plugins.host.errors.PluginStartError: what a plugin contributes doesn't fit the schema; the message names it.
    """
    registry = registry_with(host)
    names = Names()
    define_common(names, {} if host is None else member_names(host))
    define_scenario_types(names)
    define_jobs(names)
    define_notifications(names)
    define_uploads(names)
    define_entities(names, registry)
    queries = [*query_fields(names), *define_search(names, registry), *define_facets(names, registry)]
    queries += [*define_rankings(names, registry), *define_capabilities(names), *define_maps(names)]
    queries += [*define_gaps(names), *duplicate_queries(names), *correction_queries(names)]
    queries += [*define_accounts(names), *define_audit(names), *define_changes(names, registry)]
    queries += fields_of(names, registry, "Query", registry.root.values())
    scalars = dict(SCALARS)
    if host is not None:
        scalars |= define_plugin_types(names, registry, host)
        queries += query_fields_of(names, host)
    query = object_type(names, "Query", "Everything that can be asked.", queries)
    own = [*account_mutations(names), *job_mutations(names, registry), *document_mutations(names, registry)]
    own += notification_mutations(names)
    mutations = [*define_mutations(names, registry), *telling_at_once(own)]
    if host is not None:
        mutations += mutation_fields_of(names, host)
    mutation = object_type(names, "Mutation", "Everything that can be changed.", mutations)
    streams = [*define_subscriptions(names), *job_streams(names)]
    if host is not None:
        streams += plugin_streams(names, host)
    subscription = object_type(names, "Subscription", "Everything that can be watched.", streams)
    schema = RoadshowSchema(
        query=query,
        mutation=mutation,
        subscription=subscription,
        types=[names[each.name] for each in registry.entities.values()],
        config=StrawberryConfig(scalar_map=scalars, default_resolver=attribute_or_item),
    )
    schema.registry = registry
    return schema


def attribute_or_item(source: Any, name: str) -> Any:
    """Return a field's value without a resolver: an attribute, or an item of a mapping."""
    return source.get(name) if isinstance(source, Mapping) else getattr(source, name)
