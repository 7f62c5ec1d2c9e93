"""Pictures of every page, light and dark, desktop and phone: ``python -m tests.pages.pictures [FOLDER]``.

The folder is ``var/pictures`` by default, which is not committed. The pages show the demo data.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser

from api.operations.settings import Limits, ServerSettings
from store.enums import Role
from tests.api.running import running
from tests.pages.conftest import DESKTOP, PHONE
from tests.pages.site import Site, build
from tests.support.browsers import chromium
from tests.support.databases import migrate

LOOKS = (("en", "light", DESKTOP), ("zh", "dark", DESKTOP), ("zh", "light", PHONE), ("en", "dark", PHONE))


def views(site: Site) -> dict[str, tuple[str, Role | None]]:
    """Where each picture is taken, and as whom."""
    place = f"/places/{site.place}"
    asked = (
        "query ($id: ID!) { place(id: $id) { priorities { id } rankedProjects(first: 1) { edges { node { id } } } } }"
    )
    found = site.ask(asked, id=site.place)["place"]
    first, fifth = found["priorities"][0]["id"], found["priorities"][4]["id"]
    weights = f"p.{first}=3&p.{fifth}=0"
    return {
        "1-start": ("/", None),
        "2-places": ("/places", None),
        "3-place": (place, None),
        "4-what-if": (f"{place}?{weights}", Role.PLANNER),
        "5-side-by-side": (f"{place}?{weights}&view=compare", Role.PLANNER),
        "2-projects": ("/projects", None),
        "2-events": ("/events", None),
        "2-investor": (f"/investors/{site.investor}", None),
        "5-heat": ("/heat", None),
        "5-heat-tracks": ("/heat?show=tracks", None),
        "5-map": ("/map?area=0.3,0.3,0.7,0.7", None),
        "5-map-fit": (f"/map?place={site.place}", None),
        "5-gaps": ("/gaps", None),
        "6-list": ("/list", Role.INVESTOR),
        "7-project": (f"/projects/{found['rankedProjects']['edges'][0]['node']['id']}", Role.PLANNER),
        "7-improve": (f"/projects/{site.project}", Role.TALENT),
        "6-mandate": ("/list/mandate", Role.INVESTOR),
        "6-digests": ("/list/digests", Role.INVESTOR),
        "10-schema": ("/schema", None),
        "10-schema-type": ("/schema/Investor#rankedProjects", None),
        "8-nothing-found": (f"{place}?q=zzqqxx", None),
        "9-refused": ("/places/plc_nothing", None),
    }


def take(browser: Browser, site: Site, folder: Path) -> None:
    """Write one PNG for each view and look."""
    for (name, (path, role)), (language, scheme, size) in product(views(site).items(), LOOKS):
        context = browser.new_context(
            locale={"en": "en-GB", "zh": "zh-CN"}[language],
            viewport=size,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        page = context.new_page()
        if role:
            page.add_init_script(f"sessionStorage.setItem('roadshow.key', '{site.keys[role]}')")
        page.goto(site.address + path)
        page.wait_for_load_state("networkidle")
        if path != "/":
            page.wait_for_selector("#page:not([aria-busy])")
        width = "phone" if size is PHONE else "desktop"
        page.screenshot(path=str(folder / f"{name}-{width}-{scheme}-{language}.png"))
        context.close()


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "var/pictures")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        url = f"sqlite:///{temporary}/pictures.sqlite"
        migrate(url)
        assembly, site = build(ServerSettings(database_url=url, limits=Limits(seconds=60)))
        with running(assembly) as site.address, chromium() as browser:
            take(browser, site, folder)
    print(f"The pictures are in {folder}")


if __name__ == "__main__":
    main()
