"""The rules that the API tells are the rules that it holds."""

from __future__ import annotations

import itertools
from typing import Any

from schema.domain.shared import writers
from schema.types.build import RoadshowSchema
from store.access.actors import Actor
from store.enums import Role
from tests.schema.domain.rankings.test_rankings import Run
from tests.schema.samples import SampleRecords

RULES = "{ capabilities { rules { on roles ownOnly description owner } } }"
NAMED = {
    "expressInterest": 'project: "{lidar}", kind: LIKE, subject: {subject}',
    "withdrawInterest": 'project: "{lidar}", subject: {subject}',
    "advanceMatch": 'project: "{lidar}", stage: MET, subject: {subject}',
    "confirmMatchStep": 'step: "mst_0"',
    "retractMatchStep": 'step: "mst_0", subject: {subject}',
    "keepRanking": "subject: {subject}, target: {target}",
    "setIndustryPriorities": 'place: "{kunshan}", priorities: []',
    "setMandate": 'investor: "{investor}", mandate: {{}}',
    "publishProject": 'id: "{lidar}"',
    "withdrawProject": 'id: "{lidar}"',
    "setTeam": 'project: "{lidar}", members: []',
    "setLandingPreferences": 'project: "{lidar}", preferences: []',
    "confirmTeamMember": 'member: "{member}"',
    "confirmInvestment": 'investment: "{draft_investment}"',
    "mergeRecords": 'into: "{lidar}", from: "{lidar}"',
    "undoMerge": 'id: "mrg_0"',
    "requestCorrection": 'subject: "{lidar}", field: "foundingYear", reason: "x"',
    "withdrawCorrection": 'id: "{correction}"',
    "acceptCorrection": 'id: "{correction}"',
    "declineCorrection": 'id: "{correction}", answer: "x"',
    "markDistinct": 'first: "{lidar}", second: "{lidar}"',
    "unmarkDistinct": 'id: "dst_0"',
    "mapUnmappedTerm": 'id: "{term}", concept: "{medicine}"',
    **{f"{verb}UnmappedTerm": 'id: "{term}"' for verb in ("reject", "reopen")},
    "createScenario": 'place: "{kunshan}", input: {{name: [{{language: EN, text: "x"}}]}}',
    **{f"{verb}Scenario": 'id: "{scenario}"' for verb in ("archive", "restore", "apply")},
    "updateScenario": 'id: "{scenario}", input: {{}}',
}


def rules(run: Run) -> dict[str, Any]:
    found = run(RULES).data["capabilities"]["rules"]  # type: ignore[index]
    return {each["on"]: each for each in found}


def test_every_rule_is_about_something_in_the_schema(run: Run, schema: RoadshowSchema) -> None:
    told = rules(run)
    for coordinate in told:
        name, _, field = coordinate.partition(".")
        kind = schema._schema.type_map[name]
        assert not field or field in kind.fields, coordinate  # type: ignore[attr-defined]
    assert {f"Mutation.{each}" for each in schema._schema.mutation_type.fields} <= told.keys()  # type: ignore[union-attr]


def test_mutations_with_names_of_their_own_are_for_the_roles_that_are_told(run: Run, samples: SampleRecords) -> None:
    told = rules(run)
    assert NAMED.keys() == writers.NAMED.keys()
    for name, role in itertools.product(NAMED, Role):
        actor = Actor.public() if role is Role.PUBLIC else samples.as_(role)
        own = {Role.PLANNER: "kunshan", Role.TALENT: "lidar"}.get(role, "investor")
        target = "PLACE" if role is Role.TALENT else "PROJECT"
        given = NAMED[name].format(subject=f'"{samples[own]}"', target=target, **samples.ids)
        result = run(f"mutation {{ {name}({given}, dryRun: true) {{ userErrors {{ code }} }} }}", {}, actor)
        if result.errors:
            codes = [each.extensions["code"] for each in result.errors]
            assert codes == ["UNAVAILABLE"], "no recommender runs here"
        else:
            codes = [each["code"] for each in result.data[name]["userErrors"]]  # type: ignore[index]
        assert ("FORBIDDEN" not in codes) == (role.value in told[f"Mutation.{name}"]["roles"]), (name, role, codes)


def test_a_field_is_read_by_the_roles_that_are_told(run: Run, samples: SampleRecords) -> None:
    told = rules(run)["Investor.interests"]
    assert told["roles"] == ["INVESTOR", "ORGANISER", "ADMIN"]
    assert told["ownOnly"] == ["INVESTOR"]
    query = "query ($id: ID!) { investor(id: $id) { interests { totalCount } } }"
    for role in (Role.PUBLIC, Role.PLANNER, Role.INVESTOR, Role.ORGANISER):
        actor = Actor.public() if role is Role.PUBLIC else samples.as_(role)
        result = run(query, {"id": samples["investor"]}, actor)
        assert (result.errors is None) == (role.value in told["roles"]), role
    rival = run(query, {"id": samples["rival"]}, samples.as_(Role.INVESTOR))
    assert rival.data["investor"]["interests"] is None  # type: ignore[index]


def test_a_mutation_is_for_the_roles_that_are_told(run: Run, samples: SampleRecords) -> None:
    told = rules(run)
    assert told["Mutation.updateProject"]["roles"] == ["TALENT", "SCOPED_ORGANISER", "ORGANISER", "ADMIN"]
    assert told["Mutation.createInvestor"]["ownOnly"] == []
    assert told["Project"]["roles"] is None
    assert "drafts" in told["Project"]["description"]
