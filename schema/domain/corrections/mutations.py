"""Mutations of requests for corrections: asked for, taken back, accepted, declined."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schema.declarations.base import Declaration, GivenArguments, Model, Row
from schema.declarations.columns import Localized
from schema.declarations.entities import Entity
from schema.declarations.errors import Code
from schema.declarations.relations import Relation
from schema.domain.corrections.entity import asked_by
from schema.domain.corrections.telling import may_decide, tell_asker, tell_deciders
from schema.domain.corrections.values import correctable, text_as_given, value_as_text
from schema.domain.shared.entity_mutations import updated
from schema.domain.shared.faults import Faults
from schema.domain.shared.problems import Payload, RefusedError, UserError, bad, conflict, forbidden, missing
from schema.domain.shared.writers import may_try
from schema.domain.shared.writing import guarded, target
from schema.request.context import Context
from schema.sql.scope import camel
from store import models
from store.enums import CorrectionState, Role
from store.models.base import now

MOST_OPEN = 20
"""Requests of one asker that nobody has decided."""
MOST_A_DAY = 50
"""Requests of one asker within 24 hours, whatever became of them."""
LONGEST_REASON = 2_000
LONGEST_VALUE = 20_000
LONGEST_ADDRESS = 1_000


async def request_correction(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Ask that a field of a record says something else."""

    async def work(session: Session) -> object:
        if context.actor.role is Role.PUBLIC or context.actor.id is None:
            raise forbidden("Sign in or send an API key, so that you can follow your request.")
        entity = _entity(context, arguments["subject"])
        row = await context.row(entity.name, arguments["subject"])
        if row is None or row.archived_at is not None:
            raise missing(entity.name, arguments["subject"], "subject")
        declaration = _field(entity, arguments["field"])
        request = models.CorrectionRequest(subject_id=row.id, field=camel(declaration.name))
        request.account_id = context.actor.account_id
        request.key_id = None if context.actor.account_id else context.actor.id
        request.due_at = now() + timedelta(hours=context.services.settings.correction_hours)
        await _fill(context, request, declaration, row, arguments)
        _require_few(context, session, request)
        session.add(request)
        tell_deciders(session, context.registry, request, entity)
        return request

    return await guarded(context, "requestCorrection", arguments, work)


