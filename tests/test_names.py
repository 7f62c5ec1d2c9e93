"""Names: a class has one meaning in its room."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from tests.test_layers import ROOT, python_files, room_of


def classes(root: Path) -> dict[tuple[str, str], list[str]]:
    """The files that define each class, by room and name."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in python_files(root):
        relative = path.relative_to(root)
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found[room_of(relative.with_suffix("").parts), node.name].append(relative.as_posix())
    return found


def test_a_class_name_is_unique_in_its_room() -> None:
    found = classes(ROOT)
    assert len(found) > 500, "the files are read"
    twice = [f"{room}: {name} in {', '.join(files)}" for (room, name), files in found.items() if len(files) > 1]
    assert not twice, "\n".join(twice)
