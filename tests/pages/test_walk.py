"""The walk in the documentation shows each of its pictures, and each is small."""

from __future__ import annotations

import re
from pathlib import Path

from docs.tools.walk import PICTURES, WALK

ROOT = Path(__file__).parent.parent.parent
MOST_BYTES = 120_000


def test_the_walk_shows_every_picture_once() -> None:
    shown = re.findall(r"\]\(pictures/([\w-]+)\.webp\)", (ROOT / "docs" / "walk.md").read_text())
    assert sorted(shown) == sorted(picture.name for picture in WALK)
    assert {path.stem for path in PICTURES.glob("*")} == set(shown)
    assert all(path.stat().st_size < MOST_BYTES for path in PICTURES.glob("*"))
