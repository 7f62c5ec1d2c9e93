"""The example apps of docs/examples: copied, built against a server, and served as their READMEs say."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.npm import installed

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
APPS = ("react-apollo", "svelte-urql")
GENERATED = ("node_modules", "dist", "generated", "schema.graphql", "roadshow-*.js")
ADDRESS = re.compile(r"http://(?:localhost|127\.0\.0\.1):\d+")


def npm(folder: Path, *arguments: str, **environment: str) -> None:
    """Run an npm command; fails with what it said."""
    done = subprocess.run(
        ["npm", *arguments], cwd=folder, env={**os.environ, **environment},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"npm {' '.join(arguments)}:\n{done.stdout}{done.stderr}"


def built(name: str, address: str, folder: Path) -> Path:
    """A copy of the app ``name`` in ``folder``, built for the server at ``address``."""
    copy = folder / name
    shutil.copytree(EXAMPLES / name, copy, ignore=shutil.ignore_patterns(*GENERATED))
    (copy / "node_modules").symlink_to(installed(EXAMPLES / name))
    for step in ("fetch", "generate", "build"):
        npm(copy, "run", step, ROADSHOW=address)
    return copy


@contextmanager
def started(app: Path, port: int, address: str) -> Iterator[str]:
    """Run ``npm start``; gives the app's address, such as ``http://localhost:4173``."""
    server = subprocess.Popen(
        ["npm", "start"], cwd=app, env={**os.environ, "ROADSHOW": address, "PORT": str(port), "NO_COLOR": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        said = ""
        for line in server.stdout:
            said += line
            if found := ADDRESS.search(line):
                yield found[0]
                return
        raise AssertionError(f"npm start ended:\n{said}")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)
