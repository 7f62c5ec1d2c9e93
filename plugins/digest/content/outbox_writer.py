"""Creates messages for the outbox: due digests, confirmations, tests.

A digest is created in one transaction: the next date, the message, and what the subscriber received. Whatever ends the
process, all of it is there or nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from plugins.digest.content import texts
from plugins.digest.content.choosing import Chosen, choose
from plugins.digest.content.issue import Issue, make_issue
from plugins.digest.content.reading import ListError, learnt, lines, name_of
from plugins.digest.content.schedule import next_after
from plugins.digest.delivery.mail import Envelope, digest_message, notice_message
from plugins.digest.delivery.signing import Secrets
from plugins.digest.delivery.webhook import digest_body
from plugins.digest.settings import Settings
from plugins.digest.tables import (
    DELIVERY,
    OWNER,
    Channel,
    DeliveryKind,
    DeliveryState,
    Receipt,
    Subscription,
    SubscriptionState,
    now,
)
from roadshow import Context, new_id
from roadshow.outbox import body, mail_payload, put, receiver_of

log = logging.getLogger("roadshow.digest")


@dataclass(frozen=True)
class Draft:
    """A digest as it would be sent now."""

    issue: Issue
    chosen: list[Chosen]


@dataclass(frozen=True)
class OutboxWriter:
    """Creates messages by the settings."""

    settings: Settings
    secrets: Secrets

    def draft(
        self, context: Context, investor_id: str, language: str, size: int, *, made_at: datetime,
        subscription: Subscription | None = None, fresh: bool = False,
    ) -> Draft | None:  # fmt: skip
        """Draft the digest for an investor; None without news. With `fresh` as if nothing had been sent yet.

        Raises
        ------
        ListError: there is no list.
        """
        had = {} if subscription is None or fresh else had_by(context.session, subscription.id)
        chosen = choose(lines(context, investor_id, language), had, size)
        if not chosen:
            return None
        learnt_summary = None
        if subscription is not None and subscription.last_at is not None:
            learnt_summary = learnt(context, investor_id, language, subscription.last_at, size)

        def link(project: str, kind: str) -> str:
            if subscription is None:
                return f"{self.settings.address}/list"
            content = {"s": subscription.id, "n": subscription.number, "p": project, "k": kind}
            return f"{self.settings.address}/digest/answer/{self.secrets.link('answer', content)}?lang={language}"

        investor = name_of(context, investor_id, language)
        issue = make_issue(investor, language, made_at, chosen, learnt_summary, self.settings.address, link)
        return Draft(issue, chosen)

    def due(self, context: Context, at: datetime) -> Iterator[str]:
        """Ids of subscriptions whose digest is due."""
        wanted = select(Subscription.id).where(
            Subscription.state == SubscriptionState.ACTIVE, Subscription.next_at <= at
        )
        yield from context.session.scalars(wanted.order_by(Subscription.next_at, Subscription.id)).all()

    def make(self, context: Context, subscription_id: str, at: datetime) -> str | None:
        """Create a due digest; return the delivery's id, or None without news or if another process created it.

        Raises
        ------
        ListError: there is no list; the subscription stays due.
        """
        subscription = context.session.get(Subscription, subscription_id)
        if subscription is None or subscription.state != SubscriptionState.ACTIVE:
            return None
        if subscription.next_at is None or subscription.next_at > at:  # another process was here since it was looked up
            return None
        slot, channel = subscription.next_at, subscription.channel
        draft = self.draft(
            context, subscription.investor_id, subscription.language, subscription.size, made_at=at,
            subscription=subscription,
        )  # fmt: skip
        following = next_after(at, subscription.days.split(","), subscription.time, subscription.time_zone)
        values: dict[str, object] = {"next_at": following}
        identifier, delivery = new_id(DELIVERY), None
        if draft is not None:
            values["last_at"] = at
            payload = self._payload(subscription, draft.issue, identifier)
            delivery = _delivery(identifier, subscription, DeliveryKind.DIGEST, slot, at, payload, _items(draft.chosen))
            if channel == Channel.FEED:  # it has arrived once it is there to be fetched
                delivery |= {"progress": DeliveryState.SENT, "next_at": None, "ended_at": at}
        mine = (
            Subscription.id == subscription_id,
            Subscription.state == SubscriptionState.ACTIVE,
            Subscription.next_at == slot,
        )
        with context.write() as session:
            result: Any = session.execute(update(Subscription).where(*mine).values(values))
            if result.rowcount != 1:
                return None
            if delivery is None:
                return None
            put(session, **delivery)
            projects = [item["project"] for item in delivery["items"]]
            session.execute(
                delete(Receipt).where(Receipt.subscription_id == subscription_id, Receipt.project_id.in_(projects))
            )
            for item in delivery["items"]:
                row = {"subscription_id": subscription_id, "project_id": item["project"], "parts": item["parts"]}
                session.execute(insert(Receipt).values(**row, delivery_id=identifier, had_at=at))
            return identifier

    def confirmation(self, session: Session, subscription: Subscription) -> None:
        """Put the confirmation message of an e-mail address into the outbox.

        Its recipient may never have requested it, so it contains nothing written by the requester.
        """
        content = {"s": subscription.id, "n": subscription.number}
        language, days, at = subscription.language, self.settings.link_days, now()
        identifier = new_id(DELIVERY)
        address = f"{self.settings.address}/digest/confirm/{self.secrets.link('confirm', content)}?lang={language}"
        paragraphs = [texts.text("confirm_text", language), texts.text("confirm_ignore", language, days=days)]
        message = notice_message(
            "confirm", language, at, self._envelope(subscription, identifier, leave=False), paragraphs,
            (texts.text("confirm", language), address),
        )  # fmt: skip
        payload = {**mail_payload(message), "recipient": mailbox_of(subscription.address or "")}
        put(session, **_delivery(identifier, subscription, DeliveryKind.CONFIRMATION, at, at, payload, []))

    def ping(self, session: Session, subscription: Subscription) -> str:
        """Put a test message into the outbox; return the delivery's id."""
        at, identifier, language = now(), new_id(DELIVERY), subscription.language
        if subscription.channel == Channel.WEBHOOK:
            content = body("digest.ping", at, {"subscription": subscription.id})
            payload: dict[str, object] = {"body": content}
        else:
            envelope = self._envelope(subscription, identifier)
            paragraphs = [texts.text("ping_text", language)]
            payload = mail_payload(notice_message("ping", language, at, envelope, paragraphs, None))
        put(session, **_delivery(identifier, subscription, DeliveryKind.PING, at, at, payload, []))
        return identifier

    def unsubscribe_link(self, subscription_id: str) -> str:
        """Return the unsubscribe link, which never expires."""
        token = self.secrets.link("unsubscribe", {"s": subscription_id})
        return f"{self.settings.address}/digest/unsubscribe/{token}"

    def feed_address(self, subscription: Subscription) -> str:
        """Return the private address of the Atom feed."""
        token = self.secrets.feed_token(subscription.id, subscription.number)
        return f"{self.settings.address}/digest/feeds/{token}"

    def list_address(self, subscription: Subscription) -> str:
        """Return the private address of the list as CSV."""
        token = self.secrets.feed_token(subscription.id, subscription.number)
        return f"{self.settings.address}/digest/lists/{token}"

    def _payload(self, subscription: Subscription, issue: Issue, identifier: str) -> dict[str, object]:
        if subscription.channel == Channel.EMAIL:
            return mail_payload(digest_message(issue, self._envelope(subscription, identifier)))
        if subscription.channel == Channel.WEBHOOK:
            return {"body": digest_body(issue, identifier, subscription.id, subscription.investor_id)}
        entries = [
            {"project": each.project, "name": each.name, "summary": each.summary, "reason": each.reason,
             "facts": each.facts, "changed": each.changed, "address": each.address, "score": each.score}
            for each in issue.entries
        ]  # fmt: skip
        return {"entries": entries}

    def _envelope(self, subscription: Subscription, identifier: str, leave: bool = True) -> Envelope:
        return Envelope(
            delivery_id=identifier,
            sender=self.settings.sender or "roadshow@localhost",
            recipient=subscription.address or "",
            base_url=self.settings.address,
            unsubscribe=self.unsubscribe_link(subscription.id) if leave else None,
            link_days=self.settings.link_days,
        )


