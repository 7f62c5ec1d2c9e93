"""The rules that the API tells are the rules that it holds."""

from __future__ import annotations

from typing import Any

from schema.build import RoadshowSchema
from store.actors import Actor
from store.enums import Role
from tests.schema.test_rankings import Run
from tests.schema.world import World

RULES = "{ capabilities { rules { on roles ownOnly description } } }"


def rules(run: Run) -> dict[str, Any]:
    found = run(RULES).data["capabilities"]["rules"]  # type: ignore[index]
    return {each["on"]: each for each in found}


def test_every_rule_is_about_something_in_the_schema(run: Run, schema: RoadshowSchema) -> None:
    for coordinate in rules(run):
        name, _, field = coordinate.partition(".")
        kind = schema._schema.type_map[name]
        assert not field or field in kind.fields, coordinate  # type: ignore[attr-defined]


def test_a_field_is_read_by_the_roles_that_are_told(run: Run, world: World) -> None:
    told = rules(run)["Investor.interests"]
    assert told["roles"] == ["INVESTOR", "ORGANISER", "ADMIN"]
    assert told["ownOnly"] == ["INVESTOR"]
    query = "query ($id: ID!) { investor(id: $id) { interests { totalCount } } }"
    for role in (Role.PUBLIC, Role.PLANNER, Role.INVESTOR, Role.ORGANISER):
        actor = Actor.public() if role is Role.PUBLIC else world.as_(role)
        result = run(query, {"id": world["investor"]}, actor)
        assert (result.errors is None) == (role.value in told["roles"]), role
    rival = run(query, {"id": world["rival"]}, world.as_(Role.INVESTOR))
    assert rival.data["investor"]["interests"] is None  # type: ignore[index]


def test_a_mutation_is_for_the_roles_that_are_told(run: Run, world: World) -> None:
    told = rules(run)
    assert told["Mutation.updateProject"]["roles"] == ["TALENT", "ORGANISER", "ADMIN"]
    assert told["Mutation.createInvestor"]["ownOnly"] == []
    assert told["Project"]["roles"] is None
    assert "drafts" in told["Project"]["description"]
