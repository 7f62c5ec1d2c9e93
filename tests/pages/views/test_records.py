"""Lists of records: found as one types, narrowed, sorted, walked through by keys; each record has a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from store.enums import Role
from tests.pages.conftest import Visitor, filled
from tests.pages.site import Site
from tests.pages.test_manners import violations

Visit = Callable[..., Visitor]
ROWS = "table.records tbody tr"
FIRST = """{ investors(first: 1) { edges { node { id name } } } talents(first: 1) { edges { node { id name } } }
    organisations(first: 1) { edges { node { id name } } } events(first: 1) { edges { node { id name } } }
    needs(first: 1) { edges { node { id name } } } editions(first: 1) { edges { node { id name } } } }"""
SEARCH = "query ($search: String) { projects(first: 20, filter: { search: $search }) { totalCount } }"


def names(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(f"{ROWS} th a").all_inner_texts()]


@pytest.mark.parametrize(("language", "words"), [("en", "robot"), ("zh", "机器人")])
def test_projects_are_found_as_one_types_and_the_address_restores_them(
    visit: Visit, site: Site, language: str, words: str
) -> None:
    total = site.ask(SEARCH, search=words)["projects"]["totalCount"]
    assert total
    visitor = visit(language)
    page = visitor.open("/projects")
    expect(page.locator(ROWS)).to_have_count(20)
    page.keyboard.press("/")
    page.keyboard.type(words, delay=5)
    expect(page.locator(".count")).to_contain_text(str(total))
    expect(page.locator(ROWS)).to_have_count(min(20, total))
    expect(page.locator("#record-search")).to_be_focused()
    shared = visitor.open(page.url.removeprefix(site.address))
    assert names(shared) == names(page)
    assert shared.locator("#record-search").input_value() == words


def test_filters_have_counts_and_narrow_and_can_be_cleared(visit: Visit, site: Site) -> None:
    page = visit().open("/investors")
    box = page.locator("[data-filter=type]").first
    value = box.get_attribute("data-value")
    count = page.locator(f".bucket:has([data-value={value}]) .figure").inner_text()
    box.check()
    page.wait_for_url(f"**type={value}*")
    expect(page.locator(".count")).to_have_text(f"{count} found")
    expect(page.locator(f"[data-value={value}]")).to_be_focused()
    assert page.locator("[data-filter=type]").count() > 1, "the other types keep their counts"
    query = "query ($type: [InvestorType!]) { investors(first: 0, filter: { type: $type }) { totalCount } }"
    assert str(site.ask(query, type=[value])["investors"]["totalCount"]) == count
    page.get_by_role("button", name="Clear search and filters").click()
    expect(page.locator("[data-filter]:checked")).to_have_count(0)
    assert "type=" not in page.url


def test_a_list_is_sorted_turned_and_shown_otherwise(visit: Visit) -> None:
    page = visit().open("/projects")
    first = names(page)
    page.get_by_role("button", name="Next page").click()
    expect(page.locator(f"{ROWS} th a").first).not_to_have_text(first[0])
    assert not set(names(page)) & set(first)
    page.get_by_role("button", name="Previous page").click()
    expect(page.locator(f"{ROWS} th a").first).to_have_text(first[0])
    assert names(page) == first
    page.locator("[data-order=NAME]").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_count(1)
    assert "sort=-NAME" in page.url
    assert not set(names(page)) & set(first)
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Organisation", exact=True).check()
    expect(page.locator("thead th").last).to_have_text("Organisation")
    page.locator("[data-view=cards]").click()
    expect(page.locator(".record-results .tile")).to_have_count(20)
    assert "view=cards" in page.url
    page.go_back()
    expect(page.locator("thead th").last).to_have_text("Organisation")


def test_a_list_is_walked_through_by_keys(visit: Visit) -> None:
    page = visit().open("/talents")
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    second = page.locator(f"{ROWS} th a").nth(1)
    expect(second).to_be_focused()
    name = second.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/talents/tal_*")
    filled(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_nothing_found_says_so_and_how_to_go_on(visit: Visit) -> None:
    page = visit().open("/needs?q=zzqqxx")
    expect(page.locator(".state")).to_contain_text("Nothing matches")
    page.locator(".state").get_by_role("button").click()
    expect(page.locator(ROWS).first).to_be_visible()
    expect(page.locator("#record-search")).to_be_focused()


def test_all_places_stand_below_those_that_state_priorities(visit: Visit) -> None:
    page = visit().open("/places")
    assert page.locator(".tile").count() >= 2
    expect(page.locator(ROWS)).to_have_count(20)
    page.locator("#record-search").fill("Kunshan")
    expect(page.locator(f"{ROWS} th a").first).to_contain_text("Kunshan")


def test_each_kind_of_record_has_a_page(visit: Visit, site: Site) -> None:
    visitor = visit()
    page = visitor.open("/events")
    assert page.locator(".tabs a").count() == 7
    for folder, found in site.ask(FIRST).items():
        node = found["edges"][0]["node"]
        page.goto(f"{site.address}/{folder}/{node['id']}")
        filled(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text(node["name"].removesuffix(" (demonstration)"))
        assert page.locator(".card").count() > 0, folder
        assert not page.get_by_text("undefined").count(), folder


@pytest.mark.parametrize(("language", "words"), [("en", "Kunshan"), ("zh", "昆山")])
def test_everything_is_found_from_any_page(visit: Visit, language: str, words: str) -> None:
    page = visit(language).open("/gaps")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-search")).to_be_focused()
    page.keyboard.type(words, delay=5)
    hit = page.locator(".palette a", has_text=words).first
    expect(hit).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    expect(page.locator(".palette a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type(words, delay=5)
    place = page.locator('.palette a[href^="/places/plc_"]', has_text=words).first
    place.click()
    page.wait_for_url("**/places/plc_*")
    filled(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def test_a_table_shows_whole_names_and_isnt_scrolled_sideways(visit: Visit) -> None:
    page = visit().open("/projects")
    page.set_viewport_size({"width": 1200, "height": 800})
    expect(page.locator(ROWS)).to_have_count(20)
    assert page.locator(".scrolled-sideways").evaluate("box => box.scrollWidth - box.clientWidth") <= 0
    cut = "heads => heads.filter(head => head.scrollWidth > head.clientWidth).map(head => head.textContent)"
    assert page.locator(f"{ROWS} th").evaluate_all(cut) == []
    assert page.locator(f"{ROWS} .badge").count()


@pytest.mark.parametrize(
    ("role", "language", "link"),
    [(Role.ORGANISER, "en", "Export and import"), (Role.INVESTOR, "zh", "导出"), (None, "en", None)],
)
def test_a_list_leads_to_exports_and_imports(
    visit: Visit, site: Site, role: Role | None, language: str, link: str | None
) -> None:
    page = visit(language).open("/investors", site.keys[role] if role else None)
    page.wait_for_load_state("networkidle")
    found = page.locator(".list-head a")
    if link is None:
        expect(found).to_have_count(0)
        return
    expect(found).to_have_text(link)
    found.click()
    page.wait_for_url("**/jobs")
    filled(page)
