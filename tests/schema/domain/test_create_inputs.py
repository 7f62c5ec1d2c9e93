"""The inputs that create records: required fields in the schema, and older operations with the input of changes."""

from __future__ import annotations

import pytest
from graphql import is_input_object_type, is_required_input_field, parse, validate
from sqlalchemy import update

from schema.compiled import Planner
from schema.domain.shared.inputs.values import STATED_BY_ROLE
from schema.domain.shared.inputs.values import required as required_fields
from schema.execution.validation import RULES
from schema.request.context import Services
from schema.sql.scope import camel
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.database import Database
from store.enums import Role
from tests.schema.compiled.changes import execute_by_both
from tests.schema.domain.test_mutations import ERRORS, Run, answer, problems
from tests.schema.samples import SampleRecords
from tests.schema.walking import WRITABLE

NAME = [{"language": "en", "text": "Tidal power"}]


def required(schema: RoadshowSchema, name: str) -> set[str]:
    kind = schema._schema.type_map[name]
    assert is_input_object_type(kind)
    return {each for each, field in kind.fields.items() if is_required_input_field(field)}


def test_the_schema_requires_what_creating_requires(run: Run, schema: RoadshowSchema, samples: SampleRecords) -> None:
    for name in WRITABLE:
        entity = schema.registry.entities[name]
        filled = {STATED_BY_ROLE.get(each.role) for each in entity.writers or ()}
        own = {camel(field.name) for column, field in required_fields(entity).items() if column in filled}
        query = f"mutation ($input: {name}Input!) {{ create{name}(input: $input, dryRun: true) {{ {ERRORS} }} }}"
        lacking = {path for _, path in problems(run(query, {"input": {}}, samples.as_(Role.ADMIN)))}
        assert {f"input.{each}" for each in required(schema, f"{name}CreateInput") | own} == lacking, name
        assert required(schema, f"{name}Input") == set()


@pytest.mark.parametrize("kind", ["ProjectInput", "ProjectCreateInput"])
def test_older_operations_create_too(run: Run, samples: SampleRecords, kind: str) -> None:
    query = f"mutation ($input: {kind}!) {{ createProject(input: $input) {{ project {{ name }} {ERRORS} }} }}"
    created = answer(run(query, {"input": {"name": NAME}}, samples.as_(Role.ORGANISER)))
    assert (created["project"], created["userErrors"]) == ({"name": "Tidal power"}, [])


@pytest.mark.parametrize(
    ("variables", "argument", "problem"),
    [
        ("$input: TalentInput!", "$input", "Variable '$input' of type 'TalentInput!' used in position expecting type "
         "'ProjectCreateInput!'."),
        ("$input: ProjectInput", "$input", "Variable '$input' of type 'ProjectInput' used in position expecting"),
        ("$input: [ProjectInput!]!", "$input", "Variable '$input' of type '[ProjectInput!]!' used in"),
        ("$name: [LocalizedTextInput!]", "{name: $name}", "Variable '$name' of type '[LocalizedTextInput!]' used in "
         "position expecting type '[LocalizedTextInput!]!'."),
        ("$summary: [LocalizedTextInput!]", "{summary: $summary}", "include required field 'name'"),
    ],
)  # fmt: skip
def test_what_is_missing_or_of_another_type_is_no_valid_operation(
    schema: RoadshowSchema, variables: str, argument: str, problem: str
) -> None:
    document = parse(f"mutation ({variables}) {{ createProject(input: {argument}) {{ dryRun }} }}")
    assert [problem in each.message for each in validate(schema._schema, document, RULES)] == [True]


def test_a_name_that_the_database_lacks_is_an_empty_text(
    services: Services, schema: RoadshowSchema, samples: SampleRecords, database: Database
) -> None:
    with database.write(Actor.system("tests")) as session:
        session.execute(update(models.Project).where(models.Project.id == samples["lidar"]).values(name={}))
    query = "query ($id: ID!) { project(id: $id) { name zh: name(lang: ZH) names { text } summary(lang: ZH) } }"
    answer = execute_by_both(
        Planner(schema, services), samples.as_(Role.ADMIN), query, variables={"id": samples["lidar"]}, queries=True
    )
    assert answer.errors is None
    assert answer.data is not None
    assert (answer.data["project"]["name"], answer.data["project"]["zh"]) == ("", "")
    assert answer.data["project"]["names"] == []
