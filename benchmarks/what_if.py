"""Measure what-if in the browser: from the last movement of a slider to the redrawn list of a place."""

import argparse
import os
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx
from playwright.sync_api import sync_playwright
from sqlalchemy import inspect, select

from api.assembly.rooms import assemble
from api.operations.settings import Limits, ServerSettings
from store import models
from store.access.actors import Actor
from store.database import Database
from store.models.base import UPKEEP
from store.values.ids import new_id
from tests.api.running import running
from tests.pages.conftest import DESKTOP
from tests.support.browsers import FLAGS

MOVE = """([slider, value]) => new Promise(done => {
  const list = document.querySelector("ol.ranked");
  const input = document.querySelector(slider);
  const watch = new MutationObserver(() => {
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
  });
  watch.observe(list, { childList: true });
  input.value = value;
  const begun = performance.now();
  input.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def grow(database: Database, wanted: int) -> None:
    """Repeat the projects until there are ``wanted``."""
    draw = random.Random(1)
    own = UPKEEP | {"id", "version"}
    columns = [each.key for each in inspect(models.Project).column_attrs if each.key not in own]
    with database.write(Actor.system("benchmark")) as session:
        present = session.scalars(select(models.Project).where(models.Project.archived_at.is_(None))).all()
        tracks = session.scalars(select(models.ProjectTrack.track_id).distinct()).all()
        concepts = session.scalars(select(models.ProjectConcept.concept_id).distinct()).all()
        for number in range(wanted - len(present)):
            pattern = present[number % len(present)]
            values = {key: getattr(pattern, key) for key in columns}
            identifier = new_id("prj")
            session.add(models.Project(id=identifier, **values))
            session.add(models.ProjectTrack(project_id=identifier, track_id=draw.choice(tracks)))
            session.add(models.ProjectConcept(project_id=identifier, concept_id=draw.choice(concepts)))


def shown(title: str, milliseconds: Sequence[float]) -> None:
    ordered = sorted(milliseconds)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    print(f"{title:<44} median {statistics.median(ordered):6.0f} ms   p95 {p95:6.0f} ms   of {len(ordered)}")


def in_browser(address: str, place: str, moves: int) -> list[float]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page = browser.new_page(viewport=DESKTOP, reduced_motion="reduce")  # type: ignore[arg-type]
        page.goto(f"{address}/places/{place}")
        page.wait_for_selector("#page:not([aria-busy])", timeout=120_000)
        sliders = page.eval_on_selector_all(".priorities input", "all => all.map(each => '#' + each.id)")
        times = []
        for number in range(moves + 5):
            slider = sliders[number % len(sliders)]
            times.append(page.evaluate(MOVE, [slider, str(0.2 + (number * 7 % 25) / 10)]))
            page.wait_for_timeout(50)
        browser.close()
    return times[5:]


def by_client(address: str, place: str, priorities: Sequence[str], moves: int) -> list[float]:
    times = []
    with httpx.Client(base_url=address, timeout=60) as client:
        for number in range(moves + 5):
            weights = [{"priority": priorities[number % len(priorities)], "weight": 0.2 + (number * 7 % 25) / 10}]
            variables: dict[str, Any] = {"id": place, "first": 20, "options": {"priorityWeights": weights}}
            begun = time.perf_counter()
            answer = client.post("/graphql", json={"documentId": "place-list", "variables": variables}).json()
            times.append(1000 * (time.perf_counter() - begun))
            assert "errors" not in answer, answer
    return times[5:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--moves", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.sqlite"
        with sqlite3.connect(options.database) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        url = f"sqlite:///{copy}"
        database = Database(url)
        grow(database, options.projects)
        with database.read() as session:
            place = session.scalars(select(models.Place.id).where(models.Place.code == "320583")).one()
            mine = select(models.IndustryPriority.id).where(models.IndustryPriority.place_id == place)
            priorities = list(session.scalars(mine))
        database.dispose()
        assembly = assemble(ServerSettings(database_url=url, limits=Limits(seconds=120), log_level="warning"))
        with running(assembly) as address:
            shown(f"A client, {options.projects:,} projects", by_client(address, place, priorities, options.moves))
            shown(f"The page, {options.projects:,} projects", in_browser(address, place, options.moves))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
