"""The complete plugin of docs/plugins/guide.md: its table, its list, its rule and its test do what the page says."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.assembly.core_contributions import CORE_PARTS
from api.assembly.preparation import migrate_all, tables_of
from plugins.host.host import Host
from schema.declarations.errors import SchemaError
from schema.execution.execute import execute
from schema.request.context import Services
from schema.types.build import build_schema
from store.access.actors import Actor
from store.database import Database
from store.enums import PlaceType, Role
from store.models import Place, Project
from store.plugin_tables.registration import registered
from store.settings import Settings

pytestmark = pytest.mark.nightly_on_postgresql

ROOT = Path(__file__).parents[2]
ORGANISER = Actor(Role.ORGANISER, "key_1")


@pytest.fixture
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The plugin's module, from the files of the page."""
    page = (ROOT / "docs" / "plugins" / "guide.md").read_text("utf-8")
    section = page[page.index("## A table, a list, a rule") :]
    for name, text in re.findall(r"^```python file=(\S+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("roadshow_marks")
    del sys.modules["roadshow_marks"]


def test_its_own_test_passes(marks: Any, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    passed = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path / "tests")],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "1 passed" in passed.stdout, passed.stdout + passed.stderr


def test_it_keeps_marks_lists_them_and_hides_what_is_marked(marks: Any, database: Database) -> None:
    host = Host.load(core=CORE_PARTS, plugins=[marks], expected=(SchemaError,))
    assert dict(migrate_all(database, host))["marks"] == "migrated"
    schema = build_schema(host)
    services = Services(database, Settings(), schema.registry, host=host)
    with database.write(Actor.system("test")) as session:
        lamp, kite = Project(name={"en": "Lamp"}), Project(name={"en": "Kite"})
        session.add_all([lamp, kite])

    def ask(text: str, actor: Actor = ORGANISER) -> Any:
        answer = execute(schema, services, actor, text)
        assert not answer.errors, answer.errors
        return answer.data

    marked = ask(f'mutation {{ embargoProject(project: "{lamp.id}", reason: "Patent") {{ embargo }} }}')
    assert marked == {"embargoProject": {"embargo": "Patent"}}
    listed = "{ embargoedProjects { name(lang: EN) } projects { edges { node { name(lang: EN) } } totalCount } }"
    seen = ask(listed)
    assert seen["embargoedProjects"] == [{"name": "Lamp"}]
    assert seen["projects"]["totalCount"] == 2
    public = ask(listed, Actor.public())
    assert public["embargoedProjects"] == []
    assert public["projects"] == {"edges": [{"node": {"name": "Kite"}}], "totalCount": 1}
    refused = execute(
        schema, services, Actor.public(), f'mutation {{ embargoProject(project: "{kite.id}", reason: "x") {{ id }} }}'
    )
    assert refused.errors
    assert refused.errors[0].extensions["code"] == "FORBIDDEN"


@pytest.fixture
def labs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module of the page's entity."""
    page = (ROOT / "docs" / "plugins" / "guide.md").read_text("utf-8")
    section = page[page.index("## An entity") :]
    for name, text in re.findall(r"^```python file=(\S+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("roadshow_labs")
    del sys.modules["roadshow_labs"]


def test_its_entity_is_created_by_a_planner_and_listed_as_the_page_asks(labs: Any, database: Database) -> None:
    host = Host.load(core=CORE_PARTS, plugins=[labs], expected=(SchemaError,))
    assert host.state("labs").state == "ACTIVE", host.state("labs").reason
    assert dict(migrate_all(database, host))["labs"] == "migrated"
    schema = build_schema(host)
    services = Services(database, Settings(), schema.registry, host=host)
    with database.write(Actor.system("test")) as session:
        session.add(place := Place(name={"en": "Example City"}, type=PlaceType.PREFECTURE_CITY))
    planner = Actor(Role.PLANNER, "key_2", place.id)

    def ask(document: str, actor: Actor) -> Any:
        result = execute(schema, services, actor, document)
        assert result.errors is None, result.errors
        return result.data

    created = """mutation { createLab(input: {name: [{language: "en", text: "Optics lab"}], benches: %d, open: %s,
      description: [{language: "en", text: "Two microscopes."}]}) { lab { place { name } } userErrors { message } } }"""
    page = (ROOT / "docs" / "plugins" / "guide.md").read_text("utf-8")
    query = re.findall(r"^```graphql\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[-1]
    with registered(tables_of(host)):
        for benches, is_open in ((3, "true"), (4, "false")):
            made = ask(created % (benches, is_open), planner)["createLab"]
            assert made == {"lab": {"place": {"name": "Example City"}}, "userErrors": []}
        seen = [[lab["benches"] for lab in ask(query, actor)["labs"]["nodes"]] for actor in (Actor.public(), planner)]
    assert seen == [[3], [4, 3]]
