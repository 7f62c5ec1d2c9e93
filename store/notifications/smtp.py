"""Hands a message to the mail server so that it is always known whether the server can have accepted it.

A server accepts a message at its end, a line with a dot. So everything else is sent first; then the outbox records the
hand-over; then comes the dot. A message not so recorded can safely be sent again.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl

from store.enums import AttemptOutcome
from store.notifications.results import HandOver, Result
from store.notifications.settings import DeliverySettings


class MailServer:
    """One connection to the mail server, opened on demand and used for several messages."""

    def __init__(self, settings: DeliverySettings) -> None:
        self._settings = settings
        self._open: smtplib.SMTP | None = None

    def send(self, message: bytes, sender: str, recipient: str, hand_over: HandOver) -> Result:
        """Send one message, with lines that end in CRLF. Never raises."""
        handed = False
        try:
            smtp = self._connected()
            wide = not recipient.isascii() and smtp.has_extn("smtputf8")  # RFC 6531
            smtp.command_encoding = "utf-8" if wide else "ascii"
            begun = smtp.mail(sender, ["SMTPUTF8"] if wide else [])
            for code, answer in (begun, smtp.rcpt(recipient), smtp.docmd("DATA")):
                if code not in (250, 251, 354):
                    return self._answered(code, answer)
            smtp.send(re.sub(rb"(?m)^\.", b"..", message.removesuffix(b"\r\n") + b"\r\n"))
            if not hand_over():
                self.close(politely=False)
                return Result(None)
            handed = True
            smtp.send(b".\r\n")
            code, answer = smtp.getreply()
            return self._answered(code, answer)
        except UnicodeError:
            self.close(politely=False)
            return Result(AttemptOutcome.REFUSED, None, "The mail server takes no addresses beyond ASCII.")
        except (OSError, smtplib.SMTPException) as problem:
            self.close(politely=False)
            if handed:
                return Result(
                    AttemptOutcome.UNCERTAIN, None, f"no answer after the message was sent: {_words(problem)}"
                )
            return Result(AttemptOutcome.FAILED, getattr(problem, "smtp_code", None), _words(problem))

    def close(self, politely: bool = True) -> None:
        """End the connection, if there is one."""
        smtp, self._open = self._open, None
        if smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if politely:
                    smtp.quit()
            smtp.close()

    def _answered(self, code: int, answer: bytes) -> Result:
        said = answer.decode("utf-8", "replace")[:400]
        if code == 250:
            return Result(AttemptOutcome.DELIVERED, code, said)
        if code == 421:
            self.close(politely=False)
        return Result(AttemptOutcome.REFUSED if 500 <= code < 600 else AttemptOutcome.FAILED, code, said)

    def _connected(self) -> smtplib.SMTP:
        if self._open is not None:
            try:
                if self._open.rset()[0] == 250:
                    return self._open
            except (OSError, smtplib.SMTPException):
                pass
            self.close(politely=False)
        settings = self._settings
        host, port, timeout = settings.smtp_host or "", settings.smtp_port, settings.smtp_timeout
        smtp: smtplib.SMTP
        if settings.smtp_security == "tls":
            smtp = smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
        else:
            smtp = smtplib.SMTP(host, port, timeout=timeout)
        self._open = smtp
        smtp.ehlo_or_helo_if_needed()
        if settings.smtp_security == "starttls":
            smtp.starttls(context=ssl.create_default_context())  # fails if the server doesn't offer it
            smtp.ehlo()
        if settings.smtp_user is not None:
            password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
            smtp.login(settings.smtp_user, password)
        return smtp


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"[:400]
