"""Documents, and who may see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, and_, false, or_, select

from schema.declarations import batch, column, entity, localized, relation, translations
from schema.declarations.aliases import shared_alias
from schema.declarations.base import STAFF, Model, Row
from schema.declarations.entities import CORE
from schema.domain.projects.visibility import shown_to
from schema.domain.shared.fields import Edited
from schema.domain.shared.scopes import is_scoped
from schema.request.context import Context
from store import models
from store.access.actors import Actor
from store.enums import Visibility


def of_own_record(actor: Actor, document: Model) -> ColumnElement[bool]:
    """Select the documents of records that the actor may write."""
    return or_(false(), *_own(actor, document))


def visible_documents(actor: Actor, document: Model) -> ColumnElement[bool]:
    """Show those for the role; those of records that one may write also if hidden, but not if for organisers only."""
    shown: ColumnElement[bool] = document.visibility.in_(shown_to(actor.role))
    own = of_own_record(actor, document)
    if not is_scoped(actor):
        by_oneself = document.uploaded_by_id == actor.account_id if actor.account_id else false()
        own = and_(own, or_(document.visibility != Visibility.ORGANISERS, by_oneself))
    return or_(shown, own)


def _own(actor: Actor, document: Model) -> Iterator[ColumnElement[bool]]:
    if actor.subject_id is None:
        return
    for each in CORE.values():
        rule = next((writers.own for writers in each.writers or () if writers.role is actor.role), None)
        if rule is not None:
            record: Model = shared_alias(each.model, "own_documents")
            yield document.subject_id.in_(select(record.id).where(rule(actor, record)))


def urls(parents: Sequence[Row], context: Context) -> list[str]:
    """Return the address of each: on this server for a file, elsewhere for a link."""
    return [each.link or f"/documents/{each.id}/file" for each in parents]


def uploaders(parents: Sequence[Row], context: Context) -> list[str | None]:
    """Return the name of the account that added each, for organisers; None for a service's key."""
    if context.actor.role not in STAFF:
        return [None for _ in parents]
    account = models.Account
    wanted = {each.uploaded_by_id for each in parents} - {None}
    if not wanted:
        return [None for _ in parents]
    names = {row.id: row.name for row in context.session.execute(
        select(account.id, account.name).where(account.id.in_(wanted)))}  # fmt: skip
    return [names.get(each.uploaded_by_id) for each in parents]


@entity(
    models.Document,
    "A file, or a link to something elsewhere, that belongs to a record, such as a project's slides. Whoever may not "
    "see the record doesn't see its documents.",
    rows=visible_documents,
    subject="subject_id",
    subject_edited=True,
    root=("document", "documents"),
)
class Document(Edited):
    subject = relation("Node", "The record that it belongs to.", "subject_id", filter=True)
    kind = column("What it is.", filter=True, order=True, edit=True)
    visibility = column("Who may see it, among those who may see the record.", filter=True, edit=True)
    caption = localized("What it shows, for people.", edit=True)
    captions = translations("The caption in every language.", "caption")
    credit = column("Who made it, to be named with it.", edit=True)
    source = relation("SourceDocument", "The publication that it is from.", "source_document_id", edit=True)
    url = batch("String!", "Its address: of a file on this server, with the same session or key; of a link, the link.",
                urls, needs=("id", "link"))  # fmt: skip
    link = column("Its address elsewhere; null for a file.")
    file_name = column("The file's name; null for a link.")
    media_type = column("The file's media type, by its content; null for a link.", filter=True)
    size = column("The file's size in bytes; null for a link.", filter=True, order=True)
    sha256 = column("The SHA-256 of the file, in hexadecimal; null for a link.", filter=True)
    uploaded_by = batch(
        "String",
        "The name of the account that added it, for organisers; null for a service's key.",
        uploaders,
        needs=("id", "uploaded_by_id"),
    )
