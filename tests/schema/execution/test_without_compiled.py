"""A server without the folder `schema/compiled` works: the reference executor answers everything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CODE = ("api", "plugins", "recommender", "roadshow", "store", "tests")
NO_CHECKOUT = """import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "Editable" not in getattr(finder, "__name__", "")]
"""
"""An editable installation would find in the checkout what the tree leaves out."""
QUERY = "{ tracks(first: 2) { totalCount nodes { name } } viewer { role } }"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources without the compiled executor."""
    root = tmp_path_factory.mktemp("without")
    for name in (*CODE, "pyproject.toml", "README.md", "schema.graphql", "docs"):
        (root / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "schema", root / "schema", ignore=shutil.ignore_patterns("compiled", "__pycache__"))
    (root / "sitecustomize.py").write_text(NO_CHECKOUT, "utf-8")
    return root


def run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python on the tree; `-P` and the path keep this checkout's own sources away."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "ROADSHOW_DATABASE_URL": f"sqlite:///{tree}/without.db"}
    return subprocess.run(
        [sys.executable, "-P", *arguments], cwd=tree, env=environment, capture_output=True, text=True, timeout=600
    )


def test_explain_says_that_the_reference_executor_answers(tree: Path) -> None:
    upgraded = run(tree, "-m", "api.cli.main", "migrate")
    assert upgraded.returncode == 0, upgraded.stderr
    done = run(tree, "-m", "api.cli.main", "explain", QUERY)
    assert done.returncode == 0, done.stderr
    assert "answered by  the reference executor (schema/compiled is absent)" in done.stdout


@pytest.mark.parametrize(
    "tests",
    [
        "tests/api/http/test_graphql.py",
        pytest.param("tests/api/http tests/api/requests", marks=pytest.mark.nightly),
    ],
)
def test_the_tests_of_the_api_pass_on_the_reference_executor(tree: Path, tests: str) -> None:
    real = "-k not fast_path and not planned"
    done = run(tree, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", real, *tests.split())
    assert done.returncode == 0, done.stdout[-4000:]
