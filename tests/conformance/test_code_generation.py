"""Front-end tools read the schema: the Relay compiler, and code generation checked by ``tsc --strict``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.conftest import Node, workspace
from tests.conformance.served import documented_modules

pytestmark = [pytest.mark.nightly, pytest.mark.node]


def test_the_relay_compiler_takes_the_schema(node: Node, schema_file: Path, tmp_path: Path) -> None:
    folder = workspace("relay", schema_file, tmp_path)
    done = node.run("relay-compiler", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    generated = {path.name for path in (folder / "src" / "__generated__").iterdir()}
    assert {"projectsPageQuery.graphql.ts", "projectsListPaginationQuery.graphql.ts"} <= generated
    refetch = (folder / "src" / "__generated__" / "projectsRankingPaginationQuery.graphql.ts").read_text()
    assert "node(" in refetch or '"node"' in refetch


def test_generated_types_of_the_client_preset_are_strict(node: Node, schema_file: Path, tmp_path: Path) -> None:
    folder = workspace("codegen", schema_file, tmp_path)
    (folder / "codegen.ts").write_text(documented_modules()["codegen.ts"], encoding="utf-8")
    done = node.run("graphql-codegen", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    application = folder / "src" / "application.ts"  # a copy shows that the check sees a field that is not there
    (folder / "src" / "mistaken.ts").write_text(application.read_text().replace("least.amount", "least.amuont"))
    done = node.run("tsc", "--project", "tsconfig.json", cwd=folder)
    errors = [line for line in done.stdout.splitlines() if "error TS" in line]
    assert len(errors) == 1, done.stdout
    assert errors[0].startswith("src/mistaken.ts")
    assert "amuont" in errors[0]
