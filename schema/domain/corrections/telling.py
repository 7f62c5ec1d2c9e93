"""Telling people of requests for corrections: those who may decide, and whoever asked."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.declarations.base import STAFF, Model, Row
from schema.declarations.entities import Entity
from schema.declarations.registry import Registry
from schema.domain.shared.writers import NAMED, may_try, own_rule
from store.access.accounts import actor_of, held_by
from store.access.actors import Actor
from store.enums import Role
from store.models import Account, CorrectionRequest, Membership
from store.notifications.core_kinds import CORRECTION_DECIDED, CORRECTION_REQUESTED
from store.notifications.telling import recipients


def tell_deciders(session: Session, registry: Registry, request: CorrectionRequest, entity: Entity) -> None:
    """Tell everybody who may decide on a request, but not whoever asked."""
    session.flush()
    row: Row = session.get_one(entity.model, request.subject_id)
    to = [each for each in _deciders(session, registry, entity, row) if each != request.account_id]
    CORRECTION_REQUESTED.tell(session, to, {"request": request.id}, request.id)


def tell_asker(session: Session, actor: Actor, request: CorrectionRequest) -> None:
    """Tell whoever asked that somebody else has decided; services' keys aren't told."""
    if request.account_id is not None and request.account_id != actor.account_id:
        CORRECTION_DECIDED.tell(session, [request.account_id], {"request": request.id}, request.id)


def may_decide(actor: Actor) -> bool:
    """Return whether the role decides on corrections; which ones, the record's own rule says."""
    return actor.role in (*STAFF, *NAMED["acceptCorrection"])


def _deciders(session: Session, registry: Registry, entity: Entity, row: Row) -> Iterator[str]:
    """Yield the accounts that may write a row by one of the roles that they hold."""
    staff = select(Membership.account_id).where(Membership.role.in_((Role.ADMIN, Role.ORGANISER)))
    for account_id in recipients(session, [*session.scalars(staff), *_ids_near(session, registry, row)]):
        account = session.get_one(Account, account_id)
        held = held_by(session, account_id, account.talent_id)
        if any(_may_write(session, actor_of(account, held, each.id), entity, row) for each in held):
            yield account_id


def _ids_near(session: Session, registry: Registry, row: Row) -> set[str]:
    """Return the ids that roles in it may be held for: its own, those it names, and those that these name."""
    named = _ids_in(row)
    entities = {each: registry.of_id(each) for each in named}
    rows = [session.get(each.model, identifier) for identifier, each in entities.items() if each is not None]
    return named.union({row.id}, *(_ids_in(each) for each in rows if each is not None))


def _ids_in(row: Row) -> set[str]:
    ids = (getattr(row, each.key) for each in row.__table__.columns if each.key.endswith("_id"))
    return {each for each in ids if each is not None}


def _may_write(session: Session, actor: Actor, entity: Entity, row: Row) -> bool:
    if not may_decide(actor) or not may_try(actor, entity, create=False):
        return False
    rule = own_rule(actor, entity)
    model: Model = entity.model
    own = select(model.id).where(model.id == row.id)
    return rule is None or session.scalar(own.where(rule(actor, model))) is not None
