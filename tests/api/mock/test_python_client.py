"""The Python client of docs/examples: it fits the schema, runs against a server, and is what its generator makes."""

from __future__ import annotations

import filecmp
import importlib.util
import re
import shutil
import subprocess
import sys
import venv
from enum import Enum
from pathlib import Path
from types import ModuleType

import pytest
from graphql import GraphQLEnumType, build_schema, parse, validate

from tests.api.mock.conftest import Mock

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "examples" / "python_client"
SCHEMA = ROOT / "schema.graphql"


def enums() -> ModuleType:
    found = importlib.util.spec_from_file_location("generated_enums", EXAMPLE / "roadshow_client" / "enums.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_the_committed_client_fits_the_schema() -> None:
    schema = build_schema(SCHEMA.read_text(encoding="utf-8"))
    assert validate(schema, parse((EXAMPLE / "operations.graphql").read_text(encoding="utf-8"))) == []
    compared = 0
    for name, members in vars(enums()).items():
        kind = schema.type_map.get(name)
        if kind is not None and isinstance(members, type) and issubclass(members, Enum):
            assert isinstance(kind, GraphQLEnumType)
            assert [each.value for each in members] == list(kind.values), name
            compared += 1
    assert compared > 5


def test_the_example_lists_creates_changes_and_watches(mock: Mock) -> None:
    command = [sys.executable, "example.py", f"{mock.address}/graphql", "founder"]
    done = subprocess.run(command, cwd=EXAMPLE, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    count, refused, changed = done.stdout.splitlines()
    assert int(count.split()[0]) > 0
    assert refused.startswith("refused: input.name: Give a name in at least one language.")
    assert "input.ask" in refused
    assert changed == "changed: Tidal stream power"


@pytest.mark.nightly
def test_the_generator_makes_the_committed_client(tmp_path: Path) -> None:
    page = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    wanted = re.search(r'pip install "(ariadne-codegen[^"]*)"', page)
    assert wanted is not None
    venv.create(tmp_path / "environment", with_pip=True)
    tools = tmp_path / "environment" / "bin"
    subprocess.run([tools / "pip", "install", "--quiet", wanted[1]], check=True)  # it needs an older graphql-core
    front_end = tmp_path / "front_end"
    shutil.copytree(EXAMPLE, front_end, ignore=shutil.ignore_patterns("roadshow_client", "__pycache__"))
    shutil.copyfile(SCHEMA, front_end / "schema.graphql")
    subprocess.run([tools / "ariadne-codegen"], cwd=front_end, check=True, capture_output=True)
    names = sorted(each.name for each in (EXAMPLE / "roadshow_client").glob("*.py"))
    made = front_end / "roadshow_client"
    assert names == sorted(each.name for each in made.glob("*.py"))
    same, different, errors = filecmp.cmpfiles(EXAMPLE / "roadshow_client", made, names, shallow=False)
    assert (different, errors) == ([], [])
    assert len(same) == len(names)
