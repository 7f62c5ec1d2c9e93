"""Pages are served by this host alone, in the reader's language, under a strict content security policy."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from api import assets
from api.assets.serving import AssetFiles
from api.cli import doctor
from api.pages import STATIC, operations
from api.pages.views import VIEWS, modules_of, styles_of
from tests.support.wanting import lacking


def test_the_landing_page_links_to_what_is_there(client: httpx.Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    links = set(re.findall(r'href="(/[^"]*)"', page.text))
    assert {"/graphiql", "/schema.graphql", "/health", "/ready"} <= links
    for link in links:
        assert client.get(link).status_code == 200, link


@pytest.mark.parametrize(
    ("accept_language", "query", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.5", "", "zh"),
        ("de,en;q=0.5", "", "en"),
        ("", "", "en"),
        ("zh-CN", "?lang=en", "en"),
        ("en", "?lang=zh", "zh"),
        ("en", "?lang=xx", "en"),
    ],
)
def test_pages_speak_the_readers_language(
    client: httpx.Client, accept_language: str, query: str, language: str
) -> None:
    page = client.get(f"/{query}", headers={"Accept-Language": accept_language})
    assert f'<html lang="{language}">' in page.text
    assert page.headers["content-language"] == language


@pytest.mark.parametrize("path", ["/", "/graphiql"])
def test_pages_run_no_inline_script_and_ask_no_other_host(client: httpx.Client, path: str) -> None:
    page = client.get(path)
    policy = page.headers["content-security-policy"]
    scripts = next((part for part in policy.split("; ") if part.startswith("script-src")), None)
    assert "default-src 'self'" in policy
    assert scripts is None
    assert "unsafe-eval" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
    assert not re.search(r"\son\w+=", page.text)
    assert not re.findall(r'(?:src|href)="(?!/|\?|#)[^"]*"', page.text)
    assert page.headers["x-content-type-options"] == "nosniff"


def test_the_editor_loads_its_files_from_here(client: httpx.Client) -> None:
    if assets.missing(assets.EDITOR_FILES):
        lacking(f"the editor's files are not here: {assets.REMEDY}")
    page = client.get("/graphiql")
    files = re.findall(r'(?:src|href)="(/[^"]*)"', page.text)
    assert "/assets/graphiql.js" in files
    for file in files:
        assert client.get(file).status_code == 200, file


def test_without_its_files_the_editors_page_says_how_to_get_them(
    client: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "DIRECTORY", tmp_path)
    page = client.get("/graphiql")
    assert page.status_code == 200
    assert "make assets" in page.text
    assert "graphiql.js" in page.text
    findings = {each.subject: each for each in doctor._assets()}
    assert findings.keys() == assets.PARTS.keys()
    for part, each in findings.items():
        assert each.state == "warning"
        assert each.found == f"missing: {', '.join(assets.PARTS[part].values())}"


async def _without_raising(folder: Path, path: str) -> tuple[int, str]:
    files = AssetFiles()
    files.directory, files.all_directories = folder, [folder]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=[Mount("/assets", files)]))) as asking:
        answer = await asking.get(f"http://test/assets/{path}")
    return answer.status_code, answer.text


@pytest.mark.parametrize("folder", ["there", "missing"])
def test_a_file_that_was_not_fetched_is_not_found_and_says_how_to_fetch_it(tmp_path: Path, folder: str) -> None:
    (tmp_path / "there").mkdir()
    status, text = asyncio.run(_without_raising(tmp_path / folder, "d3.js"))
    assert status == 404
    assert "make assets" in text
    status, text = asyncio.run(_without_raising(tmp_path / folder, "nothing-of-ours.js"))
    assert status == 404
    assert "make assets" not in text


def test_an_operation_of_the_pages_is_there_to_read_by_its_id(client: httpx.Client) -> None:
    found = operations()
    assert len(found) > 50
    for name, text in found.items():
        assert client.get(f"/static/queries/{name}.graphql").text == text
    assert client.get("/static/queries/nothing-of-ours.graphql").status_code == 404


def test_each_module_that_a_page_loads_is_served(client: httpx.Client) -> None:
    for view in VIEWS:
        for path in (*modules_of(view), *styles_of(view), f"/static/pages/{view.module}"):
            assert client.get(path).status_code == 200, path


def test_each_import_of_a_module_leads_to_a_file() -> None:
    scripts = sorted(STATIC.rglob("*.js"))
    imports = re.compile(r"""(?:from|import)\s*\(?\s*"(\.[^"\n]+\.js)\"""")
    found = [(script, name) for script in scripts for name in imports.findall(script.read_text())]
    assert len(found) > 200
    missing = [f"{script}: {name}" for script, name in found if not (script.parent / name).is_file()]
    assert not missing, "\n".join(missing)


def test_the_schema_is_there_to_read(client: httpx.Client) -> None:
    schema = client.get("/schema.graphql")
    assert schema.headers["content-type"] == "text/plain; charset=utf-8"
    assert "type Query {" in schema.text


def test_an_unknown_address_says_where_to_begin(client: httpx.Client) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "See /" in response.text


def test_health_and_readiness(client: httpx.Client) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ready"}
