"""docs/clients.md followed word for word in an empty folder, with the packages that npm gives today."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from api.operations.settings import ServerSettings
from store.enums import Role
from tests.api.running import running
from tests.conformance.served import PAGE
from tests.pages.site import Site, build
from tests.support import databases
from tests.support.npm import installed_node

BLOCK = re.compile(r"(?:\*\*`([\w./-]+)`\*\*\n\n)?^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
RENAME = """mutation ($id: ID!, $name: String!) {
    updateProject(id: $id, input: {name: [{language: EN, text: $name}]}) {userErrors {message}}
}"""

pytestmark = [pytest.mark.nightly, pytest.mark.node]


@pytest.fixture(scope="module")
def site(shared_directory: Path) -> Iterator[Site]:
    installed_node()
    with databases.fresh("sqlite", shared_directory) as url:
        assembly, site = build(ServerSettings(database_url=url))
        with running(assembly) as site.address:
            site.ask("query ($id: ID!) {place(id: $id) {rankedProjects {totalCount}}}", id=site.place)
            yield site


class Reader:
    """Does what the page says, block by block, and keeps what was printed by each block."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.folder = folder
        self.site = site
        self.printed: dict[str, str] = {}

    def follow(self, file: str | None, language: str, text: str) -> None:
        text = text.replace("https://roadshow.example", self.site.address)
        if file is not None and not file.startswith("docs/"):  # those of the examples are shown from their place
            (self.folder / file).parent.mkdir(exist_ok=True)
            (self.folder / file).write_text(text, encoding="utf-8")
        elif language == "sh" and "roadshow mock" not in text:  # another server, for tests of its own
            self.printed[text] = self.watched(text) if "watch.mjs" in text else self.run(text)

    def start(self, text: str, printed: IO[str]) -> subprocess.Popen[str]:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", text], cwd=self.folder, env={**os.environ, "PATH": path},
            stdout=printed, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def run(self, text: str) -> str:
        with tempfile.TemporaryFile("w+") as printed:
            status = self.start(text, printed).wait(600)
            printed.seek(0)
            said = printed.read()
        assert status == 0, f"{text}\n{said}"
        return said

    def watched(self, text: str) -> str:
        """What a command that runs on prints, once somebody renames a project."""
        with tempfile.NamedTemporaryFile("r") as printed, Path(printed.name).open("w") as out:
            started = self.start(text, out)
            try:
                for turn in range(120):
                    name = f"Renamed in turn {turn}"
                    self.site.ask(RENAME, Role.ORGANISER, id=self.site.project, name=name)
                    time.sleep(0.5)
                    said = Path(printed.name).read_text()
                    assert started.poll() is None, f"it ended: {text}\n{said}"
                    if name in said:
                        return said
            finally:
                os.killpg(started.pid, signal.SIGTERM)
                started.wait(30)
        raise AssertionError(f"nothing was heard: {text}")


def test_the_page_works_as_it_stands(site: Site, tmp_path: Path) -> None:
    reader = Reader(tmp_path, site)
    for file, language, text in BLOCK.findall(PAGE.read_text("utf-8")):
        reader.follow(file or None, language, text)
    said = {text.split()[-1]: printed for text, printed in reader.printed.items()}
    assert "Renamed in turn" in said["src/watch.mjs"]
    assert "Kunshan" in said["src/city.mjs"]
    assert (tmp_path / "src" / "generated" / "graphql.ts").exists()
    assert (tmp_path / "src" / "__generated__" / "listQuery.graphql.ts").exists()
    assert "City" in (tmp_path / "operations.json").read_text()
