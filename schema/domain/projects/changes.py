"""Changes of projects, from the change log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from schema.declarations.base import Declaration, GivenArguments, Model
from schema.declarations.entities import Entity
from schema.declarations.errors import BadUserInputError
from schema.declarations.extensions import Extended
from schema.request.context import Context, Follower, open_context
from schema.sql.pages import rows_statement
from store.enums import Operation
from store.models import Change
from store.models.base import is_public

MOST_IDS = 1_000


@dataclass(frozen=True, slots=True)
class ProjectChange:
    """One write of a project or of one of its parts."""

    project_id: str
    operation: Operation
    at: datetime
    position: int
    visible: bool


async def project_changed(_: object, context: Context, arguments: GivenArguments) -> AsyncIterator[ProjectChange]:
    """Yield changes of visible projects, and the last one of a project that becomes hidden.

    Raises BadUserInputError or UnavailableError before anything is watched.
    """
    ids = arguments.get("ids")
    if ids is not None and len(ids) > MOST_IDS:
        raise BadUserInputError(f"Watch at most {MOST_IDS} projects by id.", field="ids")
    known = await asyncio.to_thread(_visible, context, ids) if ids else set()
    return _project_changes(context, context.follower, None if ids is None else set(ids), known)


async def _project_changes(
    context: Context, follower: Follower, wanted: set[str] | None, known: set[str]
) -> AsyncIterator[ProjectChange]:
    async for change in follower.follow():
        identifier = change.owner_id
        if not identifier.startswith("prj_") or (wanted is not None and identifier not in wanted):
            continue
        visible = bool(await asyncio.to_thread(_visible, context, [identifier]))
        if not visible and identifier not in known:
            continue
        known.add(identifier) if visible else known.discard(identifier)
        own = change.entity_id == identifier
        if not own and not await asyncio.to_thread(_told, context, change):
            continue
        operation = change.operation if own else Operation.UPDATE
        yield ProjectChange(identifier, operation, change.at, change.sequence, visible)


def _told(context: Context, change: Change) -> bool:
    """Whether the actor may know of a write of what belongs to a project: it sees the row and a column written."""
    entity = context.registry.of_id(change.entity_id)
    if entity is None:
        return _of_extension_told(context, change)
    if change.operation is Operation.DELETE:
        return _could_be_seen(context, entity, change.before or {})
    written = set(change.after or ()) - {"version"}
    readers = [
        each.readers
        for each in entity.fields.values()
        if each.readers is not None and written.intersection(each.columns)
    ]
    model: Model = entity.model
    with open_context(context.services, context.actor, context.languages, context.request) as own:
        conditions = [model.id == change.entity_id, own.scope.visible(entity, model)]
        if change.operation is Operation.UPDATE and not is_public(model, written):
            if not any(each.may_read(context.actor) for each in readers):
                return False
            if not any(each.everywhere(context.actor) for each in readers):
                conditions.append(or_(*(each.own(context.actor, model) for each in readers if each.own is not None)))
        return own.session.scalar(select(model.id).where(*conditions)) is not None


def _of_extension_told(context: Context, change: Change) -> bool:
    """Whether the actor may know of a write of a plugin's row that extends a project: it may read a field written."""
    written = {*(change.before or ()), *(change.after or ())} - {"id", "record_id"}
    fields = context.registry.entities["Project"].fields.values()
    touched = [
        each
        for each in fields
        if isinstance(each, Extended)
        and each.extension.table_name == change.entity_type
        and written.intersection(each.inner.columns)
    ]
    return not touched or any(_reads(context, each, change.owner_id) for each in touched)


def _reads(context: Context, declaration: Declaration, identifier: str) -> bool:
    rule = declaration.readers
    if rule is None or rule.everywhere(context.actor):
        return True
    if rule.own is None or not rule.may_read(context.actor):
        return False
    model: Model = context.registry.entities["Project"].model
    with open_context(context.services, context.actor, context.languages, context.request) as own:
        mine = select(model.id).where(model.id == identifier, rule.own(context.actor, model))
        return own.session.scalar(mine) is not None


def _could_be_seen(context: Context, entity: Entity, before: Mapping[str, object]) -> bool:
    """Whether the actor saw a row that is gone: it sees everything that the row was a part of."""
    with open_context(context.services, context.actor, context.languages, context.request) as own:
        for name, column in entity.part_of:
            identifier = before.get(column)
            if identifier is None:
                continue
            parent = own.registry.entities[name]
            if own.session.execute(rows_statement(own.scope, parent, [str(identifier)])).first() is None:
                return False
    return True


def _visible(context: Context, ids: list[str]) -> set[str]:
    entity = context.registry.entities["Project"]
    known = [each for each in ids if context.registry.of_id(each) is entity]
    with open_context(context.services, context.actor, context.languages, context.request) as own:
        statement = rows_statement(own.scope, entity, known)
        return {row.id for row in own.session.execute(statement) if row.archived_at is None}
