"""The real schema on the demo data, served for all suites of this folder; and the modules that the docs show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphql import build_schema

from api.assembly.rooms import Assembly
from api.operations.settings import Limits, ServerSettings
from schema.types.client_files import client_files
from tests.api.running import running
from tests.conformance.conftest import HERE, Node, workspace
from tests.pages.site import Site, build

PAGE = HERE.parents[1] / "docs" / "clients.md"
MODULE = re.compile(r"\*\*`([\w./-]+)`\*\*\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CHANGES_KEPT = 25
# A suite doesn't know that pages multiply, and asks as one address for all: the rest of the limits are the usual ones.
LIMITS = Limits(cost=600_000, depth=30, tokens=10_000, document_characters=200_000, rate_points=0, seconds=60)


@dataclass
class Served:
    """A server, and what its clients must know."""

    site: Site
    assembly: Assembly
    project: str
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{self.site.address}/graphql"

    def described(self) -> str:
        """For a script's command line."""
        keys = {role.value: key for role, key in self.site.keys.items()}
        known = {"place": self.site.place, "investor": self.site.investor, "project": self.project}
        return json.dumps({"url": self.url, "keys": keys, "kept": CHANGES_KEPT, **known, **self.more})


@contextmanager
def served(database_url: str) -> Iterator[Served]:
    """Serve the demo data from an empty database."""
    settings = ServerSettings(
        database_url=database_url, development=True, limits=LIMITS, changes_kept=CHANGES_KEPT, threads=4
    )
    assembly, site = build(settings)
    with running(assembly) as address:
        site.address = address
        found = site.ask("query {projects(first: 1, orderBy: [{field: CREATED_AT}]) {nodes {id}}}")
        yield Served(site, assembly, found["projects"]["nodes"][0]["id"])


def documented_modules() -> dict[str, str]:
    """The files that docs/clients.md shows, by their names without folders."""
    found = MODULE.findall(PAGE.read_text(encoding="utf-8"))
    return {Path(path).name: text for path, text in found}


def clients(schema_file: Path, folder: Path) -> Path:
    """A folder with the client scripts, and the documented modules that they import."""
    made = workspace("clients", schema_file, folder)
    for name, text in documented_modules().items():
        if name.endswith(".mjs"):
            (made / name).write_text(text, encoding="utf-8")
    for name, write in client_files(build_schema(schema_file.read_text(encoding="utf-8"))).items():
        (made / f"roadshow-{name}").write_text(write(), encoding="utf-8")
    return made


def checked(node: Node, folder: Path, script: str, known: str) -> dict[str, Any]:
    """Run a client script; what it says it has checked. Fails with its words where a check does."""
    done = node.run("node", script, known, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


__all__ = ["PAGE", "Served", "checked", "clients", "documented_modules", "served"]
