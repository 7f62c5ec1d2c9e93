"""Talks: steps forward and back, who states and who confirms them, who sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from store import models
from store.database import Database
from store.enums import Operation, Role
from tests.schema.samples import SampleRecords

pytestmark = pytest.mark.nightly_on_postgresql

Ask = Callable[..., dict[str, Any]]

ADVANCE = """mutation ($project: ID!, $stage: MatchStage!, $happened: PartialDateText, $note: String, $subject: ID,
                       $reason: String, $ifVersion: Int, $dryRun: Boolean! = false) {
  advanceMatch(project: $project, stage: $stage, happened: $happened, note: $note, subject: $subject,
               reason: $reason, ifVersion: $ifVersion, dryRun: $dryRun) {
    match { id stage statedBy confirmed since { text } version note reason
            steps { id stage statedBy confirmed happened { text } } }
    userErrors { code field message } dryRun
  }
}"""
CONFIRM = """mutation ($step: ID!) {
  confirmMatchStep(step: $step) { match { stage confirmed version } userErrors { code field message } }
}"""
RETRACT = """mutation ($step: ID!, $subject: ID, $reason: String) {
  retractMatchStep(step: $step, subject: $subject, reason: $reason) {
    match { stage archivedAt since { text } } userErrors { code field }
  }
}"""
MATCH = "query ($project: ID!, $with: ID) { project(id: $project) { match(counterpart: $with) { id stage note } } }"


def advance(ask: Ask, samples: SampleRecords, role: Role = Role.PLANNER, **given: Any) -> dict[str, Any]:
    answer: dict[str, Any] = ask(ADVANCE, {"project": samples["bank"], **given}, samples.as_(role))["advanceMatch"]
    return answer


def codes(payload: dict[str, Any]) -> list[str]:
    return [each["code"] for each in payload["userErrors"]]


def test_a_step_begins_the_talks_and_another_carries_them_on(
    ask: Ask, samples: SampleRecords, database: Database
) -> None:
    first = advance(ask, samples, stage="CONTACTED", happened="2024-05", note="by phone")["match"]
    assert (first["stage"], first["since"], first["note"]) == ("CONTACTED", {"text": "2024-05"}, "by phone")
    then = advance(ask, samples, stage="SIGNED", happened="2024-07-16", ifVersion=first["version"])["match"]
    assert then["id"] == first["id"]
    assert [(step["stage"], step["happened"]["text"]) for step in then["steps"]] == [
        ("CONTACTED", "2024-05"), ("SIGNED", "2024-07-16"),
    ]  # fmt: skip
    assert (then["stage"], then["note"], then["version"]) == ("CONTACTED", "by phone", first["version"] + 1)
    signed = ask(CONFIRM, {"step": then["steps"][1]["id"]}, samples.as_(Role.ORGANISER))["confirmMatchStep"]["match"]
    assert (signed["stage"], signed["confirmed"]) == ("SIGNED", True)
    with database.read() as session:
        logged = session.execute(
            select(models.Change.operation, models.Change.actor_role).where(models.Change.entity_id == first["id"])
        ).all()
    assert logged == [(Operation.CREATE, Role.PLANNER), (Operation.UPDATE, Role.ORGANISER)]


def test_a_step_remembered_later_doesnt_set_the_talks_back(ask: Ask, samples: SampleRecords) -> None:
    advance(ask, samples, stage="NEGOTIATION", happened="2024-07")
    found = advance(ask, samples, stage="MET", happened="2023")["match"]
    assert (found["stage"], found["since"]["text"], len(found["steps"])) == ("NEGOTIATION", "2024-07", 2)
    ended = advance(ask, samples, stage="TERMINATED", happened="2024")["match"]
    assert ended["stage"] == "TERMINATED"  # 2024 may be after July: what was recorded last holds


def test_recording_a_step_twice_is_recording_it_once(ask: Ask, samples: SampleRecords) -> None:
    advance(ask, samples, stage="MET", happened="2024-07-16")
    assert len(advance(ask, samples, stage="MET", happened="2024-07-16")["match"]["steps"]) == 1
    assert len(advance(ask, samples, stage="MET", happened="2024-08")["match"]["steps"]) == 2


def test_without_a_day_it_happened_today(ask: Ask, samples: SampleRecords) -> None:
    assert advance(ask, samples, stage="MET")["match"]["since"]["text"] == datetime.now(UTC).date().isoformat()


def test_a_dry_run_shows_the_step_and_writes_nothing(ask: Ask, samples: SampleRecords) -> None:
    tried = advance(ask, samples, stage="MET", dryRun=True)
    assert (tried["dryRun"], tried["match"]["stage"]) == (True, "MET")
    assert ask(MATCH, {"project": samples["bank"]}, samples.as_(Role.PLANNER))["project"]["match"] is None


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"stage": "MET", "happened": "--07"}, "BAD_USER_INPUT", "happened"),
        ({"stage": "MET", "happened": (datetime.now(UTC) + timedelta(days=2)).date().isoformat()},
         "BAD_USER_INPUT", "happened"),
        ({"stage": "MET", "ifVersion": 3}, "NOT_FOUND", "project"),
        ({"stage": "MET", "subject": "inv_00000000000000000000000000"}, "FORBIDDEN", "subject"),
    ],
)  # fmt: skip
def test_what_cant_be_recorded_is_told_and_nothing_is_written(
    ask: Ask, samples: SampleRecords, given: dict[str, Any], code: str, field: str
) -> None:
    (error,) = advance(ask, samples, **given)["userErrors"]
    assert (error["code"], error["field"]) == (code, [field])


def test_somebody_elses_change_in_between_is_a_conflict(ask: Ask, samples: SampleRecords) -> None:
    seen = advance(ask, samples, stage="CONTACTED")["match"]["version"]
    advance(ask, samples, stage="MET")
    assert codes(advance(ask, samples, stage="PASSED", ifVersion=seen)) == ["CONFLICT"]


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.REVIEWER])
def test_others_may_not_record_talks(ask: Ask, samples: SampleRecords, role: Role) -> None:
    assert codes(advance(ask, samples, role, stage="MET")) == ["FORBIDDEN"]
    refused = ask(RETRACT, {"step": samples["meeting"]}, samples.as_(role))["retractMatchStep"]
    assert codes(refused) == ["FORBIDDEN"]


def test_organisers_record_for_whom_they_name(ask: Ask, samples: SampleRecords) -> None:
    assert codes(advance(ask, samples, Role.ORGANISER, stage="MET")) == ["BAD_USER_INPUT"]
    document = ADVANCE.replace("version note reason", "version reason")
    given = {"project": samples["bank"], "stage": "MET", "subject": samples["rival"]}
    assert ask(document, given, samples.as_(Role.ORGANISER))["advanceMatch"]["match"]["stage"] == "MET"
    assert ask(MATCH, {"project": samples["bank"], "with": samples["rival"]}, samples.as_(Role.INVESTOR)) == {
        "project": {"match": None}
    }


def test_a_mistaken_step_is_taken_back_and_the_last_one_closes_the_talks(ask: Ask, samples: SampleRecords) -> None:
    actor = samples.as_(Role.INVESTOR)
    first = advance(ask, samples, Role.INVESTOR, stage="SHORTLISTED", happened="2024-06")["match"]
    second = advance(ask, samples, Role.INVESTOR, stage="MET", happened="2024-07")["match"]
    short_list, meeting = (step["id"] for step in second["steps"])
    back = ask(RETRACT, {"step": meeting}, actor)["retractMatchStep"]["match"]
    assert (back["stage"], back["since"]["text"], back["archivedAt"]) == ("SHORTLISTED", "2024-06", None)
    assert codes(ask(RETRACT, {"step": meeting}, actor)["retractMatchStep"]) == ["NOT_FOUND"]
    assert codes(ask(RETRACT, {"step": samples["place_step"]}, actor)["retractMatchStep"]) == ["NOT_FOUND"]
    gone = ask(RETRACT, {"step": short_list}, actor)["retractMatchStep"]["match"]
    assert gone["archivedAt"] is not None
    assert ask(MATCH, {"project": samples["bank"]}, actor)["project"]["match"] is None
    again = advance(ask, samples, Role.INVESTOR, stage="CONTACTED")["match"]
    assert (again["id"], [step["stage"] for step in again["steps"]]) == (first["id"], ["CONTACTED"])


def test_the_owner_sees_an_approach_but_neither_short_lists_nor_notes(ask: Ask, samples: SampleRecords) -> None:
    query = """query ($id: ID!) { project(id: $id) { matches { totalCount edges { node {
        subject { ... on Investor { id } ... on Place { id } } stage note steps { stage } } } } } }"""
    matches = ask(query.replace(" note", ""), {"id": samples["lidar"]}, samples.as_(Role.TALENT))["project"]["matches"]
    assert matches == {"totalCount": 1, "edges": [
        {"node": {"subject": {"id": samples["investor"]}, "stage": "MET", "steps": [{"stage": "MET"}]}},
    ]}  # fmt: skip
    everything = ask(query.replace(" note", ""), {"id": samples["lidar"]}, samples.as_(Role.ORGANISER))
    assert everything["project"]["matches"]["totalCount"] == 2


def test_ones_own_talks_stand_beside_each_project(ask: Ask, samples: SampleRecords) -> None:
    query = "{ projects(orderBy: [{field: NAME}]) { edges { node { id match { stage } } } } }"
    for role, stage in ((Role.INVESTOR, "MET"), (Role.PLANNER, "SHORTLISTED"), (Role.PUBLIC, None)):
        edges = ask(query, None, samples.as_(role))["projects"]["edges"]
        found = {edge["node"]["id"]: edge["node"]["match"] for edge in edges}
        assert found.pop(samples["lidar"]) == (stage and {"stage": stage})
        assert set(map(str, found.values())) == {"None"}


def test_a_list_of_talks_is_filtered_by_stage(ask: Ask, samples: SampleRecords) -> None:
    query = """{ matches(filter: {stage: [MET, SIGNED]}, orderBy: [{field: SINCE}]) { edges { node { id } } } }"""
    assert ask(query, None, samples.as_(Role.ORGANISER))["matches"]["edges"] == [{"node": {"id": samples["match"]}}]
    assert ask(query, None, samples.as_(Role.PLANNER))["matches"]["edges"] == []


def confirm(ask: Ask, samples: SampleRecords, role: Role, step: str) -> dict[str, Any]:
    payload: dict[str, Any] = ask(CONFIRM, {"step": step}, samples.as_(role))["confirmMatchStep"]
    return payload


@pytest.mark.parametrize("stage", ["INTENT", "MET", "TERM_SHEET", "SIGNED", "LANDED"])
def test_what_one_side_says_of_both_is_stated_by_it_until_the_other_confirms(
    ask: Ask, samples: SampleRecords, stage: str
) -> None:
    stated = advance(ask, samples, Role.INVESTOR, project=samples["lidar"], stage=stage, happened="2024-09")["match"]
    step = next(each for each in stated["steps"] if each["stage"] == stage and each["happened"]["text"] == "2024-09")
    assert (step["statedBy"], step["confirmed"]) == ("COUNTERPART", False)
    binding = stage in ("SIGNED", "LANDED")
    assert stated["stage"] == ("MET" if binding else stage)
    assert stated["confirmed"] is binding  # the meeting that an organiser recorded still stands
    assert codes(confirm(ask, samples, Role.INVESTOR, step["id"])) == ["FORBIDDEN"]
    assert codes(confirm(ask, samples, Role.PLANNER, step["id"])) == ["NOT_FOUND"]
    agreed = confirm(ask, samples, Role.TALENT, step["id"])["match"]
    assert (agreed["stage"], agreed["confirmed"]) == (stage, True)
    assert confirm(ask, samples, Role.TALENT, step["id"])["match"] == agreed, "confirming twice is confirming once"


def test_the_owner_answers_in_talks_that_it_sees(ask: Ask, samples: SampleRecords) -> None:
    document = ADVANCE.replace("version note reason", "version reason")

    def owner(**given: Any) -> dict[str, Any]:
        given = {"project": samples["lidar"], "subject": samples["investor"], **given}
        payload: dict[str, Any] = ask(document, given, samples.as_(Role.TALENT))["advanceMatch"]
        return payload

    stated = owner(stage="INTENT", happened="2024-09")["match"]
    assert (stated["stage"], stated["statedBy"], stated["confirmed"]) == ("INTENT", "PROJECT", False)
    step = stated["steps"][-1]["id"]
    assert confirm(ask, samples, Role.INVESTOR, step)["match"]["confirmed"] is True
    assert codes(owner(stage="PASSED")) == ["BAD_USER_INPUT"], "that is the investor's to say"
    assert codes(owner(stage="TERM_SHEET", note="mine")) == ["FORBIDDEN"], "the note is the investor's"
    assert codes(owner(stage="MET", subject=samples["kunshan"])) == ["NOT_FOUND"], "nobody approached it"
    assert codes(owner(stage="MET", project=samples["bank"])) == ["FORBIDDEN"], "somebody else's project"


def test_the_other_sides_own_record_of_the_same_step_confirms_it(ask: Ask, samples: SampleRecords) -> None:
    advance(ask, samples, Role.INVESTOR, project=samples["lidar"], stage="NEGOTIATION", happened="2024-09")
    document = ADVANCE.replace("version note reason", "version reason")
    given = {"project": samples["lidar"], "subject": samples["investor"], "stage": "NEGOTIATION", "happened": "2024-09"}
    both = ask(document, given, samples.as_(Role.TALENT))["advanceMatch"]["match"]
    assert (both["stage"], both["confirmed"], len(both["steps"])) == ("NEGOTIATION", True, 2)


def test_going_back_needs_a_reason_and_ending_needs_none(ask: Ask, samples: SampleRecords) -> None:
    advance(ask, samples, stage="NEGOTIATION", happened="2024-08")
    refused = advance(ask, samples, stage="MET", happened="2024-09")
    assert (codes(refused), refused["userErrors"][0]["field"]) == (["BAD_USER_INPUT"], ["reason"])
    back = advance(ask, samples, stage="MET", happened="2024-09", reason="The terms were withdrawn.")["match"]
    assert (back["stage"], back["reason"]) == ("MET", "The terms were withdrawn.")
    assert advance(ask, samples, stage="TERMINATED", happened="2024-10")["match"]["stage"] == "TERMINATED"


def test_a_confirmed_step_is_taken_back_by_an_organiser_who_says_why(ask: Ask, samples: SampleRecords) -> None:
    stated = advance(ask, samples, Role.INVESTOR, project=samples["lidar"], stage="SIGNED", happened="2024-09")["match"]
    step = stated["steps"][-1]["id"]
    confirm(ask, samples, Role.TALENT, step)
    assert codes(ask(RETRACT, {"step": step}, samples.as_(Role.INVESTOR))["retractMatchStep"]) == ["CONFLICT"]
    organiser = samples.as_(Role.ORGANISER)
    assert codes(ask(RETRACT, {"step": step}, organiser)["retractMatchStep"]) == ["BAD_USER_INPUT"]
    back = ask(RETRACT, {"step": step, "reason": "The wrong contract."}, organiser)["retractMatchStep"]["match"]
    assert back["stage"] == "MET"


def test_a_confirmed_landing_sets_the_projects_landed_place(ask: Ask, samples: SampleRecords) -> None:
    landed = "query ($id: ID!) { project(id: $id) { landedPlace { id } } }"

    def place() -> Any:
        return ask(landed, {"id": samples["lidar"]}, samples.as_(Role.ORGANISER))["project"]["landedPlace"]

    stated = advance(ask, samples, project=samples["lidar"], stage="LANDED", happened="2024-09")["match"]
    assert place() is None
    step = stated["steps"][-1]["id"]
    confirm(ask, samples, Role.TALENT, step)
    assert place() == {"id": samples["kunshan"]}
    ask(RETRACT, {"step": step, "reason": "It moved on."}, samples.as_(Role.ORGANISER))
    assert place() is None
