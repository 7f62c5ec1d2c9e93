"""Keeps deliveries as core keeps rankings, so that they can be shown again and count as shown."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from plugins.digest.content.reading import as_investor
from plugins.digest.tables import OWNER, Delivery, DeliveryKind, DeliveryState, Subscription
from roadshow import Context, models

log = logging.getLogger("roadshow.digest")

KEEP = """mutation DigestKeep($only: [ID!]!, $label: String!, $channel: String!) {
  keepRanking(only: $only, label: $label, channel: $channel) { snapshot { id } userErrors { code message field } }
}"""
NOTHING = "-"
"""In place of a snapshot's id if nothing could be kept because no project is on the list any more."""


def unkept(context: Context, mine: list[str], at: datetime, lease: float) -> list[str]:
    """Return ids of delivered digests not kept yet: this process's own, and those another left behind."""
    left = Delivery.ended_at < at - timedelta(seconds=lease)
    wanted = select(Delivery.id).where(
        Delivery.owner == OWNER, Delivery.kind == DeliveryKind.DIGEST, Delivery.progress == DeliveryState.SENT,
        Delivery.kept.is_(None),
        or_(Delivery.id.in_(mine), left),
    )  # fmt: skip
    return list(context.session.scalars(wanted.order_by(Delivery.id).limit(500)).all())


def keep(context: Context, delivery_id: str) -> str | None:
    """Keep a delivered digest, once; return the snapshot's id, or None if it can't be kept now.

    The delivery's id is the snapshot's label, by which an already kept one is found.
    """
    delivery = context.session.get_one(Delivery, delivery_id)
    subscription = context.session.get_one(Subscription, delivery.source_id)
    projects = [item["project"] for item in delivery.items]
    snapshot_id = context.session.scalar(
        select(models.RankingSnapshot.id).where(
            models.RankingSnapshot.subject_id == subscription.investor_id, models.RankingSnapshot.label == delivery_id
        )
    )
    channel = subscription.channel.lower()
    if snapshot_id is None:
        with context.acting_as(as_investor(subscription.investor_id)) as own:
            snapshot_id = _kept(own, projects, delivery_id, channel)
    if snapshot_id is not None:
        with context.write() as session:
            session.execute(update(Delivery).where(Delivery.id == delivery_id).values(kept=snapshot_id))
    return snapshot_id


def _kept(own: Context, projects: list[str], label: str, channel: str) -> str | None:
    only = list(projects)
    while only:
        answer = own.ask(KEEP, {"only": only, "label": label, "channel": channel})
        if answer.get("errors"):
            log.warning("%s can't be kept yet: %s", label, answer["errors"][0]["message"])
            return None
        kept: Mapping[str, Any] = answer["data"]["keepRanking"]
        if kept["snapshot"] is not None:
            return str(kept["snapshot"]["id"])
        gone = [int(each["field"][1]) for each in kept["userErrors"] if list(each["field"])[:1] == ["only"]]
        if not gone:
            log.warning("%s can't be kept: %s", label, kept["userErrors"])
            return None
        only = [project for position, project in enumerate(only) if position not in gone]
    return NOTHING
