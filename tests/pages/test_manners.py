"""What holds for every page: WCAG 2.2 AA by axe, the keyboard alone, small, steady, and nobody else's scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from api import assets
from store.enums import Role
from tests.pages.conftest import Visitor, filled
from tests.pages.site import Site
from tests.support.wanting import lacking

Visit = Callable[..., Visitor]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIEWS = [
    "places", "place", "what-if", "compare", "list", "list of the public", "project", "mandate", "digests", "jobs",
    "import", "corrections", "schema", "schema of a type", "records", "record", "heat", "heat of tracks", "map",
    "map by fit", "gaps", "missing", "landing",
]  # fmt: skip
UNWEIGHED = ("missing", "landing")
MOST_BYTES = 100_000
CHARTS = "/assets/d3.js"
SCHEMA = "/schema.graphql"
"""The chart library and the schema's text, which come on top."""
MOST_SCHEMA_BYTES = 75_000


def address_of(site: Site, view: str) -> tuple[str, str | None]:
    """Where a view is, and with which key."""
    place = f"/places/{site.place}"
    if view == "project":
        found = site.ask("{ projects(first: 1) { edges { node { id } } } }")["projects"]["edges"]
        return f"/projects/{found[0]['node']['id']}", site.keys[Role.INVESTOR]
    return {
        "places": ("/places", None),
        "place": (place, None),
        "what-if": (f"{place}?b.track=1.5", site.keys[Role.PLANNER]),
        "compare": (f"{place}?b.track=1.5&view=compare", None),
        "list": ("/list", site.keys[Role.INVESTOR]),
        "list of the public": ("/list", None),
        "schema": ("/schema", None),
        "corrections": (f"/corrections?subject={site.investor}", site.keys[Role.ORGANISER]),
        "jobs": ("/jobs", site.keys[Role.ORGANISER]),
        "import": ("/import", site.keys[Role.ORGANISER]),
        "digests": ("/list/digests", site.keys[Role.INVESTOR]),
        "schema of a type": ("/schema/Investor#rankedProjects", None),
        "mandate": ("/list/mandate", site.keys[Role.INVESTOR]),
        "heat": ("/heat", None),
        "heat of tracks": ("/heat?show=tracks", None),
        "map": ("/map?area=0.2,0.2,0.7,0.7", None),
        "map by fit": (f"/map?place={site.place}", None),
        "gaps": ("/gaps?by=COUNTRY", None),
        "records": ("/projects?view=table&columns=name,tracks,status", None),
        "record": (f"/investors/{site.investor}", None),
        "missing": ("/projects/prj_00000000000000000000000000", None),
        "landing": ("/", None),
    }[view]


def need_pictures(view: str) -> None:
    """Skip a page of pictures where the chart library hasn't been fetched."""
    if view.startswith(("heat", "map")) and assets.missing(assets.PICTURE_FILES):
        lacking(f"the chart library is not here: {assets.REMEDY}")


def violations(page: Page) -> list[str]:
    """What axe finds, with the elements."""
    if not (assets.TEST_DIRECTORY / "axe.js").is_file():
        lacking(f"axe-core is not here: {assets.REMEDY}")
    page.evaluate((assets.TEST_DIRECTORY / "axe.js").read_text())
    found: dict[str, Any] = page.evaluate("tags => axe.run(document, { runOnly: tags })", TAGS)
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes'][:3]]}"
        for each in found["violations"]
    ]


class Watch:
    """What a page loads and how it shifts, from before it is opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sizes: dict[str, float] = {}
        self.charts: list[str] = []
        self.schema: list[str] = []
        self.loading: set[str] = set()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.loadingFailed", lambda event: self.loading.discard(event["requestId"]))
        page.add_init_script(
            """window.shifts = [];
            new PerformanceObserver(list => { for (const each of list.getEntries()) window.shifts.push(each.value); })
                .observe({ type: "layout-shift", buffered: true });"""
        )

    def _sent(self, event: dict[str, Any]) -> None:
        self.loading.add(event["requestId"])
        if event["request"]["url"].endswith(CHARTS):
            self.charts.append(event["requestId"])
        if event["request"]["url"].endswith(SCHEMA):
            self.schema.append(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        self.loading.discard(event["requestId"])
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    @property
    def bytes(self) -> float:
        """What was loaded, but for the chart library and the schema's text."""
        return sum(size for request, size in self.sizes.items() if request not in (*self.charts, *self.schema))

    @property
    def schema_bytes(self) -> float:
        """What the schema's text took."""
        return sum(size for request, size in self.sizes.items() if request in self.schema)

    @property
    def shifted(self) -> float:
        shifted: float = self.page.evaluate("shifts.reduce((all, each) => all + each, 0)")
        return shifted

    def wait_for_what_opened(self) -> None:
        """Until what was asked for by the last change to the page is there."""
        self.page.wait_for_timeout(100)
        for _ in range(1_000):
            if not self.loading:
                return
            self.page.wait_for_timeout(20)
        raise AssertionError("the page goes on loading")


