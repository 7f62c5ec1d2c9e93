"""A real SMTP server and a real HTTP server on this machine, that keep what they are sent."""

from __future__ import annotations

import email
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.plugins.environments import free_port

Answers = Callable[[int], str]
"""The answer to the message of this number, from 0."""


@dataclass
class Mailbox:
    """What a mail server got."""

    port: int = 0
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    @property
    def messages(self) -> list[EmailMessage]:
        read = (email.message_from_bytes(each, policy=default) for each in self.raw)
        return [message for message in read if isinstance(message, EmailMessage)]

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages]


@contextmanager
def mail_server(answer: Answers = lambda number: "250 OK", **options: Any) -> Iterator[Mailbox]:
    """A mail server; `answer` is what it says at the end of each message."""
    mailbox = Mailbox()
    seen = iter(range(1_000_000))

    class Handler:
        async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
            said = answer(next(seen))
            if said.startswith("250"):
                mailbox.raw.append(envelope.original_content)
                mailbox.recipients.extend(envelope.rcpt_tos)
            return said

    mailbox.port = free_port()
    controller = Controller(Handler(), hostname="127.0.0.1", port=mailbox.port, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@dataclass
class Hook:
    """What an HTTP receiver got: each time headers and body."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


@contextmanager
def web_server(answer: Callable[[int], tuple[int, dict[str, str]]] = lambda number: (204, {})) -> Iterator[Hook]:
    """A receiver of webhooks; `answer` gives status and headers for each request."""
    hook = Hook()
    lock = threading.Lock()
    seen = iter(range(1_000_000))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["content-length"])
            body = self.rfile.read(size)
            with lock:
                if len(body) == size:
                    hook.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                number = next(seen)
            status, headers = answer(number)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hook.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
