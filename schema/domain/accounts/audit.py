"""Who may read what in the audit log: administrators everything, organisers their scopes without private notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from schema.declarations.base import GivenArguments, RowRule
from schema.declarations.errors import BadUserInputError, ForbiddenError, UnavailableError
from schema.declarations.extensions import Extended
from schema.domain.accounts.governing import governed
from schema.domain.shared.scopes import (
    is_own_project,
    is_scoped,
    of_own_edition,
    of_own_programme,
    on_own_project,
    own_edition,
    own_programme,
    own_series,
)
from schema.request.context import Context
from schema.sql.page_sizes import PageSizes
from store import models
from store.access.actors import Actor
from store.accounts.audit import PRIVATE, AuditBounds, AuditFilter, Entry
from store.backup.audit_archive import ArchiveError, missing_entries, read_page
from store.enums import Role
from store.models import Change

_OWN: tuple[tuple[Any, RowRule], ...] = (
    (models.Project, is_own_project),
    (models.Programme, own_programme),
    (models.Track, of_own_programme),
    (models.EventSeries, own_series),
    (models.EventEdition, own_edition),
    (models.Event, of_own_edition),
    (models.Interest, lambda actor, row: on_own_project(actor, row.project_id)),
    (models.Match, lambda actor, row: on_own_project(actor, row.project_id)),
    (models.Exposure, lambda actor, row: on_own_project(actor, row.project_id)),
    (models.Membership, governed),
    (models.Invitation, governed),
)
"""The rows whose changes a scoped organiser reads, together with those of what belongs to them."""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, newest first, and whether there are more on either side."""

    entries: Sequence[Any]
    has_next_page: bool
    has_previous_page: bool


def audit_log(_: object, context: Context, arguments: GivenArguments) -> AuditPage:
    """Read a page of the audit log. Raises ForbiddenError for everybody but organisers and administrators."""
    sizes = PageSizes.of(arguments, usual=50)
    wanted = AuditFilter(
        arguments.get("entity"),
        arguments.get("actor"),
        arguments.get("entity_type"),
        arguments.get("since"),
        arguments.get("until"),
    )
    among = _readable(context.actor)
    after, before = _position(arguments, "after"), _position(arguments, "before")
    bounds = AuditBounds(sizes.read + 1, after, before, sizes.backwards)
    own = None if among is None else lambda entries: _own_archived(context, entries)
    try:
        entries = read_page(context.session, _folder(context), wanted, bounds, among, own)
    except ArchiveError as problem:
        raise UnavailableError("An archive of the audit log can't be read; the server's log says which.") from problem
    page = sizes.cut(entries, after is not None, before is not None)
    return AuditPage(page.rows, page.has_next, page.has_previous)


def missing_archived(context: Context) -> int:
    """Return how many entries are in archives that this server doesn't have."""
    return missing_entries(context.session, _folder(context))


def _folder(context: Context) -> Path | None:
    return context.services.settings.audit.directory


def _own_archived(context: Context, entries: Sequence[Entry]) -> Sequence[Entry]:
    """Select what a scoped organiser may read of archived entries: of memberships and invitations that it governs."""
    shown: set[str] = set()
    for model in (models.Membership, models.Invitation):
        ids = {each["entity_id"] for each in entries if each["entity_type"] == model.__tablename__}
        if ids:
            shown |= {
                *context.session.scalars(select(model.id).where(model.id.in_(ids), governed(context.actor, model)))
            }
    return [each for each in entries if each["entity_id"] in shown]


def shown(context: Context, change: Change, values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the columns of an entry that the actor may read."""
    if values is None or context.actor.role is Role.ADMIN:
        return None if values is None else dict(values)
    hidden = {*PRIVATE.get(change.entity_type, ()), *_unread(context, change.entity_type)}
    return {name: value for name, value in values.items() if name not in hidden}


def _unread(context: Context, table: str) -> Iterator[str]:
    """Yield the columns of a table behind fields that the actor may not read, or by a plugin's rule not everywhere."""
    for entity in context.registry.entities.values():
        for each in entity.fields.values():
            stored, of = (each.inner, each.extension) if isinstance(each, Extended) else (each, entity)
            if of.table_name != table or each.readers is None:
                continue
            if not each.readers.may_read(context.actor) or (
                each.narrowed and not each.readers.everywhere(context.actor)
            ):
                yield from stored.columns


def _readable(actor: Actor) -> ColumnElement[bool] | None:
    if actor.role is Role.ADMIN or actor.role is Role.ORGANISER:
        return None
    if not is_scoped(actor):
        raise ForbiddenError(f"{actor.role} may not read the audit log; only organisers and administrators may.")
    return or_(*(_of(actor, model, rule) for model, rule in _OWN))


def _of(actor: Actor, model: Any, rule: RowRule) -> ColumnElement[bool]:
    row = aliased(model)
    own = select(row.id).where(rule(actor, row))
    if model in (
        models.Exposure,
        models.Membership,
        models.Invitation,
    ):  # their log entries belong to a subject or account
        return and_(Change.entity_type == model.__tablename__, Change.entity_id.in_(own))
    return Change.owner_id.in_(own)


def _position(arguments: GivenArguments, name: str) -> int | None:
    cursor = arguments.get(name)
    if cursor is None:
        return None
    if not cursor.isdecimal() or len(cursor) > 18:
        raise BadUserInputError(
            f"{name}: {cursor[:40]!r} isn't a cursor of the audit log; give one from its pageInfo.", field=name
        )
    return int(cursor)
