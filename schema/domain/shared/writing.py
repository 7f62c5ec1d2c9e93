"""One write: transaction, dry run, version check, and the store's refusals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from schema.declarations.base import GivenArguments, Model, Row
from schema.declarations.columns import TwofoldColumn
from schema.declarations.entities import Entity
from schema.declarations.errors import Code
from schema.declarations.values import WrittenRow
from schema.domain.shared import idempotency
from schema.domain.shared.problems import Payload, RefusedError, UserError, conflict, forbidden, missing
from schema.domain.shared.writers import own_rule
from schema.request.context import Context
from store.place_tree import PlaceTreeError

Work = Callable[[Session], Awaitable[Row]]
"""Writes in the session and gives what the payload shows: a row, a list of rows, or None."""


Stored = Callable[[Session, Sequence[str]], Row]
"""Reads by their ids what the payload shows; None or an empty list if nothing is left."""


class _DryRunError(Exception):
    """Rolls a dry run back."""


async def write(context: Context, work: Work, dry_run: bool) -> Payload:
    """Run `work` in one transaction. Whatever is wrong with the input is in the payload, and nothing is written."""
    written: object = None
    try:
        with context.write() as session:
            written = _kept(await work(session), session)
            if dry_run:
                raise _DryRunError
    except _DryRunError:
        pass
    except REFUSALS as problem:
        return Payload(user_errors=refusals_of(problem), dry_run=dry_run)
    finally:
        context.refresh()
    return Payload(written=written, dry_run=dry_run)


REFUSALS = (RefusedError, PlaceTreeError, IntegrityError, StaleDataError, StatementError)
"""What a write raises for input that can't be used, among others."""


def refusals_of(problem: Exception) -> Sequence[UserError]:
    """Return what was wrong with the input of a write; raises `problem` again where it was nothing of that kind."""
    if isinstance(problem, RefusedError):
        return problem.errors
    if isinstance(problem, PlaceTreeError):
        return [UserError(Code.BAD_USER_INPUT, str(problem), ("input", "parent"))]
    if isinstance(problem, IntegrityError | StaleDataError):
        message = "It contradicts stored data: another record has the same key, or it changed at this moment."
        return [UserError(Code.CONFLICT, message)]
    if isinstance(problem, StatementError) and isinstance(problem.orig, ValueError):
        return [UserError(Code.BAD_USER_INPUT, str(problem.orig), ("input",))]
    raise problem


async def guarded(
    context: Context, name: str, arguments: GivenArguments, work: Work, stored: Stored | None = None
) -> Payload:
    """Run the work of the mutation `name` in one transaction, unless a plugin's rule refuses it.

    `stored` reads what an earlier call with the same idempotency key created, where that is no entity.
    """
    dry_run = bool(arguments.get("dry_run"))
    host = context.services.host
    refusal = host.operation_refusal(name, context.actor, arguments) if host is not None else None
    if refusal is not None:
        return Payload(user_errors=[UserError(Code.FORBIDDEN, refusal)], dry_run=dry_run)
    key = arguments.get("idempotency_key")
    if key is None or dry_run:
        return await write(context, work, dry_run)
    return await _written_once(context, name, arguments, key, work, stored)


async def _written_once(
    context: Context, name: str, arguments: GivenArguments, key: str, work: Work, stored: Stored | None
) -> Payload:
    """Run the work of a creating mutation, or return what the actor's call with the same key created."""
    try:
        call = idempotency.call_of(context.actor, name, key, arguments)
    except RefusedError as refused:
        return Payload(user_errors=refused.errors)
    present = await _made_before(context, call, stored)
    if present is not None:
        return present

    async def noted(session: Session) -> Row:
        written = await work(session)
        session.flush()
        for number, row in enumerate(written if isinstance(written, list) else [written]):
            idempotency.note(session, call if not number else idempotency.call_of_row(call, number, {}), row.id)
        return written

    payload = await write(context, noted, dry_run=False)
    if payload.user_errors:  # the same call may have ended at this moment
        return await _made_before(context, call, stored) or payload
    return payload


async def _made_before(context: Context, call: idempotency.KeyedCall, stored: Stored | None) -> Payload | None:
    """Return what an earlier call with the same key created, in its current state; None if there was none."""
    try:
        identifier = idempotency.made_by(context.session, call)
    except RefusedError as refused:
        return Payload(user_errors=refused.errors)
    if identifier is None:
        return None
    if stored is not None:
        identifiers = [identifier]
        while another := idempotency.made_by(context.session, idempotency.call_of_row(call, len(identifiers), {})):
            identifiers.append(another)
        row = stored(context.session, identifiers)
        written = _kept(row, context.session)
    else:
        row = written = await context.node(identifier)
    if not row:
        return Payload(user_errors=missing("record any more", identifier, "idempotencyKey").errors)
    return Payload(written=written)


def _kept(result: Row, session: Session) -> object:
    """What was written as plain values that outlive the transaction."""
    session.flush()
    if isinstance(result, list):
        return [row_values(each) for each in result]
    return None if result is None else row_values(result)


def row_values(row: Row) -> WrittenRow:
    """Return the columns of an ORM row, as resolvers read them."""
    return WrittenRow(**{column.key: getattr(row, column.key) for column in type(row).__table__.columns})


async def target(context: Context, session: Session, entity: Entity, identifier: str, field: str = "id") -> Row:
    """The row to be changed, if the actor sees it and may write it, its own archived ones included.

    Raises RefusedError.
    """
    owner = context.registry.of_id(identifier)
    if owner is None or owner.name != entity.name:
        raise missing(entity.name, identifier, field)
    model: Model = entity.model
    seen = context.scope.visible(entity, model)
    rule = own_rule(context.actor, entity)
    if rule is not None:
        narrowed = context.registry.row_rules(entity.name, context.actor, model)
        seen = or_(seen, and_(rule(context.actor, model), *narrowed))
    wanted = select(model).where(model.id == identifier, seen)
    row = session.scalar(wanted if context.services.database.is_sqlite else wanted.with_for_update(of=model))
    if row is None:
        raise missing(entity.name, identifier, field)
    require_own(context, session, entity, row, "You may not change this.")
    return row


def require_own(context: Context, session: Session, entity: Entity, row: Row, message: str) -> None:
    """Raise RefusedError unless the actor may write the row."""
    rule = own_rule(context.actor, entity)
    if rule is None:
        return
    model: Model = entity.model
    session.flush()
    if session.scalar(select(model.id).where(model.id == row.id, rule(context.actor, model))) is None:
        raise forbidden(message)


def require_version(context: Context, session: Session, row: Row, if_version: int | None) -> None:
    """Raise RefusedError if somebody changed the row since the version that the actor saw."""
    if if_version is None:
        return
    version = getattr(row, _version_column(context, session, row))
    if version != if_version:
        raise conflict(f"It has changed: its version is {version}, not {if_version}. Read it again.", "ifVersion")


def _version_column(context: Context, session: Session, row: Row) -> str:
    """Return the column that the actor reads as the row's version."""
    entity = context.registry.of_id(row.id)
    declaration = entity.fields["version"] if entity is not None else None
    if not isinstance(declaration, TwofoldColumn) or declaration.whole.everywhere(context.actor):
        return "version"
    model: Model = type(row)
    own, reads = declaration.whole.own, declaration.whole.may_read(context.actor)
    mine = own is not None and reads and select(model.id).where(model.id == row.id, own(context.actor, model))
    return "version" if mine is not False and session.scalar(mine) is not None else declaration.public
