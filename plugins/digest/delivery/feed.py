"""An Atom feed (RFC 4287) of what was delivered, and the current list as CSV."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from sqlalchemy import select

from plugins.digest.content import texts
from plugins.digest.content.issue import facts_of
from plugins.digest.content.reading import Line, as_investor
from plugins.digest.tables import Delivery, DeliveryKind, DeliveryState, Subscription
from roadshow import Context, csv_text

ATOM = "http://www.w3.org/2005/Atom"
MOST_ENTRIES = 100
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
VISIBLE = "query DigestVisible($ids: [ID!]!) { nodes(ids: $ids) { id } }"

ElementTree.register_namespace("", ATOM)


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
    language, name = subscription.language, f"digest/{subscription.id}"
    authority = f"tag:{urlsplit(base_url).hostname},{subscription.created_at:%Y-%m-%d}"
    feed = ElementTree.Element(f"{{{ATOM}}}feed", {"xml:lang": language})
    _add(feed, "id", f"{authority}:{name}")
    _add(feed, "title", texts.text("feed_title", language, name=investor))
    _add(feed, "updated", _moment(entries[0][0] if entries else subscription.created_at))
    _add(feed, "link", rel="self", type="application/atom+xml", href=address)
    _add(feed, "link", rel="alternate", type="text/html", href=f"{base_url}/list?lang={language}")
    _add(_add(feed, "author"), "name", "Roadshow")
    _add(feed, "generator", "Roadshow")
    for at, each in entries:
        entry = _add(feed, "entry")
        _add(entry, "id", f"{authority}:{name}/{each['project']}")
        _add(entry, "title", each["name"])
        _add(entry, "updated", _moment(at))
        _add(entry, "link", rel="alternate", type="text/html", href=each["address"])
        parts = (each["facts"], each["changed"], each["reason"], each["summary"])
        _add(entry, "summary", "\n\n".join(part for part in parts if part), type="text")
    document: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


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


def _add(parent: ElementTree.Element, tag: str, words: str | None = None, **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    if words is not None:
        element.text = NOT_IN_XML.sub("", words)
    return element


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
