"""Terms that no vocabulary knows: mapped to a concept, rejected, or put back into the queue."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, GivenArguments, Model
from schema.domain.shared.problems import Payload, bad, conflict, forbidden, missing
from schema.domain.shared.subjects import visible
from schema.domain.shared.writing import guarded
from schema.request.context import Context
from store.documents.vocabulary import LINKS, LinkField
from store.enums import AssignmentOrigin, TermState
from store.imports.values.folding import folded
from store.models import ENTITIES, ProjectConcept, UnmappedTerm
from store.values.ids import prefix_of


async def map_unmapped_term(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Say which concept a term means; records that were given it get the concept."""

    async def work(session: Session) -> object:
        _require_staff(context)
        concept = await visible(context, "Concept", arguments["concept"], "concept")
        rows = _chosen(session, arguments)
        for row in rows:
            row.state, row.concept_id = TermState.MAPPED, concept
            _link(session, row.entity_id, concept)
        return rows

    return await guarded(context, "mapUnmappedTerm", arguments, work)


async def reject_unmapped_term(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Say that a term means nothing that a vocabulary should hold."""
    return await _decided(context, "rejectUnmappedTerm", arguments, TermState.REJECTED)


async def reopen_unmapped_term(_: object, context: Context, arguments: GivenArguments) -> Payload:
    """Put a decided term back into the queue. Records keep the concepts that they got by it."""
    return await _decided(context, "reopenUnmappedTerm", arguments, TermState.OPEN)


async def _decided(context: Context, mutation: str, arguments: GivenArguments, state: TermState) -> Payload:
    async def work(session: Session) -> object:
        _require_staff(context)
        rows = _chosen(session, arguments)
        for row in rows:
            row.state, row.concept_id = state, None
        return rows

    return await guarded(context, mutation, arguments, work)


def _require_staff(context: Context) -> None:
    if context.actor.role not in STAFF:
        raise forbidden(f"{context.actor.role} may not decide on terms; organisers do.")


def _chosen(session: Session, arguments: GivenArguments) -> list[UnmappedTerm]:
    """Return the term that was named, first, and with `everywhere` the same term of other records in its state."""
    row = session.get(UnmappedTerm, arguments["id"])
    if row is None:
        raise missing("unmapped term", arguments["id"], "id")
    state = arguments.get("if_state")
    if state is not None and row.state is not state:
        raise conflict(f"It has changed: it is {row.state}, not {state}. Read it again.", "ifState")
    if not arguments.get("everywhere", True):
        return [row]
    others = select(UnmappedTerm).where(UnmappedTerm.state == row.state, UnmappedTerm.id != row.id)
    meant = folded(row.term)
    return [row, *(each for each in session.scalars(others.order_by(UnmappedTerm.id)) if folded(each.term) == meant)]


def _link(session: Session, record: str, concept: str) -> None:
    """Give a record the concept, unless it has it. Raises RefusedError for a record that has no concepts."""
    model = ENTITIES.get(prefix_of(record) or "")
    field = None if model is None else concepts_of(model)
    if field is None:
        raise bad(f"{record} has no list of concepts; reject the term, or edit that record.", "id")
    link: Model = field.model
    mine = select(func.count()).where(
        getattr(link, field.parent) == record, getattr(link, field.target) == concept
    )  # fmt: skip
    if not session.scalar(mine):
        origin = {"origin": AssignmentOrigin.CONFIRMED} if link is ProjectConcept else {}
        session.add(link(**{field.parent: record, field.target: concept}, **origin))


def concepts_of(model: Model) -> LinkField | None:
    """Return the list of concepts that an import fills; None for a table without one."""
    links = LINKS.get(model, {}).values()
    return next((each for each in links if each.target == "concept_id" and not each.constants), None)
