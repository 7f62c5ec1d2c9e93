"""What belongs to the scopes of a scoped organiser, as SQL.

The account's memberships name programmes, series and editions. A series belongs to its programme, an edition to its
series, and whatever is entered in an edition to that edition. Everything else belongs to the installation.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from schema.declarations.aliases import shared_alias
from schema.declarations.base import Model
from store import models
from store.access.actors import Actor
from store.enums import Role, ScopeKind
from store.values.column_types import UtcDateTime


class Moment(FunctionElement[datetime]):
    """The database's current time, in the form in which it stores times."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(Moment)
def _now(element: Moment, compiler: SQLCompiler, **_: object) -> str:
    return "now()"  # a function, unlike CURRENT_TIMESTAMP: `roadshow.testing` puts another in its place


@compiles(Moment, "sqlite")
def _now_on_sqlite(element: Moment, compiler: SQLCompiler, **_: object) -> str:
    return "strftime('%Y-%m-%d %H:%M:%f', 'now')"


def holds(actor: Actor, identifier: ColumnElement[str]) -> ColumnElement[bool]:
    """Select the rows in whose scope, named by `identifier`, the account now holds the plugin's role it acts in.

    A membership for the whole installation holds in every scope.
    """
    membership = shared_alias(models.Membership, "holds")
    return exists().where(
        _lasts(membership),
        membership.account_id == actor.subject_id,
        membership.role == actor.role,
        or_(membership.scope_kind == ScopeKind.INSTALLATION, membership.scope_id == identifier),
    )


def is_scoped(actor: Actor) -> bool:
    """Return whether the actor is a scoped organiser."""
    return actor.role is Role.SCOPED_ORGANISER and actor.subject_id is not None


def own_programme(actor: Actor, programme: Model) -> ColumnElement[bool]:
    """Select the programmes that the actor organises."""
    membership = shared_alias(models.Membership, "own_programme")
    own: ColumnElement[bool] = programme.id.in_(select(membership.scope_id).where(_holds(actor, membership)))
    return own


def own_series(actor: Actor, series: Model) -> ColumnElement[bool]:
    """Select the series that the actor organises, directly or through the programme."""
    membership = shared_alias(models.Membership, "own_series")
    own: ColumnElement[bool] = exists().where(
        _holds(actor, membership), membership.scope_id.in_([series.id, series.programme_id])
    )
    return own


def own_edition(actor: Actor, edition: Model) -> ColumnElement[bool]:
    """Select the editions that the actor organises, directly or through the series or programme."""
    own: ColumnElement[bool] = edition.id.in_(_editions(actor))
    return own


def of_own_edition(actor: Actor, row: Model) -> ColumnElement[bool]:
    """Select the rows entered in an edition that the actor organises."""
    if not is_scoped(actor):
        return false()
    own: ColumnElement[bool] = row.edition_id.in_(_editions(actor))
    return own


def of_own_programme(actor: Actor, row: Model) -> ColumnElement[bool]:
    """Select the rows that are part of a programme that the actor organises."""
    membership = shared_alias(models.Membership, "of_own_programme")
    own: ColumnElement[bool] = row.programme_id.in_(select(membership.scope_id).where(_holds(actor, membership)))
    return own


def is_own_project(actor: Actor, project: Model) -> ColumnElement[bool]:
    """Select a talent's own projects; for a scoped organiser, those entered in its scopes.

    Whoever acts for a project has that one, and whoever acts for an organisation those that it is behind.
    """
    if is_scoped(actor):
        return of_own_edition(actor, project)
    kind = (actor.subject_id or "").partition("_")[0]  # the plan of an operation may depend on it, not on the id
    column = {"prj": project.id, "org": project.organisation_id}.get(kind, project.owner_id)
    own: ColumnElement[bool] = column == actor.subject_id
    return own


def on_own_project(actor: Actor, identifier: ColumnElement[str]) -> ColumnElement[bool]:
    """Select the rows whose `identifier` names such a project."""
    project = shared_alias(models.Project, "on_own_project")
    return identifier.in_(select(project.id).where(is_own_project(actor, project)))


def _editions(actor: Actor) -> Select[str]:
    """Select the ids of the editions that the actor organises, in one flat statement, which many others contain."""
    tables = (models.Membership, models.EventEdition, models.EventSeries)
    membership, edition, series = (shared_alias(each, "editions") for each in tables)
    return (
        select(edition.id)
        .join(series, series.id == edition.series_id)
        .join(membership, membership.scope_id.in_([edition.id, series.id, series.programme_id]))
        .where(_holds(actor, membership))
    )


def _holds(actor: Actor, membership: Model) -> ColumnElement[bool]:
    """Select the memberships that make the actor's account an organiser now."""
    return and_(
        membership.account_id == actor.subject_id,
        membership.role == Role.ORGANISER,
        _lasts(membership),
    )


def _lasts(membership: Model) -> ColumnElement[bool]:
    return and_(membership.begins_at <= Moment(), or_(membership.ends_at.is_(None), membership.ends_at > Moment()))