def mailbox_of(address: str) -> str:
    """Normalise an e-mail address to its mailbox: case and a `+tag` make no difference."""
    name, _, domain = address.lower().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


def had_by(session: Session, subscription_id: str) -> dict[str, Mapping[str, str]]:
    """By project: its parts when the subscriber had it the last time."""
    rows = session.execute(select(Receipt.project_id, Receipt.parts).where(Receipt.subscription_id == subscription_id))
    return {row.project_id: row.parts for row in rows}


def _items(chosen: list[Chosen]) -> list[dict[str, object]]:
    return [
        {"project": each.line.project, "rank": each.line.rank, "score": each.line.score, "parts": each.parts,
         "before": each.before}
        for each in chosen
    ]  # fmt: skip


def _delivery(
    identifier: str, subscription: Subscription, kind: DeliveryKind, slot: datetime, at: datetime,
    payload: dict[str, object], items: list[dict[str, object]],
) -> dict[str, Any]:  # fmt: skip
    """Describe a message of the outbox."""
    webhook = subscription.channel == Channel.WEBHOOK
    return {
        "id": identifier, "owner": OWNER, "kind": kind, "source_id": subscription.id, "key": slot.isoformat(),
        "channel": subscription.channel, "receiver": receiver_of(subscription.address or "") if webhook else None,
        "payload": payload, "items": items, "made_at": at,
    }  # fmt: skip


__all__ = ["Draft", "ListError", "OutboxWriter", "had_by", "mailbox_of"]
