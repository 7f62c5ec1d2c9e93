"""Links, feed and CSV over HTTP, in a real application: a GET changes nothing, a POST does what was asked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import feedparser
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from api.assembly.app import SafeHeaders
from api.assembly.extensions import plugin_routes
from api.assembly.rooms import Assembly
from api.operations.logs import RequestLog
from api.pages import Pages
from api.requests.answers import Caller
from api.requests.identity import Identity
from schema.request.context import open_context, open_plugin_context
from store.access.actors import Actor
from store.database import Database
from store.enums import ProjectStatus
from store.models import Change, Interest
from tests.plugins.digest.receivers import mail_server
from tests.plugins.digest.samples import SampleRecords, host, schema


@dataclass
class Site:
    """The plugin's addresses, served."""

    samples: SampleRecords
    client: TestClient

    def link(self, text: str, kind: str) -> str:
        """The first address of a kind in a mail, without the host."""
        found = re.search(rf"https://roadshow\.example\.org(/digest/{kind}/\S+)", text)
        assert found
        return found[1].rstrip(">")

    def changes(self) -> int:
        with self.samples.database.read() as session:
            return session.scalar(select(func.max(Change.sequence))) or 0

    def interests(self) -> list[tuple[str, Any, bool]]:
        with self.samples.database.read() as session:
            rows = session.scalars(select(Interest)).all()
        return [(row.kind.value, row.reason and row.reason.value, row.archived_at is None) for row in rows]


def site_of(samples: SampleRecords) -> Site:
    services = samples.services

    @contextmanager
    def opened(actor: Actor, caller: Caller) -> Iterator[Any]:
        with open_context(services, actor, ("en",), caller) as context:
            yield context

    assembly = Assembly(
        settings=services.settings, database=samples.database, host=host(), schema=schema()._schema, sdl=str,  # type: ignore[arg-type]
        authenticate=lambda key: None, open_context=opened, follower=None,  # type: ignore[arg-type]
        open_plugin_context=lambda name: open_plugin_context(services, name),
    )  # fmt: skip
    routes = plugin_routes(assembly, Identity(assembly.authenticate), Pages([]))
    middleware = [Middleware(RequestLog), Middleware(SafeHeaders)]
    return Site(samples, TestClient(Starlette(routes=routes, middleware=middleware), follow_redirects=False))


@pytest.fixture
def site(sqlite_database: Database) -> Site:
    return site_of(SampleRecords.make(sqlite_database))


@pytest.fixture
def mailed(sqlite_database: Database) -> Iterator[tuple[Site, str, str]]:
    """After a digest was sent: the site, the subscription, the plain text."""
    with mail_server() as mailbox:
        site = site_of(SampleRecords.make(sqlite_database, smtp_port=mailbox.port))
        subscription = site.samples.subscribe()
        site.samples.run()
        yield site, subscription, str(mailbox.messages[0].get_body(("plain",)).get_content())  # type: ignore[union-attr]


def test_one_click_of_a_mailbox_unsubscribes_without_a_login(mailed: tuple[Site, str, str]) -> None:
    site, subscription, text = mailed
    address = site.link(text, "unsubscribe").split("?")[0]
    form = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        answer = site.client.post(address, data=form)
        assert (answer.status_code, answer.text) == (200, "Unsubscribed.\n")
    assert site.samples.subscription(subscription).state == "UNSUBSCRIBED"
    site.samples.due(subscription)
    assert site.samples.run().made == 0
    assert site.client.post("/digest/unsubscribe/nonsense", data=form).status_code == 404


@pytest.mark.parametrize(
    ("language", "button", "done"), [("en", "Unsubscribe", "Nothing more"), ("zh", "退订", "不会再")]
)
def test_the_page_asks_first_and_then_says_that_it_is_done(
    language: str, button: str, done: str, mailed: tuple[Site, str, str]
) -> None:
    site, subscription, text = mailed
    address = site.link(text, "unsubscribe").split("?")[0] + f"?lang={language}"
    before = site.changes()
    for _ in range(2):
        page = site.client.get(address)
        assert page.status_code == 200
        assert f'<button type="submit">{button}</button>' in page.text
    assert site.client.head(address).status_code in (200, 405)
    assert (site.changes(), site.samples.subscription(subscription).state) == (before, "ACTIVE")
    answer = site.client.post(address)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert done in site.client.get(address).text
    assert site.samples.subscription(subscription).state == "UNSUBSCRIBED"


def test_an_address_is_confirmed_by_its_reader(site: Site) -> None:
    create = """mutation { createDigestSubscription(input: {channel: EMAIL, address: "reader@example.org"}) {
      subscription { id } } }"""
    made = site.samples.ask(create)["createDigestSubscription"]["subscription"]["id"]
    message = (site.samples.deliveries(made)[0].payload or {})["message"].replace("=\r\n", "").replace("=3D", "=")
    address = site.link(message, "confirm")
    assert "Confirm</button>" in site.client.get(address).text
    assert site.samples.subscription(made).state == "UNCONFIRMED"
    assert site.client.post(address).status_code == 303
    row = site.samples.subscription(made)
    assert row.state == "ACTIVE"
    assert row.next_at is not None
    assert "The subscription is confirmed." in site.client.get(address).text


