"""`roadshow.testing`: a real server for the tests of a plugin, which need not be installed."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import cast, func, select

from roadshow import testing
from roadshow.clock import Clock
from schema.domain.shared.scopes import Moment
from store.access import keys
from store.access.accounts import create_account
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from store.models import Place, Project
from store.models.base import now
from store.values.column_types import UtcDateTime
from tests.plugins.rooms import imported
from tests.support.browsers import chromium

STYLES = Path(__file__).parents[1] / "judging/roadshow_judging/static/judging.css"
SEEN = "query($id: ID!) { project(id: $id) { id } }"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[testing.Server]:
    with (
        imported(Path(__file__).parents[1] / "judging") as judging,
        testing.serve(judging, directory=tmp_path_factory.mktemp("server"), clock=True) as server,
    ):
        yield server


def test_it_serves_the_plugin_on_a_migrated_database_to_any_actor(server: testing.Server) -> None:
    with server.database.write(Actor.system("test")) as session:
        draft = Project(name={"en": "Secret draft"}, status="DRAFT")
        session.add(draft)
    reviewer, organiser = server.member(Role.REVIEWER), server.client(Role.ORGANISER)
    plugins = organiser.ask("{ capabilities { plugins { name state } } }")["data"]["capabilities"]["plugins"]
    assert [each["name"] for each in plugins if each["state"] != "DISABLED"] == ["judging"]
    assign = "mutation($p: ID!, $a: ID!) { assignReviewer(project: $p, account: $a) { id } }"
    refused = server.client().ask(assign, p=draft.id, a=reviewer.account_id)
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert reviewer.ask(SEEN, id=draft.id)["data"] == {"project": None}
    assert "errors" not in organiser.ask(assign, p=draft.id, a=reviewer.account_id)
    assert reviewer.ask(SEEN, id=draft.id)["data"] == {"project": {"id": draft.id}}
    assert server.client().ask(SEEN, id=draft.id)["data"] == {"project": None}


def test_its_mail_is_kept(server: testing.Server) -> None:
    invite = """mutation { invite(role: REVIEWER, scopeKind: INSTALLATION, people: [{email: "ann@example.org"}]) {
      userErrors { message } } }"""
    assert server.client(Role.ADMIN).ask(invite)["data"] == {"invite": {"userErrors": []}}
    end = time.monotonic() + 20
    while not server.mail and time.monotonic() < end:
        time.sleep(0.05)
    assert [str(each["To"]) for each in server.mail] == ["ann@example.org"]


def test_its_static_files_are_served(server: testing.Server) -> None:
    with urllib.request.urlopen(f"{server.url}/plugins/judging/static/judging.css") as answer:
        assert (answer.headers["Content-Type"], answer.read()) == (
            "text/css; charset=utf-8",
            STYLES.read_bytes(),
        )


def sections(server: testing.Server, client: testing.Client, record: str, language: str = "en") -> list[dict[str, str]]:
    request = urllib.request.Request(f"{server.url}/sections/{record}?lang={language}")
    if client.key is not None:
        request.add_header("Authorization", f"Bearer {client.key}")
    with urllib.request.urlopen(request) as answer:
        found: list[dict[str, str]] = json.load(answer)["sections"]
    return found


def test_its_sections_are_on_the_pages_of_records_for_those_who_may_see_both(server: testing.Server) -> None:
    with server.database.write(Actor.system("test")) as session:
        draft, place = Project(name={"en": "<Draft>"}, status="DRAFT"), Place(name={"en": "City"}, type="COUNTRY")
        session.add_all([draft, place])
    organiser, assigned, other = (
        server.client(Role.ORGANISER),
        server.member(Role.REVIEWER),
        server.member(Role.REVIEWER),
    )
    assert sections(server, organiser, draft.id) == [], "nobody reviews it yet, and one that fails is left out"
    organiser.ask(
        "mutation($p: ID!, $a: ID!) { assignReviewer(project: $p, account: $a) { id } }",
        p=draft.id,
        a=assigned.account_id,
    )
    (shown,) = sections(server, organiser, draft.id, "zh")
    assert (shown["title"], shown["plugin"]) == ("评审", "judging")
    assert shown["html"].endswith("<ul><li>Test REVIEWER</li></ul>")
    assert len(sections(server, assigned, draft.id)) == 1
    for client in (other, server.client()):
        assert sections(server, client, draft.id) == [], "who can't see the record, or not the section"
    for record in (place.id, "prj_unknown", "nothing"):
        assert sections(server, organiser, record) == []
    for path, there in ((f"/projects/{draft.id}", True), (f"/places/{place.id}", False)):
        with urllib.request.urlopen(server.url + path) as page:
            assert (b"data-sections" in page.read()) is there


def test_they_are_shown_in_a_browser_below_the_record(server: testing.Server) -> None:
    with server.database.write(Actor.system("test")) as session:
        project = Project(name={"en": "Shown"}, status="PUBLISHED")
        account = create_account(session, "rev@example.org", "Rev <b>Example</b>")
        session.add(project)
    organiser = server.client(Role.ORGANISER)
    organiser.ask(
        "mutation($p: ID!, $a: ID!) { assignReviewer(project: $p, account: $a) { id } }", p=project.id, a=account.id
    )
    with chromium() as browser:
        page = browser.new_page()
        page.add_init_script(f"sessionStorage.setItem('roadshow.key', {json.dumps(organiser.key)})")
        page.goto(f"{server.url}/projects/{project.id}?lang=en")
        section = page.locator("section[data-plugin=judging]")
        expect(section.locator("h2")).to_have_text("Reviewers")
        expect(section.locator("li")).to_have_text("Rev <b>Example</b>")


def test_what_has_an_end_ends_when_the_clock_is_moved_past_it(server: testing.Server) -> None:
    with server.database.write(Actor.system("test")) as session:
        draft = Project(name={"en": "Reviewed for a day"}, status="DRAFT")
        session.add(draft)
        _, secret = keys.create(session, Role.ORGANISER, "test", expires=now() + timedelta(days=1))
    assign = """mutation($p: ID!, $a: ID!, $until: DateTime) {
      assignReviewer(project: $p, account: $a, until: $until) { id } }"""
    reviewer, until = server.member(Role.REVIEWER), (now() + timedelta(days=1)).isoformat()
    server.client(Role.ORGANISER).ask(assign, p=draft.id, a=reviewer.account_id, until=until)
    assert reviewer.ask(SEEN, id=draft.id)["data"]["project"] is not None
    server.clock.move(timedelta(days=2))
    try:
        assert reviewer.ask(SEEN, id=draft.id)["data"]["project"] is None, "the grant has ended"
        with pytest.raises(urllib.error.HTTPError, match="401"):  # the key has
            testing.Client(server.url, secret).ask(SEEN, id=draft.id)
    finally:
        server.clock.move(-server.clock.shift)
    assert reviewer.ask(SEEN, id=draft.id)["data"]["project"] is not None


def test_the_clock_moves_that_of_a_shared_database_too(postgresql_url: str, tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock", postgresql_url)
    clock.prepare()
    clock.move(timedelta(days=40))
    database = Database(postgresql_url)
    try:
        with database.read() as session:
            for moment in session.execute(select(Moment(), cast(func.clock_timestamp(), UtcDateTime))).one():
                assert timedelta(days=39) < moment - now() < timedelta(days=41)
    finally:
        database.dispose()
