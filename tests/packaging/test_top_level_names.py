"""Roadshow refuses to start beside another distribution that brings a package of its names."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from api.operations.top_level_names import NAMES, OURS, clashes
from docs.tools.locked import ROOT


def install(folder: Path, name: str, **files: str) -> None:
    """Lay what pip would leave of a distribution: its metadata and records, no code."""
    information = folder / f"{name.replace('-', '_')}-1.2.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    for file, text in files.items():
        (information / file.replace("__", ".")).write_text(text)


def found_in(folder: Path) -> list[tuple[str, str]]:
    return [(clash.name, clash.other) for clash in clashes(distributions(path=[str(folder)]))]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("record", ["{}/__init__.py,sha256=x,1", "{}.py,,", "{}.cpython-311-x86_64-linux-gnu.so,,"])
def test_a_record_of_a_package_of_ours_is_found(tmp_path: Path, name: str, record: str) -> None:
    install(tmp_path, "somebody", RECORD=f"other/__init__.py,,\n{record.format(name)}\n")
    assert found_in(tmp_path) == [(name, "somebody")]


@pytest.mark.parametrize(
    "record", ["schema_tools/__init__.py,,", "x/schema/__init__.py,,", "apis.py,,", "schema-1.dist-info/M,,"]
)
def test_names_that_only_look_alike_are_nobodys_business(tmp_path: Path, record: str) -> None:
    install(tmp_path, "schema-tools", RECORD=record + "\n", top_level__txt="schema_tools\n")
    assert found_in(tmp_path) == []


def test_an_editable_installation_is_found_by_its_top_level_names(tmp_path: Path) -> None:
    install(tmp_path, "somebody", RECORD="__editable__.somebody.pth,,\n", top_level__txt="store\nother\n")
    assert found_in(tmp_path) == [("store", "somebody")]


def test_roadshow_itself_is_no_clash(tmp_path: Path) -> None:
    install(tmp_path, OURS, RECORD="".join(f"{name}/__init__.py,,\n" for name in NAMES))
    assert found_in(tmp_path) == []


def test_this_environment_has_no_clash() -> None:
    assert clashes() == []


@pytest.mark.parametrize("command", ["serve", "doctor", "plugins list"])
def test_a_command_refuses_with_both_names_and_the_remedy(tmp_path: Path, command: str) -> None:
    install(tmp_path / "site", "schema", RECORD="schema/__init__.py,sha256=x,1\n")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path / "site")]),
        "ROADSHOW_DATABASE_URL": f"sqlite:///{tmp_path / 'data.sqlite'}",
    }
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "api.cli.main", *command.split()],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    said = " ".join((ended.stdout + ended.stderr).split())
    assert ended.returncode == 1, said
    assert "The distribution 'schema' (1.2) installs a package 'schema', and so does Roadshow" in said
    assert "pip uninstall schema" in said
    assert "its own environment" in said


def test_a_folder_that_hides_a_package_of_ours_is_named(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "__init__.py").touch()
    code = "from api.operations.top_level_names import clashes\nfor clash in clashes(): print(clash.found)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    ended = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert f"Python finds the package 'store' in {tmp_path}" in ended.stdout, ended.stderr


def starts_of_python(path: Path) -> list[tuple[int, list[str]]]:
    """Lines and constant arguments of the lists in a file that begin with ``sys.executable``."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.List) and node.elts and ast.unparse(node.elts[0]) == "sys.executable":
            found.append((node.lineno, [ast.unparse(each) for each in node.elts[1:]]))
    return found


def test_each_process_that_we_start_looks_at_installed_packages_alone() -> None:
    """Without -P, Python looks for modules in the folder where the server or command runs, before our own."""
    files = [path for name in NAMES for path in (ROOT / name).rglob("*.py") if "node_modules" not in path.parts]
    starts = [(path, line, given) for path in files for line, given in starts_of_python(path)]
    assert len(starts) >= 4
    wrong = [f"{path.relative_to(ROOT)}:{line}" for path, line, given in starts if "'-P'" not in given[:1]]
    assert not wrong, f'start these with sys.executable, "-P": {", ".join(wrong)}'
