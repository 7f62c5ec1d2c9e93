"""A whole server with all, one or none of the three programmes: it starts, migrates, loads and answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.assembly.app import application
from api.assembly.core_contributions import CORE_PARTS
from api.assembly.data import load_data
from api.assembly.preparation import load_host, prepare_database
from api.assembly.rooms import assemble
from api.operations.settings import ServerSettings
from store.database import Database
from tests.plugins.programmes.support import PROGRAMMES

QUESTION = """{
  programmes(first: 10) { edges { node { name tracks { code fields { notation tracks { code } } } } } }
  places(filter: {code: ["320583"]}) { edges { node { path { name } priorities { name } } } }
}"""

NAMES = {
    "chinaocs": {"China Overseas Scholar Innovation Summit", "Overseas Scholar Entrepreneurship Plan"},
    "kunshan": {"Kunshan Entrepreneurship Week"},
    "cotiec": {"China Overseas Talent Innovation and Entrepreneurship Competition"},
}


def answer(tmp_path: Path, names: Sequence[str]) -> dict[str, Any]:
    """What a server says that has these of the three, the others being switched off in its settings."""
    settings = ServerSettings(
        database_url=f"sqlite:///{tmp_path / 'roadshow.sqlite'}",
        plugins={name: {"enabled": name in names} for name in PROGRAMMES},
    )
    prepare_database(settings)
    database = Database(settings.database_url)
    try:
        for _ in load_data(database, load_host(settings, CORE_PARTS), {"reference"}):
            pass
    finally:
        database.dispose()
    assembly = assemble(settings)
    try:
        assert set(assembly.host.order) & set(PROGRAMMES) == set(names)
        assert ("trackCount" in assembly.sdl()) is ("cotiec" in names)
        with TestClient(application(assembly)) as client:
            response = client.post("/graphql", json={"query": QUESTION})
        assert response.status_code == 200
        body: dict[str, Any] = response.json()
        assert "errors" not in body, body
        data: dict[str, Any] = body["data"]
        return data
    finally:
        assembly.close()


@pytest.mark.parametrize(
    "names",
    [(), *(pytest.param((name,), marks=pytest.mark.nightly) for name in PROGRAMMES), PROGRAMMES],
    ids=lambda n: "-".join(n) or "none",
)
def test_a_server_with(names: Sequence[str], tmp_path: Path) -> None:
    data = answer(tmp_path, names)
    programmes = [edge["node"] for edge in data["programmes"]["edges"]]
    assert {each["name"] for each in programmes} == set().union(*(NAMES[name] for name in names))
    assert sum(len(each["tracks"]) for each in programmes) == (5 if "cotiec" in names else 0)
    [kunshan] = [edge["node"] for edge in data["places"]["edges"]]
    assert [place["name"] for place in kunshan["path"]] == ["China", "Jiangsu", "Suzhou", "Kunshan"], "core's own data"
    assert len(kunshan["priorities"]) == (6 if "kunshan" in names else 0)


def test_a_plugin_that_is_switched_off_leaves_its_facts(tmp_path: Path) -> None:
    answer(tmp_path, PROGRAMMES)
    data = answer(tmp_path, ())
    names = {edge["node"]["name"] for edge in data["programmes"]["edges"]}
    assert names == set().union(*NAMES.values())
