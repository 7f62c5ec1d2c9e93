"""The example apps: their operations are valid, and built as their page says they work in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from graphql import build_schema, parse, validate
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from api.operations.settings import ServerSettings
from store.enums import Role
from tests.api.operations.test_processes import free_port
from tests.api.running import running
from tests.conformance.example_apps import APPS, EXAMPLES, built, started
from tests.conformance.served import documented_modules
from tests.pages.site import Site, build
from tests.support import browsers, databases

expect.set_options(timeout=30_000)

ROOT = EXAMPLES.parents[1]
PAGE = 10
LICENCES = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC-BY-4.0", "ISC", "MIT", "MPL-2.0",
    "Python-2.0", "(MIT OR Apache-2.0)",
}  # fmt: skip
RANKED = """query ($place: ID!, $options: RankingOptions) {
    place(id: $place) {
        priorities {id weight}
        rankedProjects(first: 20, options: $options) {totalCount edges {node {id name}}}
    }
}"""
RENAME = """mutation ($id: ID!, $name: String!) {
    updateProject(id: $id, input: {name: [{language: EN, text: $name}]}) {userErrors {message}}
}"""
ARCHIVE = "mutation ($id: ID!) {archiveProject(id: $id) {userErrors {message}}}"
RESTORE = "mutation ($id: ID!) {restoreProject(id: $id) {userErrors {message}}}"


@pytest.mark.parametrize("app", APPS)
def test_operations_are_valid(app: str) -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
    operations = (EXAMPLES / app / "src" / "operations.graphql").read_text("utf-8")
    assert validate(schema, parse(operations)) == []
    assert validate(schema, parse(operations.replace("rankedProjects", "rankedProject")))


@pytest.mark.parametrize("app", APPS)
def test_what_the_page_shows_is_what_the_app_has(app: str) -> None:
    modules = documented_modules()
    client = {"react-apollo": "apollo-client.mjs", "svelte-urql": "urql-client.mjs"}[app]
    shown = [Path("codegen.ts"), Path("src/socket.mjs"), Path("src", client)]
    for path in [*shown, Path("src/server.tsx")] if app == "react-apollo" else shown:
        assert (EXAMPLES / app / path).read_text("utf-8") == modules[path.name], path


@pytest.mark.parametrize("app", APPS)
def test_packages_are_locked_and_free(app: str) -> None:
    lock = json.loads((EXAMPLES / app / "package-lock.json").read_text("utf-8"))
    packages = {path: each for path, each in lock["packages"].items() if path}
    assert not [path for path, each in packages.items() if not each["integrity"].startswith("sha512-")]
    assert {each["license"] for each in packages.values()} <= LICENCES


@pytest.fixture(scope="module")
def addresses() -> dict[str, int]:
    return {app: free_port() for app in APPS}


@pytest.fixture(scope="module")
def site(shared_directory: Path, addresses: dict[str, int]) -> Iterator[Site]:
    """The demo data, served with the usual limits to a page of another origin too."""
    origin = f"http://localhost:{addresses['react-apollo']}"
    with databases.fresh("sqlite", shared_directory) as url:
        assembly, site = build(ServerSettings(database_url=url, cors_origins=(origin,)))
        with running(assembly) as site.address:
            site.ask(RANKED, place=site.place)  # until rankings are loaded
            yield site


@pytest.fixture(scope="module", params=APPS)
def app(
    request: pytest.FixtureRequest,
    site: Site,
    addresses: dict[str, int],
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of one app, built and served; its first visitor has been there, so that its queries are known."""
    folder = built(request.param, site.address, tmp_path_factory.mktemp("examples"))
    with started(folder, addresses[request.param], site.address) as address:
        page = browser.new_page()
        page.goto(address)
        expect(lines(page)).to_have_count(PAGE, timeout=60_000)
        page.close()
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsers.chromium() as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser, app: str, site: Site) -> Iterator[Callable[[], Page]]:
    """Open the app; in the end no page has met an error or asked any other host."""
    wrong: list[str] = []
    contexts: list[BrowserContext] = []

    def open_page(language: str = "en-GB") -> Page:
        contexts.append(browser.new_context(locale=language))
        page = contexts[-1].new_page()
        page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda problem: wrong.append(str(problem)))
        hosts = (app, site.address, "data:")
        page.on("request", lambda sent: None if sent.url.startswith(hosts) else wrong.append(sent.url))
        page.goto(app)
        expect(lines(page)).to_have_count(PAGE, timeout=60_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def lines(page: Page) -> Locator:
    return page.locator("ol > li")


def names(page: Page) -> list[str]:
    return page.locator("ol > li h3").all_inner_texts()


def ranked(site: Site, **options: object) -> list[str]:
    """The first twenty names, as the API gives them."""
    found = site.ask(RANKED, place=site.place, options=options or None)["place"]["rankedProjects"]
    return [edge["node"]["name"] for edge in found["edges"]]


@pytest.mark.nightly
@pytest.mark.node
def test_the_list_has_reasons_and_bands_and_goes_on(visit: Callable[[], Page], site: Site) -> None:
    page = visit()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kunshan")
    first = lines(page).first
    expect(first.locator(".band")).to_contain_text("Strong")
    expect(first.locator("ul li").first).to_contain_text("priority")
    assert names(page) == ranked(site)[:PAGE]
    page.get_by_role("button", name="Show more").click()
    expect(lines(page)).to_have_count(2 * PAGE)
    assert names(page) == ranked(site)


@pytest.mark.nightly
@pytest.mark.node
def test_moved_priorities_give_another_list(visit: Callable[[], Page], site: Site) -> None:
    page = visit()
    usual = names(page)
    priority = site.ask(RANKED, place=site.place)["place"]["priorities"][0]
    page.get_by_role("slider").first.press("Home")
    expected = ranked(site, priorityWeights=[{"priority": priority["id"], "weight": 0}])
    assert expected[:PAGE] != usual
    expect(page.locator("ol > li h3")).to_have_text(expected[:PAGE])
    page.get_by_role("button", name="Show more").click()
    expect(page.locator("ol > li h3")).to_have_text(expected)
    page.get_by_role("button", name="As declared").click()
    expect(page.locator("ol > li h3")).to_have_text(usual)


@pytest.mark.nightly
@pytest.mark.node
def test_what_somebody_else_changes_is_seen(visit: Callable[[], Page], site: Site) -> None:
    page = visit()
    page.get_by_role("button", name="Show more").click()
    expect(lines(page)).to_have_count(2 * PAGE)
    found = site.ask(RANKED, place=site.place)["place"]["rankedProjects"]
    first, second = (edge["node"] for edge in found["edges"][:2])
    listening(page, site, second["id"])

    organiser = Role.ORGANISER
    try:
        site.ask(ARCHIVE, organiser, id=first["id"])
        expect(page.get_by_role("heading", level=2)).to_have_text(f"20 of {found['totalCount'] - 1} projects")
        expect(page.locator("ol > li h3")).to_have_text(ranked(site))
        assert first["name"] not in names(page)
        page.get_by_role("button", name="Show more").click()  # and pages follow on the new list
        expect(lines(page)).to_have_count(3 * PAGE)
        assert len(set(names(page))) == 3 * PAGE
    finally:
        site.ask(RESTORE, organiser, id=first["id"])
        site.ask(RENAME, organiser, id=second["id"], name=second["name"])


def listening(page: Page, site: Site, project: str) -> None:
    """Rename ``project`` until the page shows it: from then on, its subscriptions have begun."""
    for turn in range(60):
        site.ask(RENAME, Role.ORGANISER, id=project, name=f"Renamed elsewhere {turn}")
        page.wait_for_timeout(500)
        if any(name.startswith("Renamed elsewhere") for name in names(page)):
            return
    raise AssertionError("the page never showed the new name")


@pytest.mark.nightly
@pytest.mark.node
@pytest.mark.parametrize("app", ["react-apollo"], indirect=True)
def test_the_server_renders_what_the_browser_goes_on_with(
    visit: Callable[[str], Page], browser: Browser, app: str, site: Site
) -> None:
    html = httpx.get(app, headers={"accept-language": "en"}, timeout=60).text
    for name in ranked(site)[:PAGE]:
        assert f"<h3>{name}</h3>" in html
    asked: list[str] = []
    context = browser.new_context(locale="zh-CN")
    context.on("request", lambda sent: asked.append(sent.method) if "/graphql" in sent.url else None)
    page = context.new_page()
    page.goto(app)
    expect(page.get_by_role("heading", level=1)).to_have_text("昆山")
    page.get_by_role("slider").first.press("Home")  # it lives
    expect(page.get_by_role("button", name="As declared")).to_be_enabled()
    assert asked == [], "the first page is not asked for again"
    context.close()
