"""A project's documents on its page: added, seen by whom they are for, saved, removed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from store.enums import Role
from tests.api.files.desk import PDF, PNG
from tests.pages.conftest import Visitor
from tests.pages.site import Site
from tests.pages.test_manners import violations
from tests.pages.views.test_project import card

Visit = Callable[..., Visitor]
WORDS = {
    "en": (
        "Documents",
        "Add a document",
        "A file",
        "Who may see it",
        "Everyone",
        "Caption",
        "Add",
        "Remove",
        "removed",
    ),
    "zh": ("材料", "添加材料", "文件", "可见范围", "所有人", "说明", "添加", "移除", "已移除"),
}


@pytest.mark.parametrize("language", WORDS)
def test_its_owner_adds_a_document_that_others_see_and_removes_it(
    visit: Visit, site: Site, tmp_path: Path, language: str
) -> None:
    heading, summary, file, shown, everyone, caption, add, remove, removed = WORDS[language]
    plan, photo, fake = tmp_path / "plan.pdf", tmp_path / "photo.png", tmp_path / "fake.pdf"
    for path, content in ((plan, PDF), (photo, PNG), (fake, PNG)):
        path.write_bytes(content)
    page = visit(language).open(f"/projects/{site.project}", site.keys[Role.TALENT])
    section = card(page, heading)
    section.get_by_text(summary, exact=True).click()
    assert violations(page) == []
    section.get_by_label(file).first.set_input_files(fake)
    section.get_by_role("button", name=add, exact=True).click()
    expect(page.locator(".toast").last).to_contain_text("not what its ending says")
    for path, name in ((plan, "The plan"), (photo, "A photo")):
        if not section.get_by_label(caption).is_visible():
            section.get_by_text(summary, exact=True).click()
        section.get_by_label(file).first.set_input_files(path)
        section.get_by_label(shown).select_option(label=everyone)
        section.get_by_label(caption).fill(name)
        section.get_by_role("button", name=add, exact=True).click()
        expect(section.get_by_role("button", name=name, exact=True)).to_be_visible()
    expect(section.get_by_role("img", name="A photo")).to_be_visible()
    reader = visit(language).open(f"/projects/{site.project}", site.keys[Role.INVESTOR])
    with reader.expect_download() as saved:
        card(reader, heading).get_by_role("button", name="The plan", exact=True).click()
    assert saved.value.suggested_filename == "plan.pdf"
    assert Path(saved.value.path()).read_bytes() == PDF
    assert card(reader, heading).get_by_role("button", name=remove).count() == 0
    for name in ("The plan", "A photo"):
        section.get_by_role("button", name=f"{remove} {name}").click()
        expect(page.locator(".toast").last).to_contain_text(removed)
        expect(section.get_by_role("button", name=name, exact=True)).to_have_count(0)
    reader.reload()
    expect(card(reader, heading)).to_have_count(0)
