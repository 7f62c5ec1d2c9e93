"""Signing in by a link in a mail, in a browser: real server, real mail server."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from email.message import EmailMessage

import httpx
import pytest
from sqlalchemy import update

from api.accounts.mail import AccountMailer
from api.accounts.sessions import session_reader
from api.requests.identity import COOKIE, Identity, session_secret
from store.access.accounts import create_account
from store.access.actors import Actor
from store.accounts.invitations import invite
from store.accounts.signing_in import open_session
from store.enums import Role, ScopeKind
from store.models import Account, AccountSession
from store.models.base import now
from tests.api import small
from tests.api.accounts.conftest import ADDRESS, PUBLIC, Place
from tests.api.running import running

WHO = {"query": "{who}"}
ENDLESS = "subscription {count(to: 100000, pause: 0.05) {value}}"


def who(client: httpx.Client) -> str:
    return str(client.post("/graphql", json=WHO).json()["data"]["who"])


def letters(place: Place) -> list[EmailMessage]:
    """What came by mail, which is sent once the page was answered; one letter at least."""
    until = time.monotonic() + 20
    while not place.mailbox.raw and time.monotonic() < until:
        time.sleep(0.01)
    return place.mailbox.messages


def test_a_link_in_a_mail_opens_a_session_once(place: Place) -> None:
    place.mailbox.raw.clear()
    with place.client(headers={"Host": "evil.example"}) as client:
        asked = client.post("/sign-in?lang=en", data={"email": "ADA@example.org "})
        assert asked.status_code == 200
        assert "a link is on its way" in asked.text
        (letter,) = letters(place)
        assert letter["To"] == ADDRESS
        assert letter["Subject"] == "您的 Roadshow 登录链接", "in the language of the account"
        link = re.search(r"^(https\S+)\s*$", letter.get_content(), re.MULTILINE)
        assert link is not None
        assert link[1].startswith(f"{PUBLIC}/sign-in/confirm?token="), "never by the Host header"
        path = link[1].removeprefix(PUBLIC)
        for _ in range(2):  # a scanner of mail opens it
            seen = client.get(path)
            assert seen.status_code == 200
            assert seen.headers["Cache-Control"] == "no-store"
            assert seen.headers["Referrer-Policy"] == "same-origin"
            assert "Set-Cookie" not in seen.headers
            assert 'href="https://example.org/privacy"' in seen.text
        token = path.partition("token=")[2]
        assert f'href="?token={token}&amp;lang=' in seen.text, "the other language's page has the link's token too"
        confirmed = client.post("/sign-in/confirm", data={"token": token})
        assert (confirmed.status_code, confirmed.headers["Location"]) == (303, "/account")
        cookie = confirmed.headers["Set-Cookie"]
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        assert client.post("/sign-in/confirm", data={"token": token}).status_code == 410
        assert client.get(path).status_code == 410
    with place.database.read() as session:
        account = session.query(Account).filter_by(email=ADDRESS).one()
        assert account.consented_to == "2026-1"
        assert account.consented_at is not None
    secret = cookie.partition("=")[2].partition(";")[0]
    with place.client(headers={"Cookie": f"{COOKIE}={secret}"}) as client:
        assert who(client) == "ADMIN"


def test_the_answer_does_not_disclose_who_has_an_account(place: Place) -> None:
    place.mailbox.raw.clear()
    with place.client() as client:
        known = client.post("/sign-in", data={"email": ADDRESS})
        unknown = client.post("/sign-in", data={"email": "eve@example.org"})
        assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
        assert len(letters(place)) == 1
        for email in (ADDRESS, "eve@example.org"):
            answers = [client.post("/sign-in", data={"email": email}) for _ in range(6)]
            assert [each.status_code for each in answers].count(429) == 2
        assert client.post("/sign-in", data={"email": "nonsense"}).status_code == 400


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/confirm", "/account/role", "/sign-out", "/invitation"])
def test_forms_of_other_sites_do_nothing(place: Place, path: str, headers: dict[str, str]) -> None:
    with place.signed_in() as client:
        token = place.token()
        answer = client.post(path, data={"email": ADDRESS, "token": token, "session": "all"}, headers=headers)
        assert answer.status_code == 403
        assert who(client) == "ADMIN"
        assert client.get(f"/sign-in/confirm?token={token}").status_code == 200


def test_too_long_a_form_is_refused(place: Place) -> None:
    with place.client() as client:
        assert client.post("/sign-in", content=b"email=" + b"a" * 20_000).status_code == 413


def test_an_old_cookie_acts_as_the_public_and_a_wrong_key_is_refused(place: Place) -> None:
    with place.client(headers={"Cookie": f"{COOKIE}=gone"}) as client:
        assert who(client) == "PUBLIC"
        assert client.post("/graphql", json=WHO, headers={"Authorization": "Bearer gone"}).status_code == 401
        assert 'action="/sign-in' in client.get("/account").text
    with place.signed_in() as client:
        answer = client.post("/graphql", json=WHO, headers={"Authorization": "Bearer investor-key"})
        assert answer.json()["data"]["who"] == "INVESTOR", "a key takes precedence over the cookie"
        assert "Cookie" in answer.headers["Vary"]


def test_the_account_page_switches_roles_and_signs_out(place: Place) -> None:
    with place.signed_in() as other, place.signed_in() as client:
        page = client.get("/account?lang=en")
        assert "Ada &lt;i&gt;" in page.text
        assert "Administrator" in page.text
        assert page.text.count("Test browser") >= 2
        assert "管理员" in client.get("/account?lang=zh").text
        reviewer = re.search(r'name="membership" value="(mbr_\w+)"', page.text)
        assert reviewer is not None
        assert client.post("/account/role", data={"membership": reviewer[1]}).headers["Location"] == "/account"
        assert who(client) == "REVIEWER"
        assert who(other) == "ADMIN", "another browser keeps its role"
        assert client.post("/account/role", data={"membership": "mbr_nobody"}).status_code == 303
        assert who(client) == "REVIEWER"
        left = client.post("/sign-out", data={})
        assert left.headers["Location"] == "/"
        assert "Max-Age=0" in left.headers["Set-Cookie"]
        assert who(client) == "PUBLIC"
        assert who(other) == "ADMIN"


def test_sessions_of_others_can_not_be_ended(place: Place) -> None:
    with place.database.write(Actor.system("test")) as session:
        stranger = create_account(session, "bo@example.org", "Bo")
        open_session(session, stranger)
        theirs = session.query(AccountSession).filter_by(account_id=stranger.id).one()
    with place.signed_in() as client:
        client.post("/sign-out", data={"session": theirs.id})
    with place.database.read() as session:
        assert session.get_one(AccountSession, theirs.id).ended_at is None


def test_a_stream_ends_after_signing_out_everywhere(place: Place) -> None:
    with place.signed_in() as client, place.signed_in() as other:
        headers = {"Accept": "text/event-stream"}
        with client.stream("POST", "/graphql", json={"query": ENDLESS}, headers=headers) as response:
            lines = response.iter_lines()
            assert any('"value":1' in line for line in lines)
            assert other.post("/sign-out", data={"session": "all"}).headers["Location"] == "/"
            assert any('"code":"UNAUTHENTICATED"' in line for line in lines)
        assert who(other) == "PUBLIC"


def test_the_use_of_a_session_prolongs_it(place: Place) -> None:
    with place.signed_in() as client:
        with place.database.write(Actor.system("test")) as session:
            session.execute(update(AccountSession).values(used_at=now().replace(year=2020)))
        assert who(client) == "ADMIN"
        with place.database.read() as session:
            used = session.query(AccountSession).order_by(AccountSession.used_at.desc()).first()
            assert used is not None
            assert used.used_at.year > 2020


def test_a_session_is_looked_up_once_in_a_while() -> None:
    asked = []

    def in_session(secret: str) -> Actor | None:
        asked.append(secret)
        return Actor(Role.ADMIN) if secret == "right" else None

    identity = Identity({}.get, in_session)
    for _ in range(3):
        assert identity.actor("session right").role is Role.ADMIN
        assert identity.actor("session wrong").role is Role.PUBLIC
    assert asked == ["right", "wrong"]
    assert identity.known("session right") is not None
    identity.forget("session right")
    assert identity.known("session right") is None
    assert identity.known("bearer right") is None, "a key and a cookie with the same text differ"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_invitation_is_mailed_and_accepted_once(place: Place, language: str) -> None:
    place.mailbox.raw.clear()
    email = f"{language}@new.example"
    mailer = AccountMailer(place.settings)
    with place.database.write(Actor.system("test")) as session:
        made = invite(session, email, Role.ADMIN, ScopeKind.INSTALLATION, name="New", language=language)
    mailer.invite([made], "Ada")
    mailer.close()
    (letter,) = letters(place)
    text = letter.get_content()
    assert {"en": "Ada has invited you to join Roadshow as administrator", "zh": "Ada 邀请您在 Roadshow 担任管理员"}[
        language
    ] in text
    link = re.search(r"^(https\S+)\s*$", text, re.MULTILINE)
    assert link is not None
    path = link[1].removeprefix(PUBLIC)
    token = path.partition("token=")[2]
    with place.client() as client:
        for _ in range(2):  # a scanner of mail opens it
            offered = client.get(path, headers={"Accept-Language": language})
            assert {"en": "Administrator: all of Roadshow", "zh": "管理员：整个平台"}[language] in offered.text
        accepted = client.post("/invitation", data={"token": token})
        assert accepted.headers["Location"] == "/account"
        assert client.post("/invitation", data={"token": token}).status_code == 410
        assert client.get(path).status_code == 410
    secret = accepted.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    with place.client(headers={"Cookie": f"{COOKIE}={secret}"}) as client:
        assert who(client) == "ADMIN"


def test_an_invitation_signs_nobody_in_to_an_existing_account(place: Place) -> None:
    with place.database.write(Actor.system("test")) as session:
        _, token = invite(session, ADDRESS, Role.ORGANISER, ScopeKind.INSTALLATION)
    with place.client() as client:
        accepted = client.post("/invitation", data={"token": token}, headers={"Accept-Language": "en"})
        assert "Set-Cookie" not in accepted.headers
        assert "Sign in to use it" in accepted.text
    with place.signed_in() as client:
        assert "Organiser" in client.get("/account?lang=en").text


def test_in_read_only_mode_people_read_and_nobody_writes(place: Place) -> None:
    frozen = small.assembly(place.settings)
    frozen.database.frozen = True
    with running(replace(frozen, in_session=session_reader(frozen.database))) as address:
        with place.signed_in() as signed:
            headers = {"Cookie": signed.headers["Cookie"]}
        with httpx.Client(base_url=address, timeout=20, headers=headers) as client:
            assert who(client) == "ADMIN"
            refused = client.post("/graphql", json={"query": "mutation {store}"}).json()
            assert refused["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
            assert "read-only" in refused["errors"][0]["message"]
            asked = client.post("/sign-in", data={"email": ADDRESS})
            assert (asked.status_code, asked.headers["Retry-After"]) == (503, "60")


@pytest.mark.parametrize(
    ("cookie", "secret"),
    [
        (f"{COOKIE}=ab-_9", "ab-_9"), (f"theme=dark; {COOKIE}=ab; x=y", "ab"), (f"theme=dark;{COOKIE}=ab", "ab"),
        (f"x{COOKIE}=ab", None), (f"{COOKIE}=", None), (f'x="{COOKIE}"', None), ("", None),
    ],
)  # fmt: skip
def test_a_session_is_found_among_cookies(cookie: str, secret: str | None) -> None:
    assert session_secret(cookie) == secret
