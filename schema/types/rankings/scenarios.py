"""The types of scenarios beside the entity, and their mutations."""

from __future__ import annotations

import dataclasses
from typing import Any

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.registry import Registry
from schema.domain.scenarios import mutations as scenarios
from schema.domain.shared import entity_mutations as entities
from schema.request.context import Context
from schema.types.payloads import BY_ID, DRY_RUN, IDEMPOTENCY_KEY, IF_VERSION, define_payload
from schema.types.type_names import Names, input_type, object_type, output_field


def define_scenario_types(names: Names) -> None:
    """Define the items of a scenario's lists."""

    def node(each: Any, context: Context, _: object) -> object:
        return context.node(each.bearer)

    weight = output_field(names, "weight", "Float!", "Its weight, at least 0.")
    object_type(names, "ScenarioPriorityWeight", "A weight that a scenario gives a priority.", [
        output_field(names, "priority", "IndustryPriority", "The priority; null if it was archived.", resolve=node),
        weight,
    ])  # fmt: skip
    object_type(names, "ScenarioIndustryWeight", "A factor that a scenario gives an industry.", [
        output_field(names, "industry", "Concept", "The industry or field; null if it was archived.", resolve=node),
        output_field(names, "weight", "Float!", "At least 0; 1 is neutral."),
    ])  # fmt: skip
    object_type(names, "ScenarioBlockWeight", "A weight that a scenario gives a block of the score.", [
        output_field(names, "block", "String!", "The block's name.", resolve=lambda each, *_: each.bearer),
        output_field(names, "weight", "Float!", "Its weight, at least 0."),
    ])  # fmt: skip


def scenario_mutations(names: Names, registry: Registry) -> list[StrawberryField]:
    """Return the fields of `Mutation`."""
    texts = "[LocalizedTextInput!]"
    name = Argument("name", texts, "Its name.", None)
    further = [
        Argument("description", texts, "What it is for.", None),
        Argument("shared", "Boolean", "Whether everybody may see it; by default not.", None),
        Argument("priority_weights", "[PriorityWeightInput!]", "Weights of the place's priorities.", None),
        Argument("industry_weights", "[IndustryWeightInput!]", "Factors of industries.", None),
        Argument("block_weights", "[BlockWeightInput!]", "Weights of the score's blocks.", None),
        Argument("pool", "ProjectFilter", "The projects considered; null for all.", None),
    ]
    required = dataclasses.replace(name, type=f"{texts}!")
    input_type(names, "ScenarioCreateInput", "The fields of a new scenario.", [required, *further])
    input_type(names, "ScenarioInput", "Changes of a scenario. Omitted fields stay; a list replaces the stored one.",
               [name, *further])  # fmt: skip
    define_payload(names, "ScenarioPayload", "What became of a scenario.", "scenario", "Scenario", registry=registry)
    changing = (BY_ID, IF_VERSION, DRY_RUN)
    given = Argument("input", "ScenarioCreateInput!", "Its fields.")
    changes = Argument("input", "ScenarioInput!", "What changes.")
    entity = registry.entities["Scenario"]
    return [
        output_field(names, "create_scenario", "ScenarioPayload!", "Save alternative weights of a place under a name.",
                     arguments=[Argument("place", "ID!", "The place."), given, IDEMPOTENCY_KEY, DRY_RUN],
                     resolve=scenarios.create_scenario),
        output_field(names, "update_scenario", "ScenarioPayload!", "Change a scenario.",
                     arguments=[BY_ID, changes, IF_VERSION, DRY_RUN], resolve=scenarios.update_scenario),
        output_field(names, "archive_scenario", "ScenarioPayload!", "Archive a scenario; it can be restored.",
                     arguments=changing, resolve=entities.archive(entity)),
        output_field(names, "restore_scenario", "ScenarioPayload!", "Restore a scenario from the archive.",
                     arguments=changing, resolve=entities.restore(entity)),
        output_field(names, "apply_scenario", "IndustryPrioritiesPayload!",
                     "Make a scenario's weights of priorities the place's own, for everybody. Weights of industries "
                     "and blocks stay in the scenario.",
                     arguments=changing, resolve=scenarios.apply_scenario),
    ]  # fmt: skip
