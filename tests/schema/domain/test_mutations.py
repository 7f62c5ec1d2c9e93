"""Mutations: dry runs, version checks, typed errors with field paths, and who may write what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import ExecutionResult
from sqlalchemy import func, select

from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from tests.schema.samples import SampleRecords

Run = Callable[..., ExecutionResult]

ERRORS = "userErrors { code field message } dryRun"
CREATE = f"""mutation ($input: ProjectCreateInput!, $dry: Boolean! = false) {{
    createProject(input: $input, dryRun: $dry) {{
    project {{ id name(lang: EN) version status kind owner {{ id }} origin {{ name }} tracks {{ code }}
        ask {{ minimum {{ amount }} maximum {{ amount currency }} }} founded {{ text }} keywords }} {ERRORS} }} }}"""
UPDATE = f"""mutation ($id: ID!, $input: ProjectInput!, $version: Int, $dry: Boolean! = false) {{
    updateProject(id: $id, input: $input, ifVersion: $version, dryRun: $dry) {{
        project {{ id name(lang: EN) version summary industries {{ notation }} }} {ERRORS} }} }}"""


def answer(result: ExecutionResult) -> dict[str, Any]:
    """The only payload of a mutation."""
    assert result.errors is None, result.errors
    assert result.data
    [payload] = result.data.values()
    return payload  # type: ignore[no-any-return]


def problems(result: ExecutionResult) -> list[tuple[str, str]]:
    payload = answer(result)
    return [(error["code"], ".".join(error["field"])) for error in payload["userErrors"]]


def count(database: Database, model: Any) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_project_is_made_changed_archived_and_restored(run: Run, samples: SampleRecords, database: Database) -> None:
    organiser = samples.as_(Role.ORGANISER)
    given = {
        "name": [{"language": "en", "text": "New"}, {"language": "ZH", "text": "新"}],
        "kind": "PRODUCT",
        "origin": samples["kunshan"],
        "tracks": [samples["health_track"], samples["digital_track"]],
        "ask": {"minimum": "1.5", "maximum": "2.25", "currency": "cny"},
        "founded": "2021-H2",
        "keywords": ["one", "two"],
    }
    made = answer(run(CREATE, {"input": given}, organiser))
    assert made["userErrors"] == []
    project = made["project"]
    assert project["name"] == "New"
    assert project["version"] == 1
    assert project["origin"] == {"name": "Kunshan"}
    assert {track["code"] for track in project["tracks"]} == {"health", "digital"}
    assert project["ask"] == {"minimum": {"amount": "1.5"}, "maximum": {"amount": "2.25", "currency": "CNY"}}
    assert project["founded"] == {"text": "2021-H2"}

    change = {"summary": [{"language": "en", "text": "What it is"}], "industries": [samples["medicine"]]}
    changed = answer(run(UPDATE, {"id": project["id"], "input": change, "version": 1}, organiser))["project"]
    assert changed["summary"] == "What it is"
    assert changed["name"] == "New", "what isn't given stays"
    assert changed["version"] == 2
    assert changed["industries"] == [{"notation": "medicine"}]

    verb = "mutation ($id: ID!) {{ {0}Project(id: $id) {{ project {{ archivedAt }} {1} }} }}"
    assert problems(run(verb.format("publish", ERRORS), {"id": project["id"]}, organiser)) == []
    assert answer(run(verb.format("archive", ERRORS), {"id": project["id"]}, organiser))["project"]["archivedAt"]
    seen = "query ($id: ID!) { project(id: $id) { id } }"
    assert run(seen, {"id": project["id"]}).data == {"project": None}
    assert not answer(run(verb.format("restore", ERRORS), {"id": project["id"]}, organiser))["project"]["archivedAt"]
    assert run(seen, {"id": project["id"]}).data == {"project": {"id": project["id"]}}
    with database.read() as session:
        operations = session.scalars(
            select(models.Change.operation)
            .where(models.Change.entity_id == project["id"])
            .order_by(models.Change.sequence)
        ).all()
        actors = set(session.scalars(select(models.Change.actor_id).where(models.Change.entity_id == project["id"])))
    assert [str(each) for each in operations] == ["CREATE", "UPDATE", "UPDATE", "ARCHIVE", "RESTORE"]
    assert actors == {organiser.id}


def test_a_dry_run_checks_everything_and_writes_nothing(run: Run, samples: SampleRecords, database: Database) -> None:
    before = count(database, models.Project), count(database, models.Change)
    given = {"name": [{"language": "en", "text": "Dry"}], "tracks": [samples["health_track"]]}
    payload = answer(run(CREATE, {"input": given, "dry": True}, samples.as_(Role.ORGANISER)))
    assert payload["dryRun"]
    assert payload["project"]["name"] == "Dry"
    change = {"name": [{"language": "en", "text": "Changed"}]}
    payload = answer(run(UPDATE, {"id": samples["lidar"], "input": change, "dry": True}, samples.as_(Role.ORGANISER)))
    assert payload["project"]["name"] == "Changed"
    assert (count(database, models.Project), count(database, models.Change)) == before


def test_a_dry_run_is_shown_in_a_preview_without_an_id(
    run: Run, samples: SampleRecords, schema: RoadshowSchema
) -> None:
    preview = """preview { name(lang: EN) names { language text } status origin { id name } founded { text }
        ask { minimum { amount currency } } technologyReadiness createdAt owner { id } version }"""
    create = f"""mutation ($input: ProjectCreateInput!, $dry: Boolean!) {{
        createProject(input: $input, dryRun: $dry) {{ {preview} {ERRORS} }} }}"""
    given = {
        "name": [{"language": "en", "text": "Dry"}], "origin": samples["kunshan"], "founded": "2021-H2",
        "ask": {"minimum": "1.5", "currency": "CNY"}, "technologyReadiness": 4,
    }  # fmt: skip
    owner = samples.as_(Role.TALENT)
    shown = answer(run(create, {"input": given, "dry": True}, owner))["preview"]
    assert shown.pop("createdAt")
    assert shown.pop("version") == 1
    assert shown == {
        "name": "Dry", "names": [{"language": "en", "text": "Dry"}], "status": "DRAFT",
        "origin": {"id": samples["kunshan"], "name": "Kunshan"}, "founded": {"text": "2021-H2"},
        "ask": {"minimum": {"amount": "1.5", "currency": "CNY"}}, "technologyReadiness": 4,
        "owner": {"id": samples["owner"]},
    }  # fmt: skip
    assert answer(run(create, {"input": given, "dry": False}, owner))["preview"] is None
    priorities = """mutation ($place: ID!) { setIndustryPriorities(place: $place, dryRun: true, priorities: [
        {name: [{language: EN, text: "Digital"}], weight: 3}]) { preview { name weight place { name } } } }"""
    assert answer(run(priorities, {"place": samples["kunshan"]}, samples.as_(Role.PLANNER)))["preview"] == [
        {"name": "Digital", "weight": 3.0, "place": {"name": "Kunshan"}}
    ]
    kinds: dict[str, Any] = schema._schema.type_map
    fields = {name: kind.fields for name, kind in kinds.items() if name.endswith("Preview")}
    assert len(fields) > 20
    assert not [name for name, each in fields.items() if "id" in each]


def test_a_late_change_is_a_conflict(run: Run, samples: SampleRecords) -> None:
    change = {"id": samples["lidar"], "input": {"keywords": ["a"]}, "version": 1}
    organiser = samples.as_(Role.ORGANISER)
    assert problems(run(UPDATE, change, organiser)) == []
    assert problems(run(UPDATE, change, organiser)) == [("CONFLICT", "ifVersion")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": []}, [("BAD_USER_INPUT", "input.name")]),
        ({"name": [{"language": "en", "text": " "}]}, [("BAD_USER_INPUT", "input.name")]),
        ({"kind": None}, [("BAD_USER_INPUT", "input.kind")]),
        ({"technologyReadiness": 12}, [("BAD_USER_INPUT", "input.technologyReadiness")]),
        ({"website": "javascript:alert(1)"}, [("BAD_USER_INPUT", "input.website")]),
        ({"website": "https://e.org/" + "x" * 600}, [("BAD_USER_INPUT", "input.website")]),
        ({"origin": "plc_00000000000000000000000000"}, [("NOT_FOUND", "input.origin")]),
        ({"origin": "nonsense"}, [("NOT_FOUND", "input.origin")]),
        ({"tracks": ["trk_00000000000000000000000000"]}, [("NOT_FOUND", "input.tracks.0")]),
        ({"ask": {"minimum": "5", "maximum": "4", "currency": "CNY"}}, [("BAD_USER_INPUT", "input.ask.minimum")]),
        ({"ask": {"currency": "CNY"}}, [("BAD_USER_INPUT", "input.ask")]),
        (
            {"summary": [{"language": "en", "text": "a"}, {"language": "en", "text": "b"}]},
            [("BAD_USER_INPUT", "input.summary.1.language")],
        ),
    ],
)
def test_what_cant_be_used_is_told_with_its_path(
    run: Run, samples: SampleRecords, given: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert problems(run(UPDATE, {"id": samples["lidar"], "input": given}, samples.as_(Role.ORGANISER))) == expected


def test_what_must_be_given_is_named_all_at_once(run: Run, samples: SampleRecords) -> None:
    query = f"""mutation ($input: IndustryPriorityInput!) {{
        createIndustryPriority(input: $input) {{ industryPriority {{ id }} {ERRORS} }} }}"""
    assert problems(run(query, {"input": {}}, samples.as_(Role.ORGANISER))) == [
        ("BAD_USER_INPUT", "input.name"),
        ("BAD_USER_INPUT", "input.place"),
    ]


def test_a_place_can_not_lie_in_itself(run: Run, samples: SampleRecords) -> None:
    query = f"""mutation ($id: ID!, $input: PlaceInput!) {{
        updatePlace(id: $id, input: $input) {{ place {{ id }} {ERRORS} }} }}"""
    given = {"id": samples["china"], "input": {"parent": samples["kunshan"]}}
    assert problems(run(query, given, samples.as_(Role.ADMIN))) == [("BAD_USER_INPUT", "input.parent")]


def test_a_code_is_taken_once_within_its_programme(run: Run, samples: SampleRecords) -> None:
    query = f"mutation ($input: TrackCreateInput!) {{ createTrack(input: $input) {{ track {{ id }} {ERRORS} }} }}"
    given = {"name": [{"language": "en", "text": "Again"}], "programme": samples["programme"], "code": "health"}
    assert problems(run(query, {"input": given}, samples.as_(Role.ADMIN))) == [("CONFLICT", "")]


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.INVESTOR, Role.PLANNER, Role.REVIEWER])
def test_projects_are_written_by_owners_and_organisers(run: Run, samples: SampleRecords, role: Role) -> None:
    actor = samples.as_(role)
    given = {"name": [{"language": "en", "text": "New"}]}
    assert problems(run(CREATE, {"input": given}, actor)) == [("FORBIDDEN", "")]
    assert problems(run(UPDATE, {"id": samples["lidar"], "input": given}, actor)) == [("FORBIDDEN", "")]


def test_a_talent_writes_its_own_projects(run: Run, samples: SampleRecords) -> None:
    owner = samples.as_(Role.TALENT)
    given: dict[str, Any] = {"name": [{"language": "en", "text": "Mine"}], "status": "DRAFT"}
    made = answer(run(CREATE, {"input": given}, owner))
    assert made["project"]["owner"] == {"id": samples["owner"]}
    assert problems(run(UPDATE, {"id": samples["draft"], "input": given}, owner)) == []
    assert problems(run(UPDATE, {"id": samples["bank"], "input": given}, owner)) == [("FORBIDDEN", "")]
    giving = {"owner": samples["other_talent"]}
    assert problems(run(UPDATE, {"id": samples["draft"], "input": giving}, owner)) == [("FORBIDDEN", "")]
    landing = {"status": "LANDED"}
    assert problems(run(UPDATE, {"id": samples["draft"], "input": landing}, owner)) == [("FORBIDDEN", "input.status")]
    stranger = Actor(Role.TALENT, "key", samples["other_talent"])
    assert problems(run(UPDATE, {"id": samples["draft"], "input": given}, stranger)) == [("NOT_FOUND", "id")]


def test_interest_is_expressed_replaced_and_withdrawn(run: Run, samples: SampleRecords) -> None:
    investor = samples.as_(Role.INVESTOR)
    express = f"""mutation ($p: ID!, $k: InterestKind!, $r: PassReason) {{
        expressInterest(project: $p, kind: $k, reason: $r, note: "mine") {{
            interest {{ kind reason note project {{ id }} subject {{ ... on Investor {{ id }} }} }} {ERRORS} }} }}"""
    made = answer(run(express, {"p": samples["closed"], "k": "PASS", "r": "TEAM"}, investor))["interest"]
    assert made == {
        "kind": "PASS", "reason": "TEAM", "note": "mine", "project": {"id": samples["closed"]},
        "subject": {"id": samples["investor"]},
    }  # fmt: skip
    assert answer(run(express, {"p": samples["closed"], "k": "LIKE"}, investor))["interest"]["reason"] is None
    assert problems(run(express, {"p": samples["closed"], "k": "LIKE", "r": "TEAM"}, investor)) == [
        ("BAD_USER_INPUT", "reason")
    ]
    assert problems(run(express, {"p": samples["draft"], "k": "LIKE"}, investor)) == [("NOT_FOUND", "project")]
    assert problems(run(express, {"p": samples["lidar"], "k": "LIKE"})) == [("FORBIDDEN", "")]
    mine = "{ interests { totalCount } }"
    assert run(mine, None, investor).data == {"interests": {"totalCount": 3}}
    withdraw = f"mutation ($p: ID!) {{ withdrawInterest(project: $p) {{ interest {{ id }} {ERRORS} }} }}"
    assert problems(run(withdraw, {"p": samples["closed"]}, investor)) == []
    assert problems(run(withdraw, {"p": samples["closed"]}, investor)) == [("NOT_FOUND", "project")]
    assert run(mine, None, investor).data == {"interests": {"totalCount": 2}}


def test_nobody_answers_for_another(run: Run, samples: SampleRecords) -> None:
    query = f"""mutation ($p: ID!, $s: ID) {{ expressInterest(project: $p, kind: LIKE, subject: $s) {{
        interest {{ id }} {ERRORS} }} }}"""
    given = {"p": samples["lidar"], "s": samples["rival"]}
    assert problems(run(query, given, samples.as_(Role.INVESTOR))) == [("FORBIDDEN", "subject")]
    assert problems(run(query, given, samples.as_(Role.ORGANISER))) == []


def test_a_planner_sets_the_priorities_of_its_place(run: Run, samples: SampleRecords) -> None:
    query = f"""mutation ($place: ID!, $all: [PriorityInput!]!) {{
        setIndustryPriorities(place: $place, priorities: $all) {{
            priorities {{ id name weight ordinal industries {{ notation }} tracks {{ code }} }} {ERRORS} }} }}"""
    planner = samples.as_(Role.PLANNER)
    given = [
        {"name": [{"language": "en", "text": "Digital"}], "weight": 3, "tracks": [samples["digital_track"]]},
        {"id": samples["priority"], "weight": 0.5},
    ]
    made = answer(run(query, {"place": samples["kunshan"], "all": given}, planner))["priorities"]
    assert [(each["name"], each["weight"], each["ordinal"]) for each in made] == [("Digital", 3, 0), ("Health", 0.5, 1)]
    assert made[1]["industries"] == [{"notation": "medicine"}]
    shown = run("query ($id: ID!) { place(id: $id) { priorities { name } } }", {"id": samples["kunshan"]})
    assert shown.data == {"place": {"priorities": [{"name": "Digital"}, {"name": "Health"}]}}
    only = [{"name": [{"language": "en", "text": "Alone"}], "weight": 1}]
    answer(run(query, {"place": samples["kunshan"], "all": only}, planner))
    shown = run("query ($id: ID!) { place(id: $id) { priorities { name } } }", {"id": samples["kunshan"]})
    assert shown.data == {"place": {"priorities": [{"name": "Alone"}]}}
    negative = [{**only[0], "weight": -1}]
    assert problems(run(query, {"place": samples["kunshan"], "all": negative}, planner)) == [
        ("BAD_USER_INPUT", "priorities.0.weight")
    ]
    assert problems(run(query, {"place": samples["dalian"], "all": only}, planner)) == [("FORBIDDEN", "place")]


def test_an_investor_changes_its_mandate(run: Run, samples: SampleRecords) -> None:
    query = f"""mutation ($i: ID!, $m: MandateInput!) {{ setMandate(investor: $i, mandate: $m) {{ investor {{ mandate {{
        tracks {{ track {{ code }} weight }} industries {{ industry {{ notation }} }}
        excludedIndustries {{ industry {{ notation }} }} places {{ name }} }} }} {ERRORS} }} }}"""
    mandate = {
        "tracks": [{"id": samples["digital_track"], "weight": 4}],
        "excludedIndustries": [],
        "industries": [{"id": samples["life"]}],
    }
    given = {"i": samples["investor"], "m": mandate}
    made = answer(run(query, given, samples.as_(Role.INVESTOR)))["investor"]["mandate"]
    assert made == {
        "tracks": [{"track": {"code": "digital"}, "weight": 4.0}],
        "industries": [{"industry": {"notation": "life"}}],
        "excludedIndustries": [],
        "places": [{"name": "China"}],
    }
    assert problems(run(query, {**given, "i": samples["rival"]}, samples.as_(Role.INVESTOR))) == [("FORBIDDEN", "")]


def test_an_investor_says_what_it_never_wants_to_see(run: Run, samples: SampleRecords, database: Database) -> None:
    query = f"""mutation ($i: ID!, $e: [ExclusionInput!], $v: Int, $dry: Boolean! = false) {{
        setMandate(investor: $i, mandate: {{exclusions: $e}}, ifVersion: $v, dryRun: $dry) {{
        investor {{ version mandate {{
            exclusions {{ project {{ id }} organisation {{ id }} note }} }} }} {ERRORS} }} }}"""
    investor, organiser = samples.as_(Role.INVESTOR), samples.as_(Role.ORGANISER)
    fund, lidar, organisation = samples["fund"], samples["lidar"], samples["organisation"]

    def said(*given: dict[str, Any], actor: Actor = investor, **more: Any) -> ExecutionResult:
        return run(query, {"i": samples["investor"], "e": list(given), **more}, actor)

    def stands() -> dict[str, str | None]:
        with database.read() as session:
            rows = session.scalars(
                select(models.InvestorExclusion).where(models.InvestorExclusion.investor_id == samples["investor"])
            )
            return {row.project_id or row.organisation_id or "": row.note for row in rows}

    assert stands() == {fund: "no funds"}
    dry = answer(said({"organisation": organisation}, dry=True))
    assert dry["userErrors"] == []
    assert stands() == {fund: "no funds"}
    made = answer(said({"project": fund}, {"organisation": organisation, "note": "A rival."}))["investor"]
    assert {"project": None, "organisation": {"id": organisation}, "note": "A rival."} in made["mandate"]["exclusions"]
    assert stands() == {fund: "no funds", organisation: "A rival."}, "a note that isn't given stays"
    assert problems(said({"project": lidar}, v=made["version"] - 1)) == [("CONFLICT", "ifVersion")]
    assert problems(said({"project": lidar, "organisation": organisation})) == [
        ("BAD_USER_INPUT", "mandate.exclusions.0")
    ]
    assert problems(said({"project": fund}, {"project": samples["draft"]})) == [
        ("NOT_FOUND", "mandate.exclusions.1.project")
    ]
    for actor in (Actor.public(), samples.as_(Role.PLANNER), Actor(Role.INVESTOR, "key", samples["rival"])):
        assert [code for code, _ in problems(said(actor=actor))] == ["FORBIDDEN"]
    assert problems(said({"project": lidar}, {"project": samples["draft"]}, actor=organiser)) == []
    assert answer(said())["investor"]["mandate"]["exclusions"] == []
    assert stands() == {samples["draft"]: None}, "what the investor doesn't see, it doesn't take back"


def test_an_owner_sets_team_and_landing_preferences(run: Run, samples: SampleRecords) -> None:
    team = f"""mutation ($p: ID!, $m: [TeamMemberInput!]!) {{ setTeam(project: $p, members: $m) {{
        project {{ team {{ talent {{ name }} founder equityPercent }} }} {ERRORS} }} }}"""
    members = [{"talent": samples["other_talent"], "founder": True, "equityPercent": "12.5"}]
    owner = samples.as_(Role.TALENT)
    assert answer(run(team, {"p": samples["lidar"], "m": members}, owner))["project"]["team"] == [
        {"talent": {"name": "Ben Example"}, "founder": True, "equityPercent": "12.5"}
    ]
    members[0]["equityPercent"] = "101"
    assert problems(run(team, {"p": samples["lidar"], "m": members}, owner)) == [
        ("BAD_USER_INPUT", "members.0.equityPercent")
    ]
    settle = f"""mutation ($p: ID!, $l: [LandingPreferenceInput!]!) {{
        setLandingPreferences(project: $p, preferences: $l) {{
            project {{ landingPreferences {{ place {{ name }} weight }} }} {ERRORS} }} }}"""
    preferences = [{"place": samples["kunshan"], "weight": 1.0}]
    assert answer(run(settle, {"p": samples["lidar"], "l": preferences}, owner))["project"]["landingPreferences"] == [
        {"place": {"name": "Kunshan"}, "weight": 1.0}
    ]


def test_an_owner_restores_what_it_archived(run: Run, samples: SampleRecords) -> None:
    owner = samples.as_(Role.TALENT)
    verb = "mutation ($id: ID!) {{ {0}Project(id: $id) {{ project {{ archivedAt }} {1} }} }}"
    archived = answer(run(verb.format("archive", ERRORS), {"id": samples["lidar"]}, owner))
    assert archived["project"]["archivedAt"]
    stranger = Actor(Role.TALENT, "key", samples["other_talent"])
    assert problems(run(verb.format("restore", ERRORS), {"id": samples["lidar"]}, stranger)) == [("NOT_FOUND", "id")]
    restored = answer(run(verb.format("restore", ERRORS), {"id": samples["lidar"]}, owner))
    assert restored["userErrors"] == []
    assert run("query ($id: ID!) { project(id: $id) { name } }", {"id": samples["lidar"]}).data == {
        "project": {"name": "Beam"}
    }
