"""Measures the frames of the heat map (300 x 300 fields) and of the map of the pool (10,000 points) while zooming.

    python benchmarks/pool_pictures.py --database var/roadshow.sqlite [--points 10000] [--lines 300]

Headless Chromium opens the pages of a server on a copy of the SQLite database (`roadshow demo`). What `/heat` and
`/map` ask is answered with made-up scores and points of the size asked for, so that drawing alone is measured; the
answer's own time is `fitMatrix` and `projectMap` in the log. A frame is from one turn of the wheel until it is drawn.
"""

import argparse
import json
import math
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from playwright.sync_api import Route, sync_playwright

from api.assembly.rooms import assemble
from api.operations.settings import ServerSettings
from tests.api.running import running
from tests.pages.conftest import DESKTOP
from tests.support.browsers import FLAGS

TURNS = """async selector => {
  const canvas = document.querySelector(selector);
  const box = canvas.getBoundingClientRect();
  const frames = [];
  for (let turn = 0; turn < 60; turn++) {
    const begun = performance.now();
    canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: turn < 30 ? -60 : 60, clientX: box.left + box.width / 2,
      clientY: box.top + box.height / 2, bubbles: true, cancelable: true }));
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    frames.push(performance.now() - begun);
  }
  frames.sort((a, b) => a - b);
  return [frames[30], frames[57]];
}"""


def answers(points: int, lines: int) -> dict[str, Any]:
    """Return the operations of the two pages, by name."""
    draw = random.Random(1)
    centres = [(0.1 + 0.8 * draw.random(), 0.1 + 0.8 * draw.random()) for _ in range(14)]
    places = [{"id": f"plc_{each}", "name": f"Place {each}"} for each in range(lines)]
    projects = [{"id": f"prj_{each}", "name": f"Project {each}", "fictional": True} for each in range(lines)]

    def score(row: int, column: int) -> float:
        return round(50 + 18 * math.sin(row / 23 + column / 31) + draw.gauss(0, 4), 2)

    rows = [{"place": place, "scores": [score(at, each) for each in range(lines)]} for at, place in enumerate(places)]
    order = list(range(lines))
    priorities = [{"node": {"id": f"pri_{at}", "place": each}} for at, each in enumerate(places)]
    page_info = {"hasNextPage": False, "endCursor": None}
    return {
        "pool-map": {"projectMap": {
            "method": "T_SNE", "totalCount": points, "projectIds": [f"prj_{each}" for each in range(points)],
            "x": [min(1, max(0, draw.gauss(centres[each % 14][0], 0.05))) for each in range(points)],
            "y": [min(1, max(0, draw.gauss(centres[each % 14][1], 0.05))) for each in range(points)],
            "track": [each % 14 for each in range(points)], "score": None,
            "tracks": [{"id": f"trk_{each}", "name": f"Track {each}"} for each in range(14)],
        }},
        "heat-projects": {"fitMatrix": {
            "columns": projects, "rows": rows, "rowOrder": order, "columnOrder": order,
        }},
        "heat-places": {"industryPriorities": {
            "pageInfo": page_info, "edges": priorities,
        }},
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=300)
    asked = parser.parse_args()
    given = answers(asked.points, asked.lines)

    def route(taken: Route) -> None:
        name = json.loads(taken.request.post_data or "{}").get("documentId")
        if name in given:
            taken.fulfill(body=json.dumps({"data": given[name]}), content_type="application/graphql-response+json")
        else:
            taken.continue_()

    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "pictures.sqlite"
        shutil.copyfile(asked.database, copy)
        assembly = assemble(ServerSettings(database_url=f"sqlite:///{copy}", encode_in_background=False))
        with running(assembly) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
            page = browser.new_page(viewport=DESKTOP)  # type: ignore[arg-type]
            page.route("**/graphql", route)
            for path, canvas in (("/map", ".scatter canvas"), (f"/heat?show={asked.lines}", ".heat canvas")):
                page.goto(address + path)
                page.wait_for_selector("#page:not([aria-busy])")
                page.wait_for_selector(canvas)
                page.wait_for_timeout(500)
                median, high = page.evaluate(TURNS, canvas)
                print(f"{path}: a frame while zooming: median {median:.0f} ms, p95 {high:.0f} ms")
            browser.close()


if __name__ == "__main__":
    main()
