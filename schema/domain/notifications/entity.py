"""Notifications, and who may see which of them: the log for each recipient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import aliased

from schema.declarations import batch, column, entity
from schema.declarations.base import STAFF, Model, Row
from schema.domain.accounts.governing import governed
from schema.domain.shared.fields import Dated
from schema.domain.shared.scopes import is_scoped
from schema.request.context import Context
from store import models
from store.access.actors import Actor
from store.enums import MessageState
from store.models import OutboxMessage

OWNER = "core"
"""The owner of these messages in the outbox."""


def visible_notifications(actor: Actor, notification: Model) -> ColumnElement[bool]:
    """Show one's own; to organisers also those to the people whose roles they may withdraw, without the texts."""
    own = notification.account_id == actor.account_id if actor.account_id is not None else false()
    if actor.role not in STAFF and not is_scoped(actor):
        return own
    held = aliased(models.Membership)
    return or_(own, notification.account_id.in_(select(held.account_id).where(governed(actor, held))))


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message by which a notification went out."""

    message_id: str
    channel: str
    state: MessageState
    attempts: int
    ended_at: datetime | None
    detail: str | None


def recipients(parents: Sequence[Row], context: Context) -> list[str | None]:
    """Return the name of each recipient."""
    account = models.Account
    wanted = {each.account_id for each in parents}
    rows = context.session.execute(select(account.id, account.name).where(account.id.in_(wanted)))
    names = {row.id: row.name for row in rows}
    return [names.get(each.account_id) for each in parents]


def subjects(parents: Sequence[Row], context: Context) -> list[str | None]:
    """Return the subject of each, for its recipient."""
    return [each.subject if each.account_id == context.actor.account_id else None for each in parents]


def said(parents: Sequence[Row], context: Context) -> list[str | None]:
    """Return the text of each, for its recipient."""
    return [each.text if each.account_id == context.actor.account_id else None for each in parents]


def links(parents: Sequence[Row], context: Context) -> list[str | None]:
    """Return where each leads, for its recipient."""
    return [each.link if each.account_id == context.actor.account_id else None for each in parents]


def deliveries(parents: Sequence[Row], context: Context) -> list[list[Delivery]]:
    """Return the messages by which each went out; none for the feed."""
    keys = {each.id: [f"{each.bundle_id} {channel}" for channel in each.channels] for each in parents}
    wanted = {key for several in keys.values() for key in several}
    rows = context.session.scalars(
        select(OutboxMessage).where(OutboxMessage.owner == OWNER, OutboxMessage.key.in_(wanted))
    )
    by_key = {row.key: Delivery(row.id, row.channel, row.progress, row.attempts, row.ended_at, row.detail)
             for row in rows}  # fmt: skip
    return [[by_key[key] for key in keys[each.id] if key in by_key] for each in parents]


@entity(
    models.Notification,
    "Something that a person was told, or is about to be: the log for its recipient, and without texts for organisers.",
    rows=visible_notifications,
    root=("notification", "notifications"),
)
class Notification(Dated):
    kind = column("Its kind, such as `job-failed`.", filter=True)
    state = column("What became of it.", filter=True)
    recipient = batch("String", "The name of the account.", recipients, needs=("id", "account_id"))
    subject = batch("String", "What it said, in a line; for its recipient, once it went out.", subjects,
                    needs=("id", "account_id", "subject"))  # fmt: skip
    text = batch("String", "What it said; for its recipient, once it went out.", said,
                 needs=("id", "account_id", "text"))  # fmt: skip
    link = batch("String", "Where its recipient goes on.", links, needs=("id", "account_id", "link"))
    channels = column("The channels by which it went out.", type="[String!]!")
    due_at = column("When it goes out, with all others of its kind that wait.", filter=True, order=True)
    sent_at = column("When it went out, or was found unwanted or obsolete.", filter=True, order=True)
    detail = column("Why it couldn't be written.")
    deliveries = batch("[NotificationDelivery!]!", "The messages by which it went out, each for all of a bundle.",
                       deliveries, needs=("id", "bundle_id", "channels"))  # fmt: skip
