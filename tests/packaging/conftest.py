"""A wheel of the checkout, and a fresh environment in which it is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from api.operations.top_level_names import NAMES
from docs.tools.locked import ROOT
from tests.plugins.environments import Environment


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that building leaves nothing in the tree."""
    source = tmp_path_factory.mktemp("source")
    for name in NAMES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist"]
    subprocess.run(build, cwd=source, capture_output=True, check=True)
    return next((source / "dist").glob("roadshow-*.whl"))


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A fresh environment with the wheel; the dependencies are those of the lock file that run these tests."""
    folder = tmp_path_factory.mktemp("fresh") / "environment"
    venv.EnvBuilder(symlinks=True).create(folder)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    shared = [path for path in sys.path if path.endswith("site-packages")]  # plain lines: .pth files in there rest
    (packages / "dependencies.pth").write_text("\n".join(shared) + "\n")
    work = folder.with_name("empty")
    work.mkdir()
    made = Environment(folder, work)
    made.run(str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    return made
