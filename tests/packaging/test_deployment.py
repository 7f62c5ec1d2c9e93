"""The files in deploy/ pass the linters and schemas of what they are written for, and name what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import yaml

from api.operations.settings import BackupSettings, Limits, ServerSettings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent


def run(*command: str | Path) -> None:
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_container_file_has_no_lint() -> None:
    run(BIN / "hadolint", "--failure-threshold", "info", DEPLOY / "Containerfile")


def test_the_compose_file_fits_its_schema() -> None:
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")


def test_the_manifests_fit_their_schemas() -> None:
    run(BIN / "kubernetes-validate", "--strict", DEPLOY / "kubernetes.yaml")


def test_torch_is_the_one_that_is_pinned() -> None:
    pinned = re.search(r"torch==[\d.]+", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert pinned
    assert pinned[0] in (DEPLOY / "Containerfile").read_text("utf-8")


def test_every_setting_in_them_exists() -> None:
    known = {f"ROADSHOW_{name}".upper() for name in ServerSettings.model_fields}
    for group, kind in {"limits": Limits, "backup": BackupSettings}.items():
        known |= {f"ROADSHOW_{group}__{name}".upper() for name in kind.model_fields}
    for path in DEPLOY.iterdir():
        named = set(re.findall(r"ROADSHOW_\w+", path.read_text("utf-8"))) - {"ROADSHOW_SITE"}  # of the compose file
        assert named <= known, path.name


def test_the_unit_starts_commands_that_exist() -> None:
    from api.assembly.commands import COMMANDS

    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(DEPLOY / "roadshow.service")
    started = [unit["Service"][each].split()[-1] for each in ("ExecStartPre", "ExecStart")]
    containers = [
        each["command"][1]
        for document in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text("utf-8"))
        for each in document["spec"].get("template", {}).get("spec", {}).get("containers", [])
    ]
    assert {*started, *containers} == {"migrate", "serve"}
    assert set(started) <= set(COMMANDS)
