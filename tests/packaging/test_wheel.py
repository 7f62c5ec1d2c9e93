"""The wheel works outside the checkout: installed into a fresh environment, started in an empty folder."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from api import assets
from api.operations.top_level_names import NAMES
from api.pages.views import VIEWS, modules_of, styles_of
from docs.tools.locked import ROOT
from tests.plugins.environments import Environment

pytestmark = pytest.mark.slow


def test_the_wheel_has_all_files_of_the_packages(wheel: Path) -> None:
    listed = subprocess.run(["git", "ls-files", *NAMES], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    inside = set(zipfile.ZipFile(wheel).namelist())
    missing = [name for name in listed.split() if name not in inside and not name.endswith(".md")]
    assert not missing
    if not assets.missing():
        assert {f"api/assets/files/{name}" for name in assets.FILES.values()} <= inside
    assert not [name for name in inside if name.startswith(("tests/", "api/assets/test-files/"))]
    assert any(name.endswith("licenses/LICENSE") for name in inside)


def test_everything_is_imported_from_the_wheel(environment: Environment) -> None:
    code = f"for name in {NAMES!r}: print(__import__(name).__file__)"
    found = environment.run("python", "-c", code).stdout.split()
    assert len(found) == len(NAMES)
    assert all(path.startswith(str(environment.folder)) for path in found), found


def test_the_demo_is_served_from_an_empty_folder(environment: Environment) -> None:
    with environment.serving("demo", "--serve", "--no-encode") as server:
        counted = server.ask("{ projects { totalCount } places { totalCount } }")["data"]
        assert counted["projects"]["totalCount"] > 100
        assert counted["places"]["totalCount"] > 10
        for path in sorted({path for view in VIEWS for path in (*modules_of(view), *styles_of(view), view.path)}):
            assert server.get(path).status_code == 200, path
        for name in assets.FILES.values():
            assert server.get(f"/assets/{name}").status_code == (404 if name in assets.missing() else 200), name
    assert {path.name for path in environment.work.iterdir() if path.is_dir()} == {"var"}


def test_its_doctor_finds_nothing_wrong(environment: Environment) -> None:
    said = environment.roadshow("doctor").stdout
    assert "✗" not in said


@pytest.mark.nightly
def test_the_demo_is_encoded_and_ranked(environment: Environment) -> None:
    environment.roadshow("demo")
    with environment.serving("demo", "--serve") as server:
        query = """{ places(filter: {code: ["320583"]}) { edges { node {
            rankedProjects(first: 2) { totalCount edges { score reasons } } } } } }"""
        answer = server.ask_until_loaded(query)
        assert "errors" not in answer, answer["errors"]
        place = answer["data"]["places"]["edges"][0]["node"]
        assert place["rankedProjects"]["totalCount"] > 50
        assert all(edge["reasons"] for edge in place["rankedProjects"]["edges"])
