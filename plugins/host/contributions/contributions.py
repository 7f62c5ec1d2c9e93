"""What a plugin may add: one plain, frozen dataclass per kind, without logic.

Every declaration remembers the file and line where it was written, so that a message can name it.
Types are referred to as in a GraphQL schema: `String!`, `[Sketch!]!`. Names are the GraphQL names: `camelCase`
for fields and arguments (a resolver gets its arguments in `snake_case`), `PascalCase` for types.
"""

from __future__ import annotations

from dataclasses import dataclass

from plugins.host.contributions.background.jobs import JobKind
from plugins.host.contributions.background.notifications import (
    Channel,
    NotificationKind,
    NotificationTemplate,
    OutgoingMessage,
)
from plugins.host.contributions.declarations import Declaration
from plugins.host.contributions.graphql import (
    REQUIRED,
    Argument,
    EnumType,
    Field,
    GraphQLType,
    InputType,
    Mutation,
    ObjectType,
    Query,
    ScalarType,
    Subscription,
    TypeField,
)
from plugins.host.contributions.http import (
    Command,
    Page,
    ProvidedIdentity,
    Route,
    Section,
    SignInProvider,
    SignInRequest,
    StaticFolder,
    Task,
)
from plugins.host.contributions.rules import FieldRule, Grant, MemberRole, MemberScope, OperationRule, RowRule
from plugins.host.contributions.services import Implementation, PluginHook, Service
from plugins.host.contributions.source_location import SourceLocation
from plugins.host.contributions.storage import (
    ChangeListener,
    DataDocuments,
    DocumentBytes,
    DocumentStore,
    ErasedPerson,
    Eraser,
    Exporter,
    Importer,
    Tables,
    UploadCheck,
)


@dataclass(frozen=True, kw_only=True)
class TakenName(Declaration):
    """A name that core defines by other means. `kind` is one of `Kind`'s values or `coordinate`."""

    kind: str
    name: str
    at: SourceLocation | None = None
    """Where it is defined; None means where this was written."""

    def check(self) -> None:
        if self.at is not None:
            object.__setattr__(self, "place", self.at)


@dataclass(frozen=True, kw_only=True)
class CoreEntity(Declaration):
    """An entity of core: its GraphQL type, its table, and the columns that a field's resolver may need."""

    name: str
    table: str
    columns: frozenset[str]


__all__ = [
    "REQUIRED",
    "Argument",
    "ChangeListener",
    "Channel",
    "Command",
    "DataDocuments",
    "Declaration",
    "DocumentBytes",
    "DocumentStore",
    "EnumType",
    "ErasedPerson",
    "Eraser",
    "Exporter",
    "Field",
    "FieldRule",
    "Grant",
    "GraphQLType",
    "Implementation",
    "Importer",
    "InputType",
    "JobKind",
    "MemberRole",
    "MemberScope",
    "Mutation",
    "NotificationKind",
    "NotificationTemplate",
    "ObjectType",
    "OperationRule",
    "OutgoingMessage",
    "Page",
    "PluginHook",
    "ProvidedIdentity",
    "Query",
    "Route",
    "RowRule",
    "ScalarType",
    "Section",
    "Service",
    "SignInProvider",
    "SignInRequest",
    "StaticFolder",
    "Subscription",
    "Tables",
    "TakenName",
    "Task",
    "TypeField",
    "UploadCheck",
]
