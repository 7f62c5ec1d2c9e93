"""A project's page: what its owner may see and state there, and what others may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from store.enums import Role
from tests.pages.conftest import Visitor
from tests.pages.site import Site
from tests.pages.test_manners import until, violations

Visit = Callable[..., Visitor]
STATED = """query ($id: ID!) { project(id: $id) {
    fundingStage technologyLevel coreTechnology ask { minimum { amount currency } }
    landingPreferences { place { name } } version } }"""
UPDATE = """mutation ($id: ID!, $input: ProjectInput!) {
    updateProject(id: $id, input: $input) { userErrors { message } }
    setLandingPreferences(project: $id, preferences: []) { userErrors { message } } }"""


@pytest.fixture
def bare(site: Site) -> Iterator[None]:
    """The project states as little again in the end."""
    before = site.ask(STATED, Role.ORGANISER, id=site.project)["project"]
    yield
    back: dict[str, Any] = {
        "fundingStage": before["fundingStage"], "ask": None, "technologyLevel": before["technologyLevel"],
    }  # fmt: skip
    if before["coreTechnology"] is None:
        back["coreTechnology"] = None
    site.ask(UPDATE, Role.ORGANISER, id=site.project, input=back)
    site.ask("query ($id: ID!) { project(id: $id) { similar { totalCount } } }", id=site.project)  # all is read again


def card(page: Page, title: str) -> Any:
    return page.locator(".card", has=page.get_by_role("heading", name=title, exact=True))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("How to improve the fit", "Its funding stage", "Seed", "Where it would settle", "Kuns", "Saved")),
        ("zh", ("如何提升匹配度", "融资阶段", "种子轮", "意向落户地", "昆山", "已保存")),
    ],
)
def test_its_owner_states_what_is_missing_by_the_keyboard_alone(
    visit: Visit, site: Site, bare: None, language: str, words: tuple[str, ...]
) -> None:
    improve, stage, seed, settle, typed, saved = words
    page = visit(language).open(f"/projects/{site.project}", site.keys[Role.TALENT])
    assert page.locator("#main").get_by_role("alert").count() == 0
    section = card(page, improve)
    assert violations(page) == []
    until(page, "document.activeElement.id === 'improve-fundingStage'")
    section.get_by_label(stage).select_option(label=seed)
    until(page, "document.activeElement.id === 'improve-minimum'")
    page.keyboard.type("3,000,000")
    label = section.get_by_role("combobox", name=settle)
    label.focus()
    page.keyboard.type(typed)
    expect(section.locator(".options li").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    section.get_by_role("button", name={"en": "Save", "zh": "保存"}[language], exact=True).press("Enter")
    expect(page.locator(".toast")).to_contain_text(saved)
    expect(card(page, {"en": "Facts", "zh": "基本信息"}[language])).to_contain_text(seed, timeout=60_000)
    expect(section.get_by_label(stage)).to_have_count(0)
    now = site.ask(STATED, Role.ORGANISER, id=site.project)["project"]
    assert now["fundingStage"] == "SEED"
    assert now["ask"]["minimum"] == {"amount": "3000000", "currency": "CNY"}
    assert len(now["landingPreferences"]) == 1


def test_what_was_entered_stays_where_somebody_else_was_quicker(visit: Visit, site: Site, bare: None) -> None:
    page = visit().open(f"/projects/{site.project}", site.keys[Role.TALENT])
    page.get_by_label("Its funding stage").select_option(label="Angel")
    change = 'mutation ($id: ID!) { updateProject(id: $id, input: {keywords: ["changed"]}) { userErrors { message } } }'
    site.ask(change, Role.ORGANISER, id=site.project)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Somebody else changed the project")
    expect(page.get_by_label("Its funding stage")).to_have_value("ANGEL")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Saved")
    now = site.ask(STATED, Role.ORGANISER, id=site.project)["project"]
    assert now["fundingStage"] == "ANGEL"


def test_others_are_told_what_is_missing_and_have_no_form(visit: Visit, site: Site) -> None:
    for key in (None, site.keys[Role.INVESTOR]):
        page = visit().open(f"/projects/{site.project}", key)
        expect(card(page, "How to improve the fit")).to_contain_text("Its funding stage counts as: Funding stage")
        assert page.locator(".improve-form").count() == 0
        expect(page.get_by_text("Only the project's owner and organisers see")).to_be_visible()
    owner = visit().open(f"/projects/{site.project}", site.keys[Role.TALENT])
    assert card(owner, "Investors that fit it").locator("ol > li").count() >= 1