@pytest.mark.parametrize(
    ("language", "scheme", "phone"),
    [("en", "light", False), pytest.param("zh", "dark", True, marks=pytest.mark.nightly)],
)
@pytest.mark.parametrize("view", VIEWS)
def test_a_page_is_small_and_steady_and_axe_finds_nothing(
    visit: Visit, site: Site, view: str, language: str, scheme: str, phone: bool
) -> None:
    path, key = address_of(site, view)
    need_pictures(view)
    visitor = visit(language, phone, scheme)
    watches: list[Watch] = []
    page = visitor.open(path, key, before=lambda page: watches.append(Watch(page)), fills=path != "/")
    if path == "/":
        page.wait_for_selector("#sign-in:not([hidden])")
    page.wait_for_load_state("networkidle")
    (watch,) = watches
    assert page.get_by_role("alert").count() == (view == "missing"), "the page is what it should be"
    if view not in UNWEIGHED and not phone:
        assert watch.bytes < MOST_BYTES
        assert watch.schema_bytes < MOST_SCHEMA_BYTES
        assert watch.shifted < 0.1
    page.eval_on_selector_all("details", "all => all.slice(0, 12).forEach(each => { each.open = true; })")
    watch.wait_for_what_opened()
    assert violations(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.body.clientWidth")  # without the gutter
    assert wide <= 0, "nothing is scrolled sideways"


@pytest.mark.parametrize(("language", "button"), [("en", "Menu"), ("zh", "菜单")])
def test_on_a_phone_the_header_is_one_row_until_its_menu_is_opened(
    visit: Visit, site: Site, language: str, button: str
) -> None:
    page = visit(language, phone=True).open("/list", site.keys[Role.INVESTOR])
    page.locator(".tools .who").wait_for(state="attached")
    menu = page.get_by_role("button", name=button)
    height = "header => header.offsetHeight"
    assert page.locator("header").evaluate(height) < 60
    expect(page.locator("header nav")).to_be_hidden()
    menu.focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(page.locator("header nav a[aria-current]")).to_be_visible()
    expect(page.locator("#theme")).to_be_visible()
    expect(page.locator(".tools .who")).to_be_visible()
    assert violations(page) == []
    menu.click()
    assert page.locator("header").evaluate(height) < 60


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_dialogs(visit: Visit, site: Site, scheme: str) -> None:
    page = visit(scheme=scheme).open(f"/places/{site.place}")
    page.get_by_role("button", name="Show the query").click()
    expect(page.locator("dialog pre").first).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("#sign-in").click()
    assert violations(page) == []


@pytest.mark.parametrize("path", ["/", "/places", "/list", "/heat", "/map", "/gaps"])
def test_pages_run_scripts_of_their_own_alone(site: Site, path: str) -> None:
    page = httpx.get(site.address + path)
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_planners_whole_way_by_the_keyboard(visit: Visit, site: Site) -> None:
    page = visit().open("/places")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.textContent === 'Kunshan'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/plc_*")
    filled(page)
    before = page.locator("ol.ranked > li").first.get_attribute("data-id")

    until(page, "document.activeElement.dataset.facet === 'track'")
    page.keyboard.press("Space")
    page.wait_for_url("**track=*")
    expect(page.locator("input[data-facet=track]:checked")).to_be_focused()
    page.keyboard.press("Space")
    page.wait_for_function("!location.search.includes('track')")

    until(page, "document.activeElement.closest('ol.ranked') && document.activeElement.matches('summary')")
    page.keyboard.press("Enter")
    expect(page.locator("table.contributions")).to_be_visible()

    until(page, "document.activeElement.matches('.priorities input[type=range]')")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".what-if .actions")).to_be_visible()
    expect(page.locator(".chip.move").first).to_be_visible()
    page.keyboard.press("Control+Home")
    until(page, 'document.activeElement.textContent === "Back to today\'s"', back=True)
    page.keyboard.press("Enter")
    page.wait_for_function("id => document.querySelector('ol.ranked > li').dataset.id === id", arg=before)


def test_an_investors_whole_way_by_the_keyboard(visit: Visit, site: Site) -> None:
    page = visit().open("/list")
    until(page, "document.activeElement.id === 'sign-in'")
    page.keyboard.press("Enter")
    expect(page.get_by_label("API key")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#sign-in")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.insert_text(site.keys[Role.INVESTOR])
    page.keyboard.press("Enter")
    expect(page.locator("ol.ranked > li")).to_have_count(20)
    until(page, "document.activeElement.matches('ol.ranked button.pass')")
    page.keyboard.press("Enter")
    expect(page.locator("ol.ranked select")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("ol.ranked > li")).to_have_count(19)
    expect(page.locator("ol.ranked button.like:focus")).to_be_visible()
    until(page, "document.activeElement.matches('.shortlist summary')")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.matches('.shortlist details button.undo')")
    page.keyboard.press("Enter")
    expect(page.locator("ol.ranked > li")).to_have_count(20)
    expect(page.locator("ol.ranked button.like:focus")).to_be_visible()


def until(page: Page, condition: str, back: bool = False) -> None:
    """Press Tab until ``condition`` holds of the focused element."""
    for _ in range(200):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate(f"Boolean({condition})"):
            return
    raise AssertionError(f"The keyboard doesn't reach: {condition}")
