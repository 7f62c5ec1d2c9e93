"""The queries behind the pages, as they are copied: curl, Python and TypeScript ask for real, and are told the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from store.enums import Role
from tests.pages.conftest import Visitor
from tests.pages.site import Site
from tests.support.wanting import lacking

Visit = Callable[..., Visitor]
HERE = Path(__file__).parent
PACKAGES = HERE.parent / "conformance"
PAGES: dict[str, tuple[str, Role | None, str]] = {
    "places": ("/places", None, "en"),
    "place": ("/places/{place}?b.text=0.5", None, "zh"),
    "list": ("/list", Role.INVESTOR, "en"),
    "mandate": ("/list/mandate", Role.INVESTOR, "zh"),
    "project": ("/projects/{project}", Role.TALENT, "en"),
    "schema": ("/schema", None, "en"),
}


def copied(page: Page) -> dict[str, dict[str, str]]:
    """All snippets that "Show the query behind this page" offers: by operation and by title."""
    page.wait_for_load_state("networkidle")
    page.locator("#show-query").click()
    dialog = page.get_by_role("dialog")
    select = dialog.locator("#operation")
    expect(dialog.locator("pre").first).to_be_visible()
    found: dict[str, dict[str, str]] = {}
    for name in select.locator("option").all_text_contents():
        select.select_option(name)
        expect(dialog.locator(f'pre[data-operation="{name}"]')).to_have_count(4)
        found[name] = {
            str(each.get_attribute("aria-label")): str(each.text_content()) for each in dialog.locator("pre").all()
        }
    return found


def typescript(texts: dict[str, str], environment: dict[str, str]) -> dict[str, Any]:
    """The data that each text prints; it has a skip of its own where TypeScript isn't installed."""
    node = shutil.which("node")
    if node is None or not (PACKAGES / "node_modules" / "typescript").is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs Node.js and the packages of tests/conformance")
        lacking("TypeScript is not here: apt-get install nodejs npm, then run tests/conformance once")
    done = subprocess.run(
        [node, str(HERE / "typescript.mjs"), str(PACKAGES)],
        input=json.dumps(texts), env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {name: json.loads(line) for name, line in json.loads(done.stdout).items()}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_what_is_copied_asks_what_the_page_asked(visit: Visit, site: Site, name: str) -> None:
    path, role, language = PAGES[name]
    page = visit(language).open(path.format(place=site.place, project=site.project), site.keys[role] if role else None)
    found = copied(page)
    assert found, "the page asks something"
    environment = {**os.environ, "ROADSHOW_KEY": site.keys[role] if role else ""}
    by_curl, by_python = {}, {}
    for operation, texts in found.items():
        if role:
            assert site.keys[role] not in json.dumps(texts), "a key is never copied"
        output = subprocess.run(
            ["bash", "-c", texts["curl"]], env=environment, capture_output=True, text=True, timeout=90, check=True
        ).stdout
        answer = json.loads(output)
        assert "errors" not in answer, answer
        by_curl[operation] = answer["data"]
        done = subprocess.run(
            [sys.executable, "-c", texts["Python"]], env=environment, capture_output=True, text=True, timeout=90,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        by_python[operation] = json.loads(done.stdout)
    assert by_python == by_curl
    assert typescript({each: texts["TypeScript"] for each, texts in found.items()}, environment) == by_curl
