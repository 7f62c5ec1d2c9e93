"""Imports run one way; docs/architecture.md draws the arrows that these tests hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {"store", "recommender", "schema", "api", "plugins", "roadshow"}

# What each room may import. "plugins" is the host, the files at the root of plugins/.
ALLOWED = {
    "plugins": {"plugins"},
    "store": {"store", "plugins"},
    "recommender": {"recommender", "store", "plugins"},
    "schema": {"schema", "recommender", "store", "plugins"},
    "api": {"api", "schema", "recommender", "store", "plugins"},
    "roadshow": {"roadshow", "schema", "recommender", "store", "plugins"},
}


def python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "node_modules" not in path.parts)


def shipped_plugins() -> set[str]:
    return {path.parent.name for path in (ROOT / "plugins").glob("*/__init__.py")}


def room_of(path: Path) -> str:
    """The room that a file belongs to; a file of a shipped plugin gives ``plugins.<name>``."""
    parts = path.relative_to(ROOT).parts
    if parts[0] == "plugins" and len(parts) > 2 and parts[1] in shipped_plugins():
        return f"plugins.{parts[1]}"
    return parts[0]


def imported_modules(source: str, package: str, only_at_run_time: bool) -> Iterator[tuple[int, str]]:
    """Line and absolute name of each import; those under TYPE_CHECKING only when asked for."""
    tree = ast.parse(source)
    for_types: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for statement in node.body:
                for_types.update(ast.walk(statement))
    for node in ast.walk(tree):
        if only_at_run_time and node in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")
                above = parents[: len(parents) - node.level + 1]
                base = ".".join([*above, base]) if base else ".".join(above)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def violations(path: Path) -> list[str]:
    room = room_of(path)
    package = ".".join(path.relative_to(ROOT).parent.parts)
    found = []
    for line, name in imported_modules(path.read_text("utf-8"), package, only_at_run_time=room == "plugins"):
        top, _, rest = name.partition(".")
        if top not in ROOMS:
            continue
        plugin = rest.split(".")[0]
        if room.startswith("plugins."):
            own = top == "plugins" and plugin == room.removeprefix("plugins.")
            allowed = top == "roadshow" or own
        else:
            allowed = top in ALLOWED[room] and not (top == "plugins" and plugin in shipped_plugins())
        if not allowed:
            found.append(f"{path.relative_to(ROOT)}:{line} imports {name}, which {room} may not")
    return found


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_imports_follow_the_arrows(room: str) -> None:
    found = [violation for path in python_files(ROOT / room) for violation in violations(path)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("file", "source", "allowed"),
    [
        ("store/example.py", "from schema.build import build_schema", False),
        ("store/example.py", "def load():\n    import recommender.blocks", False),
        ("recommender/example.py", "from store.models import Project", True),
        ("recommender/blocks/example.py", "from ...schema import build", False),
        ("plugins/example.py", "from store.database import Database", False),
        ("plugins/example.py", "if TYPE_CHECKING:\n    from store.database import Database", True),
        ("plugins/chinaocs/example.py", "from store.models import Project", False),
        ("plugins/chinaocs/example.py", "from roadshow import hook", True),
        ("plugins/chinaocs/example.py", "from plugins.kunshan import data", False),
        ("api/example.py", "import plugins.chinaocs", False),
        ("api/example.py", "from plugins import host", True),
        ("roadshow/example.py", "from api.app import create_app", False),
    ],
)
def test_the_check_itself_sees_a_wrong_import(
    file: str, source: str, allowed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for plugin in ("chinaocs", "kunshan"):
        (tmp_path / "plugins" / plugin).mkdir(parents=True)
        (tmp_path / "plugins" / plugin / "__init__.py").touch()
    monkeypatch.setattr("tests.test_layers.ROOT", tmp_path)
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)
    assert (not violations(path)) is allowed
