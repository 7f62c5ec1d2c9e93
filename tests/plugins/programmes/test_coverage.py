"""docs/appendix/coverage.md agrees with the data and the schema, and can't claim more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from docs.tools import coverage


@pytest.fixture(scope="module")
def evidence() -> coverage.Evidence:
    return coverage.gather()


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(coverage.REQUIREMENTS.read_text("utf-8"))
    return found


def test_the_page_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert coverage.main(["--check"]) == 0, capsys.readouterr().err


def test_every_row_is_there_once_and_what_is_missing_has_a_reason(rows: list[dict[str, Any]]) -> None:
    assert [row["id"] for row in rows] == [f"R{number:03}" for number in range(1, 153)]
    assert all(row.get("open") for row in rows if row.get("absent"))
    assert all(row.get("fields") for row in rows if not row.get("absent"))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"fields": ["Event.weather"]}, "R001: the schema has no Event.weather"),
        ({"records": ["chinaocs:edition/1999"]}, "R001: there is no record chinaocs:edition/1999"),
        ({"quote": "On July 7", "records": []}, "R001: no record quotes it"),
        ({"absent": True}, "R001: is said to be absent"),
    ],
)
def test_a_row_that_claims_what_is_not_there_is_refused(
    change: dict[str, Any], complaint: str, rows: list[dict[str, Any]], evidence: coverage.Evidence
) -> None:
    assert "R001" in coverage.page(rows[:1], evidence, everything=True)
    assert "R001" not in coverage.page(rows[:1], evidence)
    with pytest.raises(coverage.CoverageError, match=complaint):
        coverage.page([{**rows[0], **change}], evidence)


def test_a_field_without_a_value_in_the_programme_is_a_shape_only(
    rows: list[dict[str, Any]], evidence: coverage.Evidence
) -> None:
    """Each named field that no record of the programme holds shows as such; what has values is represented."""
    level = {**rows[0], "fields": ["EventSeries.editions", "Project.technologyReadiness"]}
    text = coverage.page([level], evidence)
    assert "**Shape only.** No value: `Project.technologyReadiness`." in text
    assert "R001 Event series and edition (`EventSeries.editions`" in text
    assert "Shape only." not in coverage.page([rows[0]], evidence)


def test_partnerships_are_listed_from_both_sides(evidence: coverage.Evidence) -> None:
    assert {"Organisation.partnerships", "Organisation.partnerOf"} <= evidence.fields


def test_a_stale_page_is_reported_and_rewritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, evidence: coverage.Evidence
) -> None:
    stale = tmp_path / "coverage.md"
    stale.write_text("# Old\n", encoding="utf-8")
    monkeypatch.setattr(coverage, "PAGE", stale)
    monkeypatch.setattr(coverage, "gather", lambda: evidence)
    assert coverage.main(["--check"]) == 1
    assert coverage.main([]) == 0
    assert coverage.main(["--check"]) == 0
    assert stale.read_text("utf-8").startswith("# What the sources ask for")
