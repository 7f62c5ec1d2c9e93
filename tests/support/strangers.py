"""A folder that has packages of Roadshow's names, as a user's own project may."""

from __future__ import annotations

from pathlib import Path

from api.operations.top_level_names import NAMES


def strange_packages(folder: Path) -> None:
    """Lay a package for each of our names into ``folder``; importing one fails."""
    for name in NAMES:
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("raise SystemExit('imported from a stranger')\n")
