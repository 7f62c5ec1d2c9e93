"""The lock files pin everything but torch, with hashes, for each supported Python and platform."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from docs.tools import audit, floors, licences
from docs.tools.locked import DEVELOPMENT, ROOT, RUN_TIME, normalised, pins

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SAFE_SINCE = {
    # The first version without a hole that is known today; floors below it are refused.
    "strawberry-graphql": "0.312.3",  # CVE-2026-35526, CVE-2026-35523
}


def direct(path: Path) -> list[Requirement]:
    listed = [*PROJECT["dependencies"]]
    if path == DEVELOPMENT:
        listed += [each for extra in PROJECT["optional-dependencies"].values() for each in extra]
    return [Requirement(each) for each in listed]


@pytest.mark.parametrize("path", [RUN_TIME, DEVELOPMENT], ids=lambda path: path.stem)
def test_each_direct_dependency_is_pinned_within_its_range(path: Path) -> None:
    pinned = pins(path)
    for requirement in direct(path):
        if requirement.name == "torch":
            assert str(requirement.specifier) == f"=={audit.TORCH.partition('==')[2]}"
            continue
        version = pinned.get(normalised(requirement.name))
        assert version, f"{path.name} does not pin {requirement.name}: make lock"
        assert requirement.specifier.contains(version), f"{path.name}: {requirement.name} {version}: make lock"


def test_the_makefile_installs_the_torch_that_the_project_asks_for() -> None:
    assert audit.TORCH in (ROOT / "Makefile").read_text("utf-8")


@pytest.mark.parametrize("path", [RUN_TIME, DEVELOPMENT], ids=lambda path: path.stem)
def test_every_pin_has_hashes_and_nothing_names_a_host(path: Path) -> None:
    text = path.read_text("utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", text.split("\n", 2)[2])
    assert len(entries) == len(pins(path))
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry
    assert "://" not in text
    assert not {"torch", "triton", "pip"} & pins(path).keys()
    assert not [name for name in pins(path) if name.startswith(("nvidia-", "cuda-"))]


def test_both_lock_files_agree() -> None:
    run_time, development = pins(RUN_TIME), pins(DEVELOPMENT)
    assert {name: development.get(name) for name in run_time} == run_time


def test_floors_are_the_versions_with_which_everything_is_tested() -> None:
    text = floors.PROJECT.read_text("utf-8")
    assert floors.raised(text, pins(DEVELOPMENT)) == text, "python -m docs.tools.floors"
    assert floors.raised('  "jinja2>=3,<4",\n  "psycopg[binary]>=3",', {"jinja2": "3.9", "psycopg": "3.3"}) == (
        '  "jinja2>=3.9,<4",\n  "psycopg[binary]>=3.3",'
    )
    pinned = pins(DEVELOPMENT)
    for requirement in direct(DEVELOPMENT):
        for each in requirement.specifier:
            assert each.operator != ">=" or each.version == pinned[normalised(requirement.name)], requirement


def test_floors_are_not_below_versions_with_known_holes() -> None:
    for requirement in direct(DEVELOPMENT):
        safe = SAFE_SINCE.get(normalised(requirement.name))
        if safe is not None:
            floor = next(each.version for each in requirement.specifier if each.operator == ">=")
            assert Version(floor) >= Version(safe), requirement


def test_the_audit_tells_clean_vulnerable_and_unknown_apart() -> None:
    wanted = {"clean": "1.0", "holed": "2.0", "skipped": "3.0", "silent": "4.0"}
    hole = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.1"]}
    found = audit.judge(
        wanted,
        [
            {"name": "clean", "version": "1.0", "vulns": []},
            {"name": "holed", "version": "2.0", "vulns": [hole]},
            {"name": "skipped", "skip_reason": "not found"},
        ],
    )
    assert found.clean == {"clean 1.0"}
    assert found.vulnerable == ["holed 2.0: PYSEC-1, CVE-1; fixed in 2.1"]
    assert found.unknown == {"skipped 3.0": "not found", "silent 4.0": "no answer"}
    assert "UNKNOWN     2 packages" in audit.report(found)


def test_without_any_answer_everything_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_answers", lambda wanted: [])
    found = audit.audit([RUN_TIME])
    assert len(found.unknown) == len(pins(RUN_TIME)) + 1  # and torch
    assert not found.clean
    assert "UNKNOWN" in audit.report(found)


def test_the_list_of_licences_is_current_and_leaves_none_undeclared() -> None:
    text = (ROOT / "docs" / "appendix" / "licences.md").read_text("utf-8")
    for path in (RUN_TIME, DEVELOPMENT):
        for name in pins(path):
            assert re.search(rf" {re.escape(name)}[,\n]", text), f"{name}: make licences"
    assert "not declared" not in text
    assert {row.licence for row in licences.weights()} == {"apache-2.0", "Apache Software License"}
