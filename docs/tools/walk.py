"""The pictures of docs/walk.md: ``python -m docs.tools.walk [--database var/roadshow.sqlite] [NAME…]``.

They show the demo data as ``roadshow demo`` makes it (with its vectors), in a copy of that database: nothing of it is
changed. Each is written to ``docs/pictures`` as WebP by the browser itself. It needs Chromium.
"""

from __future__ import annotations

import argparse
import base64
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from api.assembly.rooms import assemble
from api.operations.settings import Limits, ServerSettings
from store import models
from store.access import keys
from store.access.actors import Actor
from store.database import Database
from store.enums import ProjectStatus, Role
from tests.api.running import running

PICTURES = Path(__file__).parent.parent / "pictures"
SIZE = {"width": 1200, "height": 760}
PHONE = {"width": 390, "height": 780}
QUALITY = 82
CITY = "320583"


@dataclass
class Walk:
    """Where the pages are, what they are about, and the keys of the walkers."""

    address: str
    place: str
    investor: str
    project: str
    keys: dict[Role, str]


@dataclass(frozen=True)
class Picture:
    """One picture: the page, who looks, and what is done before it is taken."""

    name: str
    path: str
    role: Role | None = None
    act: Callable[[Page, Walk], None] | None = None
    language: str = "en"
    scheme: str = "light"
    phone: bool = False


def _what_if(page: Page, _: Walk) -> None:
    sliders = page.locator(".priorities input[type=range]")
    for slider, presses in ((sliders.nth(0), 15), (sliders.nth(2), -10)):
        slider.focus()
        for _press in range(abs(presses)):
            page.keyboard.press("ArrowRight" if presses > 0 else "ArrowLeft")
    page.wait_for_selector(".chip.move")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def _passing(page: Page, _: Walk) -> None:
    ids = page.eval_on_selector_all("ol.ranked > li:has(button.pass)", "rows => rows.map(row => row.dataset.id)")
    liked, passed = (page.locator(f'ol.ranked > li[data-id="{each}"]') for each in ids[:2])
    liked.locator("button.like").click()
    page.locator(".shortlist .badge.answer").first.wait_for()
    passed.locator("button.pass").click()
    passed.locator("select").select_option(index=1)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def _details(page: Page, _: Walk) -> None:
    first = page.locator("ol.ranked > li").first
    first.locator("details.all > summary").click()
    first.locator(".similar li").first.wait_for()
    first.scroll_into_view_if_needed()


def _mandate(page: Page, _: Walk) -> None:
    page.locator("#thesis-en").fill(
        "Imaging and robotics that hospitals in small cities can run themselves, with clinical evidence."
    )
    page.wait_for_selector(".effect-list .chip.move", timeout=60_000)
    page.wait_for_selector(".effect-body:not([aria-busy])", timeout=60_000)
    page.evaluate("document.activeElement.blur()")


def _digests(page: Page, _: Walk) -> None:
    page.locator("#new-channel").select_option("FEED")
    page.locator(".digest-form .primary").click()
    page.locator(".card.digest").wait_for()
    page.locator(".toast button").click()


def _improve(page: Page, _: Walk) -> None:
    page.locator(".improve-form").scroll_into_view_if_needed()


def _editor(page: Page, _: Walk) -> None:
    page.locator(".graphiql-execute-button").click()
    page.wait_for_selector(".result-window :text('priorities')", timeout=60_000)


def _query(page: Page, _: Walk) -> None:
    page.locator("#show-query").click()
    page.locator("dialog #operation").select_option("place-list")
    page.locator("dialog details").nth(1).locator("summary").click()


