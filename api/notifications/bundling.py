"""Writes what is due: for each person and kind one message for each channel, in one transaction with the log.

One process of an installation does so at a time; a crash leaves either all of a bundle or nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from jinja2 import TemplateError
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from api.notifications.channels import offered
from api.notifications.rendering import Item, Message, bundle, html_of, render_item, text_of
from api.notifications.texts import language_for
from plugins.host.contributions.contributions import NotificationKind
from plugins.host.contributions.registry import Entry
from plugins.host.errors import UserError
from plugins.host.host import Host
from schema.domain.notifications.choices import OfferedChannel
from schema.domain.notifications.entity import OWNER
from schema.request.context import PluginContext
from store.access.accounts import actor_of, held_by
from store.access.actors import Actor, HeldRole
from store.database import Database
from store.database.installation_keys import installation_key
from store.enums import NotificationState
from store.models import Account, Notification, NotificationAddress, OutboxMessage
from store.models.base import now
from store.notifications.links import NotificationSigner
from store.notifications.mail import Envelope, mail_message, mail_payload
from store.notifications.outbox import put, receiver_of
from store.notifications.preferences import addresses_of, decisions, is_wanted
from store.notifications.sending import EMAIL, FEED, WEBHOOK
from store.notifications.settings import DeliverySettings
from store.notifications.webhook import body
from store.values.ids import new_id

log = logging.getLogger("roadshow.notifications")

NOTIFIER = Actor.system("notifications")
MOST_IN_ONE = 100
"""Notifications in one message; the rest follow in another."""
DAY = timedelta(days=1)
AGAIN_AFTER = timedelta(minutes=15)
"""Wait before a plugin that couldn't give the values is asked again."""

OpenAs = Callable[[str, Actor, Sequence[str]], AbstractContextManager[PluginContext]]
"""Opens the context of a plugin in somebody's name."""


