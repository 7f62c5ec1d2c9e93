"""Two records of one thing become one, with everything that named either, and are parted again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import EventType, InterestKind, MatchStage, Operation, OrganisationType, PlaceType, Role
from store.erasure import erase_talent
from store.models.base import now, table_of
from tests.schema.domain.accounts.test_tenancy import Tenants, position
from tests.schema.domain.accounts.test_tenancy import tenants as tenants  # a fixture
from tests.schema.domain.test_mutations import Run, answer, problems
from tests.schema.samples import SampleRecords

pytestmark = pytest.mark.nightly_on_postgresql

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
        (samples["source"], samples["dalian"], ("NOT_FOUND", "into")), (double, "prj_0", ("NOT_FOUND", "from")),
            (samples["life"], samples["medicine"], ("CONFLICT", "from")),
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


@pytest.mark.parametrize("name", ["organisation", "owner", "investor", "kunshan", "event", "medicine"])
def test_each_type_is_merged_and_parted(run: Run, samples: SampleRecords, database: Database, name: str) -> None:
    with database.write(Actor.system("tests")) as session:
        model = models.ENTITIES[samples[name][:3]]
        given: dict[type[models.Identified], dict[str, Any]] = {
            models.Organisation: {"type": OrganisationType.ENTERPRISE},
            models.Place: {"type": PlaceType.DISTRICT},
            models.Event: {"type": EventType.FINAL},
            models.Concept: {"scheme_id": samples["scheme"], "notation": "another"},
        }
        kept = model(name={"en": "Another"}, **given.get(model, {}))
        session.add(kept)
    before = stored(database)
    done = answer(merge(run, kept.id, samples[name], samples.as_(Role.ORGANISER)))
    assert done["userErrors"] == []
    assert done["merge"]["movedCount"] > 0
    after = stored(database)
    naming = [row for key, row in after.items() if samples[name] in str(row) and key != samples[name]]
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


def test_weights_and_pools_of_scenarios_follow_a_concept(run: Run, samples: SampleRecords, database: Database) -> None:
    with database.write(Actor.system("tests")) as session:
        twin = models.Concept(scheme_id=samples["scheme"], notation="twin", name={"en": "Twin"})
        session.add(twin)
        session.flush()
        both = {twin.id: 3.0, samples["medicine"]: 2.0}
        pool = {"industry": {"concepts": [twin.id, samples["medicine"]]}, "or": [{"id": [twin.id]}]}
        row = models.Scenario(place_id=samples["kunshan"], name={"en": "x"}, industry_weights=both, pool=pool)
        session.add(row)
    done = answer(merge(run, samples["medicine"], twin.id, samples.as_(Role.ORGANISER)))["merge"]
    with database.read() as session:
        stored_row = session.get_one(models.Scenario, row.id)
        assert stored_row.industry_weights == {samples["medicine"]: 2.0}, "the weight of the one that stays"
        assert stored_row.pool == {
            "industry": {"concepts": [samples["medicine"]]}, "or": [{"id": [samples["medicine"]]}],
        }  # fmt: skip
    answer(run(UNDO, {"id": done["id"]}, samples.as_(Role.ORGANISER)))
    with database.read() as session:
        assert (session.get_one(models.Scenario, row.id).industry_weights, row.pool) == (both, pool)


DISTINCT = """mutation ($first: ID!, $second: ID!, $dry: Boolean! = false) {
    markDistinct(first: $first, second: $second, dryRun: $dry) {
        pair { id first { id } second { id } } userErrors { code message field } } }"""
WITHDRAW = """mutation ($id: ID!) { unmarkDistinct(id: $id) {
    pair { first { id } } userErrors { code message field } } }"""
PAIRS = "{ possibleDuplicates(type: %s) { first { id } second { id } signals } }"


def proposed(run: Run, samples: SampleRecords, kind: str) -> set[frozenset[str]]:
    found = run(PAIRS % kind, {}, samples.as_(Role.ORGANISER)).data["possibleDuplicates"]  # type: ignore[index]
    return {frozenset((each["first"]["id"], each["second"]["id"])) for each in found}


def test_distinct_records_are_not_proposed_and_not_merged(
    run: Run, samples: SampleRecords, database: Database, double: str
) -> None:
    organiser, pair = samples.as_(Role.ORGANISER), {"first": samples["lidar"], "second": double}
    start = position(database)
    assert answer(run(DISTINCT, {**pair, "dry": True}, organiser))["userErrors"] == []
    assert position(database) == start
    marked = answer(run(DISTINCT, pair, organiser))["pair"]
    again = answer(run(DISTINCT, {"first": double, "second": samples["lidar"]}, organiser))["pair"]
    assert again["id"] == marked["id"], "in either order it is one pair"
    assert frozenset(pair.values()) not in proposed(run, samples, "PROJECT")
    assert problems(merge(run, samples["lidar"], double, organiser)) == [("CONFLICT", "from")]
    listed = run(
        "query ($id: [ID!]) { distinctPairs(filter: {id: $id}) { totalCount } }", {"id": marked["id"]}, organiser
    )
    assert listed.data == {"distinctPairs": {"totalCount": 1}}
    assert run("{ distinctPairs { totalCount } }").data == {"distinctPairs": {"totalCount": 0}}
    assert answer(run(WITHDRAW, {"id": marked["id"]}, organiser))["pair"]["first"]["id"] in pair.values()
    assert frozenset(pair.values()) in proposed(run, samples, "PROJECT")
    assert answer(merge(run, samples["lidar"], double, organiser))["userErrors"] == []
    assert problems(run(WITHDRAW, {"id": marked["id"]}, organiser)) == [("NOT_FOUND", "id")]


def test_what_is_no_pair_is_told(run: Run, samples: SampleRecords, tenants: Tenants, double: str) -> None:
    for first, second, actor, fault in [
        (samples["lidar"], samples["lidar"], samples.as_(Role.ORGANISER), ("BAD_USER_INPUT", "second")),
        (samples["lidar"], samples["owner"], samples.as_(Role.ORGANISER), ("BAD_USER_INPUT", "second")),
        (samples["lidar"], "prj_0", samples.as_(Role.ORGANISER), ("NOT_FOUND", "second")),
        (samples["lidar"], double, samples.as_(Role.INVESTOR), ("FORBIDDEN", "")),
        (tenants.ours["draft"], samples["bank"], tenants.actor, ("FORBIDDEN", "")),
    ]:  # fmt: skip
        assert problems(run(DISTINCT, {"first": first, "second": second}, actor)) == [fault]


def test_pairs_go_with_an_erased_person(run: Run, samples: SampleRecords, database: Database) -> None:
    given = {"first": samples["owner"], "second": samples["other_talent"]}
    answer(run(DISTINCT, given, samples.as_(Role.ORGANISER)))
    with database.write(Actor.system("tests")) as session:
        erase_talent(session, samples["owner"])
    left = run("query ($id: [ID!]) { distinctPairs(filter: {first: $id}) { totalCount } }",
               {"id": list(given.values())}, samples.as_(Role.ADMIN))  # fmt: skip
    assert left.data == {"distinctPairs": {"totalCount": 0}}


def test_equal_names_of_different_things_are_not_proposed(run: Run, samples: SampleRecords, database: Database) -> None:
    with database.write(Actor.system("tests")) as session:
        abroad = models.Place(name={"en": "Kunshan"}, type=PlaceType.DISTRICT, country_code="FR")
        at_home = models.Place(name={"en": "Kunshan"}, type=PlaceType.DISTRICT, country_code="CN")
        unknown = models.Place(name={"en": "kunshan"}, type=PlaceType.DISTRICT)
        elsewhere = models.Concept(scheme_id=samples["other_scheme"], notation="m", name={"en": "Medicine"})
        same = models.Concept(scheme_id=samples["scheme"], notation="m", name={"en": "Medicine"})
        later = models.Event(name={"en": "Final"}, type=EventType.FINAL, starts="2024-08")
        like = models.Event(name={"en": "Final"}, type=EventType.FINAL, starts="2024-07")
        session.add_all([abroad, at_home, unknown, elsewhere, same, later, like])
    places = proposed(run, samples, "PLACE")
    assert frozenset((abroad.id, at_home.id)) not in places, "in two countries"
    assert {frozenset((abroad.id, unknown.id)), frozenset((samples["kunshan"], at_home.id))} <= places
    assert proposed(run, samples, "CONCEPT") == {frozenset((samples["medicine"], same.id))}
    assert proposed(run, samples, "EVENT") == {frozenset((samples["event"], like.id))}
