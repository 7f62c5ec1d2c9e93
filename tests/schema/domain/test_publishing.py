"""A new project is a draft; publishing is an act that names everything that is missing."""

from __future__ import annotations

from typing import Any

from store.enums import Role
from tests.schema.domain.test_mutations import CREATE, UPDATE, Run, answer, problems
from tests.schema.samples import SampleRecords

ERRORS = "userErrors { code field message }"
PUBLISH = f"""mutation ($id: ID!, $input: ProjectInput, $version: Int, $dry: Boolean! = false) {{
    publishProject(id: $id, input: $input, ifVersion: $version, dryRun: $dry) {{
        project {{ status version summary tracks {{ code }} }} {ERRORS} }} }}"""
WITHDRAW = f"mutation ($id: ID!) {{ withdrawProject(id: $id) {{ project {{ status }} {ERRORS} }} }}"
SEEN = "query ($id: ID!) { project(id: $id) { status } }"
NAME = {"name": [{"language": "en", "text": "New"}]}
SUMMARY = {"summary": [{"language": "en", "text": "What it is"}]}


def made(run: Run, samples: SampleRecords, role: Role, **given: Any) -> str:
    identifier: str = answer(run(CREATE, {"input": {**NAME, **given}}, samples.as_(role)))["project"]["id"]
    return identifier


def test_a_new_project_is_a_draft_of_its_owner(run: Run, samples: SampleRecords) -> None:
    for role in (Role.TALENT, Role.ORGANISER):
        identifier = made(run, samples, role)
        assert run(SEEN, {"id": identifier}, samples.as_(role)).data == {"project": {"status": "DRAFT"}}
        for other in (Role.INVESTOR, Role.PLANNER):
            assert run(SEEN, {"id": identifier}, samples.as_(other)).data == {"project": None}
        assert run(SEEN, {"id": identifier}).data == {"project": None}


def test_publishing_names_all_that_is_missing(run: Run, samples: SampleRecords) -> None:
    owner = samples.as_(Role.TALENT)
    identifier = made(run, samples, Role.TALENT)
    missing = [("BAD_USER_INPUT", "input.summary"), ("BAD_USER_INPUT", "input.tracks")]
    assert problems(run(PUBLISH, {"id": identifier}, owner)) == missing
    assert problems(run(UPDATE, {"id": identifier, "input": {"status": "PUBLISHED"}}, owner)) == missing
    assert problems(run(CREATE, {"input": {**NAME, "status": "PUBLISHED"}}, owner)) == missing
    assert run(SEEN, {"id": identifier}, owner).data == {"project": {"status": "DRAFT"}}
    landing = {"status": "LANDED", "tracks": [samples["health_track"]]}
    assert problems(run(UPDATE, {"id": identifier, "input": landing}, owner)) == [("FORBIDDEN", "input.status")]

    rest = {**SUMMARY, "tracks": [samples["health_track"]]}
    dry = answer(run(PUBLISH, {"id": identifier, "input": rest, "dry": True}, owner))
    assert dry["project"]["status"] == "PUBLISHED"
    assert run(SEEN, {"id": identifier}).data == {"project": None}
    done = answer(run(PUBLISH, {"id": identifier, "input": rest}, owner))
    assert done["project"] | {"version": 0} == {
        "status": "PUBLISHED", "version": 0, "summary": "What it is", "tracks": [{"code": "health"}],
    }  # fmt: skip
    assert run(SEEN, {"id": identifier}).data == {"project": {"status": "PUBLISHED"}}


def test_an_industry_and_a_description_will_do(run: Run, samples: SampleRecords) -> None:
    rest = {"description": SUMMARY["summary"], "industries": [samples["medicine"]], "status": "PUBLISHED"}
    assert problems(run(CREATE, {"input": {**NAME, **rest}}, samples.as_(Role.ORGANISER))) == []


def test_what_is_published_is_withdrawn_and_published_again(run: Run, samples: SampleRecords) -> None:
    owner = samples.as_(Role.TALENT)
    assert answer(run(WITHDRAW, {"id": samples["lidar"]}, owner))["project"]["status"] == "WITHDRAWN"
    assert run(SEEN, {"id": samples["lidar"]}).data == {"project": None}
    assert problems(run(PUBLISH, {"id": samples["lidar"]}, owner)) == []
    assert run(SEEN, {"id": samples["lidar"]}).data == {"project": {"status": "PUBLISHED"}}


def test_who_publishes_what(run: Run, samples: SampleRecords) -> None:
    owner = samples.as_(Role.TALENT)
    assert problems(run(WITHDRAW, {"id": samples["draft"]}, owner)) == [("CONFLICT", "id")]
    assert problems(run(PUBLISH, {"id": samples["bank"]}, owner)) == [("FORBIDDEN", "")]
    assert problems(run(PUBLISH, {"id": samples["lidar"]}, samples.as_(Role.INVESTOR))) == [("FORBIDDEN", "")]
    assert problems(run(PUBLISH, {"id": samples["lidar"], "version": 9}, owner)) == [("CONFLICT", "ifVersion")]
    landed = {"status": "LANDED"}
    assert problems(run(UPDATE, {"id": samples["lidar"], "input": landed}, samples.as_(Role.ORGANISER))) == []
    assert problems(run(PUBLISH, {"id": samples["lidar"]}, owner)) == [("CONFLICT", "id")]
