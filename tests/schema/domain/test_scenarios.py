"""Scenarios: who sees, saves, changes and applies them."""

from __future__ import annotations

from typing import Any

import pytest

from store.access.actors import Actor
from store.enums import Role
from tests.schema.conftest import Ask
from tests.schema.samples import SampleRecords

pytestmark = pytest.mark.nightly_on_postgresql

SHOWN = """scenario { id version name shared archivedAt pool priorityWeights { priority { id } weight }
    industryWeights { industry { id } weight } blockWeights { block weight } } userErrors { code field }"""
CREATE = f"""mutation ($place: ID!, $input: ScenarioCreateInput!, $dryRun: Boolean! = false) {{
    createScenario(place: $place, input: $input, dryRun: $dryRun) {{ {SHOWN} }} }}"""
UPDATE = f"""mutation ($id: ID!, $input: ScenarioInput!, $ifVersion: Int) {{
    updateScenario(id: $id, input: $input, ifVersion: $ifVersion) {{ {SHOWN} }} }}"""
APPLY = """mutation ($id: ID!, $ifVersion: Int) { applyScenario(id: $id, ifVersion: $ifVersion) {
    priorities { id weight } userErrors { code field message } } }"""
LIST = "query ($id: ID!) { place(id: $id) { scenarios { totalCount edges { node { id name } } } } }"


def given(samples: SampleRecords) -> dict[str, Any]:
    return {
        "name": [{"language": "en", "text": "Bolder"}],
        "priorityWeights": [{"priority": samples["priority"], "weight": 3.5}],
        "industryWeights": [{"industry": samples["medicine"], "weight": 2}],
        "blockWeights": [{"block": "text", "weight": 0.5}],
        "pool": {
            "track": [samples["health_track"]],
            "industry": {"concepts": [samples["medicine"]], "narrower": False},
        },
    }


def made(ask: Ask, samples: SampleRecords, actor: Actor, **variables: Any) -> dict[str, Any]:
    asked = {"place": samples["kunshan"], "input": given(samples), **variables}
    return ask(CREATE, asked, actor)["createScenario"]  # type: ignore[no-any-return]


def names(ask: Ask, samples: SampleRecords, actor: Actor) -> set[str]:
    found = ask(LIST, {"id": samples["kunshan"]}, actor)["place"]["scenarios"]
    assert found["totalCount"] == len(found["edges"])
    return {edge["node"]["name"] for edge in found["edges"]}


def test_what_is_saved_is_read_as_it_was_given(ask: Ask, samples: SampleRecords) -> None:
    planner = samples.as_(Role.PLANNER)
    scenario = made(ask, samples, planner)["scenario"]
    assert scenario["version"] == 1
    assert scenario["priorityWeights"] == [{"priority": {"id": samples["priority"]}, "weight": 3.5}]
    assert scenario["industryWeights"] == [{"industry": {"id": samples["medicine"]}, "weight": 2.0}]
    assert scenario["blockWeights"] == [{"block": "text", "weight": 0.5}]
    again = "query ($filter: ProjectFilter) { projects(filter: $filter) { totalCount } }"
    assert ask(again, {"filter": scenario["pool"]}, planner)["projects"]["totalCount"] >= 0
    assert scenario["pool"]["industry"]["narrower"] is False


def test_unshared_ones_are_for_the_places_planners_and_organisers(ask: Ask, samples: SampleRecords) -> None:
    assert names(ask, samples, Actor.public()) == names(ask, samples, samples.as_(Role.INVESTOR)) == {"More health"}
    both = {"More health", "Secret plan"}
    assert names(ask, samples, samples.as_(Role.PLANNER)) == names(ask, samples, samples.as_(Role.ORGANISER)) == both
    elsewhere = Actor(Role.PLANNER, id="key", subject_id=samples["dalian"])
    assert names(ask, samples, elsewhere) == {"More health"}


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.INVESTOR, Role.TALENT, Role.REVIEWER])
def test_others_may_save_and_apply_nothing(ask: Ask, samples: SampleRecords, role: Role) -> None:
    actor = samples.as_(role)
    assert made(ask, samples, actor)["userErrors"] == [{"code": "FORBIDDEN", "field": []}]
    applied = ask(APPLY, {"id": samples["scenario"]}, actor)["applyScenario"]
    assert [each["code"] for each in applied["userErrors"]] == ["FORBIDDEN"]


