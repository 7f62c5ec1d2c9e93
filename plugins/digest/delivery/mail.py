"""A digest as an e-mail, and the short messages around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from plugins.digest.content import texts
from plugins.digest.content.issue import Issue
from roadshow import outbox

_templates = outbox.templates(Path(__file__).parent.parent / "templates")


@dataclass(frozen=True)
class Envelope(outbox.Envelope):
    """A message's recipient and id, and for how many days its links work."""

    link_days: int


def digest_message(issue: Issue, envelope: Envelope) -> EmailMessage:
    """Build the digest's message."""
    text, html = text_of(issue, envelope), html_of(issue, envelope)
    return outbox.mail_message(
        envelope, issue.subject, text, html, language=issue.language, made_at=issue.made_at, list_name="digest"
    )


def notice_message(
    kind: str,
    language: str,
    made_at: datetime,
    envelope: Envelope,
    paragraphs: Sequence[str],
    link: tuple[str, str] | None,
) -> EmailMessage:
    """Build a short message: a confirmation or a test. `link` is its words and address."""
    title = texts.text(f"{kind}_subject", language)
    values: dict[str, object] = {"paragraphs": paragraphs, "link": link, "title": title}
    text, html = (_rendered(f"notice.{suffix}", language, envelope, values) for suffix in ("txt", "html"))
    return outbox.mail_message(envelope, title, text, html, language=language, made_at=made_at, list_name="digest")


def html_of(issue: Issue, envelope: Envelope) -> str:
    """Return the HTML part, for a preview."""
    return _rendered("digest.html", issue.language, envelope, {"issue": issue})


def text_of(issue: Issue, envelope: Envelope) -> str:
    """Return the plain text."""
    return _rendered("digest.txt", issue.language, envelope, {"issue": issue})


def _rendered(template: str, language: str, envelope: Envelope, values: dict[str, object]) -> str:
    def t(sentence: str, /, **more: object) -> str:
        return texts.text(sentence, language, **more)

    def whole(value: float) -> str:
        return texts.number(value, language)

    return _templates.get_template(template).render(language=language, envelope=envelope, t=t, whole=whole, **values)
