"""Everything that is wrong with the input of a mutation is told at once, in the order of the input."""

from __future__ import annotations

from typing import Any

import pytest

from schema.declarations.columns import Column, Localized, LocalizedList, MoneyRange, MoneyValue, PartialDateValue
from schema.declarations.entities import CORE, Entity
from schema.declarations.relations import Listing, Relation
from schema.domain.shared.inputs.values import BOUNDS, editable
from schema.domain.shared.writers import NAMED
from schema.sql.scope import camel
from schema.types.build import RoadshowSchema
from store.database import Database
from store.enums import Role
from tests.schema.domain.accounts.test_tenancy import SAMPLES, position
from tests.schema.domain.test_mutations import Run, answer, problems
from tests.schema.samples import SampleRecords
from tests.schema.walking import WRITABLE

TWICE = [{"language": "en", "text": "a"}, {"language": "en", "text": "b"}]
STRANGE = [{"language": "not a language", "text": "a"}]
WRONG = "nonsense"


def faulty(entity: Entity) -> tuple[dict[str, Any], list[str]]:
    """An input of an entity with something wrong in as many fields as can be, and the paths of what is wrong."""
    given: dict[str, Any] = {}
    paths: list[str] = []
    for number, each in enumerate(editable(entity)):
        fault: tuple[Any, str] | None = None
        if isinstance(each, LocalizedList):
            continue
        if isinstance(each, Localized):
            fault = (TWICE, ".1.language") if number % 2 else (STRANGE, ".0.language")
        elif isinstance(each, MoneyValue):
            fault = ({"amount": "much", "currency": "CNY"}, ".amount")
        elif isinstance(each, MoneyRange):
            fault = ({"minimum": "1", "maximum": "2", "currency": "QQQ"}, ".currency")
        elif isinstance(each, PartialDateValue):
            fault = ("2024-13", "")
        elif isinstance(each, Relation):
            fault = (WRONG, "")
        elif isinstance(each, Listing) and each.join.through is None:
            part = CORE[each.join.target]
            reference = camel(next(field.name for field in editable(part) if isinstance(field, Relation)))
            fault = ([{reference: WRONG}], f".0.{reference}")
        elif isinstance(each, Listing):
            fault = ([WRONG], ".0")
        elif isinstance(each, Column) and each.column in BOUNDS:
            fault = ("-9000" if each.type.startswith("Decimal") else -9000, "")
        elif isinstance(each, Column) and each.column in ("website", "url", "email"):
            fault = ("at home", "")
        if fault:
            given[camel(each.name)] = fault[0]
            paths.append(f"input.{camel(each.name)}{fault[1]}")
    return given, paths


@pytest.mark.parametrize("name", WRITABLE)
def test_every_faulty_field_of_an_entity_is_told(
    run: Run, samples: SampleRecords, schema: RoadshowSchema, database: Database, name: str
) -> None:
    given, paths = faulty(schema.registry.entities[name])
    before = position(database)
    update = f"""mutation ($id: ID!, $input: {name}Input!) {{
        update{name}(id: $id, input: $input) {{ userErrors {{ code message field }} dryRun }} }}"""
    found = run(update, {"id": samples[SAMPLES[name]], "input": given}, samples.as_(Role.ADMIN))
    assert [path for _, path in problems(found)] == paths
    create = f"""mutation ($input: {name}Input!) {{
        create{name}(input: $input) {{ userErrors {{ code message field }} dryRun }} }}"""
    result = run(create, {"input": given}, samples.as_(Role.ADMIN))
    told = [path for _, path in problems(result)]
    assert [each for each in told if each in paths] == paths
    assert answer(result)["dryRun"] is False
    assert position(database) == before, "nothing was written"


