"""Jobs on their page: an export is started and downloaded, one is cancelled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import Visitor
from tests.pages.site import Site

Visit = Callable[..., Visitor]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("List", "Places", "Start export", "Waiting", "Done", "Download places.csv", "Cancel job", "Cancelled")),
        ("zh", ("清单", "地区", "开始导出", "等待中", "已完成", "下载 places.csv", "取消任务", "已取消")),
    ],
)
def test_an_export_is_started_downloaded_and_cancelled(
    visit: Visit, site: Site, planner_key: str, language: str, words: tuple[str, ...]
) -> None:
    which, places, start, waiting, done, download, cancel, cancelled = words
    page = visit(language, phone=language == "zh").open("/jobs", planner_key)
    page.get_by_label(which, exact=True).select_option(label=places)
    page.get_by_role("button", name=start).click()
    card = page.locator(".card.job").first
    expect(card).to_contain_text(waiting)
    assert site.work()
    expect(card).to_contain_text(done)
    with page.expect_download() as saving:
        card.get_by_role("button", name=download).click()
    text = Path(saving.value.path()).read_text("utf-8-sig")
    assert text.startswith("id,name,")
    assert "gb:320583" in text or "Kunshan" in text or "昆山" in text
    page.get_by_role("button", name=start).click()
    expect(page.locator(".card.job").first).to_contain_text(waiting)
    page.locator(".card.job").first.get_by_role("button", name=cancel).click()
    expect(page.locator(".card.job").first).to_contain_text(cancelled)
    assert not site.work()


def test_the_public_is_asked_to_sign_in(visit: Visit) -> None:
    page = visit().open("/jobs")
    expect(page.locator(".state")).to_contain_text("Sign in to start jobs")
