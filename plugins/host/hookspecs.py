"""The index of the plugin API: every hook, its arguments, one line, its stability, and what its failure means.

A hook is called once, at the start, for each plugin in its declared order. `settings` is the plugin's own
settings (an instance of `Manifest.settings`), or None. An implementation may leave out arguments that it
doesn't need. Each hook returns an iterable (a list, a generator) of contributions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from plugins.host.hook_markers import OnFailure, Stability, hookspec

if TYPE_CHECKING:
    from plugins.host.contributions import contributions
    from plugins.host.contributions.components import Component
    from plugins.host.contributions.entities import StoredEntity, StoredExtension


# What is remembered


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.LEAVE_OUT_PLUGIN)
def register_tables(settings: object) -> Iterable[contributions.Tables]:
    """Tables of the plugin's own, with the folder of their Alembic migrations."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.LEAVE_OUT_PLUGIN)
def register_entities(settings: object) -> Iterable[StoredEntity]:
    """Types with rows in tables of the plugin's own, with all that core's entities have."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.LEAVE_OUT_PLUGIN)
def register_extensions(settings: object) -> Iterable[StoredExtension]:
    """Stored fields on entities of core or of other plugins, kept in tables of the plugin's own."""
    return ()


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.SKIP_HOOK)
def register_data(settings: object) -> Iterable[contributions.DataDocuments]:
    """Concept schemes, programmes and other facts, or demo data, as YAML documents."""
    return ()


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.SKIP_HOOK)
def register_importers(settings: object) -> Iterable[contributions.Importer]:
    """Formats that `roadshow import` reads."""
    return ()


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.SKIP_HOOK)
def register_exporters(settings: object) -> Iterable[contributions.Exporter]:
    """Formats that `roadshow export` writes."""
    return ()


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.SKIP_HOOK)
def register_change_listeners(settings: object) -> Iterable[contributions.ChangeListener]:
    """Functions that read the change log, each at its own pace with its own durable cursor."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_erasers(settings: object) -> Iterable[contributions.Eraser]:
    """Functions that remove what the plugin keeps of a person who is erased."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.STOP_START)
def register_upload_checks(settings: object) -> Iterable[contributions.UploadCheck]:
    """Functions that look at each file that was sent, such as for viruses, and may refuse it."""
    return ()


# What can be asked


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.LEAVE_OUT_PLUGIN)
def register_types(settings: object) -> Iterable[contributions.GraphQLType]:
    """GraphQL types of the plugin's own."""
    return ()


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.SKIP_HOOK)
def register_fields(settings: object) -> Iterable[contributions.Field]:
    """Fields on types that exist already, resolved for a whole list of parents at once."""
    return ()


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.SKIP_HOOK)
def register_queries(settings: object) -> Iterable[contributions.Query]:
    """Fields on `Query`."""
    return ()


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.SKIP_HOOK)
def register_mutations(settings: object) -> Iterable[contributions.Mutation]:
    """Fields on `Mutation`."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_subscriptions(settings: object) -> Iterable[contributions.Subscription]:
    """Fields on `Subscription`."""
    return ()


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.STOP_START)
def register_permission_rules(
    settings: object,
) -> Iterable[contributions.RowRule | contributions.FieldRule | contributions.OperationRule]:
    """Rules that narrow who may see which rows, read which fields and run which mutation."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.LEAVE_OUT_PLUGIN)
def register_roles(settings: object) -> Iterable[contributions.MemberRole | contributions.MemberScope]:
    """Roles that accounts may hold, and kinds of scopes to hold them in."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_grants(settings: object) -> Iterable[contributions.Grant]:
    """Tables of the plugin's own that show single rows of an entity to single accounts."""
    return ()


# What fits what


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.SKIP_HOOK)
def register_blocks(settings: object) -> Iterable[Component]:
    """Blocks: further signals of the fit."""
    return ()


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.SKIP_HOOK)
def register_gates(settings: object) -> Iterable[Component]:
    """Gates: hard reasons why a pair is left out of a ranking."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_encoders(settings: object) -> Iterable[Component]:
    """Encoders: other ways to turn text into vectors, chosen by name in the settings."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_rerankers(settings: object) -> Iterable[Component]:
    """Rerankers: last steps that move what stands at the head of a ranking, and change nothing else."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_calibrators(settings: object) -> Iterable[Component]:
    """Calibrators: other ways to fit scores to outcomes, chosen by name in the settings."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_outcomes(settings: object) -> Iterable[Component]:
    """Sources of outcomes: tables of who chose which project when, on which weights are trained."""
    return ()


# The door


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.LEAVE_OUT_PLUGIN)
def register_storages(settings: object) -> Iterable[contributions.DocumentStore]:
    """Kinds of storage for the bytes of documents, chosen by an address in the settings."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_identity_providers(settings: object) -> Iterable[contributions.SignInProvider]:
    """Ways to sign in at identity providers, beside those of OpenID Connect in the settings."""
    return ()


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.SKIP_HOOK)
def register_routes(settings: object) -> Iterable[contributions.Route]:
    """URLs of the plugin's own, answered by a Starlette endpoint."""
    return ()


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.SKIP_HOOK)
def register_pages(settings: object) -> Iterable[contributions.Page]:
    """Pages for people, in the frame and navigation of Roadshow's own."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_sections(settings: object) -> Iterable[contributions.Section]:
    """Sections of core's pages of records."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_static(settings: object) -> Iterable[contributions.StaticFolder]:
    """A folder of files for the plugin's pages."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_services(
    settings: object,
) -> Iterable[contributions.Service | contributions.PluginHook | contributions.Implementation]:
    """Functions that other plugins may call, questions that they may answer, and answers to theirs, with versions."""
    return ()


@hookspec(stability=Stability.STABLE, on_failure=OnFailure.SKIP_HOOK)
def register_commands(settings: object) -> Iterable[contributions.Command]:
    """Commands of `roadshow`, as Typer applications or functions."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_tasks(settings: object) -> Iterable[contributions.Task]:
    """Work in the background while the server runs, in one process at a time."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_job_kinds(settings: object) -> Iterable[contributions.JobKind]:
    """Kinds of jobs: work longer than a request, with progress and a result, run by a worker."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_notification_kinds(settings: object) -> Iterable[contributions.NotificationKind]:
    """Kinds of notifications: what people are told, in their language, by the channels that they choose."""
    return ()


@hookspec(stability=Stability.PROVISIONAL, on_failure=OnFailure.SKIP_HOOK)
def register_channels(settings: object) -> Iterable[contributions.Channel]:
    """Channels: further ways for notifications to reach people, beside e-mail, feed and webhook."""
    return ()


# Core's own


@hookspec(stability=Stability.INTERNAL, on_failure=OnFailure.STOP_START)
def taken_names(settings: object) -> Iterable[contributions.TakenName]:
    """Names that core defines by other means, so that a clash with them is found."""
    return ()


@hookspec(stability=Stability.INTERNAL, on_failure=OnFailure.STOP_START)
def core_entities(settings: object) -> Iterable[contributions.CoreEntity]:
    """Entities of core, so that what plugins say about one that doesn't exist is found."""
    return ()
