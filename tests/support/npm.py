"""Packages of npm that tests need: installed once into the folder of their package.json."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock

from tests.support.wanting import lacking


def installed_node() -> None:
    """Skip where there is no Node.js; an error in CI."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        lacking("Node.js and npm are not installed. On Debian and Ubuntu: apt-get install nodejs npm")


def installed(folder: Path) -> Path:
    """Install the packages that ``folder`` locks, unless they are there; gives their ``node_modules``."""
    installed_node()
    modules = folder / "node_modules"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    with FileLock(folder / ".install.lock"):
        stamp = modules / ".installed"
        if stamp.exists() and stamp.read_text() == wanted:
            return modules
        arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(["npm", *arguments], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.fail(f"npm ci failed in {folder}:\n{done.stdout}{done.stderr}", pytrace=False)
        stamp.write_text(wanted)
    return modules
