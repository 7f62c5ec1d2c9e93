"""An investor has its list sent: made, previewed, paused and ended on the page, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from store.enums import Role
from tests.pages.conftest import Visitor, filled
from tests.pages.site import Site
from tests.pages.test_manners import until, violations

Visit = Callable[..., Visitor]
OWN = "query ($id: ID!) { investor(id: $id) { digests { id channel state days time timeZone size language } } }"
END = "mutation ($id: ID!) { unsubscribeDigest(id: $id) { userErrors { message } } }"


@pytest.fixture
def ended(site: Site) -> Iterator[None]:
    """Nothing is sent any more in the end."""
    yield
    for each in site.ask(OWN, Role.INVESTOR, id=site.investor)["investor"]["digests"]:
        site.ask(END, Role.INVESTOR, id=each["id"])


def living(site: Site) -> list[dict[str, object]]:
    found = site.ask(OWN, Role.INVESTOR, id=site.investor)["investor"]["digests"]
    return [each for each in found if each["state"] != "UNSUBSCRIBED"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ("Receive it by e-mail", "How", "How often", "Every day", "Pause", "Resume", "Preview", "End subscription"),
        ),
        ("zh", ("通过邮件", "方式", "频率", "每天", "暂停", "恢复", "预览", "结束")),
    ],
)
def test_a_feed_is_made_paused_and_ended(
    visit: Visit, site: Site, investor_key: str, ended: None, language: str, words: tuple[str, ...]
) -> None:
    arrives, how, often, daily, pause, resume, preview, end = words
    page = visit(language, phone=language == "zh").open("/list", investor_key)
    page.get_by_role("link", name=arrives).click()
    filled(page)
    page.get_by_label(how, exact=True).select_option("FEED")
    page.get_by_label(often, exact=True).select_option(label=daily)
    until(page, "document.activeElement.matches('.digest-form .primary')")
    page.keyboard.press("Enter")
    card = page.locator(".card.digest")
    expect(card).to_contain_text("08:00")
    card.locator(".private summary").click()
    expect(card.locator(".private pre").first).to_contain_text("https://roadshow.example.org/digest/feeds/dgs_")
    (made,) = living(site)
    assert (made["channel"], len(made["days"]), made["language"]) == ("FEED", 7, language.upper())  # type: ignore[arg-type]
    page.get_by_role("button", name=preview).click()
    expect(page.locator("pre.preview")).not_to_be_empty()
    assert violations(page) == []
    card.get_by_role("button", name=pause, exact=True).click()
    expect(card.get_by_role("button", name=resume, exact=True)).to_be_visible()
    assert living(site)[0]["state"] == "PAUSED"
    card.get_by_role("button", name=resume, exact=True).click()
    expect(card.get_by_role("button", name=pause, exact=True)).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    card.get_by_role("button", name=end, exact=True).click()
    expect(card).to_have_count(0)
    assert living(site) == []


def test_it_is_changed_and_what_is_wrong_is_said(visit: Visit, site: Site, investor_key: str, ended: None) -> None:
    page = visit().open("/list/digests", investor_key)
    page.get_by_label("How", exact=True).select_option("WEBHOOK")
    page.get_by_label("Address of the webhook").fill("https://127.0.0.1/hook")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.locator(".toast")).to_contain_text("public internet")
    page.get_by_label("How", exact=True).select_option("FEED")
    page.get_by_role("button", name="Subscribe").click()
    card = page.locator(".card.digest")
    card.get_by_role("button", name="Change").click()
    changed(card.locator("form"), size="7", time="18:30")
    expect(card).to_contain_text("Friday at 18:30")
    (now,) = living(site)
    assert (now["days"], now["time"], now["size"]) == (["FRIDAY"], "18:30", 7)


def changed(form: object, size: str, time: str) -> None:
    """Fill the form of a subscription in, and save it."""
    assert hasattr(form, "get_by_label")
    form.get_by_label("At most").fill(size)
    form.get_by_label("At", exact=True).fill(time)
    form.get_by_label("Friday").check()
    form.get_by_role("button", name="Save").click()


def test_organisers_and_the_public_see_no_digests(visit: Visit, site: Site) -> None:
    for key in (None, site.keys[Role.ORGANISER]):
        page: Page = visit().open("/list/digests", key)
        expect(page.get_by_role("heading", level=2)).to_contain_text("Sign in as an investor")
