"""Reads what the lock files pin."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
RUN_TIME, DEVELOPMENT = ROOT / "requirements.lock", ROOT / "requirements-development.lock"


def pins(path: Path) -> dict[str, str]:
    """Return the version of each package that a lock file names, by its normalised name."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", path.read_text("utf-8"), re.MULTILINE)
    return {normalised(name): version for name, version in found}


def normalised(name: str) -> str:
    """Return a package's name as the Python packaging specifications compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
