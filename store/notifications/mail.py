"""A message as an e-mail: plain text and HTML, with headers for one-click unsubscribing (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Envelope:
    """A message's recipient and id."""

    delivery_id: str
    sender: str
    recipient: str
    base_url: str
    unsubscribe: str | None
    """The link of one click; None for what can't be unsubscribed."""

    @property
    def domain(self) -> str:
        """The domain of Message-ID and List-Id."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def message_id(self) -> str:
        """The same in every attempt, so that a receiver recognises repetitions."""
        return f"<{self.delivery_id}@{self.domain}>"


def templates(*folders: Path) -> Environment:
    """Return an environment of templates in `folders`, which may extend `frame.html` and `notice.html`."""
    return Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def mail_message(
    envelope: Envelope, subject: str, text: str, html: str, *, language: str, made_at: datetime, list_name: str
) -> EmailMessage:
    """Build a message. `list_name`, such as `digest`, is what mailboxes sort it by."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = envelope.message_id
    message["Date"] = format_datetime(made_at)
    message["From"] = envelope.sender
    message["To"] = envelope.recipient
    message["Subject"] = " ".join(subject.split())
    message["Auto-Submitted"] = "auto-generated"
    if envelope.unsubscribe:
        message["List-Id"] = f"Roadshow {list_name} <{list_name}.{envelope.domain}>"
        message["List-Unsubscribe"] = f"<{envelope.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = language  # after the content, which clears such headers
    message.set_boundary(f"=_{envelope.delivery_id}")
    return message


def mail_payload(message: EmailMessage) -> dict[str, object]:
    """Return a mail as the outbox stores it."""
    return {"subject": str(message["Subject"]), "message": message.as_bytes().decode("ascii")}
