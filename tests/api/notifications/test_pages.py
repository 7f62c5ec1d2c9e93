"""The page of notifications, its feed, unsubscribing by one click, and previews; and the same over GraphQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import feedparser
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from api.notifications.pages import NotificationPages, notification_routes
from api.pages import Pages
from api.requests.identity import Identity
from schema.execution.execute import execute
from store.access.accounts import add_membership
from store.access.actors import Actor
from store.database import Database
from store.enums import Role, ScopeKind
from store.models import Account, EventEdition, EventSeries, Programme
from tests.api.notifications.telling import BASE, TEST, Installation, host, schema

SET = """mutation($kind: String!, $channel: String!, $enabled: Boolean!) {
  setNotificationPreference(kind: $kind, channel: $channel, enabled: $enabled) {
    preference { kind channel enabled title } userErrors { code message field } } }"""
ADDRESS = """mutation($channel: String!, $address: String) {
  setNotificationAddress(channel: $channel, address: $address) {
    address { channel address secret feedUrl } userErrors { code message field } } }"""
LOG = """{ notifications(orderBy: [{ field: SENT_AT, direction: ASC }]) { totalCount nodes {
  kind state recipient subject text channels deliveries { channel state attempts } } } }"""
OWN = """{ viewer { notificationPreferences { kind channel enabled required }
  notificationAddresses { channel address secret feedUrl } } }"""


@dataclass
class Site:
    """The pages, for whoever is named."""

    telling: Installation
    ada: str
    client: TestClient

    def as_(self, role: Role = Role.PUBLIC) -> dict[str, str]:
        return {"Authorization": f"Bearer {role}"}

    def ask(self, document: str, actor: Actor | None = None, **variables: object) -> dict[str, object]:
        answer = execute(schema(), self.telling.services, actor or self.actor(), document, variables=variables)
        assert answer.errors is None, answer.errors
        return answer.data or {}

    def actor(self, role: Role = Role.PUBLIC) -> Actor:
        return Actor(role, id=self.ada, account_id=self.ada, session_id="ssn_test")


@pytest.fixture
def site(sqlite_database: Database) -> Iterator[Site]:
    telling = Installation.opened(sqlite_database)
    ada = telling.account()

    def authenticate(key: str) -> Actor | None:
        return Actor(Role(key), id=ada, account_id=ada)

    identity = Identity(authenticate, lambda secret: None)
    pages = NotificationPages(sqlite_database, host(), telling.settings, identity, Pages([], []))
    with TestClient(Starlette(routes=notification_routes(pages)), base_url=BASE, follow_redirects=False) as client:
        yield Site(telling, ada, client)


def test_the_page_shows_what_one_was_told_and_saves_how_one_wants_it(site: Site) -> None:
    site.telling.tell(site.ada, "<Lamp>")
    site.telling.bundler.run()
    assert site.client.get("/notifications").headers["location"] == "/account"
    page = site.client.get("/notifications", headers=site.as_()).text
    assert "Due: &lt;Lamp&gt;" in page
    assert 'name="alpha-deadline EMAIL" value="on" aria-label="Deadlines: E-mail" checked' in page
    assert 'name="alpha-security EMAIL"' not in page, "it can't be turned off"
    saved = site.client.post("/notifications?lang=zh", headers=site.as_(), data={"alpha-deadline WEBHOOK": "on"})
    assert (saved.status_code, saved.headers["location"]) == (303, "/notifications?lang=zh")
    page = site.client.get("/notifications", headers=site.as_()).text
    assert 'aria-label="Deadlines: E-mail">' in page
    assert 'aria-label="Deadlines: Webhook" checked' in page
    assert "通知" in site.client.get("/notifications?lang=zh", headers=site.as_()).text
    stranger = {**site.as_(), "sec-fetch-site": "cross-site"}
    assert site.client.post("/notifications", headers=stranger, data={}).status_code == 403


def test_an_address_is_checked_before_it_is_saved(site: Site) -> None:
    wrong = site.client.post("/notifications/address", headers=site.as_(),
                             data={"channel": "WEBHOOK", "address": "https://127.0.0.1/"})  # fmt: skip
    assert wrong.status_code == 400
    assert "127.0.0.1 is not an address of the public internet." in wrong.text
    site.client.post("/notifications/address", headers=site.as_(),
                     data={"channel": "WEBHOOK", "address": "https://hooks.example.org/"})  # fmt: skip
    page = site.client.get("/notifications", headers=site.as_()).text
    assert "https://hooks.example.org/" in page
    assert site.telling.bundler.signer.webhook_secret(site.ada, 1) in page


def test_one_click_turns_a_kind_off_and_a_link_asks_first(site: Site) -> None:
    link = site.telling.bundler.signer.unsubscribe_link("", site.ada, "alpha-deadline")
    assert "Stop e-mails about “Deadlines”?" in site.client.get(link).text
    site.telling.tell(site.ada)
    site.telling.bundler.run()
    assert [each.channel for each in site.telling.messages()] == ["EMAIL"], "a link scanner turns nothing off"
    clicked = site.client.post(link, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"})
    assert (clicked.status_code, clicked.text) == (200, "Unsubscribed.\n")
    site.telling.tell(site.ada, "Later")
    site.telling.tell(site.ada, "Other", kind="alpha-plain")
    site.telling.bundler.run()
    assert [each.kind for each in site.telling.messages()] == ["alpha-deadline", "alpha-plain"]
    assert "no longer get e-mails about “Deadlines”" in site.client.post(link).text
    assert site.client.get(link[:-1]).status_code == 404
    security = site.telling.bundler.signer.unsubscribe_link("", site.ada, "alpha-security")
    assert site.client.post(security).status_code == 404


def test_the_feed_is_read_by_its_address_until_there_is_a_new_one(site: Site) -> None:
    site.telling.tell(site.ada, "Lamp \x00")
    site.telling.bundler.run()
    (feed,) = (each for each in site.ask(OWN)["viewer"]["notificationAddresses"] if each["feedUrl"])  # type: ignore[index]
    answer = site.client.get(feed["feedUrl"])
    parsed = feedparser.parse(answer.content)
    assert (parsed.feed.title, [each.title for each in parsed.entries]) == (
        "Roadshow: notifications for Ada", ["Due: Lamp"])  # fmt: skip
    assert site.client.get(feed["feedUrl"], headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    as_json = site.client.get(f"{feed['feedUrl']}/json").json()
    assert as_json["items"][0]["url"] == f"{BASE}/projects"
    assert site.ask(ADDRESS, channel="FEED")["setNotificationAddress"]["userErrors"] == []  # type: ignore[index]
    assert site.client.get(feed["feedUrl"]).status_code == 404


def test_previews_are_for_organisers(site: Site) -> None:
    assert site.client.get("/notifications/preview", headers=site.as_(Role.TALENT)).status_code == 403
    organiser = site.as_(Role.ORGANISER)
    assert "alpha-deadline" in site.client.get("/notifications/preview", headers=organiser).text
    shown = site.client.get("/notifications/preview?kind=alpha-deadline&in=zh", headers=organiser)
    assert "Entry即将截止" in shown.text
    assert site.client.get("/notifications/preview?kind=none", headers=organiser).status_code == 404


def test_preferences_over_graphql(site: Site) -> None:
    def set_(kind: str, channel: str, enabled: bool) -> dict[str, object]:
        return site.ask(SET, kind=kind, channel=channel, enabled=enabled)["setNotificationPreference"]  # type: ignore[return-value]

    done = set_("alpha-deadline", "EMAIL", False)
    preference = {"kind": "alpha-deadline", "channel": "EMAIL", "enabled": False, "title": "Deadlines"}
    assert done == {"preference": preference, "userErrors": []}
    own = site.ask(OWN)["viewer"]["notificationPreferences"]  # type: ignore[index]
    assert {"kind": "alpha-deadline", "channel": "EMAIL", "enabled": False, "required": False} in own
    assert {"kind": "alpha-security", "channel": "EMAIL", "enabled": True, "required": True} in own
    for kind, channel, field in (("none", "EMAIL", "kind"), ("alpha-deadline", "PIGEON", "channel"),
                                 ("alpha-security", "EMAIL", "enabled")):  # fmt: skip
        (problem,) = set_(kind, channel, False)["userErrors"]  # type: ignore[misc]
        assert (problem["code"], problem["field"]) == ("BAD_USER_INPUT", [field])
    stranger = Actor(Role.INVESTOR, id="key_test", subject_id="inv_1")
    refused = site.ask(SET, stranger, kind="alpha-deadline", channel="EMAIL", enabled=True)
    assert refused["setNotificationPreference"]["userErrors"][0]["code"] == "FORBIDDEN"  # type: ignore[index]
    assert site.ask(OWN, stranger)["viewer"]["notificationPreferences"] == []  # type: ignore[index]
    (wrong,) = site.ask(ADDRESS, channel="WEBHOOK", address="ftp://x")["setNotificationAddress"]["userErrors"]  # type: ignore[index]
    assert wrong["field"] == ["address"]


def test_the_log_is_for_the_recipient_and_without_texts_for_organisers_of_the_scope(site: Site) -> None:
    database, bob = site.telling.database, site.telling.account("bob")
    with database.write(TEST) as session:
        programmes = [Programme(name={"en": each}) for each in ("One", "Two")]
        session.add_all(programmes)
        session.flush()
        series = [EventSeries(name={"en": "S"}, programme_id=each.id) for each in programmes]
        session.add_all(series)
        session.flush()
        session.add_all([EventEdition(name={"en": "E"}, series_id=each.id, year=2026) for each in series])
        session.flush()
        add_membership(session, session.get_one(Account, bob), Role.REVIEWER, ScopeKind.PROGRAMME, programmes[0].id)
        organisers = [
            add_membership(session, session.get_one(Account, site.ada), Role.ORGANISER, ScopeKind.PROGRAMME, each.id).id
            for each in programmes
        ]
    site.telling.tell(bob)
    site.telling.run()
    own = site.ask(LOG, Actor(Role.PUBLIC, id=bob, account_id=bob))["notifications"]
    told = {"kind": "alpha-deadline", "state": "SENT", "recipient": "Bob", "subject": "Due: Entry", "text": "Entry",
            "channels": ["EMAIL", "FEED"],
            "deliveries": [{"channel": "EMAIL", "state": "READY", "attempts": 1}]}  # fmt: skip
    assert own == {"totalCount": 1, "nodes": [told]}
    hidden = {**told, "subject": None, "text": None}
    scoped = Actor(Role.SCOPED_ORGANISER, id=site.ada, subject_id=site.ada, account_id=site.ada)
    assert site.ask(LOG, scoped)["notifications"] == {"totalCount": 1, "nodes": [hidden]}
    with database.write(TEST) as session:
        from store.models import Membership

        session.delete(session.get_one(Membership, organisers[0]))
    nothing = {"totalCount": 0, "nodes": []}
    assert site.ask(LOG, scoped)["notifications"] == nothing, "of another programme"
    assert site.ask(LOG, site.actor())["notifications"] == nothing
    assert site.ask(LOG, Actor(Role.ADMIN, id="key_test"))["notifications"] == {"totalCount": 1, "nodes": [hidden]}
