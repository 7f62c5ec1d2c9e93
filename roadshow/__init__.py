"""The plugin API: everything that a plugin may lean on, and nothing else.

What is here is stable within its version (`API_VERSION`); what isn't here may move. Names are imported when they
are first used, so that a plugin doesn't load the recommender to declare a field.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias
from warnings import warn

if TYPE_CHECKING:
    import plugins.host.context
    from plugins.host.context import command_context as command_context
    from plugins.host.contributions.contributions import REQUIRED as REQUIRED
    from plugins.host.contributions.contributions import Argument as Argument
    from plugins.host.contributions.contributions import ChangeListener as ChangeListener
    from plugins.host.contributions.contributions import Channel as Channel
    from plugins.host.contributions.contributions import Command as Command
    from plugins.host.contributions.contributions import DataDocuments as DataDocuments
    from plugins.host.contributions.contributions import DocumentBytes as DocumentBytes
    from plugins.host.contributions.contributions import DocumentStore as DocumentStore
    from plugins.host.contributions.contributions import EnumType as EnumType
    from plugins.host.contributions.contributions import ErasedPerson as ErasedPerson
    from plugins.host.contributions.contributions import Eraser as Eraser
    from plugins.host.contributions.contributions import Exporter as Exporter
    from plugins.host.contributions.contributions import Field as Field
    from plugins.host.contributions.contributions import FieldRule as FieldRule
    from plugins.host.contributions.contributions import Grant as Grant
    from plugins.host.contributions.contributions import Implementation as Implementation
    from plugins.host.contributions.contributions import Importer as Importer
    from plugins.host.contributions.contributions import InputType as InputType
    from plugins.host.contributions.contributions import JobKind as JobKind
    from plugins.host.contributions.contributions import MemberRole as MemberRole
    from plugins.host.contributions.contributions import MemberScope as MemberScope
    from plugins.host.contributions.contributions import Mutation as Mutation
    from plugins.host.contributions.contributions import NotificationKind as NotificationKind
    from plugins.host.contributions.contributions import NotificationTemplate as NotificationTemplate
    from plugins.host.contributions.contributions import ObjectType as ObjectType
    from plugins.host.contributions.contributions import OperationRule as OperationRule
    from plugins.host.contributions.contributions import OutgoingMessage as OutgoingMessage
    from plugins.host.contributions.contributions import Page as Page
    from plugins.host.contributions.contributions import PluginHook as PluginHook
    from plugins.host.contributions.contributions import ProvidedIdentity as ProvidedIdentity
    from plugins.host.contributions.contributions import Query as Query
    from plugins.host.contributions.contributions import Route as Route
    from plugins.host.contributions.contributions import RowRule as RowRule
    from plugins.host.contributions.contributions import ScalarType as ScalarType
    from plugins.host.contributions.contributions import Section as Section
    from plugins.host.contributions.contributions import Service as Service
    from plugins.host.contributions.contributions import SignInProvider as SignInProvider
    from plugins.host.contributions.contributions import SignInRequest as SignInRequest
    from plugins.host.contributions.contributions import StaticFolder as StaticFolder
    from plugins.host.contributions.contributions import Subscription as Subscription
    from plugins.host.contributions.contributions import Tables as Tables
    from plugins.host.contributions.contributions import Task as Task
    from plugins.host.contributions.contributions import TypeField as TypeField
    from plugins.host.contributions.contributions import UploadCheck as UploadCheck
    from plugins.host.errors import UserError as UserError
    from plugins.host.hook_markers import hookimpl as hookimpl
    from plugins.host.manifest import Manifest as Manifest
    from plugins.host.manifest import Permission as Permission
    from plugins.host.versions import API_VERSION as API_VERSION
    from recommender.blocks import Block as Block
    from recommender.blocks import Pair as Pair
    from recommender.encoders import Encoder as Encoder
    from recommender.fit.calibration import Calibrator as Calibrator
    from recommender.gates import Gate as Gate
    from recommender.interface.lazy import Reason as Reason
    from recommender.pool.profiles import Profile as Profile
    from recommender.pool.profiles import SubjectKind as SubjectKind
    from recommender.pool.projects import Projects as Projects
    from recommender.pool.ranked_kinds import Acts as Acts
    from recommender.pool.taxonomies import Taxonomies as Taxonomies
    from recommender.serving.rerankers import Candidate as Candidate
    from recommender.serving.rerankers import Reranker as Reranker
    from recommender.serving.rerankers import RerankRequest as RerankRequest
    from roadshow import outbox as outbox
    from roadshow import testing as testing
    from schema.declarations import Entity as Entity
    from schema.declarations import Extension as Extension
    from schema.declarations import Filter as Filter
    from schema.declarations import Ranked as Ranked
    from schema.declarations import Writers as Writers
    from schema.declarations import column as column
    from schema.declarations import connection as connection
    from schema.declarations import listing as listing
    from schema.declarations import localized as localized
    from schema.declarations import localized_list as localized_list
    from schema.declarations import money as money
    from schema.declarations import money_range as money_range
    from schema.declarations import partial_date as partial_date
    from schema.declarations import readers as readers
    from schema.declarations import relation as relation
    from schema.declarations import translations as translations
    from schema.domain.shared.external_ids import NamedElsewhere as NamedElsewhere
    from schema.domain.shared.external_ids import PersonNamedElsewhere as PersonNamedElsewhere
    from schema.domain.shared.fields import Dated as Dated
    from schema.domain.shared.fields import Documented as Documented
    from schema.domain.shared.fields import Edited as Edited
    from schema.domain.shared.idempotency import once as once
    from schema.domain.shared.scopes import holds as holds
    from store import enums as enums
    from store import models as models
    from store.access.actors import Actor as Actor
    from store.database import Database as Database
    from store.enums import Role as Role
    from store.search.fields import SearchFields as SearchFields
    from store.values.column_types import Json as Json
    from store.values.column_types import UtcDateTime as UtcDateTime
    from store.values.ids import new_id as new_id
    from store.values.localized import pick as pick
    from store.values.money import Money as Money
    from store.values.partial_dates import PartialDate as PartialDate
    from store.values.spreadsheets import csv_text as csv_text

    World: TypeAlias = Taxonomies
    Context: TypeAlias = plugins.host.context.Context[Actor]
    JobContext: TypeAlias = plugins.host.context.JobContext[Actor]
    PageContext: TypeAlias = plugins.host.context.PageContext[Actor]

_HOMES = {
    "plugins.host.context": ("Context", "JobContext", "PageContext", "command_context"),
    "plugins.host.contributions.contributions": (
        "REQUIRED", "Argument", "ChangeListener", "Channel", "Command", "DataDocuments", "DocumentBytes",
        "DocumentStore", "EnumType",
        "ErasedPerson", "Eraser", "Exporter", "Field", "FieldRule", "Grant",
        "Implementation", "Importer", "InputType", "JobKind", "MemberRole", "MemberScope", "Mutation",
        "NotificationKind", "NotificationTemplate", "ObjectType", "OperationRule", "OutgoingMessage", "Page",
        "PluginHook", "ProvidedIdentity", "Query", "Route", "RowRule", "ScalarType", "Section", "Service",
        "SignInProvider", "SignInRequest",
        "StaticFolder", "Subscription", "Tables", "Task", "TypeField", "UploadCheck",
    ),
    "plugins.host.errors": ("UserError",),
    "plugins.host.manifest": ("Manifest", "Permission"),
    "plugins.host.hook_markers": ("hookimpl",),
    "plugins.host.versions": ("API_VERSION",),
    "recommender.blocks": ("Block", "Pair"),
    "recommender.encoders": ("Encoder",),
    "recommender.fit.calibration": ("Calibrator",),
    "recommender.gates": ("Gate",),
    "recommender.pool.profiles": ("Profile", "SubjectKind"),
    "recommender.pool.projects": ("Projects",),
    "recommender.pool.ranked_kinds": ("Acts",),
    "recommender.serving.rerankers": ("Candidate", "RerankRequest", "Reranker"),
    "recommender.interface.lazy": ("Reason",),
    "recommender.pool.taxonomies": ("Taxonomies",),
    "roadshow": ("outbox", "testing"),
    "schema.declarations": (
        "Entity", "Extension", "Filter", "Ranked", "Writers", "column", "connection", "listing", "localized",
        "localized_list", "money", "money_range", "partial_date", "readers", "relation", "translations",
    ),
    "schema.domain.shared.external_ids": ("NamedElsewhere", "PersonNamedElsewhere"),
    "schema.domain.shared.fields": ("Dated", "Documented", "Edited"),
    "schema.domain.shared.idempotency": ("once",),
    "schema.domain.shared.scopes": ("holds",),
    "store": ("enums", "models"),
    "store.search.fields": ("SearchFields",),
    "store.access.actors": ("Actor",),
    "store.database": ("Database",),
    "store.enums": ("Role",),
    "store.values.ids": ("new_id",),
    "store.values.localized": ("pick",),
    "store.values.money": ("Money",),
    "store.values.partial_dates": ("PartialDate",),
    "store.values.column_types": ("Json", "UtcDateTime"),
    "store.values.spreadsheets": ("csv_text",),
}  # fmt: skip
"""For each module: the names that it lends to the plugin API."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
_RENAMED = {"World": "Taxonomies"}
"""Deprecated names, and what they are called now."""
_MODULES = frozenset({"enums", "models", "outbox", "testing"})

__all__ = sorted(_HOME_OF)


if not TYPE_CHECKING:  # a type checker knows the names above, and that there are no others

    def __getattr__(name: str) -> object:
        if (renamed := _RENAMED.get(name)) is not None:
            message = f"roadshow.{name} is deprecated until the next minor version; use roadshow.{renamed}"
            warn(message, DeprecationWarning, stacklevel=2)
            return __getattr__(renamed)
        home = _HOME_OF.get(name)
        if home is None:
            raise AttributeError(f"module 'roadshow' has no attribute {name!r}; it has: {', '.join(__all__)}")
        value = import_module(f"{home}.{name}") if name in _MODULES else getattr(import_module(home), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return list(__all__)
