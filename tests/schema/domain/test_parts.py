"""Parts written with their record: an event's people and places, offices, partnerships, recommendations, crosswalks."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Operation, Role
from tests.schema.domain.accounts.test_tenancy import Tenants, position
from tests.schema.domain.accounts.test_tenancy import tenants as tenants  # a fixture
from tests.schema.domain.test_mutations import Run, answer, problems
from tests.schema.samples import SampleRecords

EVENT = """mutation ($id: ID!, $input: EventInput!, $version: Int, $dry: Boolean! = false) {
    updateEvent(id: $id, input: $input, ifVersion: $version, dryRun: $dry) {
        event { version places { id mode planned place { id } } focus { id } topics(lang: EN)
            organisers { id role quote organisation { id } } people { id role talent { id } }
            projects { id role project { id } } awards { id rank title(lang: EN) project { id } date { text } }
            advancement { scope rule channels } }
        userErrors { code message field } } }"""


def text(words: str) -> list[dict[str, str]]:
    return [{"language": "en", "text": words}]


def write(run: Run, samples: SampleRecords, given: dict[str, Any], role: Role = Role.ORGANISER, **further: Any) -> Any:
    return run(EVENT, {"id": samples["event"], "input": given, **further}, samples.as_(role))


def test_everything_that_belongs_to_an_event_is_written(run: Run, samples: SampleRecords, database: Database) -> None:
    before = position(database)
    payload = answer(write(run, samples, {
        "places": [{"place": samples["dalian"], "mode": "ONLINE", "planned": True}],
        "focus": [samples["life"]],
        "organisers": [{"organisation": samples["organisation"], "role": "SUPPORTER", "quote": "with support"}],
        "people": [
            {"talent": samples["owner"], "role": "SPEAKER"},
            {"talent": samples["other_talent"], "role": "JUDGE"},
        ],
        "projects": [{"project": samples["bank"], "role": "SIGNED"}],
        "awards": [{"project": samples["bank"], "title": text("Second prize"), "rank": 2, "date": "2024-07"}],
        "topics": [text("Optics")],
        "advancement": {"scope": "TRACK", "rule": "the best three"},
    }))  # fmt: skip
    assert payload["userErrors"] == []
    event = payload["event"]
    assert [(each["place"]["id"], each["mode"], each["planned"]) for each in event["places"]] == [
        (samples["dalian"], "ONLINE", True)
    ]
    assert event["focus"] == [{"id": samples["life"]}]
    assert [each["role"] for each in event["organisers"]] == ["SUPPORTER"]
    assert {(each["talent"]["id"], each["role"]) for each in event["people"]} == {
        (samples["owner"], "SPEAKER"), (samples["other_talent"], "JUDGE")
    }  # fmt: skip
    assert samples["person_role"] in {each["id"] for each in event["people"]}, "the same person in the same role stays"
    assert (samples["bank"], "SIGNED") in [(each["project"]["id"], each["role"]) for each in event["projects"]]
    assert [(each["rank"], each["title"], each["date"]["text"]) for each in event["awards"]] == [
        (2, "Second prize", "2024-07")
    ]
    assert event["topics"] == ["Optics"]
    assert event["advancement"] == {"scope": "TRACK", "rule": "the best three", "channels": []}
    with database.read() as session:
        log = session.scalars(select(models.Change).where(models.Change.sequence > before)).all()
    assert {(each.entity_type, each.operation) for each in log} >= {
        ("event_place", Operation.CREATE), ("event_place", Operation.DELETE), ("event_person", Operation.CREATE),
        ("award", Operation.DELETE), ("event", Operation.UPDATE),
    }  # fmt: skip
    assert all(each.owner_id == samples["event"] for each in log if each.entity_type == "event_person")


def test_a_part_is_changed_by_its_id_and_omitted_fields_stay(run: Run, samples: SampleRecords) -> None:
    given = {"awards": [{"id": samples["award"], "rank": 3}]}
    [award] = answer(write(run, samples, given))["event"]["awards"]
    assert (award["id"], award["rank"], award["title"], award["project"]["id"]) == (
        samples["award"], 3, "First prize", samples["lidar"]
    )  # fmt: skip


def test_writing_the_same_again_writes_nothing(run: Run, samples: SampleRecords, database: Database) -> None:
    given = {
        "people": [{"talent": samples["other_talent"], "role": "JUDGE"}],
        "places": [{"place": samples["kunshan"]}],
    }
    first = answer(write(run, samples, given))["event"]
    before = position(database)
    second = answer(write(run, samples, given))["event"]
    assert second == first, "also its version"
    assert position(database) == before


def test_roles_are_swapped(run: Run, samples: SampleRecords) -> None:
    """What the database keeps unique may pass from one part to another."""
    people = answer(write(run, samples, {"people": [
        {"talent": samples["owner"], "role": "SPEAKER"}, {"talent": samples["other_talent"], "role": "JUDGE"}
    ]}))["event"]["people"]  # fmt: skip
    ids = {each["role"]: each["id"] for each in people}
    payload = answer(write(run, samples, {"people": [
        {"id": ids["SPEAKER"], "talent": samples["other_talent"]}, {"id": ids["JUDGE"], "talent": samples["owner"]}
    ]}))  # fmt: skip
    assert payload["userErrors"] == []
    assert {(each["id"], each["talent"]["id"]) for each in payload["event"]["people"]} == {
        (ids["SPEAKER"], samples["other_talent"]), (ids["JUDGE"], samples["owner"])
    }  # fmt: skip


def test_what_is_wrong_has_its_path(run: Run, samples: SampleRecords, database: Database) -> None:
    before = position(database)
    person = {"talent": samples["owner"], "role": "SPEAKER"}
    found = problems(write(run, samples, {
        "people": [person, person, {"role": "JUDGE"}, {"id": samples["award"], "role": "JUDGE"}],
        "projects": [{"project": samples["lidar"], "role": "SEEN"}],
        "awards": [{"project": samples["lidar"], "rank": 0}, {"event": samples["edition"], "title": text("x")}],
        "topics": [text("fine"), []],
    }))  # fmt: skip
    assert found == [
        ("BAD_USER_INPUT", "input.topics.1"),
        ("BAD_USER_INPUT", "input.people.1"), ("BAD_USER_INPUT", "input.people.2.talent"),
        ("NOT_FOUND", "input.people.3.id"), ("BAD_USER_INPUT", "input.projects.0.role"),
        ("BAD_USER_INPUT", "input.awards.0.rank"), ("NOT_FOUND", "input.awards.1.event"),
    ]  # fmt: skip
    too_many = {"people": [person] * 501}
    assert problems(write(run, samples, too_many)) == [("BAD_USER_INPUT", "input.people")]
    assert position(database) == before


def test_a_dry_run_and_an_old_version_write_nothing(run: Run, samples: SampleRecords, database: Database) -> None:
    before = position(database)
    assert answer(write(run, samples, {"people": []}, dry=True))["userErrors"] == []
    assert problems(write(run, samples, {"people": []}, version=99)) == [("CONFLICT", "ifVersion")]
    assert position(database) == before


def test_a_new_event_is_created_with_its_parts_once(run: Run, samples: SampleRecords, database: Database) -> None:
    create = """mutation ($input: EventCreateInput!) { createEvent(input: $input, idempotencyKey: "k") {
        event { id people { talent { id } } places { place { id } } } userErrors { code message field } } }"""
    given = {"name": text("New"), "type": "SUMMIT", "people": [{"talent": samples["owner"], "role": "SPEAKER"}],
             "places": [{"place": samples["kunshan"]}]}  # fmt: skip
    made = answer(run(create, {"input": given}, samples.as_(Role.ORGANISER)))
    assert made["userErrors"] == []
    assert made["event"]["people"] == [{"talent": {"id": samples["owner"]}}]
    before = position(database)
    assert answer(run(create, {"input": given}, samples.as_(Role.ORGANISER))) == made
    assert position(database) == before


def test_parts_that_the_writer_does_not_see_stay(run: Run, tenants: Tenants, database: Database) -> None:
    """An organiser of another programme shows a confidential project in our event; our list doesn't remove it."""
    with database.write(Actor.system("tests")) as session:
        row = models.EventProject(event_id=tenants.ours["event"], project_id=tenants.theirs["hidden"])
        session.add(row)
    variables = {"id": tenants.ours["event"], "input": {"projects": [{"project": tenants.ours["hidden"]}]}}
    payload = answer(run(EVENT, variables, tenants.actor))
    assert payload["userErrors"] == []
    assert [each["project"]["id"] for each in payload["event"]["projects"]] == [tenants.ours["hidden"]]
    with database.read() as session:
        assert session.get(models.EventProject, row.id) is not None
    variables["input"] = {"projects": [{"project": tenants.theirs["hidden"]}]}
    assert problems(run(EVENT, variables, tenants.actor)) == [("NOT_FOUND", "input.projects.0.project")]
    variables = {"id": tenants.theirs["event"], "input": {"projects": []}}
    assert problems(run(EVENT, variables, tenants.actor)) == [("FORBIDDEN", "")]


