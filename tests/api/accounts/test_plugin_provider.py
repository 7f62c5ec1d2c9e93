"""Signing in by a plugin's identity provider: core holds state, linking and session, the plugin the protocol."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import select

from api.accounts.provider_pages import offered_providers
from api.accounts.sessions import session_reader
from api.operations.problems import CommandError
from api.operations.settings import IdentityProvider, ServerSettings
from api.requests.identity import COOKIE
from plugins.host.host import Host
from plugins.host.manifest import Permission
from roadshow import ProvidedIdentity, SignInProvider, SignInRequest, UserError
from store.access.accounts import add_membership, create_account
from store.access.actors import Actor
from store.accounts.signing_in import open_session
from store.database import Database
from store.enums import Role, ScopeKind
from store.models import Account, AccountIdentity
from tests.api import small
from tests.api.running import running
from tests.plugins.environments import free_port
from tests.plugins.support import plugin
from tests.support import databases

SYSTEM = Actor.system("test")
PUBLIC = "http://roadshow.example"
LEAVE = "/sign-in/with/workplace"


def workplace(address: str) -> SignInProvider:
    """What a plugin declares."""

    def begin(request: SignInRequest) -> str:
        return f"{address}/connect?{urlencode({'redirect_uri': request.redirect_address, 'state': request.state})}"

    def complete(given: Mapping[str, str], request: SignInRequest) -> ProvidedIdentity:
        assert request.redirect_address == f"{PUBLIC}{LEAVE}/callback"
        if "auth_code" not in given:
            raise UserError("Refused.")
        told = httpx.get(f"{address}/user", params={"code": given["auth_code"]}).raise_for_status().json()
        return ProvidedIdentity(
            subject=told["userid"], email=told.get("mail"), verified=told.get("confirmed", False), name=told["name"]
        )

    return SignInProvider(
        name="workplace", title={"en": "Workplace", "zh": "工作台"}, issuer="https://workplace.example",
        begin=begin, complete=complete, email_domains=("example.edu",),
    )  # fmt: skip


def host_with(*providers: SignInProvider) -> Host:
    settings = {"host": {"failure_threshold": 1000}}
    part = plugin("desk", {"register_identity_providers": providers}, permissions=[Permission.ROUTES])
    return Host.load(settings, plugins=[part])


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.api.accounts.workplace", str(port)], cwd=Path(__file__).parents[3]
    )
    address, until = f"http://127.0.0.1:{port}", time.monotonic() + 60
    try:
        while True:
            try:
                httpx.get(f"{address}/user")
                break
            except httpx.TransportError:
                assert process.poll() is None, "the provider didn't start"
                assert time.monotonic() < until
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def site(provider: str, shared_directory: Path) -> Iterator[tuple[str, Database]]:
    with databases.fresh("sqlite", shared_directory) as url:
        settings = ServerSettings(database_url=url, public_url=PUBLIC)
        database = Database(url)
        with database.write(SYSTEM) as session:
            for email in ("ada@example.edu", "bo@elsewhere.example"):
                account = create_account(session, email, email.partition("@")[0])
                add_membership(session, account, Role.REVIEWER, ScopeKind.INSTALLATION)
        assembly = replace(small.assembly(settings), in_session=session_reader(database))
        with running(replace(assembly, host=host_with(workplace(provider)))) as address:
            yield address, database
        database.dispose()


def browser(address: str, language: str = "en") -> httpx.Client:
    return httpx.Client(base_url=address, timeout=20, headers={"Accept-Language": language})


def sent_back(client: httpx.Client, user: str) -> str:
    """Go there and back; the path to which the provider sends the browser."""
    left = client.get(LEAVE)
    assert left.status_code == 303, left.text
    there = httpx.get(f"{left.headers['Location']}&user={user}")
    assert there.status_code == 302, there.text
    return str(there.headers["Location"]).removeprefix(PUBLIC)


def role(client: httpx.Client) -> str:
    return str(client.post("/graphql", json={"query": "{who}"}).json()["data"]["who"])


def linked(database: Database) -> set[tuple[str, str, str]]:
    with database.read() as session:
        wanted = select(Account.email, AccountIdentity.issuer, AccountIdentity.subject)
        return {(str(email), issuer, subject)
                for email, issuer, subject in session.execute(wanted.join_from(AccountIdentity, Account))}  # fmt: skip


def test_a_verified_address_of_its_domains_signs_in(site: tuple[str, Database]) -> None:
    address, database = site
    with browser(address, "zh") as client:
        assert "使用工作台登录" in client.get("/sign-in").text
        back = sent_back(client, "ada")
        arrived = client.get(back)
        assert (arrived.status_code, arrived.headers["Location"]) == (303, "/account")
        assert role(client) == "REVIEWER"
        assert client.get(back).status_code == 400, "a return works once"
    assert ("ada@example.edu", "https://workplace.example", "u-ada") in linked(database)
    with browser(address) as client, browser(address) as another:
        assert another.get(sent_back(client, "ada")).status_code == 400, "only in the browser that left"
        assert client.get(sent_back(client, "liar")).status_code == 403, "its address isn't verified"
        assert client.get(sent_back(client, "nobody")).status_code == 400, "it was refused there"
        assert client.get(sent_back(client, "broken")).status_code == 502
        assert client.get(sent_back(client, "stranger")).status_code == 502, "the plugin's function failed"
        assert role(client) == role(another) == "PUBLIC"


def test_who_has_no_address_there_links_the_account_and_is_known_by_name(site: tuple[str, Database]) -> None:
    address, database = site
    with browser(address) as client:
        assert client.get(sent_back(client, "bo")).status_code == 403
        with database.write(SYSTEM) as session:
            secret = open_session(session, session.query(Account).filter_by(email="bo@elsewhere.example").one())
        client.cookies.set(COOKIE, secret, domain="127.0.0.1", path="/")
        page = client.get(sent_back(client, "bo")).text
        assert "Workplace knows you as Bo Example" in page
        state = re.search(r'name="state" value="([^"]+)"', page)
        assert state is not None
        assert client.post(f"{LEAVE}/link", data={"state": state[1]}).headers["Location"] == "/account"
        assert "Workplace" in client.get("/account").text
    with browser(address) as client:
        assert client.get(sent_back(client, "bo")).status_code == 303
        assert role(client) == "REVIEWER"


def test_names_and_issuers_are_one_providers_alone() -> None:
    ours = workplace("http://127.0.0.1:9")
    known = IdentityProvider(title="University", issuer="https://workplace.example", client_id="x")
    for name in ("workplace", "university"):
        settings = ServerSettings(identity_providers={name: known.model_copy(update={"issuer": ours.issuer})})
        with pytest.raises(CommandError, match=f"the name or the issuer of '{name}'"):
            offered_providers(host_with(ours), settings)
    with pytest.raises(CommandError, match="'workplace'"):
        offered_providers(host_with(ours, replace(ours, name="other")), ServerSettings())
