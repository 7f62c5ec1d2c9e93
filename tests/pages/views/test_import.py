"""A messy spreadsheet is mended on the page, imported, and taken back; in Chinese on a phone too."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from store.enums import Role
from tests.pages.conftest import Visitor
from tests.pages.site import Site
from tests.pages.test_manners import violations

Visit = Callable[..., Visitor]
CASES = Path(__file__).parents[4] / "shared" / "cases"
HEADERS, DATES = (
    CASES / name / "projects.csv" for name in ("33-suggested-mapping-is-no-yaml", "26-month-and-two-digits-read-as-day")
)
MESSY = [
    ["Applicants of a fictional autumn round"],
    [],
    ["项目名称 Project Name", "Fundng stage", "融资额（万元）", "成立时间", "colour"],
    ["Tidal kite of a test", "SEED", "500", "2021", "blue"],
    ["Paper battery of a test", "A轮", "三五百万", "long ago", ""],
    ["Glass loom of a test", "A轮", "300", "long ago", "red"],
    ["Felt engine of a test", "about B", "300", "2019", ""],
]


@contextmanager
def working(site: Site) -> Iterator[None]:
    """Runs jobs as they are asked for, as a server's own worker does."""
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            if not site.work():
                time.sleep(0.05)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def spreadsheet(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in MESSY:
        sheet.append(row)
    book.save(path)
    return path


def choose(page: Page, file: Path, words: tuple[str, str, str]) -> None:
    label, source, check = words
    page.get_by_label(label, exact=True).set_input_files(file)
    page.get_by_label(source, exact=True).fill("page-test")
    page.get_by_role("button", name=check).click()


def count(page: Page, name: str) -> str:
    return page.locator(f".import-count.{name} dd").inner_text()


def named(site: Site) -> set[str]:
    query = '{ projects(first: 100, filter: { search: "test" }) { nodes { name } } }'
    return {
        each["name"] for each in site.ask(query, Role.ORGANISER)["projects"]["nodes"] if "of a test" in each["name"]
    }


def test_a_messy_spreadsheet_is_mended_imported_and_taken_back(visit: Visit, site: Site, tmp_path: Path) -> None:
    page = visit().open("/import", site.keys[Role.ORGANISER])
    with working(site):
        choose(page, spreadsheet(tmp_path / "autumn.xlsx"), ("File", "Source", "Check the file"))
        expect(page.get_by_text("Guessed from the headers")).to_be_visible()
        expect(page.get_by_text("A guess: funding stage?")).to_be_visible()
        start = page.get_by_role("button", name="Import (")
        expect(start).to_be_disabled()
        assert violations(page) == []
        page.get_by_role("button", name="Use funding stage").press("Enter")
        page.get_by_label("Meaning of “colour”").select_option("ignore")
        page.get_by_label("Replacement of “long ago” in “成立时间”").fill("2018")
        page.get_by_label("融资额（万元）, row 5").fill("400")
        page.get_by_role("button", name="Check again").click()
        expect(page.get_by_label("Fundng stage, row 7")).to_have_value("about B")
        assert (count(page, "new"), count(page, "refused")) == ("3", "1")
        with page.expect_download() as saving:
            page.get_by_role("button", name="Download rows with problems").click()
        assert "about B" in Path(saving.value.path()).read_text("utf-8-sig")
        start.click()
        expect(page.get_by_role("heading", name="The import is done")).to_be_focused()
        expect(page.get_by_text("Rows with problems, left out: 1")).to_be_visible()
        assert named(site) == {"Tidal kite of a test", "Paper battery of a test", "Glass loom of a test"}
        page.reload()
        page.get_by_role("button", name="Take the import back").click()
        expect(page.get_by_role("dialog")).to_contain_text("Records that it created are archived (3)")
        page.get_by_role("button", name="Take it back").click()
        expect(page.get_by_text("The import was taken back. Archived: 3")).to_be_visible()
        assert named(site) == set()
        assert violations(page) == []


@pytest.mark.skipif(not CASES.is_dir(), reason="no folder of cases beside the checkout")
def test_files_that_once_failed_are_mended_on_a_phone_in_chinese(visit: Visit, site: Site) -> None:
    words = ("文件", "数据来源", "检查文件")
    page = visit("zh", phone=True).open("/import", site.keys[Role.ORGANISER])
    with working(site):
        choose(page, HEADERS, words)
        for header in ("Notes: internal", "#1 market"):
            page.get_by_label(f"“{header}”的含义").select_option("ignore")
        page.get_by_role("button", name="重新检查").click()
        expect(page.get_by_text("没有问题。")).to_be_visible()
        page.get_by_role("button", name="换一个文件").click()
        choose(page, DATES, words)
        page.get_by_label("founded，第 2 行").fill("2021-09")
        page.get_by_label("founded，第 3 行").fill("2019-07")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        page.get_by_role("button", name="重新检查").click()
        expect(page.get_by_text("没有问题。")).to_be_visible()
        page.get_by_role("button", name="导入（2）").click()
        expect(page.get_by_role("heading", name="导入完成")).to_be_focused()
        page.get_by_role("button", name="撤回本次导入").click()
        page.get_by_role("button", name="确认撤回").click()
        expect(page.get_by_text("已撤回：归档 2 条记录")).to_be_visible()