TALENT = """mutation ($id: ID!, $input: TalentInput!) { updateTalent(id: $id, input: $input) {
    talent { positions { id title(lang: EN) organisation { id } starts { text } source { id } } degrees { level year } }
    userErrors { code message field } } }"""


def test_a_person_writes_their_own_offices(run: Run, samples: SampleRecords) -> None:
    given = {
        "positions": [{"id": samples["position"], "title": text("Chair"), "source": samples["source"]},
                      {"title": text("Fellow"), "starts": "2021"}],
        "degrees": [{"level": "doctor", "year": 2010}],
    }  # fmt: skip
    payload = answer(run(TALENT, {"id": samples["owner"], "input": given}, samples.as_(Role.TALENT)))
    assert payload["userErrors"] == []
    shown = {(each["title"], (each["organisation"] or {}).get("id")) for each in payload["talent"]["positions"]}
    assert shown == {("Chair", samples["organisation"]), ("Fellow", None)}
    assert payload["talent"]["degrees"] == [{"level": "doctor", "year": 2010}]
    other = {"id": samples["other_talent"], "input": {"positions": []}}
    assert problems(run(TALENT, other, samples.as_(Role.TALENT))) == [("FORBIDDEN", "")]


PROJECT = """mutation ($id: ID!, $input: ProjectInput!) { updateProject(id: $id, input: $input) {
    project { recommendations { organisation { id } edition { id } } awards { title(lang: EN) event { id } } }
    userErrors { code message field } } }"""