def test_a_planner_may_not_save_for_another_place(ask: Ask, samples: SampleRecords) -> None:
    elsewhere = Actor(Role.PLANNER, id="key", subject_id=samples["dalian"])
    asked = {"place": samples["kunshan"], "input": {"name": [{"language": "en", "text": "Not mine"}]}}
    answer = ask(CREATE, asked, elsewhere)["createScenario"]
    assert answer["scenario"] is None
    assert [each["code"] for each in answer["userErrors"]] == ["FORBIDDEN"]
    change = {"id": samples["scenario"], "input": {"shared": False}}
    refused = ask(UPDATE, change, elsewhere)["updateScenario"]
    assert [each["code"] for each in refused["userErrors"]] == ["FORBIDDEN"]


def test_a_change_of_what_one_has_not_seen_is_refused(ask: Ask, samples: SampleRecords) -> None:
    planner = samples.as_(Role.PLANNER)
    first = {"id": samples["scenario"], "input": {"shared": False}, "ifVersion": 1}
    changed = ask(UPDATE, first, planner)["updateScenario"]["scenario"]
    assert (changed["version"], changed["shared"]) == (2, False)
    assert changed["priorityWeights"], "what isn't given stays"
    late = ask(UPDATE, first, planner)["updateScenario"]
    assert late["userErrors"] == [{"code": "CONFLICT", "field": ["ifVersion"]}]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": []}, ["input", "name"]),
        ({"priorityWeights": [{"priority": "pri_none", "weight": 1}]}, ["input", "priorityWeights", "0", "priority"]),
        ({"industryWeights": [{"industry": "con_none", "weight": 1}]}, ["input", "industryWeights", "0", "industry"]),
        ({"blockWeights": [{"block": "text", "weight": -1}]}, ["input", "blockWeights", "0", "weight"]),
        ({"blockWeights": [{"block": "text", "weight": 1}] * 2}, ["input", "blockWeights", "1", "block"]),
    ],
    ids=["no name", "no such priority", "no such industry", "below nothing", "twice"],
)
def test_what_cant_be_saved_says_where(
    ask: Ask, samples: SampleRecords, wrong: dict[str, Any], field: list[str]
) -> None:
    answer = made(ask, samples, samples.as_(Role.PLANNER), input={**given(samples), **wrong})
    assert answer["scenario"] is None
    assert [each["field"] for each in answer["userErrors"]] == [field]


def test_applying_makes_the_weights_the_places_own(ask: Ask, samples: SampleRecords) -> None:
    planner = samples.as_(Role.PLANNER)
    weight = "query ($id: ID!) { place(id: $id) { priorities { weight } } }"
    assert made(ask, samples, planner, dryRun=True)["userErrors"] == []
    stale = ask(APPLY, {"id": samples["scenario"], "ifVersion": 7}, planner)["applyScenario"]
    assert [each["code"] for each in stale["userErrors"]] == ["CONFLICT"]
    assert ask(weight, {"id": samples["kunshan"]})["place"]["priorities"] == [{"weight": 2.0}]
    applied = ask(APPLY, {"id": samples["scenario"], "ifVersion": 1}, planner)["applyScenario"]
    assert applied["priorities"] == [{"id": samples["priority"], "weight": 3.0}]
    assert ask(weight, {"id": samples["kunshan"]})["place"]["priorities"] == [{"weight": 3.0}]
    nothing = ask(APPLY, {"id": samples["own_scenario"]}, planner)["applyScenario"]
    assert [each["code"] for each in nothing["userErrors"]] == ["BAD_USER_INPUT"]


def test_archived_ones_are_gone_from_the_list_and_come_back(ask: Ask, samples: SampleRecords) -> None:
    planner = samples.as_(Role.PLANNER)
    for verb, left in (("archive", {"Secret plan"}), ("restore", {"More health", "Secret plan"})):
        mutation = f"mutation ($id: ID!) {{ {verb}Scenario(id: $id) {{ {SHOWN} }} }}"
        assert ask(mutation, {"id": samples["scenario"]}, planner)[f"{verb}Scenario"]["userErrors"] == []
        assert names(ask, samples, planner) == left
