"""The pool in pictures: the heat map, the map of texts, and gaps; by the mouse, by keys, in both languages, to keep."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from api import assets
from tests.pages.conftest import Visitor, filled
from tests.pages.site import Site

pytestmark = pytest.mark.skipif(
    bool(assets.missing(assets.PICTURE_FILES)) and os.environ.get("CI") != "true",
    reason=f"the chart library is not here: {assets.REMEDY}",
)
Visit = Callable[..., Visitor]
LANGUAGES = pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.nightly)])
# In the order in which the page reads them: which way round the picture stands depends on it.
PLACES = """{ industryPriorities(first: 100, orderBy: [{field: ORDINAL, direction: ASC}]) {
    edges { node { place { id } } } } }"""
MATRIX = """query ($places: [ID!]!, $best: Int!) { fitMatrix(places: $places, best: $best) {
    columns { id } rows { place { id } scores } columnOrder rowOrder } }"""
GAPS = """query ($below: Float!) { poolGaps { unplaced(below: $below) { totalCount }
    priorities { projectCount priority { id } } } }"""


def matrix_of(site: Site, best: int) -> dict[str, Any]:
    edges = site.ask(PLACES)["industryPriorities"]["edges"]
    places = list(dict.fromkeys(edge["node"]["place"]["id"] for edge in edges))
    found: dict[str, Any] = site.ask(MATRIX, places=places, best=best)["fitMatrix"]
    return found


def saved(page: Page, way: str, within: Locator | None = None) -> bytes:
    """What the first button of a kind saves."""
    with page.expect_download() as download:
        (within or page).locator(f"[data-save={way}]").first.click()
    return download.value.path().read_bytes()


@LANGUAGES
def test_a_field_of_the_heat_map_leads_to_the_fit_and_its_reasons(visit: Visit, site: Site, language: str) -> None:
    matrix = matrix_of(site, 50)
    row, column = matrix["columnOrder"][1], matrix["rowOrder"][0]
    project, place = matrix["columns"][row]["id"], matrix["rows"][column]["place"]["id"]
    visitor = visit(language)
    page = visitor.open("/heat")
    picture = page.get_by_role("application")
    picture.focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):  # the first press enters the picture
        page.keyboard.press(key)
    expect(page.locator(".picked .score")).to_contain_text(re.compile(r"\d"))
    shown = float(page.locator(".picked .score").inner_text().split()[1])
    assert abs(shown - matrix["rows"][column]["scores"][row]) < 0.1  # both are rounded
    expect(page.locator(".picked .reasons li").first).to_be_visible()
    assert f"cell={project}%2C{place}" in page.url
    shared = visitor.open(page.url.removeprefix(site.address))
    expect(shared.locator(f'.picked a[href^="/projects/{project}"]')).to_be_visible()
    canvas = shared.locator(".heat canvas")
    box = canvas.bounding_box()
    assert box
    canvas.click(position={"x": box["width"] - 20, "y": box["height"] - 4})
    last = matrix["columns"][matrix["columnOrder"][-1]]["id"]
    expect(shared.locator(f'.picked a[href^="/projects/{last}"]')).to_be_visible()


def test_the_heat_map_is_kept_in_every_form_and_read_as_a_table(visit: Visit, site: Site) -> None:
    page = visit().open("/heat?show=100&order=score")
    page.locator("summary", has_text="The same as a table").click()
    expect(page.locator("table.numbers tbody tr")).to_have_count(50)
    rows = list(csv.reader(io.StringIO(saved(page, "downloadCsv").decode("utf-8-sig"))))
    matrix = matrix_of(site, 100)
    assert {row[1] for row in rows[1:]} == {each["id"] for each in matrix["columns"]}
    sheet = openpyxl.load_workbook(io.BytesIO(saved(page, "downloadXlsx"))).active
    assert sheet is not None
    assert sheet.cell(2, 3).value == float(rows[1][2])
    assert saved(page, "downloadPng").startswith(b"\x89PNG")
    svg = saved(page, "downloadSvg").decode()
    assert svg.count("<text") == len(rows) - 1 + len(matrix["rows"])


def test_tracks_lead_to_the_places_projects_of_that_track(visit: Visit) -> None:
    page = visit().open("/heat")
    page.get_by_label("Show", exact=True).select_option("tracks")
    expect(page.locator(".lead")).to_contain_text("tracks")
    page.get_by_role("application").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".picked").get_by_role("link").click()
    page.wait_for_url("**/places/plc_*track=*")
    filled(page)
    expect(page.locator("input[data-facet=track]:checked")).to_have_count(1)


@LANGUAGES
def test_an_area_of_the_map_becomes_a_list(visit: Visit, site: Site, language: str) -> None:
    query = "query ($place: ID) { projectMap(place: $place) { projectIds x y score } }"
    found = site.ask(query, place=site.place)["projectMap"]
    inside = [
        project
        for project, x, y in zip(found["projectIds"], found["x"], found["y"], strict=True)
        if 0.42 <= x <= 0.58 and 0.42 <= y <= 0.58
    ]
    visitor = visit(language)
    page = visitor.open(f"/map?place={site.place}")
    page.get_by_role("application").focus()
    page.keyboard.press("Enter")  # the frame begins in the middle
    expect(page.locator(".found li")).to_have_count(min(50, len(inside)))
    assert "area=0.420%2C0.420%2C0.580%2C0.580" in page.url
    rows = list(csv.reader(io.StringIO(page_csv(page))))
    assert {row[1] for row in rows[1:]} == set(inside)
    scores = [float(row[-1]) for row in rows[1:]]
    assert scores == sorted(scores, reverse=True)
    shared = visitor.open(page.url.removeprefix(site.address))
    expect(shared.locator(".found li")).to_have_count(min(50, len(inside)))
    page.get_by_role("application").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".found")).to_have_count(0)
    box = page.locator(".scatter canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] - 2, steps=3)
    page.mouse.up()
    expect(page.locator(".picked h2")).to_contain_text(str(len(found["projectIds"])))


def page_csv(page: Page) -> str:
    with page.expect_download() as download:
        page.locator(".picked [data-save=downloadCsv]").click()
    return download.value.path().read_text(encoding="utf-8-sig")


def test_a_colour_of_the_map_is_a_track_to_select_and_pictures_are_kept(visit: Visit) -> None:
    page = visit().open("/map")
    first = page.locator(".key button").first
    count = first.locator(".figure").inner_text()
    first.click()
    expect(page.locator(".picked h2")).to_have_text(f"{count} selected")
    assert saved(page, "downloadPng").startswith(b"\x89PNG")
    assert b"<svg" in saved(page, "downloadSvg")


@LANGUAGES
def test_gaps_say_what_is_missing_at_the_mark_that_one_sets(visit: Visit, site: Site, language: str) -> None:
    visitor = visit(language)
    page = visitor.open("/gaps")
    gaps = site.ask(GAPS, below=40)["poolGaps"]
    assert page.locator("section").nth(0).locator("tbody tr").count() == min(12, len(gaps["priorities"]))
    page.locator("#below").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    total = str(gaps["unplaced"]["totalCount"])
    expect(page.locator(".gap-sections > section").nth(1).locator(".big")).to_contain_text(total)
    expect(page.locator("#below")).to_be_focused()
    assert "under=40" in page.url
    unplaced = page.locator(".gap-sections > section").nth(1)
    unplaced.locator(".gap-rows button").click()
    expect(unplaced.locator("tbody tr")).to_have_count(min(300, gaps["unplaced"]["totalCount"]))
    expect(unplaced.locator("tbody tr").nth(12).locator("a").first).to_be_focused()
    assert len(saved(page, "downloadCsv", unplaced).splitlines()) == 1 + min(300, gaps["unplaced"]["totalCount"])
    page.locator("[data-by=COUNTRY]").click()
    page.wait_for_url("**by=COUNTRY*")
    expect(page.locator(".bars .bring").first).to_be_visible()
    shared = visitor.open(page.url.removeprefix(site.address))
    expect(shared.locator(".gap-sections > section").nth(1).locator(".big")).to_contain_text(total)
    assert shared.locator("[data-by=COUNTRY]").get_attribute("aria-pressed") == "true"
    link = shared.locator(".gap-sections > section").first.locator("tbody a").first
    link.click()
    shared.wait_for_url("**/places/plc_*p.pri_*")
    expect(shared.locator(".what-if .actions")).to_be_visible()


@LANGUAGES
def test_tables_of_gaps_fit_on_a_phone(visit: Visit, language: str) -> None:
    page = visit(language, phone=True).open("/gaps")
    expect(page.locator("section.card table")).to_have_count(3)
    wider = "tables => tables.filter(table => table.scrollWidth > table.parentElement.clientWidth).length"
    assert page.locator("section.card table").evaluate_all(wider) == 0