WALK: Sequence[Picture] = (
    Picture("start", "/"),
    Picture("places", "/places"),
    Picture("place", "/places/{place}"),
    Picture("what-if", "/places/{place}", Role.PLANNER, _what_if),
    Picture("heat", "/heat"),
    Picture("gaps", "/gaps"),
    Picture("map", "/map"),
    Picture("place-chinese", "/places/{place}", None, None, "zh", "dark"),
    Picture("list", "/list", Role.INVESTOR, _passing),
    Picture("details", "/list", Role.INVESTOR, _details),
    Picture("mandate", "/list/mandate", Role.INVESTOR, _mandate),
    Picture("digests", "/list/digests", Role.INVESTOR, _digests),
    Picture("list-phone", "/list", Role.INVESTOR, None, "zh", "dark", phone=True),
    Picture("project", "/projects/{project}", Role.INVESTOR),
    Picture("improve", "/projects/{project}", Role.TALENT, _improve),
    Picture("schema", "/schema/Investor#rankedProjects"),
    Picture("editor", "/graphiql", None, _editor),
    Picture("query", "/places/{place}", None, _query),
)


def take(browser: Browser, walk: Walk, picture: Picture) -> None:
    """Open the page as its walker, do what is to be done, and write the picture."""
    context = browser.new_context(
        locale={"en": "en-GB", "zh": "zh-CN"}[picture.language],
        viewport=PHONE if picture.phone else SIZE,  # type: ignore[arg-type]
        color_scheme=picture.scheme,  # type: ignore[arg-type]
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(90_000)
    if picture.role:
        page.add_init_script(f"sessionStorage.setItem('roadshow.key', '{walk.keys[picture.role]}')")
    page.goto(walk.address + picture.path.format(place=walk.place, project=walk.project))
    page.wait_for_selector(".graphiql-execute-button" if picture.path == "/graphiql" else "main")
    page.wait_for_load_state("networkidle")
    if page.locator("#page").count():
        page.wait_for_selector("#page:not([aria-busy])")
    if picture.act:
        picture.act(page, walk)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    shot = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    (PICTURES / f"{picture.name}.webp").write_bytes(base64.b64decode(shot["data"]))
    context.close()


def walkers(url: str) -> Walk:
    """Make keys for those who walk, in the copy."""
    database = Database(url)
    found: dict[Role, str] = {}
    with database.write(Actor.system("walk")) as session:
        place = session.scalars(select(models.Place.id).where(models.Place.code == CITY)).one()
        investor = session.scalars(
            select(models.Investor.id).where(models.Investor.fictional).order_by(models.Investor.id)
        ).first()
        project = session.execute(
            select(models.Project.id, models.Project.owner_id)
            .where(models.Project.fictional, models.Project.owner_id.is_not(None))
            .where(models.Project.funding_stage.is_(None), models.Project.ask_min.is_(None))
            .where(models.Project.status == ProjectStatus.PUBLISHED)
            .order_by(models.Project.id)
        ).first()
        if investor is None or project is None:
            raise SystemExit("The demo data isn't in this database: roadshow demo")
        subjects = {Role.PLANNER: place, Role.INVESTOR: investor, Role.TALENT: project.owner_id}
        for role, subject in subjects.items():
            found[role] = keys.create(session, role, f"walk {role}", subject, None)[1]
    database.dispose()
    return Walk("", place, investor, project.id, found)


def chosen(names: Sequence[str]) -> Iterator[Picture]:
    """Return the pictures called ``names``; without names, all."""
    return (picture for picture in WALK if not names or picture.name in names)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", type=Path, default=Path("var/roadshow.sqlite"))
    parser.add_argument("names", nargs="*", help="Pictures to take; all without.")
    given = parser.parse_args()
    if not given.database.is_file():
        raise SystemExit(f"{given.database} is not there. Make it first: roadshow demo")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "walk.sqlite"
        with closing(sqlite3.connect(given.database)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        digest = {"base_url": "https://roadshow.example.org", "secret": "a secret of this walk alone, nowhere else"}
        url = f"sqlite:///{copy}"
        walk = walkers(url)
        settings = ServerSettings(database_url=url, limits=Limits(seconds=60), plugins={"digest": digest})
        with running(assemble(settings)) as walk.address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            for picture in chosen(given.names):
                take(browser, walk, picture)
                size = (PICTURES / f"{picture.name}.webp").stat().st_size
                print(f"{picture.name:16} {size / 1000:6.0f} KB")
            browser.close()


if __name__ == "__main__":
    main()