SEVERAL: dict[str, tuple[Role, str, dict[str, Any], list[str]]] = {
    "advanceMatch": (
        Role.INVESTOR, "project: $project, stage: MET, happened: $happened",
        {"project": ("ID!", WRONG), "happened": ("PartialDateText", "soon")}, ["project", "happened"],
    ),
    "keepRanking": (
        Role.INVESTOR, "filter: $filter",
        {"filter": ("ProjectFilter", {"ask": {"currency": "QQQ", "atLeast": "x"}})},
        ["filter.ask.currency", "filter.ask.atLeast"],
    ),
    "setIndustryPriorities": (
        Role.PLANNER, 'place: "{kunshan}", priorities: $all',
        {"all": ("[PriorityInput!]!", [
            {"name": TWICE, "weight": -1, "industries": [WRONG]}, {"weight": 1},
            {"name": [{"language": "en", "text": "a"}], "weight": 1, "validFrom": "soon"},
        ])},
        ["priorities.0.name.1.language", "priorities.0.weight", "priorities.0.industries.0", "priorities.1.name",
         "priorities.2.validFrom"],
    ),
    "setMandate": (
        Role.INVESTOR, 'investor: "{investor}", mandate: $mandate',
        {"mandate": ("MandateInput!", {
            "thesis": STRANGE, "tracks": [{"id": WRONG, "weight": 0}, {"id": WRONG}], "places": [WRONG],
            "cheque": {"minimum": "5", "maximum": "4", "currency": "CNY"}, "exclusions": [{}, {"project": WRONG}],
        })},
        ["mandate.thesis.0.language", "mandate.tracks.0", "mandate.tracks.0.weight", "mandate.tracks.1",
         "mandate.places.0", "mandate.cheque.minimum", "mandate.exclusions.0", "mandate.exclusions.1.project"],
    ),
    "setTeam": (
        Role.TALENT, 'project: "{lidar}", members: $members',
        {"members": ("[TeamMemberInput!]!", [
            {"talent": WRONG, "equityPercent": "101"}, {"talent": WRONG, "equityPercent": "half"},
        ])},
        ["members.0.talent", "members.0.equityPercent", "members.1.talent", "members.1.equityPercent"],
    ),
    "setLandingPreferences": (
        Role.TALENT, 'project: "{lidar}", preferences: $all',
        {"all": ("[LandingPreferenceInput!]!", [
            {"place": WRONG, "weight": 2}, {"place": WRONG, "conditions": STRANGE},
        ])},
        ["preferences.0.place", "preferences.0.weight", "preferences.1.place", "preferences.1.conditions.0.language"],
    ),
    "createScenario": (
        Role.PLANNER, 'place: "{kunshan}", input: $input',
        {"input": ("ScenarioInput!", {
            "description": STRANGE, "priorityWeights": [{"priority": WRONG, "weight": 1}],
            "blockWeights": [{"block": "text", "weight": -1}, {"block": "track", "weight": 1001}],
        })},
        ["input.description.0.language", "input.priorityWeights.0.priority", "input.blockWeights.0.weight",
         "input.blockWeights.1.weight", "input.name"],
    ),
    "requestCorrection": (
        Role.INVESTOR, 'subject: "{lidar}", field: "ask", language: $language, proposed: $proposed, reason: " ", '
        'sourceUrl: "at home"', {"language": ("LanguageTag", "en"), "proposed": ("String", "much")},
        ["language", "proposed", "reason", "sourceUrl"],
    ),
    "publishProject": (
        Role.TALENT, 'id: "{lidar}", input: $input',
        {"input": ("ProjectInput", {"technologyReadiness": 12, "founded": "soon", "website": "at home"})},
        ["input.technologyReadiness", "input.founded", "input.website"],
    ),
}  # fmt: skip
"""Mutations with inputs of their own: who runs them, their arguments, variables with several faults, the paths."""
ONE = {"expressInterest", "withdrawInterest", "confirmMatchStep", "retractMatchStep", "withdrawProject",
       "confirmTeamMember", "confirmInvestment", "archiveScenario", "restoreScenario", "applyScenario",
       "mapUnmappedTerm", "rejectUnmappedTerm", "reopenUnmappedTerm", "mergeRecords", "undoMerge",
       "markDistinct", "unmarkDistinct", "withdrawCorrection", "acceptCorrection", "declineCorrection"}  # fmt: skip
"""Mutations that are given ids, enums and texts alone."""


def test_each_mutation_is_sent_several_faults() -> None:
    assert SEVERAL.keys() | ONE | {"updateScenario"} == NAMED.keys()


@pytest.mark.parametrize("name", SEVERAL)
def test_every_fault_of_a_named_mutation_is_told(
    run: Run, samples: SampleRecords, database: Database, name: str
) -> None:
    role, arguments, variables, paths = SEVERAL[name]
    for short in ("kunshan", "investor", "lidar"):
        arguments = arguments.replace(f"{{{short}}}", samples[short])
    head = ", ".join(f"${each}: {kind}" for each, (kind, _) in variables.items())
    before = position(database)
    query = f"mutation ({head}) {{ {name}({arguments}) {{ userErrors {{ code message field }} }} }}"
    result = run(query, {each: value for each, (_, value) in variables.items()}, samples.as_(role))
    told = [path for _, path in problems(result)]
    assert [each for each in told if each in paths] == paths
    assert position(database) == before, "nothing was written"


def test_a_scalar_that_nothing_tells_of_is_an_error_of_its_field(run: Run, samples: SampleRecords) -> None:
    query = """mutation ($id: ID!, $lang: LanguageTag!) {
        withdrawProject(id: $id) { project { summary(lang: [$lang]) status } } }"""
    result = run(query, {"id": samples["lidar"], "lang": "not a language"}, samples.as_(Role.TALENT))
    assert result.data == {"withdrawProject": {"project": {"summary": None, "status": "WITHDRAWN"}}}
    assert result.errors
    assert result.errors[0].extensions["code"] == "BAD_USER_INPUT"  # type: ignore[index]


def test_a_query_with_such_a_scalar_is_refused(run: Run) -> None:
    result = run("query ($c: CurrencyCode!) { projects(filter: {ask: {currency: $c}}) { totalCount } }", {"c": "QQQ"})
    assert result.data is None
    assert result.errors
    assert "QQQ" in result.errors[0].message
