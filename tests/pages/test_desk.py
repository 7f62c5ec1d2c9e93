"""The developer's desk: the editor runs with no other host, its examples are answered; and what goes on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from api import assets
from api.pages import STATIC
from store.enums import Role
from tests.pages.conftest import Visitor
from tests.pages.site import Site

Visit = Callable[..., Visitor]
EXAMPLES = sorted((STATIC / "examples").glob("*.graphql"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_answered(site: Site, path: Path) -> None:
    data = site.ask(path.read_text(), Role.INVESTOR if path.stem == "investor" else None)
    assert all(data.values()), data


def test_the_editor_offers_all_examples_and_runs_one(visit: Visit, site: Site) -> None:
    if assets.missing():
        pytest.skip(f"the editor's files are not here: {assets.REMEDY}")
    start = httpx.get(f"{site.address}/static/graphiql-start.js").text
    assert all(f'"{path.stem}"' in start for path in EXAMPLES)
    visitor = visit()
    page = visitor.context.new_page()
    page.on("request", visitor._note)
    page.goto(f"{site.address}/graphiql")
    expect(page.get_by_role("tab")).to_have_count(len(EXAMPLES))
    page.locator(".graphiql-execute-button").click()
    expect(page.locator(".result-window")).to_contain_text("priorities")


def test_the_printed_report_of_a_place_is_three_pages_at_most(visit: Visit, site: Site) -> None:
    page = visit().open(f"/places/{site.place}")
    pages = page.pdf(format="A4").count(b"/Type /Page\n")
    assert 1 <= pages <= 3
