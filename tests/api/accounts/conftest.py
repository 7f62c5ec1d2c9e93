"""A server on which people sign in, with a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.accounts.sessions import session_reader
from api.operations.settings import ServerSettings
from api.requests.identity import COOKIE
from store.access.accounts import add_membership, create_account
from store.access.actors import Actor
from store.accounts.signing_in import create_link, open_session
from store.database import Database
from store.enums import Role, ScopeKind
from store.models import Account, SignInToken
from tests.api import small
from tests.api.running import running
from tests.plugins.digest.receivers import Mailbox, mail_server
from tests.support import databases

ADDRESS = "ada@example.org"
PUBLIC = "https://roadshow.example.org"


@dataclass
class Place:
    address: str
    database: Database
    mailbox: Mailbox
    settings: ServerSettings

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=20, **options)

    def token(self) -> str:
        """Of a new link for the account."""
        with self.database.write(Actor.system("test")) as session:
            return create_link(session, session.query(Account).filter_by(email=ADDRESS).one())

    def signed_in(self) -> httpx.Client:
        """A client that holds the cookie of a session; over plain HTTP, where a browser wouldn't send it."""
        with self.database.write(Actor.system("test")) as session:
            secret = open_session(session, session.query(Account).filter_by(email=ADDRESS).one(), "Test browser")
        return self.client(headers={"Cookie": f"theme=dark; {COOKIE}={secret}"})


@pytest.fixture(scope="package")
def place(shared_directory: Path) -> Iterator[Place]:
    with databases.fresh("sqlite", shared_directory) as url, mail_server() as mailbox:
        settings = ServerSettings(
            database_url=url, public_url=PUBLIC, mail_server=f"smtp+plain://127.0.0.1:{mailbox.port}",
            mail_sender="Roadshow <no-reply@example.org>", cors_origins=("https://allowed.example",),
            privacy_notice="https://example.org/privacy", privacy_notice_version="2026-1",
        )  # fmt: skip
        database = Database(url)
        with database.write(Actor.system("test")) as session:
            account = create_account(session, ADDRESS, "Ada <i>", languages=["zh-Hans"])
            add_membership(session, account, Role.ADMIN, ScopeKind.INSTALLATION)
            add_membership(session, account, Role.REVIEWER, ScopeKind.INSTALLATION)
        with running(replace(small.assembly(settings), in_session=session_reader(database))) as address:
            yield Place(address, database, mailbox, settings)
        database.dispose()


@pytest.fixture(autouse=True)
def _unlimited(place: Place) -> None:
    with place.database.write(Actor.system("test")) as session:
        session.query(SignInToken).delete()
