"""From a kind's templates and values to texts, and from several texts to one message."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from api.notifications.texts import text
from plugins.host.contributions.contributions import NotificationKind
from store.notifications.mail import templates

_FILES = templates(Path(__file__).parent / "templates")
_PLAIN = Environment(undefined=StrictUndefined, autoescape=False)
_HTML = Environment(undefined=StrictUndefined, autoescape=True)
LONGEST_SUBJECT = 300


@dataclass(frozen=True)
class Item:
    """One notification in its recipient's language."""

    subject: str
    text: str
    html: Markup
    link: str | None


@dataclass(frozen=True)
class Message:
    """What goes out in one message."""

    kind: NotificationKind
    language: str
    subject: str
    items: Sequence[Item]


def render_item(
    kind: NotificationKind, language: str, values: Mapping[str, object], recipient: str, base_url: str
) -> Item | None:
    """Return what a notification says; None if that is nothing.

    Raises jinja2.TemplateError for a template that doesn't fit its values.
    """
    template = kind.template(language)
    given = {"recipient": recipient, "base_url": base_url, **values}
    said = _rendered(template.text, given).strip()
    subject = " ".join(_rendered(template.subject, given).split())[:LONGEST_SUBJECT]
    if not said or not subject:
        return None
    html = Markup(_html_of(template.html).render(given)) if template.html is not None else paragraphs(said)
    path = _rendered(template.link, given).strip() if template.link is not None else ""
    return Item(subject, said, html, f"{base_url}{path}" if path.startswith("/") else path or None)


def bundle(
    kind: NotificationKind, language: str, items: Sequence[Item], values: Sequence[Mapping[str, object]],
    recipient: str, base_url: str,
) -> Message:  # fmt: skip
    """Return one message of all items. Raises jinja2.TemplateError as `render_item` does."""
    if len(items) == 1:
        return Message(kind, language, items[0].subject, items)
    template = kind.template(language)
    given = {"recipient": recipient, "base_url": base_url, **values[0], "count": len(items)}
    title = kind.title[language]
    subject = f"{title} ({len(items)})" if template.many is None else _rendered(template.many, given)
    return Message(kind, language, " ".join(subject.split())[:LONGEST_SUBJECT], items)


def text_of(message: Message, base_url: str, unsubscribe: str | None) -> str:
    """Return the plain text of a message."""
    return _framed("notification.txt", message, base_url, unsubscribe)


def html_of(message: Message, base_url: str, unsubscribe: str | None) -> str:
    """Return the HTML of a message."""
    return _framed("notification.html", message, base_url, unsubscribe)


def example_of(kind: NotificationKind, language: str, base_url: str) -> Message:
    """Return what a message of the kind looks like. Raises jinja2.TemplateError as `render_item` does."""
    item = render_item(kind, language, kind.example, kind.title[language], base_url)
    return bundle(kind, language, [item] if item is not None else [], [kind.example], "", base_url)


def paragraphs(said: str) -> Markup:
    """Return plain text as HTML."""
    parts = (part.strip() for part in re.split(r"\n\s*\n", said))
    return Markup("").join(Markup("<p>{}</p>").format(part) for part in parts if part)


def _framed(file: str, message: Message, base_url: str, unsubscribe: str | None) -> str:
    def t(name: str, **values: object) -> str:
        return text(name, message.language, **values)

    return _FILES.get_template(file).render(
        message=message, language=message.language, title=message.kind.title[message.language], t=t,
        base_url=base_url, unsubscribe=unsubscribe,
    )  # fmt: skip


def _rendered(source: str, values: Mapping[str, object]) -> str:
    return _plain_of(source).render(values)


@lru_cache(maxsize=1_000)
def _plain_of(source: str) -> Template:
    return _PLAIN.from_string(source)


@lru_cache(maxsize=1_000)
def _html_of(source: str) -> Template:
    return _HTML.from_string(source)