@dataclass(frozen=True)
class Bundler:
    """Writes messages by the kinds of core and the running plugins."""

    database: Database
    host: Host
    open_as: OpenAs
    delivery: DeliverySettings
    daily_limit: int
    clock: Callable[[], datetime] = now

    @cached_property
    def kinds(self) -> Mapping[str, Entry[NotificationKind]]:
        """The kinds by name."""
        return {entry.name: entry for entry in self.host.contributions.notification_kinds}

    @cached_property
    def channels(self) -> Sequence[OfferedChannel]:
        """The channels of this server."""
        return offered(self.host, self.delivery)

    @cached_property
    def signer(self) -> NotificationSigner:
        """Signs links."""
        return NotificationSigner(installation_key(self.database, "notifications"))

    def __post_init__(self) -> None:
        _ = self.signer  # its secret is created now, not within a transaction

    def run(self) -> int:
        """Write everything that is due; return how many notifications were dealt with."""
        return sum(self._bundle(account_id, kind) for account_id, kind in self._due())

    def _due(self) -> Sequence[tuple[str, str]]:
        row = Notification
        waiting = (row.state == NotificationState.WAITING, row.kind.in_(list(self.kinds)))
        wanted = (
            select(row.account_id, row.kind)
            .where(*waiting, row.due_at <= self.clock())
            .group_by(row.account_id, row.kind)
            .order_by(func.min(row.due_at), row.account_id, row.kind)
            .limit(1_000)
        )
        with self.database.read() as session:
            return [(account_id, kind) for account_id, kind in session.execute(wanted)]

    def _bundle(self, account_id: str, name: str) -> int:
        entry = self.kinds[name]
        kind = entry.value
        with self.database.read() as session:
            account = session.get_one(Account, account_id)
            rows = self._waiting(session, account_id, name)
            channels = self._wanted(session, account, kind)
            free_at = None if kind.required else self._free_at(session, account_id, channels)
            addresses = addresses_of(session, account_id)
            memberships = held_by(session, account_id, account.talent_id)
        if not channels:
            return self._end(rows, NotificationState.UNWANTED)
        if free_at is not None:
            return self._postpone(rows, free_at)
        language = language_for(account.languages)
        base_url = self.delivery.address
        items: list[tuple[Notification, Item, Mapping[str, object]]] = []
        dealt_with = 0
        for actor in _actors(account, memberships):
            nothing: list[Notification] = []
            with self.open_as(entry.owner, actor, account.languages) as context:
                context.may_write = False
                for row in rows:
                    try:
                        values = self._values(entry, row, context)
                        item = None if values is None else render_item(kind, language, values, account.name, base_url)
                    except (UserError, TemplateError) as problem:
                        dealt_with += self._fail([row], str(problem))
                        continue
                    except Exception as problem:  # the database may be busy, a plugin resting
                        late = row.created_at < self.clock() - DAY
                        log.warning("%s can't be written yet: %s", row.id, problem)
                        dealt_with += self._fail([row], str(problem)) if late else self._postpone([row])
                        continue
                    if values is None or item is None:
                        nothing.append(row)
                    else:
                        items.append((row, item, values))
            rows = nothing
            if not rows:
                break
        if rows:
            dealt_with += self._end(rows, NotificationState.OBSOLETE)
        if items:
            told, values_of = [item for _, item, _ in items], [values for _, _, values in items]
            message = bundle(kind, language, told, values_of, account.name, base_url)
            dealt_with += self._write(account, [(row, item) for row, item, _ in items], message, channels, addresses)
        return dealt_with

    def _waiting(self, session: Session, account_id: str, kind: str) -> Sequence[Notification]:
        row = Notification
        mine = (row.account_id == account_id, row.kind == kind, row.state == NotificationState.WAITING)
        return session.scalars(select(row).where(*mine).order_by(row.created_at, row.id).limit(MOST_IN_ONE)).all()

    def _wanted(self, session: Session, account: Account, kind: NotificationKind) -> list[str]:
        """Return the channels by which the kind goes to the account now."""
        if account.archived_at is not None:
            return []
        decided, addresses = decisions(session, account.id), addresses_of(session, account.id)
        return [
            each.name
            for each in self.channels
            if is_wanted(decided, kind.name, each.name, kind.channels, kind.required)
            and (account.email is not None or each.name != EMAIL)
            and (not each.has_address or _is_open(addresses.get(each.name)))
        ]

    def _free_at(self, session: Session, account_id: str, channels: Sequence[str]) -> datetime | None:
        """Return when the recipient may be sent something again; None if that is now."""
        pushing = [each for each in channels if each != FEED]
        row = OutboxMessage
        since = self.clock() - DAY
        recent = (row.owner == OWNER, row.source_id == account_id, row.made_at > since, row.channel.in_(pushing))
        made = session.execute(select(row.channel, row.made_at).where(*recent).order_by(row.made_at.desc())).all()
        latest = [
            times[self.daily_limit - 1]
            for channel in pushing
            if len(times := [at for each, at in made if each == channel]) >= self.daily_limit
        ]
        return max(latest) + DAY if latest else None

    def _values(
        self, entry: Entry[NotificationKind], row: Notification, context: PluginContext
    ) -> Mapping[str, object] | None:
        kind = entry.value
        arguments = kind.read(row.arguments)
        if kind.values is None:
            return arguments if isinstance(arguments, Mapping) else arguments.model_dump()
        values: Mapping[str, object] | None = self.host.in_context(entry, kind.values, context, arguments=arguments)
        return values

    def _write(
        self, account: Account, items: Sequence[tuple[Notification, Item]], message: Message, channels: Sequence[str],
        addresses: Mapping[str, NotificationAddress],
    ) -> int:  # fmt: skip
        at, bundle_id = self.clock(), new_id("ntb")
        ids = [row.id for row, _ in items]
        with self.database.write(NOTIFIER) as session:
            for row, item in items:
                session.execute(
                    update(Notification)
                    .where(Notification.id == row.id, Notification.state == NotificationState.WAITING)
                    .values(
                        state=NotificationState.SENT, sent_at=at, updated_at=at, bundle_id=bundle_id,
                        channels=list(channels), subject=item.subject, text=item.text, link=item.link,
                    )
                )  # fmt: skip
            for channel in channels:
                if channel == FEED:  # it has arrived once it is there to be fetched
                    continue
                identifier = new_id("ntm")
                webhook = addresses[WEBHOOK].address if channel == WEBHOOK else None
                put(
                    session, id=identifier, owner=OWNER, kind=message.kind.name, source_id=account.id,
                    key=f"{bundle_id} {channel}", channel=channel, made_at=at,
                    items=[{"notification": each} for each in ids],
                    receiver=receiver_of(webhook) if webhook else None,
                    payload=self._payload(account, identifier, ids, message, channel, at),
                )  # fmt: skip
        return len(items)

    def _payload(
        self, account: Account, identifier: str, ids: Sequence[str], message: Message, channel: str, at: datetime
    ) -> dict[str, object]:
        base_url, kind = self.delivery.address, message.kind
        leave = None if kind.required else self.signer.unsubscribe_link(base_url, account.id, kind.name)
        if channel == WEBHOOK:
            told = [
                {"id": each, "subject": item.subject, "text": item.text, "url": item.link}
                for each, item in zip(ids, message.items, strict=True)
            ]
            data: dict[str, object] = {
                "message": identifier, "account": account.id, "kind": kind.name, "language": message.language,
                "notifications": told,
            }  # fmt: skip
            return {"body": body("notification.created", at, data)}
        said, html = text_of(message, base_url, leave), html_of(message, base_url, leave)
        if channel == EMAIL:
            envelope = Envelope(
                identifier, self.delivery.sender or "roadshow@localhost", account.email or "", base_url, leave
            )
            mail = mail_message(
                envelope, message.subject, said, html, language=message.language, made_at=at, list_name=kind.name
            )
            return mail_payload(mail)
        return {"language": message.language, "subject": message.subject, "text": said, "html": html}

    def _end(self, rows: Sequence[Notification], state: NotificationState, detail: str | None = None) -> int:
        at = self.clock()
        with self.database.write(NOTIFIER) as session:
            session.execute(
                update(Notification)
                .where(Notification.id.in_([row.id for row in rows]), Notification.state == NotificationState.WAITING)
                .values(state=state, sent_at=at, updated_at=at, detail=detail)
            )
        return len(rows)

    def _fail(self, rows: Sequence[Notification], why: str) -> int:
        log.error("%s can't be told: %s", ", ".join(row.id for row in rows), why)
        return self._end(rows, NotificationState.FAILED, why[:300])

    def _postpone(self, rows: Sequence[Notification], until: datetime | None = None) -> int:
        with self.database.write(NOTIFIER) as session:
            session.execute(
                update(Notification)
                .where(Notification.id.in_([row.id for row in rows]))
                .values(due_at=until or self.clock() + AGAIN_AFTER)
            )
        return 0


def _actors(account: Account, memberships: Sequence[HeldRole]) -> Iterator[Actor]:
    """Yield who the account may be, by each of its roles, the most powerful first."""
    roles = tuple(memberships)
    if not roles:
        yield actor_of(account, roles)
    for each in roles:
        yield actor_of(account, roles, each.id)


def _is_open(row: NotificationAddress | None) -> bool:
    return row is not None and row.address is not None and row.paused is None
