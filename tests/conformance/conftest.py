"""Node.js with the pinned packages beside this file, and the schema as a file for them to read."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import databases
from tests.support.npm import installed

if TYPE_CHECKING:
    from tests.conformance.served import Served

HERE = Path(__file__).parent


class Node:
    """Runs scripts and tools of ``tests/conformance``."""

    environment: Mapping[str, str] = {**os.environ, "NODE_PATH": str(HERE / "node_modules")}

    def run(self, *command: str, cwd: Path = HERE, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``command``, whose first word is ``node`` or the name of an installed package's tool."""
        tool, *arguments = command
        program = [shutil.which("node") or "node"] if tool == "node" else [str(HERE / "node_modules" / ".bin" / tool)]
        return subprocess.run(
            [*program, *arguments],
            cwd=cwd,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def begin(self, script: str, known: str, cwd: Path) -> subprocess.Popen[str]:
        """Start a script that is talked with while it runs."""
        return subprocess.Popen(
            [shutil.which("node") or "node", script, known],
            cwd=cwd,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture(scope="session")
def node() -> Node:
    """Node.js; skipped where there is none, an error in CI."""
    installed(HERE)
    return Node()


@pytest.fixture(scope="session")
def real(shared_directory: Path) -> Iterator[Served]:
    """The real schema on the demo data, served; one for all suites."""
    from tests.conformance.served import served

    with databases.fresh("sqlite", shared_directory) as url, served(url) as found:
        yield found


@pytest.fixture(scope="session")
def schema_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The schema of core and the shipped plugins, as a file."""
    from api.assembly.rooms import schema_text

    path = tmp_path_factory.mktemp("schema") / "schema.graphql"
    path.write_text(schema_text(), encoding="utf-8")
    return path


def workspace(kind: str, schema_file: Path, tmp_path: Path) -> Path:
    """A copy of a sample front end with the schema beside it."""
    folder = tmp_path / kind
    shutil.copytree(HERE / kind, folder)
    shutil.copyfile(schema_file, folder / "schema.graphql")
    shutil.copyfile(HERE / "tsconfig.json", folder / "tsconfig.json")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    return folder
