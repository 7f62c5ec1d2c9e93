"""Requests for corrections, and who may see them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, or_, select

from schema.declarations import batch, column, entity, relation
from schema.declarations.base import STAFF, Model, Row
from schema.domain.documents.entity import of_own_record
from schema.domain.shared.fields import Dated
from schema.request.context import Context
from store import models
from store.access.actors import Actor


def asked_by(actor: Actor, request: Model) -> ColumnElement[bool]:
    """Select the requests that the actor's account made; for a service, those made by its key."""
    own = ((request.account_id, actor.account_id), (request.key_id, actor.asker_id))
    return or_(false(), *(stored == identifier for stored, identifier in own if identifier is not None))


def visible_requests(actor: Actor, request: Model) -> ColumnElement[bool]:
    """Show one's own, and those about records that one may write."""
    return or_(asked_by(actor, request), of_own_record(actor, request))


def askers(parents: Sequence[Row], context: Context) -> list[str | None]:
    """Return who asked, for organisers; None for a key."""
    if context.actor.role not in STAFF:
        return [None for _ in parents]
    account, wanted = models.Account, {each.account_id for each in parents} - {None}
    rows = context.session.execute(select(account.id, account.name).where(account.id.in_(wanted)))
    names = {identifier: name for identifier, name in rows}  # noqa: C416 (rows are not pairs to mypy)
    return [names.get(each.account_id) for each in parents]


def is_mine(parents: Sequence[Row], context: Context) -> list[bool]:
    """Return whether the actor asked for each."""
    actor = context.actor
    if actor.account_id is not None:
        return [each.account_id == actor.account_id for each in parents]
    return [actor.id is not None and each.key_id == actor.id for each in parents]


@entity(
    models.CorrectionRequest,
    "A request that a field of a record says something else, for those who asked and those who may change the record.",
    rows=visible_requests,
    subject="subject_id",
    subject_edited=True,
    root=("correction_request", "correction_requests"),
)
class CorrectionRequest(Dated):
    subject = relation("Node", "The record.", "subject_id", filter=True)
    field = column("The field of the record, as the schema spells it.", filter=True)
    language = column("The language, where the field is a multilingual text.", type="LanguageTag")
    present = column("What the field said when the request was made; null for nothing.")
    proposed = column("What the field should say; null to remove what it says.")
    reason = column("Why the field should say that.")
    source_url = column("Where that can be read, as evidence.")
    state = column("What became of it.", filter=True, order=True)
    asked_by = batch("String", "The name of the account that asked, for organisers; null for a service's key.", askers,
                     needs=("id", "account_id"))  # fmt: skip
    mine = batch("Boolean!", "Whether you asked for it.", is_mine, needs=("id", "account_id", "key_id"))
    due_at = column("When it should be decided.", filter=True, order=True)
    decided_at = column("When it was accepted or declined.", filter=True)
    answer = column("Why it was declined, or a remark on what was done.")
