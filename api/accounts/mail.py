"""Mail to people who sign in: short texts in their language, handed to the mail server of the settings."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any
from urllib.parse import quote, urlsplit

from api.accounts.texts import invitation_text, text
from api.operations.settings import ServerSettings
from api.pages import LANGUAGES

log = logging.getLogger("roadshow.mail")

INVITATION_PATH = "/invitation"
SECONDS = 20.0
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one person."""

    recipient: str
    subject: str
    text: str
    about: str
    """What is in it, for the log where there is no mail server: `a link to sign in`."""
    link: str


class Postman:
    """Sends letters in the background, one after the other; nobody waits for a mail server."""

    def __init__(self, settings: ServerSettings) -> None:
        self.settings = settings
        self._sending = ThreadPoolExecutor(1, thread_name_prefix="mail")

    def invite(self, letters: Sequence[tuple[Any, str]], by: str | None) -> None:
        """Send invitations with the secrets of their links, in the name of `by`."""
        for invitation, secret in letters:
            language = (invitation.language or "")[:2]
            own = language if language in LANGUAGES else LANGUAGES[0]
            letter = Letter(
                invitation.email,
                text("invitation_subject", own),
                invitation_text(invitation.role.value, by, own),
                "An invitation",
                invitation_address(self.settings, secret),
            )
            self._sending.submit(send, self.settings, letter)

    def close(self) -> None:
        """Wait until all letters are sent."""
        self._sending.shutdown()


def invitation_address(settings: ServerSettings, secret: str) -> str:
    """The address of an invitation's link."""
    return f"{base_of(settings)}{INVITATION_PATH}?token={quote(secret)}"


def base_of(settings: ServerSettings) -> str:
    """Where links lead. Never by a header of a request: whoever sends it could choose."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def send(settings: ServerSettings, letter: Letter) -> bool:
    """Hand a letter to the mail server, and say in the log what became of it; in development without one, its link.

    Never raises: nobody waits for the answer.
    """
    if settings.mail_server is None:
        if settings.development:
            log.info("%s for %s: %s", letter.about, letter.recipient, letter.link)
            return True
        log.error("%s can't be sent: set ROADSHOW_MAIL_SERVER, or use: roadshow accounts link", letter.about)
        return False
    try:
        _hand_over(settings, settings.mail_server, _message(settings, letter))
    except (OSError, smtplib.SMTPException) as problem:
        log.error("%s can't be sent: %s", letter.about, problem)
        return False
    return True


def _message(settings: ServerSettings, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings.mail_sender
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=parseaddr(settings.mail_sender)[1].rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{letter.text}\n\n{letter.link}\n")
    return message


def _hand_over(settings: ServerSettings, address: str, message: EmailMessage) -> None:
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    context = ssl.create_default_context()
    smtp = (
        smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
        if parts.scheme == "smtps"
        else smtplib.SMTP(host, port, timeout=SECONDS)
    )
    with smtp:
        if parts.scheme == "smtp":
            smtp.starttls(context=context)
        if settings.mail_user is not None:
            secret = settings.mail_password
            smtp.login(settings.mail_user, secret.get_secret_value() if secret else "")
        smtp.send_message(message)
