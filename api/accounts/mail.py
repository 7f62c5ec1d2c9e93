"""Mail with sign-in links and invitations: short texts in the recipient's language, sent by the configured server."""

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
class AccountMail:
    """A mail to one person."""

    recipient: str
    subject: str
    text: str
    about: str
    """Its content in a few words, for the log, such as `A sign-in link`."""
    link: str


class AccountMailer:
    """Sends mail in the background, one after another, so that no request waits for a mail server."""

    def __init__(self, settings: ServerSettings) -> None:
        self.settings = settings
        self._sending = ThreadPoolExecutor(1, thread_name_prefix="mail")

    def invite(self, invitations: Sequence[tuple[Any, str]], by: str | None) -> None:
        """Send invitations with the tokens of their links, in the name of `by`."""
        for invitation, token in invitations:
            language = (invitation.language or "")[:2]
            own = language if language in LANGUAGES else LANGUAGES[0]
            mail = AccountMail(
                invitation.email,
                text("invitation_subject", own),
                invitation_text(invitation.role.value, by, own),
                "An invitation",
                invitation_address(self.settings, token),
            )
            self._sending.submit(send, self.settings, mail)

    def close(self) -> None:
        """Wait until all mail has been sent."""
        self._sending.shutdown()


def invitation_address(settings: ServerSettings, token: str) -> str:
    """Return the address of an invitation's link."""
    return f"{base_address(settings)}{INVITATION_PATH}?token={quote(token)}"


def base_address(settings: ServerSettings) -> str:
    """Return the address that links begin with. It never comes from a request's header, which the client chooses."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def send(settings: ServerSettings, mail: AccountMail) -> bool:
    """Send a mail and return whether the mail server took it. Never raises; failures are logged.

    Without a mail server, development mode logs the link instead.
    """
    if settings.mail_server is None:
        if settings.development:
            log.info("%s for %s: %s", mail.about, mail.recipient, mail.link)
            return True
        log.error("%s can't be sent: set ROADSHOW_MAIL_SERVER, or use: roadshow accounts link", mail.about)
        return False
    try:
        _submit(settings, settings.mail_server, _message(settings, mail))
    except (OSError, smtplib.SMTPException) as problem:
        log.error("%s can't be sent: %s", mail.about, problem)
        return False
    return True


def _message(settings: ServerSettings, mail: AccountMail) -> EmailMessage:
    message = EmailMessage()
    message["From"] = settings.mail_sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=parseaddr(settings.mail_sender)[1].rpartition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{mail.text}\n\n{mail.link}\n")
    return message


def _submit(settings: ServerSettings, address: str, message: EmailMessage) -> None:
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
