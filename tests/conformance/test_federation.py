"""The federation's plugin: its subgraph is composed with another one, and both are asked through Apollo's gateway."""

from __future__ import annotations

import json

import httpx
import pytest

from api.assembly.rooms import assemble
from store.enums import Role
from tests.api.running import running
from tests.conformance.conftest import Node
from tests.conformance.served import Served

pytestmark = [pytest.mark.nightly, pytest.mark.node]

CREATE = """mutation { createProject(input: { name: [{ language: EN, text: "Not yet" }] }) {
    project { id status } userErrors { message } } }"""


def test_a_gateway_asks_roadshow_and_another_service(node: Node, real: Served) -> None:
    settings = real.assembly.settings
    plugins = {**settings.plugins, "federation": {"subgraph": True}}
    assembly = assemble(settings.model_copy(update={"plugins": plugins}))
    keys = real.site.keys
    with running(assembly) as address:
        url = f"{address}/graphql"
        organiser = {"Authorization": f"Bearer {keys[Role.ORGANISER]}"}
        draft = httpx.post(url, json={"query": CREATE}, headers=organiser).json()["data"]["createProject"]["project"]
        known = {"url": url, "key": keys[Role.INVESTOR], "project": real.project, "investor": real.site.investor}
        done = node.run("node", "federation.mjs", json.dumps({**known, "hidden": draft["id"]}))
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["keyed"] > 40, "whatever has an id has a key"
    rows = said["list"]["data"]["projects"]["nodes"]
    assert "errors" not in said["list"]
    assert [each["note"] for each in rows] == [f"about {each['id']}" for each in rows]
    project, investor = said["favourites"]["data"]["favourites"]
    assert "errors" not in said["favourites"]
    assert (project["id"], investor["id"]) == (real.project, real.site.investor)
    assert project["name"]
    assert investor["name"]
    assert investor["note"] == f"about {real.site.investor}"
    assert draft["status"] == "DRAFT"
    assert said["hidden"]["data"]["hidden"] is None, "name isn't null, so what is hidden is no record"
