"""An Atom feed (RFC 4287) of what was delivered, and the current list as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from plugins.digest.content import texts
from plugins.digest.content.issue import facts_of
from plugins.digest.content.reading import Line, as_investor
from plugins.digest.tables import Delivery, DeliveryKind, DeliveryState, Subscription
from roadshow import Context, csv_text, outbox

MOST_ENTRIES = 100
VISIBLE = "query DigestVisible($ids: [ID!]!) { nodes(ids: $ids) { id } }"


def entries_of(context: Context, subscription: Subscription) -> list[tuple[datetime, Mapping[str, object]]]:
    """What a feed brought, newest first: each project once, as it was the last time, if it may be seen still."""
    wanted = (
        select(Delivery)
        .where(Delivery.source_id == subscription.id, Delivery.kind == DeliveryKind.DIGEST)
        .where(Delivery.progress == DeliveryState.SENT, Delivery.payload.is_not(None))
        .order_by(Delivery.made_at.desc(), Delivery.id.desc())
        .limit(MOST_ENTRIES)
    )
    newest_by_project: dict[str, tuple[datetime, Mapping[str, object]]] = {}
    for delivery in context.session.scalars(wanted):
        for entry in (delivery.payload or {}).get("entries", ()):
            newest_by_project.setdefault(entry["project"], (delivery.made_at, entry))
    newest = list(newest_by_project.values())[:MOST_ENTRIES]
    with context.acting_as(as_investor(subscription.investor_id)) as own:
        nodes = own.ask(VISIBLE, {"ids": [entry["project"] for _, entry in newest]})["data"]["nodes"]
    visible = {node["id"] for node in nodes if node}
    return [each for each in newest if each[1]["project"] in visible]


def atom(
    subscription: Subscription, investor: str, entries: Sequence[tuple[datetime, Mapping[str, Any]]], address: str,
    base_url: str,
) -> bytes:  # fmt: skip
    """Return the feed as XML."""
    language = subscription.language
    shown = [
        outbox.FeedEntry(
            each["project"], each["name"], at, each["address"],
            "\n\n".join(part for part in (each["facts"], each["changed"], each["reason"], each["summary"]) if part),
        )
        for at, each in entries
    ]  # fmt: skip
    return outbox.atom(
        outbox.Feed(
            name=f"digest/{subscription.id}", title=texts.text("feed_title", language, name=investor),
            language=language, made_at=subscription.created_at, address=address,
            page=f"{base_url}/list?lang={language}", base_url=base_url, entries=shown,
        )
    )  # fmt: skip


def table(lines: Iterable[Line], had: Mapping[str, datetime], language: str, base_url: str) -> bytes:
    """Return the list as CSV, in UTF-8 with a byte order mark. `had` says when each project was sent."""
    headers = ["rank", "score", "id", "name", "facts", "reason", "summary", "sent", "url", "fictional"]
    rows = (
        [
            line.rank, round(line.score, 2), line.project, line.node["name"],
            " · ".join(facts_of(line.node, language)), texts.sentences(line.reasons, language),
            line.node["summary"],
            sent.isoformat() if (sent := had.get(line.project)) else None,
            f"{base_url}/projects/{line.project}?lang={language}",
            "yes" if line.node["fictional"] else "",
        ]
        for line in lines
    )  # fmt: skip
    return csv_text(headers, rows).encode()
