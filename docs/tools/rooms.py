"""Generates the table of rooms and the diagram of their imports in docs/architecture.md.

``python -m docs.tools.rooms`` writes them between the markers of the page; ``--check`` fails if it is out of date.
A room's sentence is the first one of its package's docstring. Arrows implied by other paths are left out.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.test_layers import ROOMS, import_graph, room_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- rooms: python -m docs.tools.rooms -->", "<!-- end of rooms -->"


def sentence(folder: Path) -> str:
    """Read the first sentence of a package's docstring; raise ValueError if there is none."""
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""
    first = " ".join(text.split("\n\n")[0].split())
    if not first:
        raise ValueError(f"{folder.relative_to(ROOT)}/__init__.py has no docstring that says what belongs there.")
    return first


def rooms() -> Iterator[str]:
    """List the rooms from top to bottom, grouped by folder."""
    tops = ("api", "schema", "recommender", "store", "plugins")
    return (room for top in tops for room in reversed(ROOMS) if room.split(".")[0] == top)


def table() -> str:
    rows = ["| room | what belongs there |", "|---|---|"]
    for room in rooms():
        path = room.replace(".", "/")
        rows.append(f"| `{path}/` | {sentence(ROOT / path)} |")
    return "\n".join(rows)


def arrows() -> dict[str, set[str]]:
    """Map each room to the rooms it imports, without those implied by another."""
    direct: dict[str, set[str]] = {room: set() for room in ROOMS}
    for module, imported in import_graph(ROOT).items():
        here = room_of(tuple(module.split(".")))
        if here in direct:
            there = {room_of(tuple(each.split("."))) for each in imported}
            direct[here] |= {each for each in there if each in direct and each != here}
    reached: dict[str, set[str]] = {}
    for room in ROOMS:  # from the bottom up, so that what a room reaches is known when it is needed
        reached[room] = direct[room].union(*(reached.get(each, set()) for each in direct[room]))
    return {
        room: {each for each in near if not any(each in reached[other] for other in near if other != each)}
        for room, near in direct.items()
    }


def picture() -> str:
    lines = ["```mermaid", "flowchart TD"]
    for top in ("api", "schema", "recommender", "store", "plugins"):
        lines.append(f"  subgraph {top}_rooms[{top}]")
        for room in rooms():
            if room.split(".")[0] == top:
                lines.append(f"    {room.replace('.', '_')}[{room.partition('.')[2] or room}]")
        lines.append("  end")
    for room, near in arrows().items():
        lines += [f"  {room.replace('.', '_')} --> {each.replace('.', '_')}" for each in sorted(near)]
    return "\n".join([*lines, "```"])


def written(page: str) -> str:
    """Return the page with the current table and diagram."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{table()}\n\n{picture()}\n\n{END}{tail}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="Fail if the page is out of date; write nothing.")
    page = PAGE.read_text("utf-8")
    now = written(page)
    if parser.parse_args().check:
        return int(now != page)
    PAGE.write_text(now, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
