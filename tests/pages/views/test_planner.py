"""A planner looks at a city, asks what if, shares it, and makes it the city's own."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from api import assets
from store.enums import Role
from tests.pages.conftest import Visitor, filled
from tests.pages.site import Site
from tests.support.wanting import lacking

Visit = Callable[..., Visitor]
LANGUAGES = pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.nightly)])
WORDS = {
    "en": {
        "place": "Kunshan",
        "reset": "Back to today's",
        "compare": "Side by side",
        "save": "Save",
        "make": "Make these",
    },
    "zh": {"place": "昆山", "reset": "恢复目前权重", "compare": "并排比较", "save": "保存", "make": "设为该市"},
}
RANKED = """query ($id: ID!, $options: RankingOptions, $filter: ProjectFilter) {
  place(id: $id) { rankedProjects(first: 20, options: $options, filter: $filter) {
    totalCount edges { score node { id } } } } }"""


def shown(page: Page) -> list[str]:
    """Ids of the projects on the list, in order."""
    return page.eval_on_selector_all("ol.ranked > li", "rows => rows.map(row => row.dataset.id)")  # type: ignore[no-any-return]


def push(page: Page, slider: str, value: str) -> None:
    """Move a slider as a hand does, and wait for the list to follow."""
    page.eval_on_selector(
        slider,
        """(input, value) => { input.value = value; input.dispatchEvent(new Event("input", { bubbles: true })); }""",
        value,
    )
    expect(page.locator(".what-if")).to_be_visible()
    expect(page.locator(".what-if .actions")).to_be_visible()


def settled(page: Page, wanted: list[str]) -> None:
    """Wait until the list is ``wanted``."""
    page.wait_for_function(
        """wanted => [...document.querySelectorAll("ol.ranked > li")].map(row => row.dataset.id).join() === wanted""",
        arg=",".join(wanted),
        timeout=60_000,
    )


def ranked(site: Site, role: Role | None = None, **variables: object) -> list[str]:
    answer = site.ask(RANKED, role, id=site.place, **variables)
    return [edge["node"]["id"] for edge in answer["place"]["rankedProjects"]["edges"]]


@LANGUAGES
def test_from_the_places_to_a_city_and_its_projects(visit: Visit, site: Site, language: str) -> None:
    page = visit(language).open("/places")
    page.get_by_role("link", name=WORDS[language]["place"], exact=True).click()
    filled(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(WORDS[language]["place"])
    assert shown(page) == ranked(site)
    assert page.locator("ol.priorities > li").count() == 6
    page.locator("ol.priorities details").first.locator("summary").click()
    expect(page.locator("ol.priorities blockquote").first).to_be_visible()
    first = page.locator("ol.ranked > li").first
    first.locator("details.all > summary").click()
    expect(first.locator("tfoot")).to_be_visible()
    figures = first.locator("tbody td.figure").all_inner_texts()
    total = sum(float(each.replace("−", "-")) for each in figures if each != "–")
    assert abs(total - float(first.locator("tfoot td.figure").inner_text())) < 0.5, "contributions add up"


@LANGUAGES
def test_a_facet_narrows_the_pool_and_stays_in_the_address(visit: Visit, site: Site, language: str) -> None:
    page = visit(language).open(f"/places/{site.place}")
    box = page.locator("input[data-facet=track]").first
    value = box.get_attribute("data-value")
    wanted = ranked(site, filter={"track": [value]})
    box.check()
    settled(page, wanted)
    assert f"track={value}" in page.url
    page.reload()
    filled(page)
    settled(page, wanted)
    assert page.locator(f'input[data-value="{value}"]').is_checked()
    page.go_back()
    settled(page, ranked(site))


def test_a_list_says_its_order_and_shows_the_other(visit: Visit, site: Site) -> None:
    page = visit().open(f"/places/{site.place}")
    heading, scores = page.locator("#projects"), page.locator(".ranked .score")
    expect(heading).to_have_text("Projects that fit, across all priorities")
    assert "demonstration" not in page.locator(".asked").inner_text()
    spread = [float(text.split()[1]) for text in scores.all_inner_texts()]
    assert spread != sorted(spread, reverse=True)
    page.locator("[data-order=score]").click()
    expect(heading).to_have_text("Projects, best fit first")
    assert "order=score" in page.url
    settled(page, ranked(site, options={"spread": "NONE"}))
    by_score = [float(text.split()[1]) for text in scores.all_inner_texts()]
    assert by_score == sorted(by_score, reverse=True)
    page.locator(".asked button").nth(1).click()
    expect(heading).to_contain_text("best fit first")
    expect(page.locator("[data-order]")).to_have_count(0)
    page.go_back()
    expect(heading).to_have_text("Projects, best fit first")
    page.emulate_media(media="print")
    expect(page.locator(".asked")).to_be_hidden()


def test_words_that_nothing_meets_say_so_and_what_to_do(visit: Visit, site: Site) -> None:
    page = visit().open(f"/places/{site.place}?q=zzqqxx")
    expect(page.get_by_text("No project meets these filters.")).to_be_visible()
    page.get_by_role("button", name="Show the whole pool").click()
    settled(page, ranked(site))


@LANGUAGES
def test_what_if_moves_the_list_and_tells_what_changed(visit: Visit, site: Site, language: str) -> None:
    page = visit(language).open(f"/places/{site.place}")
    before = shown(page)
    priorities = site.ask("query ($id: ID!) { place(id: $id) { priorities { id } } }", id=site.place)
    first = priorities["place"]["priorities"][0]["id"]
    push(page, f"#w-{first}", "3")
    wanted = ranked(site, options={"priorityWeights": [{"priority": first, "weight": 3}]})
    settled(page, wanted)
    assert wanted != before
    assert page.locator(".chip.move").count() == 20
    push(page, "#w-track", "0")
    both = {"priorityWeights": [{"priority": first, "weight": 3}], "weights": [{"block": "track", "weight": 0}]}
    settled(page, ranked(site, options=both))

    shared = visit(language).open(page.url.removeprefix(site.address))
    settled(shared, ranked(site, options=both))
    assert shared.locator(f"#w-{first}").input_value() == "3"

    page.get_by_role("button", name=WORDS[language]["compare"]).click()
    assert page.locator(".beside > section").count() == 2
    assert page.locator(".beside section").first.locator("li").count() == 20
    page.go_back()
    expect(page.locator(".beside")).to_have_count(0)
    settled(page, ranked(site, options=both))
    page.get_by_role("button", name=WORDS[language]["reset"]).click()
    settled(page, before)
    assert "p." not in page.url
    expect(page.locator(".what-if")).to_be_hidden()


def test_the_public_may_try_weights_but_not_keep_them(visit: Visit, site: Site) -> None:
    page = visit().open(f"/places/{site.place}")
    first = page.locator("ol.priorities input[type=range]").first.get_attribute("id")
    push(page, f"#{first}", "2.5")
    assert page.get_by_role("button", name="Make these").count() == 0
    assert page.locator(".answers").count() == 0


@LANGUAGES
def test_a_planner_makes_them_the_citys_priorities(visit: Visit, site: Site, planner_key: str, language: str) -> None:
    query = "query ($id: ID!) { place(id: $id) { priorities { id name weight quote source { title } } } }"
    before = site.ask(query, id=site.place)["place"]["priorities"]
    target = before[2 if language == "en" else 3]
    page = visit(language).open(f"/places/{site.place}", planner_key)
    push(page, f"#w-{target['id']}", "2.4")
    expect(page.locator(".what-if button.primary")).to_have_count(1)
    assert NAMES[language]["save"] in page.locator(".what-if button.primary").inner_text()
    page.get_by_role("button", name=WORDS[language]["make"]).click()
    page.get_by_role("dialog").get_by_role("button", name=WORDS[language]["make"]).click()
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator(".what-if")).to_be_hidden()
    after = site.ask(query, id=site.place)["place"]["priorities"]
    assert after == [each | {"weight": 2.4} if each["id"] == target["id"] else each for each in before]
    settled(page, ranked(site, Role.PLANNER))


def test_a_planner_answers_to_a_project(visit: Visit, site: Site, planner_key: str) -> None:
    page = visit().open(f"/places/{site.place}", planner_key)
    row = page.locator(f'li[data-id="{shown(page)[1]}"]')
    row.get_by_role("button", name="Interested").click()
    expect(row.locator(".badge.answer")).to_have_text("Interested")
    page.reload()
    filled(page)
    expect(row.locator(".badge.answer")).to_have_text("Interested")
    row.get_by_role("button", name="Undo").click()
    expect(row.locator(".badge.answer")).to_have_count(0)


def test_everything_that_fits_can_be_downloaded(visit: Visit, site: Site) -> None:
    page = visit().open(f"/places/{site.place}")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    total = site.ask(RANKED, id=site.place)["place"]["rankedProjects"]["totalCount"]
    assert len(rows) == total + 1
    assert [row[2] for row in rows[1:21]] == ranked(site)
    assert all(len(row) == len(rows[0]) for row in rows)


def test_a_place_that_isnt_there_is_told_so(visit: Visit) -> None:
    page = visit().open("/places/plc_00000000000000000000000000")
    expect(page.get_by_role("alert")).to_contain_text("This record doesn't exist")
    page.get_by_role("link", name="All places").click()
    filled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Places and their priorities")


SCENARIOS = """query ($id: ID!) { place(id: $id) { priorities { id weight } scenarios { edges { node {
    id name version shared archivedAt pool priorityWeights { priority { id } weight } } } } } }"""
NAMES = {
    "en": {"save": "Save as scenario", "name": "Name", "open": "Open: ", "apply": "Make it the city's: ",
           "archive": "Archive: ", "compare": "Compare ", "again": "Save in "},
    "zh": {"save": "另存为方案", "name": "名称", "open": "打开: ", "apply": "设为本市权重: ",
           "archive": "归档: ", "compare": "比较", "again": "保存到"},
}  # fmt: skip


@LANGUAGES
def test_a_scenario_is_saved_opened_compared_applied_and_archived(
    visit: Visit, site: Site, planner_key: str, language: str
) -> None:
    words, save = NAMES[language], WORDS[language]["save"]

    def stored() -> dict[str, dict[str, object]]:
        edges = site.ask(SCENARIOS, Role.PLANNER, id=site.place)["place"]["scenarios"]["edges"]
        return {edge["node"]["name"]: edge["node"] for edge in edges if not edge["node"]["archivedAt"]}

    def weights() -> dict[str, float]:
        found = site.ask(SCENARIOS, id=site.place)["place"]["priorities"]
        return {each["id"]: each["weight"] for each in found}

    before = weights()
    target = list(before)[-1]
    visitor = visit(language)
    page = visitor.open(f"/places/{site.place}", planner_key)
    box = page.locator("input[data-facet=track]").first
    track = box.get_attribute("data-value")
    box.check()
    page.wait_for_url("**track=*")
    push(page, f"#w-{target}", "2.9")
    page.get_by_role("button", name=words["save"]).click()
    page.get_by_label(words["name"], exact=True).fill(f"Bold {language}")
    page.get_by_role("dialog").get_by_role("button", name=save).click()
    expect(page.locator(".scenario-list li")).to_have_count(1)
    made = stored()[f"Bold {language}"]
    assert made["pool"] == {"track": [track]}
    assert made["priorityWeights"] == [{"priority": {"id": target}, "weight": 2.9}]
    assert not made["shared"]
    assert not site.ask(SCENARIOS, id=site.place)["place"]["scenarios"]["edges"], "not shared, so nobody else sees it"

    push(page, f"#w-{target}", "2.7")
    with page.expect_response(lambda answer: "update-scenario" in (answer.request.post_data or "")):
        page.get_by_role("button", name=words["again"]).click()
    assert stored()[f"Bold {language}"]["version"] == 2

    fresh = visitor.open(f"/places/{site.place}", planner_key)
    fresh.get_by_role("checkbox", name=words["compare"]).check()
    expect(fresh.locator(".beside > section")).to_have_count(2)
    assert "with=scn_" in fresh.url
    fresh.get_by_role("checkbox", name=words["compare"]).uncheck()
    expect(fresh.locator(".beside")).to_have_count(0)
    fresh.get_by_role("button", name=words["open"]).click()
    expect(fresh.locator(f"#w-{target}")).to_have_value("2.7")
    expect(fresh.locator("input[data-facet=track]:checked")).to_have_count(1)

    fresh.get_by_role("button", name=words["apply"]).click()
    fresh.get_by_role("dialog").locator("button.primary").click()
    expect(fresh.locator(".toast")).to_be_visible()
    assert weights() == {**before, target: 2.7}
    expect(fresh.locator(".what-if")).to_be_hidden()
    fresh.get_by_role("button", name=words["archive"]).click()
    fresh.get_by_role("dialog").locator("button.primary").click()
    expect(fresh.locator(".scenario-list li")).to_have_count(0)
    assert stored() == {}
    restore = """mutation ($id: ID!, $priorities: [PriorityInput!]!) {
        setIndustryPriorities(place: $id, priorities: $priorities) { userErrors { message } } }"""
    priorities = [{"id": key, "weight": value} for key, value in before.items()]
    site.ask(restore, Role.PLANNER, id=site.place, priorities=priorities)


def test_industries_have_sliders_and_the_address_keeps_them(visit: Visit, site: Site) -> None:
    visitor = visit()
    page = visitor.open(f"/places/{site.place}")
    page.locator(".industry-weights > summary").click()
    slider = page.locator(".industry-weights input[type=range]").first
    identifier = (slider.get_attribute("id") or "").removeprefix("w-")
    push(page, f"#w-{identifier}", "0")
    settled(page, ranked(site, options={"industryWeights": [{"industry": identifier, "weight": 0}]}))
    assert f"i.{identifier}=0" in page.url
    shared = visitor.open(page.url.removeprefix(site.address))
    assert shared.locator(f"#w-{identifier}").input_value() == "0"


def test_a_planner_says_how_far_talks_are(visit: Visit, site: Site, planner_key: str) -> None:
    page = visit().open(f"/places/{site.place}", planner_key)
    project = shown(page)[0]
    select = page.locator(f'li[data-id="{project}"] .stages select')
    select.select_option("MET")
    expect(select).to_be_enabled()
    query = "query ($id: ID!) { place(id: $id) { matches { edges { node { stage project { id } } } } } }"
    edges = site.ask(query, Role.PLANNER, id=site.place)["place"]["matches"]["edges"]
    assert [edge["node"] for edge in edges if edge["node"]["project"]["id"] == project] == [
        {"stage": "MET", "project": {"id": project}}
    ]
    stages = page.locator(f'li[data-id="{project}"] .stages')
    expect(stages).to_contain_text("once the project or an organiser confirms")
    select.select_option("SIGNED")
    expect(select).to_be_enabled()
    expect(select).to_have_value("MET")  # one side alone signs nothing
    public = visit().open(f"/places/{site.place}")
    expect(public.locator(".stages")).to_have_count(0)


LARGE_WORKBOOK = """import("/static/pages/plan/files.js").then(files => files.saveXlsx("large",
    [["a", "b"], ...Array.from({ length: 8000 }, (_, at) => [at, `of these each is another: ${at * at}`])]))"""


def test_the_list_is_kept_as_a_workbook_and_as_pictures(visit: Visit, site: Site) -> None:
    if assets.missing(assets.PICTURE_FILES):
        lacking(f"the writer of workbooks is not here: {assets.REMEDY}")
    page = visit().open(f"/places/{site.place}?stage=SEED")
    kept = {}
    for way in ("downloadXlsx", "downloadSvg", "downloadPng"):
        with page.expect_download() as download:
            page.locator(f"[data-save={way}]").click()
        kept[way] = download.value.path().read_bytes()
    sheet = openpyxl.load_workbook(io.BytesIO(kept["downloadXlsx"])).active
    assert sheet is not None
    first = [cell.value for cell in sheet[2]]
    assert first[2] == ranked(site, filter={"fundingStage": ["SEED"]})[0]
    assert isinstance(first[1], float)
    assert kept["downloadSvg"].count(b"<text") > 20
    assert kept["downloadPng"].startswith(b"\x89PNG")
    with page.expect_download() as download:  # above some size its writer starts a worker, which the policy must let it
        page.evaluate(LARGE_WORKBOOK)
    large = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert large is not None
    assert large.max_row == 8001
