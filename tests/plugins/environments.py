"""Fresh Python environments, in which plugins are installed as anybody would, and servers started in them.

A new environment sees the packages of the one that runs the tests (Roadshow among them), so that nothing is
downloaded; what is installed in it is its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
PATIENCE = 600.0
"""Seconds that a command or a start may take before a test gives up."""


@dataclass
class Environment:
    """A virtual environment, and a directory of its own to work in."""

    folder: Path
    work: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def scripts(self) -> Path:
        return self.folder / "bin"

    def everything(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ROADSHOW_")}
        inherited.pop("PYTHONPATH", None)
        return {
            **inherited,
            "PATH": f"{self.scripts}{os.pathsep}{inherited['PATH']}",
            "VIRTUAL_ENV": str(self.folder),
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as "no isolation", so that setuptools isn't downloaded
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "COLUMNS": "200",
            "ROADSHOW_ENCODE_IN_BACKGROUND": "false",  # each server would load the models in a process of its own
            **self.variables,
            **(more or {}),
        }

    def run(
        self, *command: str, check: bool = True, patience: float = PATIENCE, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the working directory."""
        done = subprocess.run(
            command, cwd=self.work, env=self.everything(variables), capture_output=True, text=True, check=False,
            timeout=patience,
        )  # fmt: skip
        assert not check or done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done

    def roadshow(
        self, *arguments: str, check: bool = True, patience: float = PATIENCE, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `roadshow`."""
        return self.run("roadshow", *arguments, check=check, patience=patience, **variables)

    @contextlib.contextmanager
    def serving(self, *command: str, **variables: str) -> Iterator[Server]:
        """`roadshow serve`, or another command that serves, until the end of the block."""
        port = free_port()
        log = self.work / f"server-{port}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                ["roadshow", *(command or ("serve", "--development")), "--port", str(port)],
                cwd=self.work, env=self.everything(variables), stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            server = Server(f"http://127.0.0.1:{port}", log)
            server.wait(process)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass
class Server:
    """A server under way."""

    url: str
    log: Path

    def wait(self, process: subprocess.Popen[Any]) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert process.poll() is None, f"the server ended\n{self.log.read_text()}"
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/health").status_code == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(f"the server didn't start\n{self.log.read_text()}")

    def ask(self, query: str, variables: Mapping[str, Any] | None = None, key: str | None = None) -> dict[str, Any]:
        """The answer to an operation: `data` and `errors`."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        body = {"query": query, "variables": dict(variables or {})}
        answer = httpx.post(f"{self.url}/graphql", json=body, headers=headers, timeout=PATIENCE)
        return dict(answer.json())

    def ask_until_loaded(self, query: str) -> dict[str, Any]:
        """The answer to an operation with rankings, asked again while these are still loading."""
        end = time.monotonic() + PATIENCE
        while True:
            answer = self.ask(query)
            codes = [each["extensions"]["code"] for each in answer.get("errors", ())]
            if "UNAVAILABLE" not in codes or time.monotonic() > end:
                return answer
            time.sleep(0.2)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", headers=headers, timeout=PATIENCE)


def make_environment(folder: Path) -> Environment:
    """A fresh environment with the `roadshow` command, and a working directory beside it."""
    venv.EnvBuilder(symlinks=True).create(folder)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    ours = sysconfig.get_path("purelib")
    # A line of a .pth file that begins with "import" is run: addsitedir also reads the .pth files in there.
    (packages / "roadshow-of-the-tests.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
    (packages / "roadshow-source.pth").write_text(f"{ROOT}\n")
    # pip too is ours, seen from there: unpacking another into each environment takes seconds.
    for name, module in {"roadshow": "api.cli.main", "pip": "pip._internal.cli.main"}.items():
        script = folder / "bin" / name
        script.write_text(f"#!{folder / 'bin' / 'python'}\nimport sys\nfrom {module} import main\n\nsys.exit(main())\n")
        script.chmod(0o755)
    work = folder.with_name(f"{folder.name}-work")
    work.mkdir()
    return Environment(folder, work)


def install(environment: Environment, *folders: Path) -> None:
    """Install packages from copies of their folders, so that building leaves nothing in the tree."""
    copies = environment.folder.with_name(f"{environment.folder.name}-sources")
    found = []
    for each in folders:
        copy = copies / each.name
        shutil.copytree(each, copy, ignore=shutil.ignore_patterns("__pycache__"))
        found.append(str(copy))
    environment.run(str(environment.scripts / "python"), "-m", "pip", "install", "--quiet", "--no-deps", *found)


def only(*plugins: str, **more: Any) -> dict[str, str]:
    """Variables that let these plugins run and no other; `sleeper__x=1` sets a setting of one of them."""
    values = {"ROADSHOW_PLUGINS__HOST__ONLY": json.dumps(list(plugins))}
    values.update({f"ROADSHOW_PLUGINS__{name}".upper(): str(value) for name, value in more.items()})
    return values


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


assert sys.prefix != sys.base_prefix, "these tests run in a virtual environment, as `make test` does"
