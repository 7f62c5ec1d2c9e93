"""Two records of one thing become one, with everything that named either, and are parted again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import InterestKind, MatchStage, Operation, OrganisationType, Role
from store.erasure import erase_talent
from store.models.base import now, table_of
from tests.schema.domain.accounts.test_tenancy import Tenants, position
from tests.schema.domain.accounts.test_tenancy import tenants as tenants  # a fixture
from tests.schema.domain.test_mutations import Run, answer, problems
from tests.schema.samples import SampleRecords

MERGE = """mutation ($into: ID!, $from: ID!, $dry: Boolean! = false, $key: String, $version: Int) {
    mergeRecords(into: $into, from: $from, dryRun: $dry, idempotencyKey: $key, intoVersion: $version) {
        merge { id kept { id } gone { id } movedCount undoneAt } userErrors { code message field } } }"""
UNDO = """mutation ($id: ID!) { undoMerge(id: $id) { merge { undoneAt } userErrors { code message field } } }"""
UPKEEP = {"version", "updated_at", "public_version", "public_updated_at"}


@pytest.fixture
def double(database: Database, samples: SampleRecords) -> str:
    """A second record of the project `lidar`, with its own answers, talks, tracks and names."""
    with database.write(Actor.system("tests")) as session:
        row = models.Project(name={"en": "Beam Ltd", "zh": "光束"}, aliases=["Ray"], website="https://beam.example",
                             raised_amount=5, raised_currency="EUR", landed="2024-05")  # fmt: skip
        session.add(row)
        session.flush()
        later = now() + timedelta(hours=1)
        session.add_all([
            models.ProjectTrack(project_id=row.id, track_id=samples["health_track"]),
            models.ProjectConcept(project_id=row.id, concept_id=samples["life"]),
            models.Interest(subject_id=samples["investor"], project_id=row.id, kind=InterestKind.PASS,
                            note="on reflection", answered_at=later),
            models.Interest(subject_id=samples["dalian"], project_id=row.id, kind=InterestKind.LIKE),
            models.StatisticalClaim(subject_id=row.id, measure="staff", unit="people", value=3),
            models.ExternalId(entity_type="project", namespace="crm", value="7", entity_id=row.id),
        ])  # fmt: skip
        talks = models.Match(
            subject_id=samples["investor"],
            project_id=row.id,
            stage=MatchStage.SIGNED,
            since="2024-09",
            note="signed",
        )
        session.add(talks)
        session.flush()
        session.add(models.MatchStep(match_id=talks.id, stage=MatchStage.SIGNED, happened="2024-09"))
        return row.id


def merge(run: Run, into: str, gone: str, actor: Actor, **further: Any) -> Any:
    return run(MERGE, {"into": into, "from": gone, **further}, actor)


def stored(database: Database) -> dict[str, dict[str, Any]]:
    """Every row that a merge may touch, without what counts writes."""
    rows: dict[str, dict[str, Any]] = {}
    with database.read() as session:
        for model in models.ENTITIES.values():
            if model is models.RecordMerge:
                continue
            for row in session.execute(select(table_of(model))).mappings():
                rows[row["id"]] = {name: value for name, value in row.items() if name not in UPKEEP}
        for key in session.execute(select(models.ExternalId.value, models.ExternalId.entity_id)):
            rows[f"external:{key.value}"] = {"entity_id": key.entity_id}
    return rows


def test_everything_that_names_one_names_the_other(
    run: Run, samples: SampleRecords, database: Database, double: str
) -> None:
    before = position(database)
    done = answer(merge(run, samples["lidar"], double, samples.as_(Role.ORGANISER)))
    assert done["userErrors"] == []
    assert done["merge"]["kept"] == {"id": samples["lidar"]}
    assert done["merge"]["gone"] == {"id": double}
    query = """query ($id: ID!, $investor: ID!) { project(id: $id) { aliases website externalIds raised { amount }
        tracks { id } industries { id } claims { measure } interests { nodes { kind } }
        match(counterpart: $investor) { stage steps { stage } } } }"""
    variables = {"id": samples["lidar"], "investor": samples["investor"]}
    found = run(query, variables, samples.as_(Role.ORGANISER)).data["project"]  # type: ignore[index]
    assert found["aliases"] == ["Beam Ltd", "Ray"]
    assert (found["website"], found["externalIds"], found["raised"]) == (
        "https://beam.example", ["crm:7"], {"amount": "5"}
    )  # fmt: skip
    assert {each["id"] for each in found["tracks"]} == {samples["health_track"], samples["digital_track"]}
    assert samples["life"] in {each["id"] for each in found["industries"]}
    assert found["claims"] == [{"measure": "staff"}]
    assert "LIKE" in {each["kind"] for each in found["interests"]["nodes"]}, "a place's only answer"
    assert found["match"]["stage"] == "SIGNED"
    assert [each["stage"] for each in found["match"]["steps"]] == ["SHORTLISTED", "MET", "SIGNED"]
    with database.read() as session:
        log = session.scalars(select(models.Change).where(models.Change.sequence > before)).all()
        kept_answer = session.scalars(
            select(models.Interest).where(models.Interest.project_id == double)
        ).one()  # fmt: skip
        interest = models.Interest
        answers = select(interest.note).where(interest.project_id == samples["lidar"])
        later = session.scalars(answers.where(interest.subject_id == samples["investor"])).one()
        talks = session.scalars(select(models.Match).where(models.Match.id == samples["match"])).one()
    assert talks.note == "second meeting in August\n\nsigned"
    assert later == "on reflection", "the investor's later answer counts"
    assert kept_answer.note == "call them", "the earlier answer stays with the record that went"
    assert (("project", double, Operation.ARCHIVE)) in {
        (each.entity_type, each.entity_id, each.operation) for each in log
    }
    assert {each.entity_type for each in log} >= {"interest", "match", "match_step", "project_concept", "record_merge"}


def test_an_old_id_leads_to_where_the_record_went(run: Run, samples: SampleRecords, double: str) -> None:
    query = (
        """query ($id: ID!, $ids: [ID!]!) { node(id: $id) { id } nodes(ids: $ids) { id } project(id: $id) { id } }"""
    )
    variables = {"id": double, "ids": [samples["bank"], double]}
    answer(merge(run, samples["lidar"], double, samples.as_(Role.ORGANISER)))
    found = run(query, variables).data
    there = {"id": samples["lidar"]}
    assert found == {"node": there, "nodes": [{"id": samples["bank"]}, there], "project": there}
    answer(merge(run, samples["bank"], samples["lidar"], samples.as_(Role.ORGANISER)))
    assert run(query, variables).data["node"] == {"id": samples["bank"]}, "and on"  # type: ignore[index]
    told = run(
        "query ($id: ID!) { project(id: $id) { id mergedInto { id } } }", {"id": double}, samples.as_(Role.ADMIN)
    )
    assert told.data == {"project": {"id": double, "mergedInto": {"id": samples["bank"]}}}
    assert run("{ merges { totalCount } }").data == {"merges": {"totalCount": 0}}, "organisers alone list them"


def test_undoing_restores_every_row(run: Run, samples: SampleRecords, database: Database, double: str) -> None:
    before = stored(database)
    done = answer(merge(run, samples["lidar"], double, samples.as_(Role.ORGANISER)))["merge"]
    assert stored(database) != before
    parted = answer(run(UNDO, {"id": done["id"]}, samples.as_(Role.ORGANISER)))
    assert parted["userErrors"] == []
    assert parted["merge"]["undoneAt"]
    assert stored(database) == before
    assert problems(run(UNDO, {"id": done["id"]}, samples.as_(Role.ORGANISER))) == [("CONFLICT", "id")]


def test_what_was_changed_since_stays(run: Run, samples: SampleRecords, double: str) -> None:
    done = answer(merge(run, samples["lidar"], double, samples.as_(Role.ORGANISER)))["merge"]
    update = """mutation ($id: ID!) { updateProject(id: $id, input: {website: "https://new.example"}) {
        userErrors { message } } }"""
    run(update, {"id": samples["lidar"]}, samples.as_(Role.ORGANISER))
    answer(run(UNDO, {"id": done["id"]}, samples.as_(Role.ORGANISER)))
    seen = run("query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Project { website } } }",
               {"ids": [samples["lidar"], double]}, samples.as_(Role.ORGANISER)).data  # fmt: skip
    assert seen == {"nodes": [{"website": "https://new.example"}, {"website": "https://beam.example"}]}


def test_merges_are_undone_in_turn(run: Run, samples: SampleRecords, double: str) -> None:
    first = answer(merge(run, samples["lidar"], double, samples.as_(Role.ORGANISER)))["merge"]
    answer(merge(run, samples["bank"], samples["lidar"], samples.as_(Role.ORGANISER)))
    assert problems(run(UNDO, {"id": first["id"]}, samples.as_(Role.ORGANISER))) == [("CONFLICT", "id")]


def test_what_can_not_be_merged_is_told(run: Run, samples: SampleRecords, database: Database, double: str) -> None:
    organiser, before = samples.as_(Role.ORGANISER), position(database)
    for into, gone, fault in [
        (double, double, ("CONFLICT", "from")), (double, samples["investor"], ("BAD_USER_INPUT", "from")),
        (samples["kunshan"], samples["dalian"], ("NOT_FOUND", "into")), (double, "prj_0", ("NOT_FOUND", "from")),
        (double, samples["archived"], ("CONFLICT", "from")),
    ]:  # fmt: skip
        assert problems(merge(run, into, gone, organiser)) == [fault]
    assert problems(merge(run, samples["lidar"], double, samples.as_(Role.TALENT))) == [("FORBIDDEN", "")]
    assert problems(merge(run, samples["lidar"], double, organiser, version=99)) == [("CONFLICT", "intoVersion")]
    assert answer(merge(run, samples["lidar"], double, organiser, dry=True))["userErrors"] == []
    assert position(database) == before
    with database.write(Actor.system("tests")) as session:
        middle = models.Organisation(
            name={"en": "m"}, type=OrganisationType.ENTERPRISE, parent_id=samples["organisation"]
        )
        session.add(middle)
        session.flush()
        low = models.Organisation(name={"en": "l"}, type=OrganisationType.ENTERPRISE, parent_id=middle.id)
        session.add(low)
    assert problems(merge(run, low.id, samples["organisation"], organiser)) == [("CONFLICT", "from")]
    assert problems(merge(run, middle.id, samples["organisation"], organiser)) == [], (
        "directly below: it takes its place"
    )


def test_the_same_call_merges_once(run: Run, samples: SampleRecords, double: str) -> None:
    first = answer(merge(run, samples["lidar"], double, samples.as_(Role.ORGANISER), key="k"))
    assert answer(merge(run, samples["lidar"], double, samples.as_(Role.ORGANISER), key="k")) == first


@pytest.mark.parametrize("name", ["organisation", "owner", "investor"])
def test_each_type_is_merged_and_parted(run: Run, samples: SampleRecords, database: Database, name: str) -> None:
    with database.write(Actor.system("tests")) as session:
        model = models.ENTITIES[samples[name][:3]]
        given = {"type": OrganisationType.ENTERPRISE} if model is models.Organisation else {}
        kept = model(name={"en": "Another"}, **given)
        session.add(kept)
    before = stored(database)
    done = answer(merge(run, kept.id, samples[name], samples.as_(Role.ORGANISER)))
    assert done["userErrors"] == []
    assert done["merge"]["movedCount"] > 0
    after = stored(database)
    naming = [row for key, row in after.items() if samples[name] in row.values() and key != samples[name]]
    assert naming == [], "nothing names it any more"
    answer(run(UNDO, {"id": done["merge"]["id"]}, samples.as_(Role.ORGANISER)))
    assert stored(database) == before


def test_an_organiser_merges_its_own_alone(run: Run, tenants: Tenants) -> None:
    own = merge(run, tenants.ours["draft"], tenants.ours["hidden"], tenants.actor)
    assert answer(own)["userErrors"] == []
    for into, gone, field in [("shown", "shown", ""), ("draft", "hidden", "")]:
        found = problems(merge(run, tenants.ours[into], tenants.theirs[gone], tenants.actor))
        assert found in ([("FORBIDDEN", field)], [("NOT_FOUND", "from")])


def test_an_erased_person_is_erased_in_both_records(run: Run, samples: SampleRecords, database: Database) -> None:
    with database.write(Actor.system("tests")) as session:
        other = models.Talent(name={"en": "Augusta Example"}, email="augusta@example.org")
        session.add(other)
    answer(merge(run, samples["owner"], other.id, samples.as_(Role.ORGANISER)))
    with database.write(Actor.system("tests")) as session:
        erase_talent(session, samples["owner"])
    with database.read() as session:
        assert session.get_one(models.Talent, other.id).email is None
        assert session.get_one(models.Talent, other.id).name == {}
        assert (
            session.scalar(select(models.RecordMerge.id).where(models.RecordMerge.kept_id == samples["owner"])) is None
        )
        logged = session.scalars(select(models.Change)).all()
    assert not [each for each in logged if "Augusta" in str((each.before, each.after))]


def test_possible_duplicates_are_listed(run: Run, samples: SampleRecords, double: str, tenants: Tenants) -> None:
    query = "{ possibleDuplicates(type: PROJECT) { first { id } second { id } signals } }"
    found = run(query, {}, samples.as_(Role.ORGANISER)).data["possibleDuplicates"]  # type: ignore[index]
    pairs = {frozenset((each["first"]["id"], each["second"]["id"])): each["signals"] for each in found}
    assert pairs[frozenset((samples["lidar"], double))] == ["NAME"], "apart from the form of the company"
    own = run(query, {}, tenants.actor).data["possibleDuplicates"]  # type: ignore[index]
    assert {each[side]["id"] for each in own for side in ("first", "second")} <= set(tenants.ours.values())
    assert run(query, {}, samples.as_(Role.INVESTOR)).errors
    assert run(query.replace("PROJECT", "PROJECT, first: 999"), {}, samples.as_(Role.ADMIN)).errors