def test_interested_asks_records_as_the_investor_and_can_be_undone(mailed: tuple[Site, str, str]) -> None:
    site, _, text = mailed
    address = site.link(text, "answer")
    before = site.changes()
    page = site.client.get(address)
    assert "Say that you are interested in" in page.text
    assert site.changes() == before, "a GET changes nothing"
    assert site.client.post(address).status_code == 303
    assert site.interests() == [("LIKE", None, True)]
    with site.samples.database.read() as session:
        change = session.scalars(select(Change).order_by(Change.sequence.desc()).limit(1)).one()
    assert change.actor_role.value == "INVESTOR"
    assert "Noted: you are interested in" in site.client.get(address).text
    answer = site.client.post(address, data={"undo": "yes"})
    assert "was withdrawn" in site.client.get(answer.headers["location"]).text
    assert site.interests() == [("LIKE", None, False)]


def test_pass_takes_a_reason(mailed: tuple[Site, str, str]) -> None:
    site, _, text = mailed
    address = site.link(text.split("Pass: ")[1], "answer")
    assert '<option value="MARKET">' in site.client.get(address).text
    site.client.post(address, data={"reason": "MARKET"})
    assert site.interests() == [("PASS", "MARKET", True)]
    site.client.post(address, data={"reason": "<script>"})
    assert site.interests() == [("PASS", None, True)]


def test_a_link_that_is_old_or_void_changes_nothing_and_says_so(
    mailed: tuple[Site, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    site, subscription, text = mailed
    address = site.link(text, "answer")
    later = time.time() + 31 * 86_400
    with monkeypatch.context() as patched:
        patched.setattr("itsdangerous.timed.time.time", lambda: later)
        page = site.client.get(address)
        assert (page.status_code, "This link has expired." in page.text) == (410, True)
        site.client.post(address)
    site.samples.ask("mutation($id: ID!) { rotateDigestSecret(id: $id) { userErrors { code } } }", id=subscription)
    page = site.client.get(address)
    assert (page.status_code, "valid" in page.text) == (404, True)
    site.client.post(address)
    assert site.interests() == []


def test_a_form_that_is_too_long_is_refused(mailed: tuple[Site, str, str]) -> None:
    site, _, text = mailed
    assert site.client.post(site.link(text, "answer"), content=b"x" * 20_000).status_code == 413


def feed_address(site: Site, subscription: str, name: str = "feedUrl") -> str:
    query = f"query($id: ID!) {{ digestSubscription(id: $id) {{ {name} }} }}"
    address: str = site.samples.ask(query, id=subscription)["digestSubscription"][name]
    return address.removeprefix("https://roadshow.example.org")


def test_the_feed_is_valid_has_each_project_once_and_isnt_sent_twice(site: Site) -> None:
    samples = site.samples
    subscription = samples.subscribe("FEED", size=3)
    samples.change(samples.projects[0], name={"en": "Lamp\x08 & <Co>"})
    samples.run()
    samples.due(subscription)
    samples.change(samples.projects[0], summary={"en": "A brighter one."})
    samples.run()
    address = feed_address(site, subscription)
    answer = site.client.get(address)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert "no-cache" in answer.headers["cache-control"]
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.title == "Projects for Fictional Capital"
    ids = [entry.id for entry in feed.entries]
    assert len(ids) == len(set(ids)) == 5
    assert "Lamp & <Co>" in [entry.title for entry in feed.entries]
    assert {link.rel for link in feed.feed.links} == {"self", "alternate"}
    again = site.client.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    samples.change(samples.projects[1], status=ProjectStatus.DRAFT)
    fresh = site.client.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert fresh.status_code == 200
    assert len(feedparser.parse(fresh.content).entries) == 4, "what may not be seen any more is gone"


def test_a_feeds_address_is_private_and_can_be_revoked(site: Site) -> None:
    subscription = site.samples.subscribe("FEED")
    address = feed_address(site, subscription)
    assert site.client.get(address).status_code == 200
    assert site.client.get(address[:-2] + "zz").status_code == 404
    assert site.client.get("/digest/feeds/nothing").status_code == 404
    site.samples.ask("mutation($id: ID!) { rotateDigestSecret(id: $id) { userErrors { code } } }", id=subscription)
    assert site.client.get(address).status_code == 404
    assert site.client.get(feed_address(site, subscription)).status_code == 200


def test_the_csv_is_the_list_and_no_formula(site: Site) -> None:
    samples = site.samples
    samples.change(samples.projects[0], name={"en": "=HYPERLINK(1)"})
    subscription = samples.subscribe("FEED", size=4)
    samples.run()
    answer = site.client.get(feed_address(site, subscription, "csvUrl"))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["rank"] for row in rows] == ["1", "2", "3", "4"]
    assert all(row["sent"] for row in rows)
    assert all(not row["name"].startswith("=") for row in rows)
    assert answer.headers["content-disposition"].startswith("attachment")
