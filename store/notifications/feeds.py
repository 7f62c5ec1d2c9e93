"""Feeds: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

import orjson

ATOM = "http://www.w3.org/2005/Atom"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ElementTree.register_namespace("", ATOM)


@dataclass(frozen=True)
class FeedEntry:
    """One entry; `name` is unique in its feed and never changes."""

    name: str
    title: str
    at: datetime
    link: str | None
    summary: str


@dataclass(frozen=True)
class Feed:
    """A feed with its entries, newest first. `name` and the day it was made give it a permanent id."""

    name: str
    title: str
    language: str
    made_at: datetime
    address: str
    page: str
    base_url: str
    entries: Sequence[FeedEntry]

    @property
    def identifier(self) -> str:
        """Its permanent id, a tag URI."""
        return f"tag:{urlsplit(self.base_url).hostname},{self.made_at:%Y-%m-%d}:{self.name}"


def atom(feed: Feed) -> bytes:
    """Return a feed as XML."""
    root = ElementTree.Element(f"{{{ATOM}}}feed", {"xml:lang": feed.language})
    _add(root, "id", feed.identifier)
    _add(root, "title", feed.title)
    _add(root, "updated", _moment(feed.entries[0].at if feed.entries else feed.made_at))
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page)
    _add(_add(root, "author"), "name", "Roadshow")
    _add(root, "generator", "Roadshow")
    for each in feed.entries:
        entry = _add(root, "entry")
        _add(entry, "id", f"{feed.identifier}/{each.name}")
        _add(entry, "title", each.title)
        _add(entry, "updated", _moment(each.at))
        _add(entry, "link", rel="alternate", type="text/html", href=each.link or feed.page)
        _add(entry, "summary", each.summary, type="text")
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def json_feed(feed: Feed) -> bytes:
    """Return a feed as JSON."""
    items = [
        {"id": f"{feed.identifier}/{each.name}", "title": each.title, "date_published": _moment(each.at),
         "url": each.link or feed.page, "content_text": each.summary}
        for each in feed.entries
    ]  # fmt: skip
    return orjson.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": feed.title, "language": feed.language,
         "home_page_url": feed.page, "feed_url": feed.address, "items": items}
    )  # fmt: skip


def _add(parent: ElementTree.Element, tag: str, words: str | None = None, **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    if words is not None:
        element.text = NOT_IN_XML.sub("", words)
    return element


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
