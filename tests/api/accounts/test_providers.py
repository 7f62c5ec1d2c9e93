"""Signing in by an identity provider: a real one in a process of its own, a real server, and what must be refused."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from api.accounts.sessions import session_reader
from api.operations.settings import IdentityProvider, ServerSettings
from api.requests.identity import COOKIE
from store.access.accounts import add_membership, create_account
from store.access.actors import Actor
from store.accounts import second_factors
from store.accounts.signing_in import open_session
from store.database import Database
from store.enums import Role, ScopeKind
from store.erasure.accounts import erase_account
from store.models import Account, AccountIdentity
from tests.api import small
from tests.api.accounts.provider import CALLBACK, CLIENT_ID, CLIENT_SECRET
from tests.api.running import running
from tests.plugins.environments import free_port
from tests.support import databases

SYSTEM = Actor.system("test")
PUBLIC = "http://roadshow.example"
ADA, BO = "ada@example.edu", "bo@elsewhere.example"
LEAVE, BACK = "/sign-in/with/test", "/sign-in/with/test/callback"
KNOWN = {
    "ada-1": {"email": "Ada@example.edu", "email_verified": True},
    "unverified": {"email": ADA, "email_verified": False},
    "as-text": {"email": ADA, "email_verified": "true"},
    "bo-1": {"email": BO, "email_verified": True},
    "ada-2": {"email": ADA, "email_verified": True},
    "userinfo": {"email": ADA, "email_verified": True, "by_userinfo": True},
    "nobody": {"email": "nobody@example.edu", "email_verified": True},
}


@dataclass
class Place:
    address: str
    issuer: str
    database: Database

    def tell(self, **faults: Any) -> list[str]:
        """Tell the provider who is known and what to get wrong; how codes were challenged so far."""
        answer = httpx.put(f"{self.issuer}/told", json={"users": KNOWN, "faults": faults}, timeout=20).json()
        challenges: list[str] = answer["challenges"]
        return challenges

    def browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=20, headers={"Accept-Language": "en"})

    def signed_in(self, email: str) -> httpx.Client:
        with self.database.write(SYSTEM) as session:
            secret = open_session(session, session.query(Account).filter_by(email=email).one())
        client = self.browser()
        client.cookies.set(COOKIE, secret, domain="127.0.0.1", path="/")
        return client

    def linked(self) -> list[tuple[str, str]]:
        """Address and subject of each link."""
        with self.database.read() as session:
            pairs = select(Account.email, AccountIdentity.subject).join_from(AccountIdentity, Account)
            return sorted((str(email), subject) for email, subject in session.execute(pairs))


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.api.accounts.provider", str(port)],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},
    )
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 60
    try:
        while True:
            try:
                httpx.get(f"{address}/keys")
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
def place(issuer: str, shared_directory: Path) -> Iterator[Place]:
    provider = IdentityProvider(
        title="Example University", issuer=issuer, client_id=CLIENT_ID, client_secret=SecretStr(CLIENT_SECRET),
        email_domains=("example.edu",),
    )  # fmt: skip
    other = provider.model_copy(update={"title": "Another", "issuer": "http://127.0.0.1:9"})
    with databases.fresh("sqlite", shared_directory) as url:
        settings = ServerSettings(
            database_url=url, public_url=PUBLIC, privacy_notice="https://example.org/privacy",
            identity_providers={"test": provider, "other": other},
        )  # fmt: skip
        database = Database(url)
        with database.write(SYSTEM) as session:
            for email in (ADA, BO):
                account = create_account(session, email, email.partition("@")[0])
                add_membership(session, account, Role.REVIEWER, ScopeKind.INSTALLATION)
        with running(replace(small.assembly(settings), in_session=session_reader(database))) as address:
            yield Place(address, issuer, database)
        database.dispose()


@pytest.fixture(autouse=True)
def _fresh(place: Place) -> None:
    place.tell()
    with place.database.write(SYSTEM) as session:
        session.query(AccountIdentity).delete()


def role(client: httpx.Client) -> str:
    return str(client.post("/graphql", json={"query": "{who}"}).json()["data"]["who"])


def sent_back(client: httpx.Client, user: str, leave: str = LEAVE) -> str:
    """Go to the provider and sign in there; the path by which it sends the browser back."""
    left = client.get(leave)
    assert left.status_code == 303, left.text
    asked = parse_qs(urlsplit(left.headers["Location"]).query)
    assert asked["redirect_uri"] == [CALLBACK]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid email"]
    there = httpx.post(left.headers["Location"], data={"user": user}, timeout=20)
    assert there.status_code == 302, there.text
    location = str(there.headers["Location"])
    assert location.startswith(CALLBACK)
    return location.removeprefix(PUBLIC)


def test_a_verified_address_of_a_trusted_domain_is_linked_and_signs_in(place: Place) -> None:
    with place.browser() as client:
        page = client.get("/sign-in").text
        assert "Sign in with Example University" in page
        assert "Sign in with Another" in page
        assert 'href="https://example.org/privacy"' in page
        back = sent_back(client, "ada-1")
        arrived = client.get(back)
        assert (arrived.status_code, arrived.headers["Location"]) == (303, "/account")
        assert role(client) == "REVIEWER"
        assert client.get(back).status_code == 400, "a return works once"
    assert place.linked() == [(ADA, "ada-1")]
    assert place.tell()[-1] == "S256"
    with place.database.write(SYSTEM) as session:
        account = session.query(Account).filter_by(email=ADA).one()
        assert account.consented_to == "1"
        account.email = "moved@example.edu"
    try:
        with place.browser() as client:
            client.get(sent_back(client, "ada-1"))
            assert role(client) == "REVIEWER", "by the subject, whatever the address is now"
    finally:
        with place.database.write(SYSTEM) as session:
            session.query(Account).filter_by(email="moved@example.edu").one().email = ADA


def test_an_address_may_come_from_the_userinfo(place: Place) -> None:
    with place.browser() as client:
        assert client.get(sent_back(client, "userinfo")).status_code == 303
    place.tell(userinfo={"sub": "somebody-else"})
    with place.database.write(SYSTEM) as session:
        session.query(AccountIdentity).delete()
    with place.browser() as client:
        assert client.get(sent_back(client, "userinfo")).status_code == 403, "of somebody else it says nothing"


@pytest.mark.parametrize("user", ["unverified", "as-text", "bo-1", "nobody"])
def test_no_account_is_taken_over_by_its_address(place: Place, user: str) -> None:
    """Not by an unverified one, one outside of the trusted domains, or one without an account."""
    with place.browser() as client:
        refused = client.get(sent_back(client, user))
        assert refused.status_code == 403
        assert "then link your account" in refused.text
        assert role(client) == "PUBLIC"
    assert place.linked() == []


def test_a_second_person_with_the_address_gets_nothing(place: Place) -> None:
    """As where a provider gives an address to somebody new."""
    with place.browser() as client:
        assert client.get(sent_back(client, "ada-1")).status_code == 303
    with place.browser() as client:
        assert client.get(sent_back(client, "ada-2")).status_code == 403
        assert role(client) == "PUBLIC"
    assert place.linked() == [(ADA, "ada-1")]


def test_whoever_is_signed_in_links_and_unlinks_the_account(place: Place) -> None:
    with place.signed_in(BO) as client:
        assert f'href="{LEAVE}"' in client.get("/account").text
        asked = client.get(sent_back(client, "bo-1"))
        assert f"knows you as {BO}" in asked.text
        assert place.linked() == [], "not before it is confirmed"
        state = re.search(r'name="state" value="([\w-]+)"', asked.text)
        assert state is not None
        form = {"state": state[1]}
        foreign = client.post(f"{LEAVE}/link", data=form, headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403
        with place.signed_in(ADA) as other:
            assert other.post(f"{LEAVE}/link", data=form).status_code == 409, "another account can't confirm it"
        assert client.post(f"{LEAVE}/link", data=form).headers["Location"] == "/account"
        assert place.linked() == [(BO, "bo-1")]
        assert client.post(f"{LEAVE}/link", data=form).status_code == 409, "once"
    with place.browser() as fresh:
        fresh.get(sent_back(fresh, "bo-1"))
        assert role(fresh) == "REVIEWER"
    with place.signed_in(ADA) as other:
        state = re.search(r'name="state" value="([\w-]+)"', other.get(sent_back(other, "bo-1")).text)
        assert state is not None
        assert other.post(f"{LEAVE}/link", data={"state": state[1]}).status_code == 409, "linked to Bo already"
    with place.signed_in(BO) as client:
        assert client.post(f"{LEAVE}/link", data={"change": "unlink"}).status_code == 303
        assert client.post(f"{LEAVE}/link", data={"change": "unlink"}).status_code == 409
    assert place.linked() == []


def test_a_return_belongs_to_the_browser_that_left(place: Place) -> None:
    with place.browser() as attacker, place.browser() as victim:
        back = sent_back(attacker, "ada-1")
        assert victim.get(back).status_code == 400, "without the cookie"
        victim.get(LEAVE)
        assert victim.get(back).status_code == 400, "with the cookie of another departure"
        assert victim.get(f"{BACK}?code=x&state=y").status_code == 400
        assert attacker.get(f"{back}&iss=https%3A%2F%2Fevil.example").status_code == 400, "mix-up (RFC 9207)"
        assert attacker.get(back).status_code == 400, "used up"


@pytest.mark.parametrize(
    "faults",
    [{"nonce": "another"}, {"key": True}, {"old": True}, {"claims": {"aud": "another"}},
     {"claims": {"iss": "https://evil.example"}}, {"claims": {"sub": ""}}],
)  # fmt: skip
def test_a_token_that_is_not_meant_for_us_is_refused(place: Place, faults: dict[str, Any]) -> None:
    with place.browser() as client:
        back = sent_back(client, "ada-1")
        place.tell(**faults)
        refused = client.get(back)
        assert refused.status_code == 502
        assert role(client) == "PUBLIC"
    assert place.linked() == []


def test_the_code_needs_the_verifier_of_its_departure(place: Place) -> None:
    """PKCE: a code that was stolen on its way is worth nothing in another browser."""
    with place.browser() as victim, place.browser() as thief:
        stolen = parse_qs(urlsplit(sent_back(victim, "ada-1")).query)["code"][0]
        own = parse_qs(urlsplit(sent_back(thief, "bo-1")).query)["state"][0]
        assert thief.get(f"{BACK}?code={stolen}&state={own}").status_code == 502
        assert role(thief) == "PUBLIC"


def test_a_person_who_cancels_and_a_provider_that_is_away_are_told_so(place: Place) -> None:
    with place.browser() as client:
        assert "didn&#39;t sign you in" in client.get(sent_back(client, "")).text
        assert client.get("/sign-in/with/other").status_code == 502
        assert "暂时无法使用" in client.get("/sign-in/with/other?lang=zh").text
        assert client.get("/sign-in/with/unknown").status_code == 404


def test_signing_out_here_leads_to_signing_out_there(place: Place) -> None:
    with place.browser() as client:
        client.get(sent_back(client, "ada-1"))
        left = client.post("/sign-out", data={})
        assert left.headers["Location"] == f"{LEAVE}/signed-out"
        assert role(client) == "PUBLIC"
        page = client.get(left.headers["Location"]).text
        there = re.search(rf'href="({re.escape(place.issuer)}/sign-out[^"]+)"', page)
        assert there is not None
        after = httpx.get(there[1].replace("&amp;", "&"))
        assert after.headers["Location"].startswith(f"{PUBLIC}/")


OUT = "/sign-in/with/test/backchannel-logout"
"""Where the provider says that somebody signed out there."""


def logout(place: Place, path: str = OUT, **claims: Any) -> httpx.Response:
    """Say so as the provider does."""
    token = httpx.post(f"{place.issuer}/logout-token", json=claims, timeout=20).json()
    return httpx.post(f"{place.address}{path}", data={"logout_token": token}, timeout=20)


def test_signing_out_there_ends_the_sessions_that_began_there(place: Place) -> None:
    with place.browser() as first, place.browser() as second, place.browser() as other:
        for client, user in ((first, "ada-1"), (second, "ada-1"), (other, "bo-1")):
            if user == "bo-1":
                with place.database.write(SYSTEM) as session:
                    bo = session.query(Account).filter_by(email=BO).one()
                    session.add(AccountIdentity(account_id=bo.id, issuer=place.issuer, subject=user))
            client.get(sent_back(client, user))
            assert role(client) == "REVIEWER"
        with place.signed_in(ADA) as by_mail:
            assert logout(place, sub="ada-1", iat=int(time.time()) - 7_200).status_code == 200
            assert role(first) == "REVIEWER", "it began later"
            answer = logout(place, sub="ada-1")
            assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
            until = time.monotonic() + 20  # who a cookie stands for is known for two seconds
            while {role(each) for each in (first, second)} != {"PUBLIC"}:
                assert time.monotonic() < until
                time.sleep(0.1)
            assert [role(each) for each in (other, by_mail)] == ["REVIEWER", "REVIEWER"], (
                "not those of others or by mail"
            )
        assert logout(place, sub="ada-1").status_code == 200, "again"
        assert logout(place, sub="nobody").status_code == 200, "whoever that is"


def test_a_session_there_ends_those_that_belong_to_it(place: Place) -> None:
    with place.browser() as desk, place.browser() as phone, place.browser() as unknown:
        for client, sid in ((desk, "desk"), (phone, "phone"), (unknown, None)):
            place.tell(claims={"sid": sid} if sid else {})
            client.get(sent_back(client, "ada-1"))

        def until(open_here: list[bool]) -> None:
            end = time.monotonic() + 20
            while [role(each) == "REVIEWER" for each in (desk, phone, unknown)] != open_here:
                assert time.monotonic() < end
                time.sleep(0.1)

        until([True, True, True])
        for claims in ({"sid": "none"}, {"sub": "nobody", "sid": "desk"}):
            assert logout(place, **claims).status_code == 200
        assert logout(place, sid="phone").status_code == 200
        until([True, False, True])
        assert logout(place, sub="ada-1", sid="phone").status_code == 200
        until([True, False, False])  # which session there the last belongs to isn't known
        assert logout(place, sub="ada-1", sid="desk").status_code == 200
        until([False, False, False])


@pytest.mark.parametrize(
    "wrong",
    [{"aud": "another"}, {"iss": "https://evil.example"}, {"events": {}}, {"events": None}, {"nonce": "n"},
     {"exp": 1}, {"exp": None}, {"iat": None}, {"jti": None}, {"sub": None}, {"sub": None, "sid": 7}, {"forged": True}],
)  # fmt: skip
def test_nobody_else_ends_sessions(place: Place, wrong: dict[str, Any]) -> None:
    with place.browser() as client:
        client.get(sent_back(client, "ada-1"))
        if wrong == {"forged": True}:
            place.tell(key=True)
        refused = logout(place, **{"sub": "ada-1", **wrong})
        assert (refused.status_code, refused.json()) == (400, {"error": "invalid_request"})
        assert role(client) == "REVIEWER"
        assert client.post(OUT, data={}).status_code == 400
        assert logout(place, OUT.replace("test", "unknown"), sub="ada-1").status_code == 404


def test_the_second_step_is_asked_for_here_too(place: Place) -> None:
    with place.database.write(SYSTEM) as session:
        account = session.query(Account).filter_by(email=ADA).one()
        key = parse_qs(urlsplit(second_factors.begin(session, account)).query)["secret"][0]
    with place.signed_in(ADA) as client:
        on = client.post("/account/second-step", data={"step": "confirm", "code": pyotp.TOTP(key).now()})
        recovery = re.findall(r"<li><code>([\w-]+)</code>", on.text)
    try:
        with place.browser() as client:
            client.get(sent_back(client, "ada-1"))
            assert role(client) == "PUBLIC"
            assert client.get("/account").headers["Location"] == "/sign-in/code"
            assert client.post("/sign-in/code", data={"code": recovery[0]}).status_code == 303
            assert role(client) == "REVIEWER"
    finally:
        with place.database.write(SYSTEM) as session:
            second_factors.reset(session, account.id)


def test_erasing_an_account_removes_its_links(place: Place) -> None:
    with place.database.write(SYSTEM) as session:
        account = create_account(session, "eve@example.edu", "Eve")
        session.add(AccountIdentity(account_id=account.id, issuer=place.issuer, subject="eve"))
    with place.database.write(SYSTEM) as session:
        erase_account(session, account.id)
    assert place.linked() == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [({"issuer": "http://login.example.edu"}, "https"), ({"email_domains": ["ada@example.edu"]}, "isn't a domain")],
)
def test_settings_of_a_provider_that_can_not_be_meant_are_refused(changed: dict[str, Any], message: str) -> None:
    right = {"title": "X", "issuer": "https://login.example.edu", "client_id": "x"}
    with pytest.raises(ValueError, match=message):
        IdentityProvider.model_validate({**right, **changed})
