"""Each panel of a page loads, fails and is tried again on its own; what fails takes nothing else away."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.pages.conftest import Visitor
from tests.pages.site import Site
from tests.pages.test_manners import address_of, need_pictures, violations

Visit = Callable[..., Visitor]
PANELS = [
    ("place", "place-facets", ".side.filters", ".ranked > .row"),
    ("place", "place-list", ".results", ".priorities > li"),
    ("place", "place-scenarios", ".side.panel", ".ranked > .row"),
    ("what-if", "place-talks", ".results", ".priorities > li"),
    ("gaps", "gaps-priorities", ".gap-sections > :nth-child(1)", ".gap-sections > :nth-child(2) tbody tr"),
    ("gaps", "gaps-unplaced", ".gap-sections > :nth-child(2)", ".gap-sections > :nth-child(1) tbody tr"),
    ("gaps", "gaps-bringers", ".gap-sections > :nth-child(3)", ".gap-sections > :nth-child(1) tbody tr"),
    ("gaps", "gaps-needs", ".gap-sections > :nth-child(4)", ".bring"),
    ("gaps", "pool-choices", ".controls", ".bring"),
    ("heat", "heat-projects", ".picture-box", ".controls select"),
    ("heat", "pool-choices", ".controls .controls", ".heat"),
    ("map", "pool-map", ".picture-box", ".controls select"),
    ("map", "pool-choices", ".controls", ".scatter"),
    ("list", "investor-list", ".results", ".shortlist h3"),
    ("list", "investor", ".two > div:last-child", ".ranked > .row"),
    ("list", "investor-answers", ".shortlist", ".ranked > .row"),
    ("project", "project-fit", ".two > div:first-child > .card:first-child", ".compact > .row"),
    ("project", "project-places", ".two > div:first-child", ".contributions"),
    ("project", "project-similar", ".two > div:last-child", ".contributions"),
]


class Broken:
    """Answers one operation with an error until it is mended."""

    def __init__(self, operation: str) -> None:
        self.operation = operation
        self.mended = False

    def before(self, page: Page) -> None:
        page.route("**/graphql", self._answer)

    def _answer(self, route: Route) -> None:
        asked = route.request.post_data_json or {}
        if self.mended or asked.get("documentId") != self.operation:
            return route.fallback()
        error = {"message": "broken by a test", "extensions": {"code": "INTERNAL"}}
        headers = {"Content-Type": "application/graphql-response+json"}
        return route.fulfill(body=json.dumps({"data": None, "errors": [error]}), headers=headers)


@pytest.mark.parametrize(("view", "operation", "panel", "other"), PANELS, ids=lambda value: value)
def test_a_panel_that_fails_says_so_alone_and_is_tried_again(
    visit: Visit, site: Site, view: str, operation: str, panel: str, other: str
) -> None:
    need_pictures(view)
    path, key = address_of(site, view)
    broken = Broken(operation)
    page = visit().open(path, key, before=broken.before)
    expect(page.get_by_role("alert")).to_have_count(1)
    alert = page.locator(panel).get_by_role("alert")
    expect(alert).to_contain_text("Something went wrong")
    expect(page.locator(other).first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("That didn't work")
    assert violations(page) == []
    broken.mended = True
    alert.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.locator(other).first).to_be_visible()


def test_a_panel_that_isnt_answered_yet_shows_a_skeleton_beside_what_is_there(visit: Visit, site: Site) -> None:
    waiting: list[Route] = []

    def hold(page: Page) -> None:
        page.route(
            "**/graphql",
            lambda route: (
                waiting.append(route)
                if (route.request.post_data_json or {}).get("documentId") == "place-list"
                else route.fallback()
            ),
        )

    page = visit().open(f"/places/{site.place}", before=hold, fills=False)
    expect(page.locator(".facet").first).to_be_visible()
    expect(page.locator(".results .skeleton")).to_be_visible()
    waiting.pop().continue_()
    expect(page.locator(".ranked > .row")).to_have_count(20)
    expect(page.locator(".skeleton")).to_have_count(0)
