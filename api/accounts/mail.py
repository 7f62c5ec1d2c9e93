"""Mail with sign-in links and invitations: short texts in the recipient's language, sent by the configured server."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any
from urllib.parse import quote

from api.accounts.texts import invitation_text, text
from api.operations.delivery import delivery_settings
from api.operations.settings import ServerSettings
from api.pages import LANGUAGES
from store.enums import AttemptOutcome
from store.notifications.smtp import MailServer

log = logging.getLogger("roadshow.mail")

INVITATION_PATH = "/invitation"


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
    policy = SMTP if mail.recipient.isascii() else SMTPUTF8
    message, sender = _message(settings, mail).as_bytes(policy=policy), parseaddr(settings.mail_sender)[1]
    server = MailServer(delivery_settings(settings))
    result = server.send(message, sender, mail.recipient, lambda: True)
    server.close()
    if result.outcome is not AttemptOutcome.DELIVERED:
        log.error("%s can't be sent: %s", mail.about, result.detail)
    return result.outcome is AttemptOutcome.DELIVERED


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
