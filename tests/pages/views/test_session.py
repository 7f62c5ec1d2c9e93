"""Pages in a browser that is signed in by e-mail: they say who is, and act as them without a key."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from api.requests.identity import COOKIE
from store.enums import Role
from tests.pages.conftest import Visitor, filled
from tests.pages.site import Site

Visit = Callable[..., Visitor]


def keep_cookie(visitor: Visitor, secret: str) -> Visitor:
    """Have the visitor's browser hold a session as signing in leaves it."""
    cookie = {"name": COOKIE, "value": secret, "url": visitor.site.address, "httpOnly": True, "sameSite": "Lax"}
    visitor.context.add_cookies([cookie])  # type: ignore[list-item]
    return visitor


def test_a_signed_in_planner_works_without_a_key_until_signing_out(visit: Visit, site: Site) -> None:
    visitor = keep_cookie(visit(), site.sessions[Role.PLANNER])
    page = visitor.open(f"/places/{site.place}")
    who = page.locator("header .who")
    expect(who).to_have_text("Ada Example · planner · Kunshan")
    expect(page.locator("ol.ranked button.like").first).to_be_visible()
    page.locator("#show-query").click()
    expect(page.locator("dialog pre").nth(1)).to_contain_text("Authorization")
    page.keyboard.press("Escape")
    who.click()
    expect(page.get_by_role("heading", level=1, name="Account")).to_be_visible()
    expect(who).to_have_text("Ada Example · planner · Kunshan")

    keyed = visitor.open("/list", site.keys[Role.INVESTOR])
    expect(keyed.locator("header span.who")).to_contain_text("investor")
    expect(keyed.locator("ol.ranked > li").first).to_be_visible()

    page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site.address}/")
    expect(page.locator("#sign-in")).to_have_text("Sign in")
    expect(who).to_have_count(0)
    assert COOKIE not in {each["name"] for each in visitor.context.cookies()}


def test_an_account_without_a_role_is_signed_in_nevertheless(visit: Visit, site: Site) -> None:
    page = keep_cookie(visit(), site.sessions[Role.PUBLIC]).open("/places")
    expect(page.locator("header .who")).to_have_text("Bob Example")
    expect(page.locator("#sign-in")).to_have_text("Sign out")


def test_a_session_that_has_ended_is_the_public(visit: Visit, site: Site) -> None:
    page = keep_cookie(visit("zh"), "ended").open(f"/places/{site.place}")
    filled(page)
    expect(page.locator("header .who")).to_have_count(0)
    expect(page.locator("#sign-in")).to_have_text("登录")
    expect(page.locator("ol.ranked button.like")).to_have_count(0)
    page.locator("#sign-in").click()
    page.get_by_role("link", name="改用电子邮件登录").click()
    page.wait_for_url("**/sign-in*")
