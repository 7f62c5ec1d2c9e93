"""A real server with the demo data, and a real browser that reports every error and every request that leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from api.jobs.worker import Worker
from api.operations.settings import JobSettings, Limits, ServerSettings
from store.enums import Role
from tests.api.running import running
from tests.pages.site import PUBLIC_URL, Site, build
from tests.plugins.digest.receivers import mail_server
from tests.support import browsers, databases

DIGEST = {
    "base_url": "https://roadshow.example.org",
    "secret": "of these tests alone, and of nothing else",
    "background": False,
}
DESKTOP = {"width": 1360, "height": 900}
PHONE = {"width": 390, "height": 844}

expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def site(shared_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo data, served; with a key for each role."""
    with databases.fresh("sqlite", shared_directory) as url, mail_server() as mailbox:
        settings = ServerSettings(
            database_url=url, threads=4, limits=Limits(seconds=60), plugins={"digest": DIGEST},
            data_directory=tmp_path_factory.mktemp("data"), jobs=JobSettings(own_worker=False),
            public_url=PUBLIC_URL, mail_server=f"smtp+plain://127.0.0.1:{mailbox.port}",
        )  # fmt: skip
        assembly, site = build(settings)
        site.mailbox = mailbox
        assert assembly.open_job_context is not None
        worker = Worker(assembly.database, assembly.host, assembly.open_job_context, settings.jobs)
        site.work = worker.run_one
        with running(assembly) as address:
            site.address = address
            site.ask("query ($id: ID!) { place(id: $id) { rankedProjects { totalCount } } }", id=site.place)
            yield site


@pytest.fixture(scope="package")  # while it lives, its event loop runs in this thread, and no other can
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with browsers.chromium() as opened:
        yield opened


@dataclass
class Visitor:
    """Opens pages in one browser context, and keeps what went wrong there."""

    context: BrowserContext
    site: Site
    language: str
    errors: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def open(
        self, path: str, key: str | None = None, before: Callable[[Page], None] | None = None, fills: bool = True
    ) -> Page:
        """The page at ``path`` once it is filled, if it is one that ``fills``; signed in with ``key``.

        ``before`` gets the empty page.
        """
        page = self.context.new_page()
        if before is not None:
            before(page)
        page.on("console", lambda said: self.errors.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda problem: self.errors.append(str(problem)))
        page.on("request", self._note)
        if key:
            page.add_init_script(f"sessionStorage.setItem('roadshow.key', '{key}')")
        page.goto(self.site.address + path)
        if fills:
            filled(page)
        return page

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self.site.address, "data:", "blob:")):
            self.left.append(request.url)


def filled(page: Page) -> None:
    """Wait until the page's module has filled it."""
    page.wait_for_selector("#page:not([aria-busy])", timeout=60_000)


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Make visitors; in the end none of them has met an error or been sent to another host."""
    made: list[Visitor] = []

    def make(language: str = "en", phone: bool = False, scheme: str = "light") -> Visitor:
        context = browser.new_context(
            locale={"en": "en-GB", "zh": "zh-CN"}[language],
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            accept_downloads=True,
        )
        made.append(Visitor(context, site, language))
        return made[-1]

    yield make
    for visitor in made:
        visitor.context.close()
        assert visitor.errors == []
        assert visitor.left == []


@pytest.fixture
def planner_key(site: Site) -> str:
    return site.keys[Role.PLANNER]


@pytest.fixture
def investor_key(site: Site) -> str:
    return site.keys[Role.INVESTOR]
