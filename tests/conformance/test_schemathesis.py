"""schemathesis, with all its checks, against every query and mutation of the real schema, as every role.

More of it: ROADSHOW_SCHEMATHESIS_EXAMPLES=50 make conformance ARGUMENTS="-k schemathesis"
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.operations.logs import access
from store.enums import Role
from tests.conformance.conftest import HERE
from tests.conformance.served import Served

EXAMPLES = int(os.environ.get("ROADSHOW_SCHEMATHESIS_EXAMPLES", "2"))
"""For each field of Query and Mutation."""
ROLES = [Role(each) for each in os.environ.get("ROADSHOW_SCHEMATHESIS_ROLES", "").split()] or [
    Role.ADMIN, Role.PUBLIC, Role.TALENT, Role.INVESTOR, Role.PLANNER, Role.ORGANISER
]  # fmt: skip
"""Each document is sent as one of them."""
MOST_GROWTH = 350 * 2**20
"""Bytes that the server may grow by; what it keeps (plans, documents, connections) is bounded."""


def resident() -> int:
    """Bytes of memory that this process holds; the server runs in it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


@pytest.mark.nightly
def test_schemathesis_finds_nothing_with_all_its_checks(
    real: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, access.name)
    before = resident()
    chance = ["--generation-deterministic"] if EXAMPLES < 5 else ["--generation-database", "none"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", real.url),
            *("--checks", "all", "--mode", "all", "--phases", "fuzzing", "--continue-on-failure"),
            *("--max-examples", str(EXAMPLES), *chance, "--no-color"),
            *("--generation-allow-x00", "false"),  # refused with BAD_USER_INPUT: no database keeps it
            *("--request-timeout", "90", "--workers", "2"),
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.conformance.values",
            "PYTHONPATH": str(HERE.parents[1]),
            "ROADSHOW_SCHEMATHESIS_KEYS": json.dumps([real.site.keys.get(role) for role in ROLES]),
        },
        capture_output=True,
        text=True,
        timeout=3_600,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    operations = len(real.assembly.schema.query_type.fields) + len(real.assembly.schema.mutation_type.fields)  # type: ignore[union-attr]
    assert f"Selected: {operations}/{operations}" in said
    assert f"Tested: {operations}" in said
    assert {record.role for record in caplog.records if hasattr(record, "role")} >= {str(role) for role in ROLES}
    assert resident() - before < MOST_GROWTH
