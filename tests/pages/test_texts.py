"""Every text that a page names is there, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.pages.views import SCRIPTS, VIEWS

IMPORTED = re.compile(r"""(?:from|import)\s*\(?\s*"(\.[^"\n]+\.js)\"""")
STRING = r'(?:"(?:[^"\\]|\\.)*"|`[^`]*`)'
DEFINED = re.compile(rf"^  (\w+): \[\s*{STRING},\s*{STRING},?\s*\]", re.MULTILINE)
NAMED = re.compile(r'\bt\("(\w+)"')


def loaded(path: Path, found: set[Path]) -> set[Path]:
    """A module and all that it imports, now or later."""
    if path not in found:
        found.add(path)
        for name in IMPORTED.findall(path.read_text("utf-8")):
            loaded((path.parent / name).resolve(), found)
    return found


@pytest.mark.parametrize("module", sorted({view.module for view in VIEWS}))
def test_a_page_says_nothing_that_has_no_text(module: str) -> None:
    sources = [path.read_text("utf-8") for path in loaded((SCRIPTS / module).resolve(), set())]
    defined = {name for source in sources for name in DEFINED.findall(source)}
    named = {name for source in sources for name in NAMED.findall(source)}
    assert len(named) > 20
    missing = named - defined
    assert not missing