@pytest.mark.parametrize("given", [{"recommendations": []}, {"awards": []}, {"fictional": True}])
def test_a_project_s_owner_says_nothing_for_others(run: Run, samples: SampleRecords, given: dict[str, Any]) -> None:
    [field] = given
    found = problems(run(PROJECT, {"id": samples["lidar"], "input": given}, samples.as_(Role.TALENT)))
    assert found == [("FORBIDDEN", f"input.{field}")]


def test_organisers_say_who_recommended_a_project(run: Run, samples: SampleRecords, tenants: Tenants) -> None:
    given = {"recommendations": [{"organisation": samples["organisation"], "edition": tenants.ours["edition"]}, {}],
             "awards": [{"title": text("A prize elsewhere")}]}  # fmt: skip
    payload = answer(run(PROJECT, {"id": tenants.ours["shown"], "input": given}, samples.as_(Role.ORGANISER)))
    assert payload["userErrors"] == []
    assert len(payload["project"]["recommendations"]) == 2, "one by itself, without an organisation"
    assert payload["project"]["awards"] == [{"title": "A prize elsewhere", "event": None}]
    theirs = {"recommendations": [{"organisation": samples["organisation"], "edition": tenants.theirs["edition"]}]}
    variables = {"id": tenants.ours["shown"], "input": theirs}
    assert problems(run(PROJECT, variables, tenants.actor)) == [("FORBIDDEN", "input.recommendations.0.edition")]


def test_partnerships_are_seen_from_both_sides(run: Run, samples: SampleRecords) -> None:
    organiser = samples.as_(Role.ORGANISER)
    update = """mutation ($id: ID!, $input: OrganisationInput!) { updateOrganisation(id: $id, input: $input) {
        organisation { partners { id } } userErrors { code message field } } }"""
    made = answer(run("""mutation ($name: [LocalizedTextInput!]!) {
        createOrganisation(input: {name: $name, type: UNIVERSITY}) { organisation { id } userErrors { message } } }""",
        {"name": text("Example University")}, organiser))  # fmt: skip
    other = made["organisation"]["id"]
    variables = {"id": samples["organisation"], "input": {"partnerships": [{"partner": other, "quote": "stable"}]}}
    assert answer(run(update, variables, organiser))["organisation"] == {"partners": [{"id": other}]}
    both = "query ($id: ID!) { organisation(id: $id) { partners { id } partnerships { id } partnerOf { quote } } }"
    seen = run(both, {"id": other}).data
    assert seen == {"organisation": {
        "partners": [{"id": samples["organisation"]}], "partnerships": [], "partnerOf": [{"quote": "stable"}]
    }}  # fmt: skip
    itself = {"id": other, "input": {"partnerships": [{"partner": other}]}}
    assert problems(run(update, itself, organiser)) == [("BAD_USER_INPUT", "input.partnerships.0.partner")]


def test_crosswalks_are_written(run: Run, samples: SampleRecords) -> None:
    update = """mutation ($id: ID!, $input: ConceptInput!) { updateConcept(id: $id, input: $input) {
        concept { mappings { relation note targetConcept { id } } } userErrors { code message field } } }"""
    given = {"mappings": [{"targetConcept": samples["life"], "relation": "BROAD", "note": "wider"}]}
    payload = answer(run(update, {"id": samples["devices"], "input": given}, samples.as_(Role.ORGANISER)))
    assert payload == {"userErrors": [], "concept": {"mappings": [
        {"relation": "BROAD", "note": "wider", "targetConcept": {"id": samples["life"]}}
    ]}}  # fmt: skip
    assert problems(run(update, {"id": samples["devices"], "input": given}, samples.as_(Role.PLANNER))) == [
        ("FORBIDDEN", "")
    ]
