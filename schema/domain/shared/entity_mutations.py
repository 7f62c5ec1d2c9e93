"""Create, update, archive and restore, for every entity."""

from __future__ import annotations

from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, GivenArguments, Row
from schema.declarations.entities import Entity
from schema.domain.projects.publishing import require_complete
from schema.domain.shared.claims import state_investment
from schema.domain.shared.faults import Faults, Run
from schema.domain.shared.inputs.filling import fill
from schema.domain.shared.inputs.values import STATED_BY_ROLE, required
from schema.domain.shared.problems import Payload, UserError, bad, forbidden
from schema.domain.shared.scopes import is_scoped
from schema.domain.shared.writers import PARENTS, may_try, require_own_parents
from schema.domain.shared.writing import guarded, require_own, require_version, target
from schema.request.context import Context
from schema.sql.scope import camel
from store.enums import ProjectStatus, Role
from store.models import Investment, Project
from store.models.base import now
from store.values.ids import prefix_of


def create(entity: Entity) -> Run:
    """Create a row."""

    async def run(_: object, context: Context, arguments: GivenArguments) -> Payload:
        async def work(session: Session) -> object:
            return await created(context, session, entity, arguments)

        return await guarded(context, f"create{entity.name}", arguments, work)

    return run


def update(entity: Entity) -> Run:
    """Change the given fields."""

    async def run(_: object, context: Context, arguments: GivenArguments) -> Payload:
        async def work(session: Session) -> object:
            return await updated(context, session, entity, arguments)

        return await guarded(context, f"update{entity.name}", arguments, work)

    return run


def archive(entity: Entity) -> Run:
    """Archive a row; it can be restored."""

    async def run(_: object, context: Context, arguments: GivenArguments) -> Payload:
        async def work(session: Session) -> object:
            row = await _open(context, session, entity, arguments)
            if row.archived_at is None:
                row.archived_at = now()
            return row

        return await guarded(context, f"archive{entity.name}", arguments, work)

    return run


def restore(entity: Entity) -> Run:
    """Restore a row from the archive."""

    async def run(_: object, context: Context, arguments: GivenArguments) -> Payload:
        async def work(session: Session) -> object:
            row = await _open(context, session, entity, arguments)
            row.archived_at = None
            return row

        return await guarded(context, f"restore{entity.name}", arguments, work)

    return run


async def created(context: Context, session: Session, entity: Entity, arguments: GivenArguments) -> Row:
    """Create a row in the session; raises RefusedError."""
    _require_role(context, entity, create=True)
    row = entity.model()
    _own_defaults(context, entity, row)
    faults = Faults()
    faults.errors += (lacking := _lacking(entity, row, arguments["input"]))
    await fill(context, session, entity, row, arguments["input"], ("input",), faults)
    told = [tuple(each.field) for each in faults.errors if each not in lacking]
    for each in lacking:
        if any(path[: len(each.field)] == each.field for path in told):  # what was given can't be used
            faults.errors.remove(each)
    faults.settle()
    _state(context, row)
    session.add(row)
    _require_status(context, session, row, None)
    require_own(context, session, entity, row, "You may only make what is your own.")
    require_own_parents(context, session, row, {}, ("input",))
    return row


async def updated(context: Context, session: Session, entity: Entity, arguments: GivenArguments) -> Row:
    """Change a row in the session; raises RefusedError."""
    row = await _open(context, session, entity, arguments)
    before, status = _parents(row), getattr(row, "status", None)
    await fill(context, session, entity, row, arguments["input"], ("input",))
    _state(context, row)
    _require_status(context, session, row, status)
    require_own(context, session, entity, row, "You may not give this away.")
    require_own_parents(context, session, row, before, ("input",))
    return row


async def _open(context: Context, session: Session, entity: Entity, arguments: GivenArguments) -> Row:
    _require_role(context, entity, create=False)
    row = await target(context, session, entity, arguments["id"])
    require_version(context, session, row, arguments.get("if_version"))
    return row


def _require_role(context: Context, entity: Entity, create: bool) -> None:
    if not may_try(context.actor, entity, create):
        verb = "make" if create else "change"
        raise forbidden(f"{context.actor.role} may not {verb} this.")


def _state(context: Context, row: Row) -> None:
    if isinstance(row, Investment):
        state_investment(context.actor, row)


def _require_status(context: Context, session: Session, row: Row, before: ProjectStatus | None) -> None:
    """That a project has landed, organisers say; one that becomes published is complete."""
    if not isinstance(row, Project) or row.status is before:
        return
    organises = context.actor.role in STAFF or is_scoped(context.actor)
    if row.status is ProjectStatus.LANDED and not organises:
        raise forbidden("Only organisers may say that a project has landed.", "input", "status")
    if row.status is ProjectStatus.PUBLISHED:
        require_complete(session, row)


def _parents(row: Row) -> dict[str, object]:
    return {column: getattr(row, column, None) for column in PARENTS}


def _own_defaults(context: Context, entity: Entity, row: Row) -> None:
    """What is so unless it is given: a project is a draft, a talent's its own; a planner's or an
    investor's record is its own."""
    actor = context.actor
    if isinstance(row, Project):
        row.status = ProjectStatus.DRAFT
    if entity.name == "Project" and actor.role is Role.TALENT:
        column = {"tal": "owner_id", "org": "organisation_id"}.get(prefix_of(actor.subject_id or "") or "")
        if column is not None:  # who acts for one project has no other
            setattr(row, column, actor.subject_id)
    elif (column := STATED_BY_ROLE.get(actor.role)) is not None and hasattr(entity.model, column):
        setattr(row, column, actor.subject_id)


def _lacking(entity: Entity, row: Row, given: GivenArguments) -> list[UserError]:
    """Return an error for each missing required field."""
    return [
        error
        for column, declaration in required(entity).items()
        if not given.get(declaration.name) and getattr(row, column, None) in (None, {})
        for error in bad("It is required.", "input", camel(declaration.name)).errors
    ]
