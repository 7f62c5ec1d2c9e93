"""Imports run one way, from room to room and from file to file; docs/architecture.md draws the arrows."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# The rooms from the ground up: each may import itself and what stands above it in this list, never what stands below.
ROOMS = (
    "plugins.host",
    "store.enums",
    "store.values",
    "store.models",
    "store.notifications",
    "store.search",
    "store.access",
    "store",
    "store.accounts",
    "store.database",
    "store.files",
    "store.jobs",
    "store.backup",
    "store.bulk",
    "store.documents",
    "store.merging",
    "store.imports",
    "store.plugin_tables",
    "store.erasure",
    "store.migrations",
    "recommender.data",
    "recommender.pool",
    "recommender.features",
    "recommender.interface",
    "recommender.encoders",
    "recommender.text",
    "recommender.blocks",
    "recommender.fit",
    "recommender.gates",
    "recommender.index",
    "recommender.snapshot",
    "recommender.serving",
    "recommender.bulk",
    "recommender.evaluation",
    "recommender.training",
    "recommender.cli",
    "schema.declarations",
    "schema.sql",
    "schema.request",
    "schema.domain",
    "schema.reference",
    "schema.types",
    "schema.cost",
    "schema.execution",
    "schema.compiled",
    "api.assets",
    "api.operations",
    "api.background",
    "api.requests",
    "api.files",
    "api.jobs",
    "api.http",
    "api.pages",
    "api.accounts",
    "api.notifications",
    "api.assembly",
    "api.mock",
    "api.cli",
)
TOPS = {"store", "recommender", "schema", "api", "plugins", "roadshow"}


def python_files(root: Path) -> list[Path]:
    return sorted(
        path for top in sorted(TOPS) for path in (root / top).rglob("*.py") if "node_modules" not in path.parts
    )


def room_of(parts: tuple[str, ...]) -> str:
    """The room of a module: the longest of ROOMS that it lies in, ``plugins.<name>`` for a shipped plugin."""
    if parts[0] == "plugins" and len(parts) > 1 and parts[1] != "host":
        return f"plugins.{parts[1]}"
    two = ".".join(parts[:2])
    return two if two in ROOMS else parts[0]


def imported_names(source: str, package: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Line and absolute name of each import, those in functions and for type checkers included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, tuple(alias.name.split("."))) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = (*above, *(node.module.split(".") if node.module else ()))
            yield from ((node.lineno, (*base, alias.name)) for alias in node.names)


def allowed(importer: str, imported: str) -> bool:
    if importer == imported:
        return True
    if importer == "roadshow":
        return not imported.startswith("api")
    if importer.startswith("plugins.") and importer != "plugins.host":
        return imported == "roadshow"
    return importer in ROOMS and imported in ROOMS and ROOMS.index(imported) < ROOMS.index(importer)


def violations(root: Path, path: Path) -> list[str]:
    parts = path.relative_to(root).with_suffix("").parts
    room = room_of(parts)
    return [
        f"{path.relative_to(root)}:{line} imports {'.'.join(name)}, which {room} may not"
        for line, name in imported_names(path.read_text("utf-8"), parts[:-1])
        if name[0] in TOPS and not allowed(room, room_of(name))
    ]


def import_graph(root: Path) -> dict[str, set[str]]:
    """Each file's module with the modules that it imports."""
    modules = {}
    for path in python_files(root):
        parts = path.relative_to(root).with_suffix("").parts
        modules[parts[:-1] if parts[-1] == "__init__" else parts] = path
    graph: dict[str, set[str]] = {}
    for module, path in modules.items():
        imports = graph.setdefault(".".join(module), set())
        package = path.relative_to(root).parent.parts
        for _, name in imported_names(path.read_text("utf-8"), package):
            while name and name not in modules:
                name = name[:-1]
            if name and name != module:
                imports.add(".".join(name))
    return graph


def circles(graph: dict[str, set[str]]) -> Iterable[str]:
    """One circle of the graph as a sentence, or nothing."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        yield " -> ".join(reversed(error.args[1]))


@pytest.mark.parametrize("room", sorted({"roadshow", "plugins", *(name.split(".")[0] for name in ROOMS)}))
def test_imports_follow_the_arrows(room: str) -> None:
    files = [path for path in python_files(ROOT) if path.relative_to(ROOT).parts[0] == room]
    found = [violation for path in files for violation in violations(ROOT, path)]
    assert not found, "\n".join(found)


def test_no_files_import_each_other_in_a_circle() -> None:
    graph = import_graph(ROOT)
    assert sum(map(len, graph.values())) > 1000, "the graph is read"
    assert not list(circles(graph))


@pytest.mark.parametrize(
    ("file", "source", "right"),
    [
        ("store/example.py", "from schema.types.build import build_schema", False),
        ("store/example.py", "def load():\n    import recommender.blocks", False),
        ("store/models/example.py", "from store.imports import running", False),
        ("recommender/blocks/example.py", "from store.models import Project", True),
        ("recommender/blocks/example.py", "from ..serving import ranking", False),
        ("plugins/host/example.py", "if TYPE_CHECKING:\n    from store.database import Database", False),
        ("plugins/chinaocs/example.py", "from store.models import Project", False),
        ("plugins/chinaocs/example.py", "from roadshow import hook", True),
        ("plugins/chinaocs/example.py", "from plugins.kunshan import data", False),
        ("api/cli/example.py", "import plugins.chinaocs", False),
        ("api/cli/example.py", "from plugins.host import host", True),
        ("roadshow/example.py", "from api.assembly.app import create_app", False),
    ],
)
def test_the_check_itself_sees_a_wrong_import(file: str, source: str, right: bool, tmp_path: Path) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(source)
    assert (not violations(tmp_path, path)) is right


def test_the_check_itself_sees_a_circle(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "one.py").write_text("def later():\n    from store import two")
    (tmp_path / "store" / "two.py").write_text("from store.three import THREE")
    (tmp_path / "store" / "three.py").write_text("if TYPE_CHECKING:\n    from store.one import later")
    assert len(list(circles(import_graph(tmp_path)))) == 1
