"""The judged data is whole: it names open projects of the demo and holds as many cases as it says."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.recommender.judged import read

DEMO = Path(__file__).parents[3] / "store" / "data" / "demo"


@pytest.fixture(scope="module")
def open_projects() -> set[str]:
    """Short keys of the demo's projects that a list can show."""
    records = [
        record
        for path in sorted(DEMO.glob("projects_*.yaml"))
        for record in yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    ]
    return {
        record["key"].rsplit("/", 1)[1]
        for record in records
        if record["entity"] == "Project" and record.get("status") not in ("DRAFT", "WITHDRAWN", "LANDED")
    }


def test_the_thirty_pairs_name_open_projects_in_both_languages(open_projects: set[str]) -> None:
    pairs = read("pairs.yaml")
    assert [pair["id"] for pair in pairs] == list(range(1, 31))
    assert {pair["project"] for pair in pairs} <= open_projects
    assert {pair["verdict"] for pair in pairs} == {"fits", "does not fit"}
    assert sum(pair["language"] == "zh" for pair in pairs) == 15
    assert all(pair["why"] for pair in pairs)


def test_the_verdicts_name_open_projects_once_each(open_projects: set[str]) -> None:
    lists = read("verdicts.yaml")
    assert len({each["priority"] for each in lists}) == 12
    for each in lists:
        named = each["fits"] + each["arguable"]
        assert len(set(named)) == len(named), each["priority"]
        assert set(named) <= open_projects, each["priority"]
        assert len(each["fits"]) >= 2, each["priority"]


def test_pairs_and_verdicts_agree() -> None:
    lists: dict[str, dict[str, Any]] = {each["priority"]: each for each in read("verdicts.yaml")}
    for pair in read("pairs.yaml"):
        each = lists.get(pair["subject"])
        if each is None:
            continue
        fits, arguable = pair["project"] in each["fits"], pair["project"] in each["arguable"]
        assert not arguable, pair["id"]
        assert fits == (pair["verdict"] == "fits"), pair["id"]


def test_half_of_the_subjects_are_chinese() -> None:
    subjects = read("subjects.yaml")
    for kind in ("absurd", "described"):
        assert len(subjects[kind]) == 30
        assert sum(each["language"] == "zh" for each in subjects[kind]) == 15
        assert len({each["text"] for each in subjects[kind]}) == 30
