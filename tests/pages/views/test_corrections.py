"""Corrections on their page: one is asked for from a record, and an organiser accepts it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from store.enums import Role
from tests.pages.conftest import Visitor
from tests.pages.site import Site

Visit = Callable[..., Visitor]


def test_a_correction_is_asked_for_and_accepted(visit: Visit, site: Site) -> None:
    page = visit().open(f"/investors/{site.investor}", site.keys[Role.PLANNER])
    page.get_by_role("link", name="Suggest a correction").click()
    page.get_by_label("Field", exact=True).select_option("website")
    page.get_by_label("Proposed value; leave empty to remove it").fill("https://corrected.example")
    page.get_by_label("Reason", exact=True).fill("It moved.")
    page.get_by_role("button", name="Send request").click()
    card = page.locator("section.card[data-id]").first
    expect(card).to_contain_text("Undecided")
    expect(card).to_contain_text("https://corrected.example")
    expect(card.get_by_role("button", name="Withdraw")).to_be_visible()
    deciding = visit("zh", phone=True).open("/corrections", site.keys[Role.ORGANISER])
    asked = deciding.locator("section.card[data-id]").first
    asked.get_by_role("button", name="采纳并修改记录").click()
    expect(asked).to_contain_text("已采纳")
    query = "query ($id: ID!) { investor(id: $id) { website } }"
    assert site.ask(query, id=site.investor) == {"investor": {"website": "https://corrected.example"}}


def test_the_public_is_asked_to_sign_in(visit: Visit) -> None:
    page = visit().open("/corrections")
    expect(page.locator(".state")).to_contain_text("Sign in to suggest a correction")


def test_a_place_shows_its_policies(visit: Visit, site: Site) -> None:
    page = visit().open(f"/places/{site.place}")
    page.locator("details.policies > summary").click()
    shown = page.locator("details.policies")
    expect(shown).to_contain_text("First trials of medical devices")
    expect(shown).to_contain_text("Grant")
    expect(shown).to_contain_text("Tax relief")


@pytest.mark.parametrize(("language", "support"), [("en", "Tax relief"), ("zh", "税收")])
def test_a_policy_has_a_page_of_its_own(visit: Visit, site: Site, language: str, support: str) -> None:
    visitor = visit(language)
    page = visitor.open(f"/places/{site.place}")
    page.locator("details.policies > summary").click()
    link = page.locator("details.policies h3 a", has_text="First trials" if language == "en" else "")
    name = link.first.inner_text()
    link.first.click()
    page.wait_for_url("**/policies/pol_*")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator("main")).to_contain_text(support)
    page.locator(".path a").click()
    page.wait_for_url(f"**/places/{site.place}*")
