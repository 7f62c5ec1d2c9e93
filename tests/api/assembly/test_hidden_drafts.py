"""Drafts change no byte of what the public gets of a running server, also once the server has followed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.assembly.rooms import assemble
from api.operations.settings import ServerSettings
from store.access.actors import Actor
from store.access.keys import create
from store.changes import latest_position
from store.database import Database
from store.enums import Role
from tests.api.running import running
from tests.schema.samples import SampleRecords, make_samples

LIST = """query ($id: ID!) { place(id: $id) { rankedProjects(first: 100, options: {spread: NONE}) {
  totalCount gatedCount snapshot { id dataPosition } edges { rank score node { id name }
    contributions { block points reason } reasons } } } }"""
POSITION = "query ($id: ID!) { place(id: $id) { rankedProjects(first: 1) { snapshot { dataPosition } } } }"
CREATE = """mutation ($input: ProjectCreateInput!) {
  done: createProject(input: $input) { project { id } userErrors { message } } }"""
UPDATE = """mutation ($id: ID!, $input: ProjectInput!) {
  done: updateProject(id: $id, input: $input) { project { id } userErrors { message } } }"""


class Server:
    """A running server with a few sample records, asked by the public and by an organiser."""

    def __init__(self, client: httpx.Client, database: Database, samples: SampleRecords, key: str) -> None:
        self.client = client
        self.database = database
        self.samples = samples
        self.key = key

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer to the organiser."""
        headers = {"Authorization": f"Bearer {self.key}"}
        response = self.client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        answer: dict[str, Any] = response.json()
        return answer

    def write(self, document: str, **variables: Any) -> str:
        """The id of the project that a mutation wrote."""
        done = self.ask(document, **variables)["data"]["done"]
        assert done["userErrors"] == []
        return str(done["project"]["id"])

    def public(self) -> bytes:
        """The public's list, once the server knows of all that was written."""
        with self.database.read() as session:
            written = latest_position(session)
        until = time.monotonic() + 60
        while True:
            found = self.ask(POSITION, id=self.samples["kunshan"])["data"]["place"]["rankedProjects"]
            if found is not None and int(found["snapshot"]["dataPosition"]) >= written:
                break
            assert time.monotonic() < until, "the server doesn't follow"
            time.sleep(0.05)
        body = {"query": LIST, "variables": {"id": self.samples["kunshan"]}}
        content = self.client.post("/graphql", json=body).content
        assert b'"errors"' not in content
        assert content.count(b'"rank"') > 2
        return content


@pytest.fixture
def server(sqlite_database: Database, tmp_path: Path) -> Iterator[Server]:
    samples = make_samples(sqlite_database)
    with sqlite_database.write(Actor.system("tests")) as session:
        key = create(session, Role.ORGANISER, "An organiser")[1]
    settings = ServerSettings(
        database_url=sqlite_database.url.render_as_string(hide_password=False),
        data_directory=tmp_path,
        encode_in_background=False,
        plugins={"host": {"only": []}},
    )
    with running(assemble(settings)) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield Server(client, sqlite_database, samples, key)


def test_drafts_change_no_byte_of_the_public_list(server: Server) -> None:
    samples = server.samples
    before = server.public()
    draft = {
        "name": [{"language": "en", "text": "Hidden"}],
        "summary": [
            {"language": "en", "text": "Optics for medicine, lidar, cells and health, of which nobody may know."}
        ],
        "status": "DRAFT",
        "fundingStage": "SEED",
        "industries": [samples["devices"], samples["life"]],
        "tracks": [samples["health_track"]],
    }
    made = [server.write(CREATE, input=draft) for _ in range(4)]
    assert server.public() == before
    for identifier in [*made, samples["draft"]]:
        edited = {"summary": [{"language": "en", "text": "Robots"}], "industries": [samples["medicine"]]}
        server.write(UPDATE, id=identifier, input=edited)
    assert server.public() == before
    server.write(UPDATE, id=made[0], input={"status": "PUBLISHED"})
    assert server.public() != before, "what is offered counts"
