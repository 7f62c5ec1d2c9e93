"""The answers of the demo in the documentation: ``python -m docs.tools.demo_answers [--database var/roadshow.sqlite]``.

Asks a server over the demo database (as ``roadshow demo`` makes it, with its vectors) and writes the README's answer
and the lists of ``docs/quality.md``. Nothing of the database is changed.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from api.assembly.rooms import assemble
from api.operations.settings import Limits, ServerSettings
from store.access import keys
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from tests.api.running import running

ROOT = Path(__file__).parents[2]
README, QUALITY = ROOT / "README.md", ROOT / "docs" / "quality.md"
BEGIN, END = "<!-- lists of the demo: begin -->", "<!-- lists of the demo: end -->"
CITIES = ("320583", "210200")
INVESTORS = ("Lowsky Ventures", "Saffron Circle Foods", "Duskfield Climate Ventures")
LINE = "totalCount edges { rank score reasons node { name } }"
PLACE = f"query($of: [String!]) {{ places(first: 1, filter: {{code: $of}}) {{ edges {{ node {{ name rankedProjects(first: 10) {{ {LINE} }} }} }} }} }}"  # noqa: E501
INVESTOR = f"query($of: String) {{ investors(first: 1, filter: {{search: $of}}) {{ edges {{ node {{ name rankedProjects(first: 10) {{ {LINE} }} }} }} }} }}"  # noqa: E501


def block_of(text: str, language: str) -> str:
    """The first code block of a language."""
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found, f"the page has no {language} block"
    return found[1]


def laid_out(answer: Any) -> str:
    """The README's answer as JSON: one line for each project's facts, one for each of its reasons."""
    node = answer["data"]["places"]["edges"][0]["node"]
    ranked = node["rankedProjects"]

    def compact(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    edges = []
    for edge in ranked["edges"]:
        head = ", ".join(f'"{key}": {compact(value)}' for key, value in edge.items() if key not in ("reasons", "node"))
        reasons = ",\n         ".join(map(compact, edge["reasons"]))
        edges.append(
            f'      {{{head},\n       "reasons": [\n         {reasons}],\n       "node": {compact(edge["node"])}}}'
        )
    facts = "".join(f'    "{key}": {compact(value)},\n' for key, value in ranked.items() if key != "edges")
    lines = ",\n".join(edges)
    return (
        f'{{"data": {{"places": {{"edges": [{{"node": {{\n  "name": {compact(node["name"])},\n  "rankedProjects": {{\n'
        f'{facts}    "edges": [\n{lines}\n    ]\n  }}\n}}}}]}}}}, "extensions": {compact(answer["extensions"])}}}\n'
    )


def list_of(node: Any) -> str:
    """One subject's list as a table."""
    rows = [
        f"| {edge['rank']} | {edge['node']['name']} | {edge['score']:.0f} | {' · '.join(edge['reasons'])} |"
        for edge in node["rankedProjects"]["edges"]
    ]
    head = f"**{node['name']}**, of {node['rankedProjects']['totalCount']} projects:"
    return "\n".join([head, "", "| | project | score | reasons |", "|---|---|---|---|", *rows])


def main() -> None:
    """Writes the answers into the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", type=Path, default=ROOT / "var" / "roadshow.sqlite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "roadshow.sqlite"
        shutil.copy(given.database, copy)
        url = f"sqlite:///{copy}"
        with Database(url).write(Actor.system("documentation")) as session:
            key = keys.create(session, Role.ORGANISER, "documentation", None, None)[1]
        headers = {"Authorization": f"Bearer {key}"}
        settings = ServerSettings(database_url=url, limits=Limits(seconds=60))
        with running(assemble(settings)) as address, httpx.Client(base_url=address, timeout=120) as client:

            def asked(query: str, public: bool = False, **variables: Any) -> Any:
                body = {"query": query, "variables": variables}
                while True:
                    answer = client.post("/graphql", json=body, headers={} if public else headers).json()
                    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
                    if codes != {"UNAVAILABLE"}:
                        break
                    time.sleep(1)  # rankings still load
                assert "errors" not in answer, answer["errors"]
                return answer

            readme = README.read_text("utf-8")
            answer = laid_out(asked(block_of(readme, "graphql"), public=True))
            json.loads(answer)
            README.write_text(readme.replace(block_of(readme, "json"), answer), "utf-8")
            nodes = [edge["node"] for code in CITIES for edge in asked(PLACE, of=[code])["data"]["places"]["edges"]]
            for name in INVESTORS:
                found = [edge["node"] for edge in asked(INVESTOR, of=name)["data"]["investors"]["edges"]]
                nodes += [node for node in found if node["name"] == name]
            quality = QUALITY.read_text("utf-8")
            if BEGIN in quality:
                before, after = quality.split(BEGIN)[0], quality.split(END)[1]
                lists = "\n\n".join(map(list_of, nodes))
                QUALITY.write_text(f"{before}{BEGIN}\n\n{lists}\n\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
