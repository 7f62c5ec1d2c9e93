"""Two-step verification on the pages: set up, asked for after a link, refused when wrong, turned off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pyotp
import pytest
import segno

from api.accounts.sessions import session_reader
from api.requests.identity import COOKIE
from store.access.actors import Actor
from store.accounts import second_factors
from store.accounts.signing_in import open_session
from store.models import Account
from tests.api import small
from tests.api.accounts.conftest import ADDRESS, Place
from tests.api.running import running

PAGE = "/account/second-step"


@pytest.fixture(autouse=True)
def _without(place: Place) -> Iterator[None]:
    yield
    with place.database.write(Actor.system("test")) as session:
        second_factors.reset(session, session.query(Account).filter_by(email=ADDRESS).one().id)


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Move the clock of codes on to the next one."""
    moved = [0]

    def move() -> None:
        moved[0] += second_factors.STEP_SECONDS

    monkeypatch.setattr(second_factors.time, "time", lambda: 1_800_000_000.0 + moved[0])
    return move


def now() -> int:
    return int(second_factors.time.time())


def role(client: httpx.Client) -> str:
    return str(client.post("/graphql", json={"query": "{who}"}).json()["data"]["who"])


def signed_in_by_link(place: Place) -> httpx.Client:
    """A browser after a sign-in link, which it keeps the cookie of."""
    with place.client() as client:
        answer = client.post("/sign-in/confirm", data={"token": place.token()})
    assert answer.headers["Location"] == "/account"
    secret = answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    return place.client(headers={"Cookie": f"{COOKIE}={secret}", "Accept-Language": "en"})


def test_it_is_set_up_asked_for_and_turned_off(place: Place, tick: Callable[[], None]) -> None:
    with signed_in_by_link(place) as client:
        assert "Set it up" in client.get(PAGE).text
        assert "开始设置" in client.get(f"{PAGE}?lang=zh").text
        shown = client.post(PAGE, data={"step": "begin"}).text
        key = re.search(r"<code>([A-Z2-7 ]+)</code>", shown)
        picture = re.search(r'src="(data:image/svg\+xml[^"]+)"', shown)
        assert key is not None
        assert picture is not None
        codes = pyotp.TOTP(key[1].replace(" ", ""))
        address = codes.provisioning_uri(name=ADDRESS, issuer_name="Roadshow")
        assert picture[1] == segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff")
        assert role(client) == "ADMIN", "nothing is asked for yet"
        assert client.post(PAGE, data={"step": "confirm", "code": "000000"}).status_code == 400
        on = client.post(PAGE, data={"step": "confirm", "code": codes.at(now())}).text
        recovery = re.findall(r"<li><code>([\w-]+)</code>", on)
        assert len(recovery) == 10
        assert recovery[0] not in client.get(PAGE).text, "shown once"
        assert role(client) == "ADMIN"

    with signed_in_by_link(place) as client:
        assert role(client) == "PUBLIC", "a link alone isn't enough"
        asked = client.get("/account")
        assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in/code")
        assert client.get(PAGE).headers["Location"] == "/account", "nor can it be turned off so"
        assert "six-digit code" in client.get("/sign-in/code").text
        assert "6 位验证码" in client.get("/sign-in/code?lang=zh").text
        replayed = client.post("/sign-in/code", data={"code": codes.at(now())})
        assert replayed.status_code == 400
        assert "used already" in replayed.text
        assert role(client) == "PUBLIC"
        tick()
        assert client.post("/sign-in/code", data={"code": codes.at(now())}).headers["Location"] == "/account"
        assert role(client) == "ADMIN", "at once"
        assert client.get("/sign-in/code").headers["Location"] == "/account"
        assert client.post(PAGE, data={"step": "remove", "code": "000000"}).status_code == 400
        tick()
        again = client.post(PAGE, data={"step": "renew", "code": codes.at(now())}).text
        fresh = re.findall(r"<li><code>([\w-]+)</code>", again)
        assert not set(fresh) & set(recovery)

    with signed_in_by_link(place) as client:
        assert client.post("/sign-in/code", data={"code": recovery[0]}).status_code == 400
        assert client.post("/sign-in/code", data={"code": fresh[0]}).status_code == 303
        tick()
        assert "is off" in client.post(PAGE, data={"step": "remove", "code": codes.at(now())}).text
    with signed_in_by_link(place) as client:
        assert role(client) == "ADMIN"


def test_wrong_codes_are_limited_and_a_waiting_session_can_be_left(place: Place, tick: Callable[[], None]) -> None:
    with signed_in_by_link(place) as client:
        key = re.search(r"<code>([A-Z2-7 ]+)</code>", client.post(PAGE, data={"step": "begin"}).text)
        assert key is not None
        codes = pyotp.TOTP(key[1].replace(" ", ""))
        assert client.post(PAGE, data={"step": "confirm", "code": codes.at(now())}).status_code == 200
    with signed_in_by_link(place) as client:
        statuses = [client.post("/sign-in/code", data={"code": "000000"}).status_code for _ in range(6)]
        assert statuses == [400] * 5 + [429]
        tick()
        assert client.post("/sign-in/code", data={"code": codes.at(now())}).status_code == 429
        assert client.post("/sign-out", data={}).headers["Location"] == "/"
        assert "Set-Cookie" not in client.get("/account").headers
        assert client.get("/account").status_code == 200, "the session has ended: the form for an address"


def test_codes_come_from_own_pages_alone(place: Place) -> None:
    with place.signed_in() as client:
        for path in ("/sign-in/code", PAGE):
            answer = client.post(path, data={"step": "begin"}, headers={"Origin": "https://evil.example"})
            assert answer.status_code == 403


def test_by_setting_organisers_act_only_with_it(place: Place, tick: Callable[[], None]) -> None:
    settings = place.settings.model_copy(update={"second_factor": "organisers"})
    strict = replace(small.assembly(settings), in_session=session_reader(place.database, True))
    with running(strict) as address, place.signed_in() as signed:
        headers = {"Cookie": signed.headers["Cookie"], "Accept-Language": "en"}
        with httpx.Client(base_url=address, timeout=20, headers=headers) as client:
            assert role(client) == "REVIEWER", "the role of an administrator waits"
            assert "Set it up to use them" in client.get("/account").text
            assert "you can&#39;t use those roles" in client.get(PAGE).text
            key = re.search(r"<code>([A-Z2-7 ]+)</code>", client.post(PAGE, data={"step": "begin"}).text)
            assert key is not None
            code = pyotp.TOTP(key[1].replace(" ", "")).at(now())
            assert client.post(PAGE, data={"step": "confirm", "code": code}).status_code == 200
            assert role(client) == "ADMIN"
            with place.database.read() as session:
                account = session.query(Account).filter_by(email=ADDRESS).one()
            with place.database.write(Actor.system("test")) as session:
                waiting = open_session(session, account)
            client.headers["Cookie"] = f"{COOKIE}={waiting}"
            assert role(client) == "PUBLIC"
