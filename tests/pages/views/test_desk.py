"""The developer's desk: the editor runs with no other host, its examples are answered; and what goes on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from api import assets
from api.pages import STATIC
from store.enums import Role
from tests.pages.conftest import Visitor, filled
from tests.pages.site import Site
from tests.support.wanting import lacking

Visit = Callable[..., Visitor]
EXAMPLES = sorted((STATIC / "examples").glob("*.graphql"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_answered(site: Site, path: Path) -> None:
    data = site.ask(path.read_text(), Role.INVESTOR if path.stem in ("investor", "mandate") else None)
    assert all(data.values()), data


@pytest.fixture
def editor(visit: Visit, site: Site) -> Callable[[str | None], Page]:
    """The editor, opened with a key or without; what its policy refuses or its scripts throw fails the test."""
    if assets.missing(assets.EDITOR_FILES):
        lacking(f"the editor's files are not here: {assets.REMEDY}")

    def open_editor(key: str | None = None) -> Page:
        visitor = visit()
        page = visitor.context.new_page()
        page.on("request", visitor._note)
        page.on("pageerror", lambda problem: visitor.errors.append(str(problem)))
        page.on("console", lambda said: visitor.errors.append(said.text) if said.type == "error" else None)
        if key:
            page.add_init_script(f"sessionStorage.setItem('roadshow.key', '{key}')")
        page.goto(f"{site.address}/graphiql")
        expect(page.get_by_role("tab")).to_have_count(len(EXAMPLES))
        return page

    return open_editor


def test_the_editor_runs_offline_and_completes_for_the_public_too(editor: Callable[..., Page], site: Site) -> None:
    start = httpx.get(f"{site.address}/static/graphiql-start.js").text
    assert all(f'"{path.stem}"' in start for path in EXAMPLES)
    page = editor()
    page.locator(".graphiql-execute-button").click()
    expect(page.locator(".result-window")).to_contain_text("priorities")
    page.get_by_label("Show Documentation Explorer").click()
    expect(page.locator(".graphiql-doc-explorer")).to_contain_text("Mutation")
    page.locator(".graphiql-query-editor .CodeMirror").click()
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hints")).to_contain_text("__typename")
    page.keyboard.press("Escape")
    page.get_by_label("Open settings dialog").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_no_style_of_the_editor_needs_an_unsafe_policy(site: Site) -> None:
    policies = [httpx.get(f"{site.address}/graphiql").headers["content-security-policy"] for _ in range(2)]
    assert all("unsafe" not in policy for policy in policies)
    assert policies[0] != policies[1], "a nonce is used once"


def test_the_editor_asks_as_whoever_signed_in_and_follows_a_subscription(
    editor: Callable[..., Page], site: Site
) -> None:
    page = editor(site.keys[Role.INVESTOR])
    page.get_by_role("tab", name="YourList").click()
    expect(page.locator(".graphiql-query-editor")).to_contain_text("YourList")
    page.locator(".graphiql-execute-button").click()
    expect(page.locator(".result-window")).to_contain_text("INVESTOR")
    page.get_by_label("New tab").click()
    page.locator(".graphiql-query-editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    project = site.ask("{ projects(first: 1) { edges { node { id } } } }")["projects"]["edges"][0]["node"]["id"]
    page.keyboard.insert_text(f'subscription {{ projectChanged(ids: ["{project}"]) {{ project {{ id version }} }} }}')
    with page.expect_response("**/graphql") as found:
        page.locator(".graphiql-execute-button").click()
    assert found.value.headers["content-type"].startswith("text/event-stream")
    change = """mutation ($id: ID!) {
        updateProject(id: $id, input: {keywords: ["followed"]}) { userErrors { message } } }"""
    site.ask(change, Role.ORGANISER, id=project)
    expect(page.locator(".result-window")).to_contain_text(project)
    page.locator(".graphiql-execute-button").click()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_printed_report_of_a_place_is_three_pages_at_most(visit: Visit, site: Site, language: str) -> None:
    page = visit(language).open(f"/places/{site.place}?stage=SEED")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".on-paper")).to_contain_text({"en": "Filters: Seed", "zh": "筛选: 种子轮"}[language])
    page.goto(f"{site.address}/places/{site.place}")
    filled(page)
    pages = page.pdf(format="A4").count(b"/Type /Page\n")
    assert 1 <= pages <= 3
