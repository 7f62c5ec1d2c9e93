"""An investor changes its mandate: the list follows before anything is saved; and what happens when two save."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from store.enums import Role
from tests.pages.conftest import Visitor, filled
from tests.pages.site import Site
from tests.pages.test_manners import until, violations

Visit = Callable[..., Visitor]
SAVE = """mutation ($id: ID!, $mandate: MandateInput!) {
    setMandate(investor: $id, mandate: $mandate) { userErrors { message } } }"""
STATED = """query ($id: ID!) { investor(id: $id) { theses { language text } mandate {
    stages tracks { track { id } weight } industries { industry { id } weight } places { id }
    cheque { minimum { amount currency } maximum { amount } } } } }"""


@pytest.fixture
def stated(site: Site) -> Iterator[dict[str, Any]]:
    """What the investor states; it is so again in the end."""
    found: dict[str, Any] = site.ask(STATED, Role.INVESTOR, id=site.investor)["investor"]
    yield found
    mandate, cheque = found["mandate"], found["mandate"]["cheque"]
    back = {
        "thesis": found["theses"],
        "stages": mandate["stages"],
        "tracks": [{"id": each["track"]["id"], "weight": each["weight"]} for each in mandate["tracks"]],
        "industries": [{"id": each["industry"]["id"], "weight": each["weight"]} for each in mandate["industries"]],
        "places": [each["id"] for each in mandate["places"]],
        "cheque": {
            "minimum": cheque["minimum"]["amount"],
            "maximum": cheque["maximum"]["amount"],
            "currency": cheque["minimum"]["currency"],
        },
    }
    site.ask(SAVE, Role.INVESTOR, id=site.investor, mandate=back)


def settled(page: Page) -> None:
    """Wait until the list shows what the form says."""
    page.wait_for_selector(".effect-body:not([aria-busy]) li")


def ids(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all("ol.effect-list > li", "rows => rows.map(row => row.dataset.id)")
    return found


@pytest.mark.parametrize(("language", "stage"), [("en", "Series B"), ("zh", "B 轮")])
def test_the_list_follows_before_anything_is_saved(
    visit: Visit, site: Site, investor_key: str, language: str, stage: str
) -> None:
    page = visit(language).open("/list", investor_key)
    page.locator(".card .actions a.button").click()
    filled(page)
    settled(page)
    before = ids(page)
    assert len(before) == 20
    assert page.locator(".save-bar button.primary").is_disabled()
    page.get_by_label(stage, exact=True).check()
    page.get_by_label({"en": "Pre-A", "zh": "Pre-A 轮"}[language], exact=True).uncheck()
    settled(page)
    expect(page.locator("ol.effect-list .chip.move").first).to_be_visible()
    tried = ids(page)
    assert tried != before
    page.reload()
    filled(page)
    settled(page)
    assert ids(page) == tried, "the draft outlives a reload"
    assert "stage" not in page.url.lower(), "and is in no address"
    page.locator(".save-bar button:not(.primary)").click()
    settled(page)
    page.wait_for_function(
        "before => document.querySelector('ol.effect-list > li').dataset.id === before", arg=before[0]
    )
    stages = site.ask(STATED, Role.INVESTOR, id=site.investor)["investor"]["mandate"]["stages"]
    assert "SERIES_B" not in stages


def test_by_the_keyboard_alone_a_track_is_found_weighed_and_saved(
    visit: Visit, site: Site, investor_key: str, stated: dict[str, Any]
) -> None:
    page = visit().open("/list/mandate", investor_key)
    until(page, "document.activeElement.matches('[role=combobox]')")
    wanted = site.ask("{ tracks(first: 20) { edges { node { id name } } } }")["tracks"]["edges"]
    taken = {each["track"]["id"] for each in stated["mandate"]["tracks"]}
    other = next(edge["node"] for edge in wanted if edge["node"]["id"] not in taken and edge["node"]["name"])
    page.keyboard.type(other["name"][:6])
    expect(page.get_by_role("listbox").get_by_role("option").first).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(".picker").first.locator(".chosen li")).to_have_count(len(taken) + 1)
    until(page, "document.activeElement.matches('.picker .weight input')", back=True)
    page.keyboard.press("End")
    settled(page)
    until(page, "document.activeElement.matches('.save-bar .primary')")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Saved")
    tracks = site.ask(STATED, Role.INVESTOR, id=site.investor)["investor"]["mandate"]["tracks"]
    assert len(tracks) == len(taken) + 1
    assert max(each["weight"] for each in tracks) == 3


def test_what_somebody_else_saved_meanwhile_is_shown_and_nothing_is_lost(
    visit: Visit, site: Site, investor_key: str, stated: dict[str, Any]
) -> None:
    page = visit().open("/list/mandate", investor_key)
    page.get_by_label("Seed", exact=True).check()
    page.get_by_label("From", exact=True).fill("2,000,000")
    theirs = {"stages": ["SERIES_C"], "tracks": []}
    site.ask(SAVE, Role.ORGANISER, id=site.investor, mandate=theirs)
    page.get_by_role("button", name="Save the mandate").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Updated, because you hadn't changed it: Tracks")
    assert dialog.locator("fieldset").count() == 1, "the cheque was changed by one side alone"
    assert violations(page) == []
    dialog.get_by_label("Take theirs: Series C").check()
    dialog.get_by_role("button", name="Use these").click()
    expect(page.get_by_label("Series C", exact=True)).to_be_checked()
    expect(page.get_by_label("Seed", exact=True)).not_to_be_checked()
    page.get_by_role("button", name="Save the mandate").click()
    expect(page.locator(".toast")).to_contain_text("Saved")
    now = site.ask(STATED, Role.INVESTOR, id=site.investor)["investor"]["mandate"]
    assert now["stages"] == ["SERIES_C"]
    assert now["tracks"] == []
    assert now["cheque"]["minimum"]["amount"] == "2000000"


def test_what_is_never_shown_goes_and_a_cheque_that_cant_be_is_told(visit: Visit, investor_key: str) -> None:
    page = visit().open("/list/mandate", investor_key)
    settled(page)
    before = ids(page)
    page.get_by_role("combobox", name="Never shown").fill(page.locator("ol.effect-list > li a").first.inner_text())
    page.locator(".picker [role=option]:not([aria-disabled])").first.click()
    settled(page)
    assert before[0] not in ids(page)
    expect(page.locator(".save-bar")).to_contain_text("Changed: Never shown")
    page.get_by_label("From", exact=True).fill("900,000,000")
    expect(page.locator(".save-bar")).to_contain_text("above the maximum")
    page.get_by_label("From", exact=True).fill("many")
    expect(page.get_by_label("From", exact=True)).to_have_attribute("aria-invalid", "true")


def test_the_public_and_planners_are_told_whose_page_it_is(visit: Visit, site: Site) -> None:
    page = visit().open("/list/mandate")
    expect(page.get_by_role("heading", level=2)).to_contain_text("Sign in as an investor")
    staff = visit().open(f"/list/mandate?investor={site.investor}", site.keys[Role.ORGANISER])
    expect(staff.get_by_role("heading", level=1)).to_contain_text("Mandate of ")
    for width in (1200, 800):
        staff.set_viewport_size({"width": width, "height": 800})
        rows = "links => new Set(links.map(each => each.offsetTop)).size"
        assert staff.eval_on_selector_all("header nav > *", rows) == 1, f"the pages stand in one row at {width}"