async def withdraw_correction(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Take back one's own request."""

    async def work(session: Session) -> object:
        if context.actor.role is Role.PUBLIC:
            raise forbidden("Sign in or send an API key.")
        request = models.CorrectionRequest
        mine = select(request).where(request.id == arguments["id"], asked_by(context.actor, request))
        row = session.scalar(mine.with_for_update() if not context.services.database.is_sqlite else mine)
        if row is None:
            raise missing("request of yours", arguments["id"], "id")
        _require_open(row)
        row.state = CorrectionState.WITHDRAWN
        return row

    return await guarded(context, "withdrawCorrection", arguments, work)


async def decline_correction(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Leave the record as it is, and say why."""

    async def work(session: Session) -> object:
        request, _, _ = await _open(context, session, arguments["id"])
        answer = (arguments["answer"] or "").strip()
        if not answer:
            raise bad("Give a reason, for whoever asked.", "answer")
        _decide(context, session, request, CorrectionState.DECLINED, answer)
        return request

    return await guarded(context, "declineCorrection", arguments, work)


async def accept_correction(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Change the record as proposed, in the same transaction, by the rules of its own mutation."""

    async def work(session: Session) -> object:
        request, entity, record = await _open(context, session, arguments["id"])
        declaration = _field(entity, request.field)
        if_version = arguments.get("if_version")
        present = value_as_text(declaration, record, request.language)
        if if_version is None and present != request.present:
            raise conflict(
                f"The field has changed since the request, from {_quoted(request.present)} to {_quoted(present)}. "
                "Look at it, then accept with the record's version as ifVersion, or decline.", "id",
            )  # fmt: skip
        given = {declaration.name: _given(declaration, record, request.proposed, request.language, "id")}
        change = {"id": request.subject_id, "input": given, "if_version": if_version}
        _require_admitted(context, f"update{entity.name}", change)
        await updated(context, session, entity, change)
        _decide(context, session, request, CorrectionState.ACCEPTED, arguments.get("answer"))
        return request

    return await guarded(context, "acceptCorrection", arguments, work)


async def _fill(
    context: Context, request: models.CorrectionRequest, declaration: Declaration, row: Row, arguments: GivenArguments
) -> None:
    """Put what was given into a request. Raises RefusedError with all that is wrong."""
    faults = Faults()
    language, proposed = arguments.get("language"), arguments.get("proposed")
    with faults.noting():
        if isinstance(declaration, Localized) != (language is not None):
            needs = (
                "This text has several languages; name the one meant."
                if language is None
                else "This field has no languages."
            )
            raise bad(needs, "language")
    with faults.noting():
        if len(proposed or "") > LONGEST_VALUE:
            raise bad(f"The value has more than {LONGEST_VALUE:,} characters.", "proposed")
        _given(declaration, row, proposed, language, "proposed")
        if isinstance(declaration, Relation):
            await _require_target(context, declaration, proposed)
    with faults.noting():
        request.reason = arguments["reason"].strip()
        if not 1 <= len(request.reason) <= LONGEST_REASON:
            raise bad(f"Give a reason, in up to {LONGEST_REASON:,} characters.", "reason")
    with faults.noting():
        request.source_url = arguments.get("source_url") or None
        address = request.source_url or "https://"
        if not address.startswith(("https://", "http://")) or len(address) > LONGEST_ADDRESS:
            raise bad(f"Write an address such as https://example.org/news, of up to {LONGEST_ADDRESS:,} characters.",
                      "sourceUrl")  # fmt: skip
    faults.settle()
    request.language, request.proposed = language, (proposed or "").strip() or None
    request.present = await present_text(context, declaration, row, language)
    if request.present == request.proposed:
        raise bad("The field already has this value.", "proposed")


async def present_text(context: Context, declaration: Declaration, row: Row, language: str | None) -> str | None:
    """Return what a field of a row says to the actor; None also for another record that the actor doesn't see."""
    text = value_as_text(declaration, row, language)
    if isinstance(declaration, Relation) and await context.node(text) is None:
        return None
    return text


async def _require_target(context: Context, declaration: Relation, identifier: str | None) -> None:
    if identifier is None:
        return
    entity = context.registry.of_id(identifier)
    if entity is None or declaration.target not in (entity.name, "Node") or await context.node(identifier) is None:
        raise missing("Record" if declaration.target == "Node" else declaration.target, identifier, "proposed")


def _given(declaration: Declaration, row: Row, text: str | None, language: str | None, field: str) -> object:
    try:
        return text_as_given(declaration, row, text, language)
    except ValueError as error:
        raise bad(str(error), field) from None


def _entity(context: Context, identifier: str) -> Entity:
    entity = context.registry.of_id(identifier)
    if entity is None:
        raise missing("record", identifier, "subject")
    if not entity.writable or entity.subject is not None:
        raise bad(f"Corrections are for records that people edit, not for {entity.name}.", "subject")
    return entity


def _field(entity: Entity, name: str) -> Declaration:
    fields = {camel(each.name): each for each in correctable(entity)}
    if name not in fields:
        raise bad(f"{name[:60]!r} can't be corrected by a request; these can: {', '.join(fields)}.", "field")
    return fields[name]


def _require_few(context: Context, session: Session, asked: models.CorrectionRequest) -> None:
    request = models.CorrectionRequest
    mine, count = asked_by(context.actor, request), select(func.count()).select_from(request)
    unsettled = request.state == CorrectionState.RECEIVED
    same = (request.subject_id == asked.subject_id, request.field == asked.field)
    if session.scalar(count.where(mine, unsettled, *same)):
        raise conflict("You already have an undecided request for this field; withdraw it first.", "field")
    if (session.scalar(count.where(mine, unsettled)) or 0) >= MOST_OPEN:
        raise conflict(f"{MOST_OPEN} of your requests are undecided, the most allowed; withdraw one, or wait.")
    if (session.scalar(count.where(mine, request.created_at > now() - timedelta(days=1))) or 0) >= MOST_A_DAY:
        raise conflict(f"You have made {MOST_A_DAY} requests within a day, the most allowed; wait until tomorrow.")


async def _open(context: Context, session: Session, identifier: str) -> tuple[models.CorrectionRequest, Entity, Row]:
    """Return an undecided request, and the record, which the actor may write. Raises RefusedError."""
    actor = context.actor
    if not may_decide(actor):
        raise forbidden(f"{actor.role} may not decide on corrections; those who may change the record do.")
    request: Model = models.CorrectionRequest
    wanted = select(request).where(request.id == identifier, context.scope.visible("CorrectionRequest", request))
    row: models.CorrectionRequest | None = session.scalar(
        wanted if context.services.database.is_sqlite else wanted.with_for_update(of=request)
    )
    if row is None:
        raise missing("request", identifier, "id")
    _require_open(row)
    entity = _entity(context, row.subject_id)
    if not may_try(actor, entity, create=False):
        raise forbidden(f"{actor.role} may not change this.", "id")
    return row, entity, await target(context, session, entity, row.subject_id)


def _require_open(request: models.CorrectionRequest) -> None:
    if request.state is not CorrectionState.RECEIVED:
        raise conflict(f"The request is already {request.state.value}.", "id")


def _decide(
    context: Context, session: Session, request: models.CorrectionRequest, state: CorrectionState, answer: str | None
) -> None:
    if len(answer or "") > LONGEST_REASON:
        raise bad(f"The answer has more than {LONGEST_REASON:,} characters.", "answer")
    request.state, request.answer = state, (answer or "").strip() or None
    request.decided_at, request.decided_by_id = now(), context.actor.account_id
    tell_asker(session, context.actor, request)


def _require_admitted(context: Context, mutation: str, arguments: GivenArguments) -> None:
    """Raise RefusedError where a plugin's rule refuses the mutation that the acceptance stands for."""
    host = context.services.host
    refusal = host.operation_refusal(mutation, context.actor, arguments) if host is not None else None
    if refusal is not None:
        raise RefusedError(UserError(Code.FORBIDDEN, refusal))


def _quoted(text: str | None) -> str:
    return "nothing" if text is None else repr(text if len(text) <= 60 else f"{text[:59]}…")
