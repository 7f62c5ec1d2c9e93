"""`roadshow.testing`: a real server for the tests of a plugin, which need not be installed."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from roadshow import testing
from store.access.actors import Actor
from store.enums import Role
from store.models import Project
from tests.plugins.rooms import imported

STYLES = Path(__file__).parents[1] / "judging/roadshow_judging/static/judging.css"
SEEN = "query($id: ID!) { project(id: $id) { id } }"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[testing.Server]:
    with (
        imported(Path(__file__).parents[1] / "judging") as judging,
        testing.serve(judging, directory=tmp_path_factory.mktemp("server")) as server,
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
