"""An investor reads the list, answers, takes back, and gets the next one; a project's page says the rest."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from store.enums import Role
from tests.pages.conftest import Visitor, filled
from tests.pages.site import Site

Visit = Callable[..., Visitor]
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])
WORDS = {
    "en": {"sign": "Sign in", "pass": "Pass", "like": "Interested", "later": "Later", "undo": "Undo",
           "next": "Show the next list", "because": "Timing", "similar": "Similar projects", "key": "API key"},
    "zh": {"sign": "登录", "pass": "暂不考虑", "like": "感兴趣", "later": "稍后", "undo": "撤销",
           "next": "显示下一份清单", "because": "时机", "similar": "相似项目", "key": "API 密钥"},
}  # fmt: skip
INTERESTS = """query ($id: ID!) { investor(id: $id) { interests(first: 100) {
    edges { node { kind reason project { id } } } } } }"""


def answers(site: Site) -> dict[str, tuple[str, str | None]]:
    """What the investor has said: kind and reason by project."""
    found = site.ask(INTERESTS, Role.INVESTOR, id=site.investor)["investor"]["interests"]["edges"]
    return {edge["node"]["project"]["id"]: (edge["node"]["kind"], edge["node"]["reason"]) for edge in found}


@LANGUAGES
def test_signing_in_shows_the_list_and_signing_out_hides_it(visit: Visit, site: Site, language: str) -> None:
    words = WORDS[language]
    page = visit(language).open("/list")
    assert page.locator("ol.ranked").count() == 0
    page.locator("#sign-in").click()
    page.get_by_label(words["key"]).fill(site.keys[Role.INVESTOR])
    page.get_by_role("dialog").get_by_role("button", name=words["sign"]).click()
    expect(page.locator("ol.ranked > li")).to_have_count(20)
    assert site.keys[Role.INVESTOR] not in page.url
    assert page.evaluate("localStorage.length") == 0, "the key stays in the tab"
    page.locator("#sign-in").click()
    expect(page.locator("ol.ranked")).to_have_count(0)
    filled(page)
    assert page.evaluate("sessionStorage.length") == 0


def test_a_key_that_isnt_valid_is_told_so(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/list")
    page.locator("#sign-in").click()
    page.get_by_label("API key").fill("rs_nobody")
    page.get_by_role("dialog").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("This key isn't valid")
    page = visitor.open("/list")
    page.evaluate("sessionStorage.setItem('roadshow.key', 'rs_ended')")
    page.reload()  # as with a key that ended while the page was open
    expect(page.locator(".toast.bad")).to_contain_text("Your key is no longer valid")
    page.locator(".toast").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("dialog").get_by_label("API key")).to_be_focused()
    assert all("401" in said for said in visitor.errors), visitor.errors
    visitor.errors.clear()  # the browser itself notes the refusal


@LANGUAGES
def test_pass_with_a_reason_undo_later_and_interested(
    visit: Visit, site: Site, investor_key: str, language: str
) -> None:
    words = WORDS[language]
    before = answers(site)
    page = visit(language).open("/list", investor_key)
    passed, liked = page.eval_on_selector_all("ol.ranked > li", "rows => rows.slice(0, 2).map(row => row.dataset.id)")
    assert not {passed, liked} & before.keys(), "what is answered isn't on the list"
    row = page.locator(f'ol.ranked > li[data-id="{passed}"]')
    noted = page.locator(f'.shortlist li[data-id="{passed}"]')
    row.get_by_role("button", name=words["pass"]).click()
    page.keyboard.press("Escape")
    expect(row.get_by_role("button", name=words["pass"])).to_be_focused()
    row.get_by_role("button", name=words["pass"]).click()
    row.get_by_role("combobox").select_option(label=words["because"])
    row.get_by_role("button", name=words["pass"], exact=True).click()
    expect(row).to_have_count(0)
    expect(page.locator(f'ol.ranked > li[data-id="{liked}"] .answers button').first).to_be_focused()
    page.locator(".shortlist summary").click()
    expect(noted.locator(".badge.answer")).to_contain_text(words["because"])
    assert answers(site)[passed] == ("PASS", "TIMING")
    page.locator(".toast").get_by_role("button", name=words["undo"]).click()
    expect(row.get_by_role("button", name=words["like"])).to_be_focused()
    assert answers(site) == before
    row.get_by_role("button", name=words["later"]).click()
    expect(noted.locator(".badge.answer")).to_have_text(words["later"])
    noted.get_by_role("button", name=words["undo"]).click()
    row.get_by_role("button", name=words["pass"]).click()
    row.get_by_role("button", name=words["pass"], exact=True).click()
    expect(row).to_have_count(0)
    page.locator(f'ol.ranked > li[data-id="{liked}"]').get_by_role("button", name=words["like"]).click()
    expect(page.locator(f'.shortlist li[data-id="{liked}"] .badge.answer')).to_have_text(words["like"])

    page.get_by_role("button", name=words["next"]).click()
    expect(page.locator("ol.ranked > li")).to_have_count(20)
    assert row.count() == 0
    assert page.locator(f'ol.ranked > li[data-id="{liked}"]').count() == 0
    expect(page.locator(".learned .lessons li, .learned .help").first).to_be_visible()
    for project in (passed, liked):
        mutation = "mutation ($id: ID!) { withdrawInterest(project: $id) { userErrors { message } } }"
        site.ask(mutation, Role.INVESTOR, id=project)
    assert answers(site) == before


@LANGUAGES
def test_details_on_demand_and_the_projects_page(visit: Visit, site: Site, investor_key: str, language: str) -> None:
    page = visit(language).open("/list", investor_key)
    first = page.locator("ol.ranked > li").first
    assert first.locator("ul.reasons > li").count() <= 3
    assert first.locator(".gist").inner_text()
    assert page.locator(".scale .band").count() == 4, "what scores mean stands on the page"
    said = page.locator("ol.ranked ul.reasons > li > span:last-child").all_inner_texts()
    assert max(Counter(said).values()) <= 10, "cards don't all say the same"
    first.locator("details.all > summary").click()
    expect(first.get_by_text(WORDS[language]["similar"])).to_be_visible()
    expect(first.locator(".similar li")).to_have_count(4)
    name = first.locator("h3 a").inner_text()
    score = first.locator(".score").inner_text().split()[1]
    first.locator("h3 a").click()
    filled(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    mine = page.locator(".card").first
    expect(mine.locator(".score")).to_contain_text(score)
    assert mine.locator("tbody tr").count() > 5


def test_an_organiser_chooses_whose_list(visit: Visit, site: Site) -> None:
    page = visit().open("/list", site.keys[Role.ORGANISER])
    page.locator(f'a[href*="{site.investor}"]').click()
    filled(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("List for ")
    assert page.locator("ol.ranked > li").count() == 20


def test_the_list_as_a_file(visit: Visit, investor_key: str) -> None:
    page = visit().open("/list", investor_key)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.reader(download.value.path().read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 21


def test_a_projects_investors_are_for_organisers(visit: Visit, site: Site) -> None:
    project = site.ask("{ projects(first: 1) { edges { node { id } } } }")["projects"]["edges"][0]["node"]["id"]
    public = visit().open(f"/projects/{project}")
    expect(public.get_by_text("Only the project's owner and organisers see")).to_be_visible()
    staff = visit().open(f"/projects/{project}", site.keys[Role.ORGANISER])
    section = staff.locator(".card", has=staff.get_by_role("heading", name="Investors that fit it"))
    assert section.locator("ol > li").count() == 10


def test_the_query_behind_a_page_is_shown_and_the_focus_comes_back(visit: Visit, site: Site) -> None:
    page = visit().open(f"/places/{site.place}?b.text=0.5")
    page.get_by_role("button", name="Show the query").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Operation").select_option("place-list")
    expect(dialog.locator("pre").first).to_contain_text("rankedProjects")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Show the query")).to_be_focused()
