"""A digest as an e-mail: plain text and HTML, with headers for one-click unsubscribing (RFC 8058)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from plugins.digest.content import texts
from plugins.digest.content.issue import Issue

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=lambda name: bool(name and name.endswith(".html")),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


@dataclass(frozen=True)
class Envelope:
    """A message's recipient and id."""

    delivery_id: str
    sender: str
    recipient: str
    base_url: str
    unsubscribe: str | None
    link_days: int

    @property
    def domain(self) -> str:
        """The domain of Message-ID and List-Id."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def message_id(self) -> str:
        """The same in every attempt, so that a receiver recognises repetitions."""
        return f"<{self.delivery_id}@{self.domain}>"


def digest_message(issue: Issue, envelope: Envelope) -> EmailMessage:
    """Build the digest's message."""
    values = {"issue": issue}
    return _message(issue.subject, "digest", issue.language, issue.made_at, envelope, values)


def notice_message(
    kind: str,
    language: str,
    made_at: datetime,
    envelope: Envelope,
    paragraphs: Sequence[str],
    link: tuple[str, str] | None,
) -> EmailMessage:
    """Build a short message: a confirmation or a test. `link` is its words and address."""
    values = {"paragraphs": paragraphs, "link": link, "title": texts.text(f"{kind}_subject", language)}
    return _message(values["title"], "notice", language, made_at, envelope, values)  # type: ignore[arg-type]


def html_of(issue: Issue, envelope: Envelope) -> str:
    """Return the HTML part, for a preview."""
    return _rendered("digest.html", issue.language, envelope, {"issue": issue})


def text_of(issue: Issue, envelope: Envelope) -> str:
    """Return the plain text."""
    return _rendered("digest.txt", issue.language, envelope, {"issue": issue})


def _message(
    subject: str, template: str, language: str, made_at: datetime, envelope: Envelope, values: dict[str, Any]
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = envelope.message_id
    message["Date"] = format_datetime(made_at)
    message["From"] = envelope.sender
    message["To"] = envelope.recipient
    message["Subject"] = " ".join(subject.split())
    message["Auto-Submitted"] = "auto-generated"
    if envelope.unsubscribe:
        message["List-Id"] = f"Roadshow digest <digest.{envelope.domain}>"
        message["List-Unsubscribe"] = f"<{envelope.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_rendered(f"{template}.txt", language, envelope, values), cte="quoted-printable")
    message.add_alternative(
        _rendered(f"{template}.html", language, envelope, values), subtype="html", cte="quoted-printable"
    )
    message["Content-Language"] = language  # after the content, which clears such headers
    message.set_boundary(f"=_{envelope.delivery_id}")
    return message


def _rendered(template: str, language: str, envelope: Envelope, values: dict[str, object]) -> str:
    def t(sentence: str, /, **more: object) -> str:
        return texts.text(sentence, language, **more)

    def whole(value: float) -> str:
        return texts.number(value, language)

    return _templates.get_template(template).render(language=language, envelope=envelope, t=t, whole=whole, **values)
