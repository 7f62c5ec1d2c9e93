"""Raises the floors in pyproject.toml to the versions that the lock file pins, with which everything is tested.

`make lock` runs it: `python -m docs.tools.floors`.
"""

from __future__ import annotations

import re
from pathlib import Path

from docs.tools.locked import DEVELOPMENT, ROOT, normalised, pins

PROJECT = ROOT / "pyproject.toml"
_DEPENDENCY = re.compile(
    r'^((?:  |requires = \[)"(?P<name>[A-Za-z0-9._-]+)(?:\[[\w,]+\])?>=)(?P<floor>[^",]+)', re.MULTILINE
)


def raised(text: str, pinned: dict[str, str]) -> str:
    """Return pyproject.toml's `text` with each floor at the pinned version."""

    def floor(match: re.Match[str]) -> str:
        return match[1] + pinned.get(normalised(match["name"]), match["floor"])

    return _DEPENDENCY.sub(floor, text)


def main(project: Path = PROJECT) -> None:
    """Rewrite pyproject.toml."""
    project.write_text(raised(project.read_text("utf-8"), pins(DEVELOPMENT)), "utf-8")


if __name__ == "__main__":
    main()
