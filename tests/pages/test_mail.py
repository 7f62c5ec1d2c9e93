"""The digest as a mail program shows it: accessible in both languages, light and dark; it fetches nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from plugins.digest.content.issue import Entry, Issue
from plugins.digest.delivery.mail import Envelope, html_of
from tests.pages.conftest import DESKTOP, PHONE
from tests.pages.test_manners import violations

WORDS = {
    "en": ("Lamps that warn small boats", "Its industry is looked for.", "Changed since last time: summary."),
    "zh": ("为小船示警的灯", "所属产业正是所寻找的。", "自上次以来有变化：简介。"),
}


def issue(language: str) -> Issue:
    """Three projects, of which one changed; and what was learnt."""
    summary, reason, changed = WORDS[language]
    base = "https://roadshow.example.org"
    entries = [
        Entry(
            project=f"prj_{number}", rank=number, score=90.0 - number, name=f"Lamp & <Light> {number}",
            summary=f"{summary} " * 12, facts="Health · Dalian", reason=reason, changed=changed if number == 2 else "",
            changed_parts=("summary",) if number == 2 else (), fictional=True, address=f"{base}/projects/prj_{number}",
            like=f"{base}/digest/answer/like", skip=f"{base}/digest/answer/pass",
        )
        for number in range(1, 4)
    ]  # fmt: skip
    return Issue("Fictional Capital", language, datetime(2024, 7, 16, tzinfo=UTC), entries, (reason,))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("scheme", "size"), [("light", DESKTOP), ("dark", PHONE)])
def test_the_mail_is_accessible_and_fetches_nothing(
    browser: Browser, language: str, scheme: str, size: dict[str, int]
) -> None:
    leave = "https://roadshow.example.org/digest/unsubscribe/token"
    envelope = Envelope("dgd_1", "a@example.org", "reader@example.org", "https://roadshow.example.org", leave, 30)
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(html_of(issue(language), envelope))
    try:
        assert page.locator("html").get_attribute("lang") == language
        assert page.get_by_role("heading", level=2).count() == 4
        assert page.get_by_role("link").count() == 3 * 3 + 2
        assert "Lamp & <Light> 1" in page.inner_text("body")
        assert asked == []
        assert violations(page) == []
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, "nothing is scrolled sideways"
    finally:
        context.close()
