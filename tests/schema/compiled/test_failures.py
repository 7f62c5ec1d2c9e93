"""Where an error is reported, and how far a null goes up from it."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLObjectType, OperationDefinitionNode, build_schema, parse

from schema.compiled.plan.selections import Selections
from schema.compiled.response.failures import Failure, FieldLocation, Shape, settled
from schema.declarations.errors import client_errors
from schema.execution.calls import Answered
from store.enums import Role
from tests.schema.compiled.conftest import Answers, Open, Place

SCHEMA = build_schema("""
    interface Thing { name: String! label: String }
    type One implements Thing { name: String! label: String inner: One tight: One! }
    type Two implements Thing { name: String! label: String count: Int! }
    type Query { one: One must: One! loose: [Thing] full: [Thing!] nested: [[One!]]! either: Thing any: JSON }
    scalar JSON
""")


def answered(query: str, data: dict[str, Any]) -> Answered:
    """What becomes of data, in which each text `!…` stands for a failure."""
    [operation] = parse(query).definitions
    assert isinstance(operation, OperationDefinitionNode)
    root = SCHEMA.query_type
    assert isinstance(root, GraphQLObjectType)
    selections = Selections(SCHEMA, {})
    nodes = next(iter(selections.root(root, operation).values()))

    def failing(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: failing(each) for key, each in value.items()}
        if isinstance(value, list):
            return [failing(each) for each in value]
        return Failure(ValueError(value), FieldLocation("Any", nodes)) if str(value).startswith("!") else value

    return settled(failing(data), Shape.root(selections, root, operation))


@pytest.mark.parametrize(
    ("query", "data", "expected", "paths"),
    [
        ("{one {label}}", {"one": {"label": "!"}}, {"one": {"label": None}}, [["one", "label"]]),
        ("{one {name label}}", {"one": {"name": "!", "label": "x"}}, {"one": None}, [["one", "name"]]),
        ("{one {label} must {name}}", {"one": {"label": "x"}, "must": {"name": "!"}}, None, [["must", "name"]]),
        (
            "{one {inner {tight {tight {name}}} label}}",
            {"one": {"inner": {"tight": {"tight": {"name": "!"}}}, "label": "x"}},
            {"one": {"inner": None, "label": "x"}},
            [["one", "inner", "tight", "tight", "name"]],
        ),
        (
            "{loose {name}}",
            {"loose": [{"name": "a"}, {"name": "!"}, None, "!"]},
            {"loose": [{"name": "a"}, None, None, None]},
            [["loose", 1, "name"], ["loose", 3]],
        ),
        (
            "{full {name label}}",
            {"full": [{"name": "a", "label": "!reported no more"}, {"name": "!", "label": "!"}]},
            {"full": None},
            [["full", 1, "name"]],
        ),
        (
            "{nested {name}}",
            {"nested": [[{"name": "a"}], [{"name": "b"}, {"name": "!"}], None]},
            {"nested": [[{"name": "a"}], None, None]},
            [["nested", 1, 1, "name"]],
        ),
        ("{nested {name}}", {"nested": "!"}, None, [["nested"]]),
        (
            "{either {... on Two {count} ... on One {tight {name}}}}",
            {"either": {"count": "!"}},
            {"either": None},
            [["either", "count"]],
        ),
        ("{any one {label}}", {"any": {"label": [1]}, "one": "!"}, {"any": {"label": [1]}, "one": None}, [["one"]]),
    ],
)
def test_a_null_goes_up_to_where_it_may_stand(
    query: str, data: dict[str, Any], expected: Any, paths: list[list[str | int]]
) -> None:
    found = answered(query, data)
    assert found.data == expected
    assert [error.path for error in found.errors] == paths


def test_what_is_shared_is_told_wherever_it_stands() -> None:
    [operation] = parse("{a: one {label} b: one {label}}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert SCHEMA.query_type is not None
    selections = Selections(SCHEMA, {})
    shape = Shape.root(selections, SCHEMA.query_type, operation)
    location = FieldLocation("One", selections.root(SCHEMA.query_type, operation)["a"])
    shared = {"label": Failure(ValueError("!"), location)}
    found = settled({"a": shared, "b": shared}, shape)
    assert found.data == {"a": {"label": None}, "b": {"label": None}}
    assert [error.path for error in found.errors] == [["a", "label"], ["b", "label"]]


def ask(place: Place, query: str, role: Role | None = None, variables: dict[str, Any] | None = None) -> Answers:
    answers = place.ask(query, place.samples.as_(role) if role else None, variables)
    assert answers.planned == answers.expected, answers.reason
    assert answers.difference is None
    return answers


def errors_of(answers: Answers) -> list[tuple[Any, Any]]:
    assert answers.answered is not None
    return [(error.path, error.extensions["code"]) for error in client_errors(answers.answered.errors)]  # type: ignore[index]


def test_a_root_field_that_fails_leaves_the_others(open_place: Open) -> None:
    place = open_place("sqlite", True)
    answers = ask(place, """{ tracks(first: 1) { nodes { id } } project(id: "\\u0000") { id }
        talents(first: 2) { nodes { name email } } extraEcho(text: "hush") { text secret } }""")  # fmt: skip
    codes = {code for _, code in errors_of(answers)}
    assert codes == {"BAD_USER_INPUT", "FORBIDDEN"}
    assert answers.reference.data
    assert answers.reference.data["tracks"]["nodes"]
    assert answers.reference.data["extraEcho"] == {"text": "hush", "secret": None}


def test_a_batch_may_fail_for_one_parent(open_place: Open) -> None:
    place = open_place("sqlite", True)
    answers = ask(place, "{ places(first: 20) { nodes { id extraPairs(howMany: 20) { text } } } }")
    assert answers.reference.data
    nodes = answers.reference.data["places"]["nodes"]
    refused = [["places", "nodes", n, "extraPairs"] for n, each in enumerate(nodes) if ord(each["id"][-1]) % 2]
    assert nodes, "ids end by chance: all of few may be refused, or none"
    assert errors_of(answers) == [(path, "EXTRA_REFUSED") for path in refused]
    assert [each["extraPairs"] for each in nodes if not ord(each["id"][-1]) % 2] == [[]] * (len(nodes) - len(refused))


@pytest.mark.parametrize("how_many", [-1, 100, 101, 2000])
def test_what_a_plugin_gives_may_be_wrong(open_place: Open, how_many: int) -> None:
    place = open_place("sqlite", True)
    query = "query ($n: Int) { places(first: 2) { nodes { id extraPairs(howMany: $n) { text number } } } }"
    answers = ask(place, query, variables={"n": how_many})
    assert len(errors_of(answers)) == 2, "one for each parent"


def test_a_plugin_that_fails_is_called_once(open_place: Open) -> None:
    place = open_place("sqlite", True)
    place.extras.ran.clear()
    query = "{ places(first: 3) { nodes { id extraFails } } }"
    answers = ask(place, query)
    assert place.extras.ran == ["fail", "fail"], "once by each executor"
    assert errors_of(answers) == [(["places", "nodes", n, "extraFails"], "PLUGIN_FAILED") for n in range(3)]


@pytest.mark.parametrize(
    ("variables", "messages"),
    [
        ({"first": "many"}, 2),
        ({"id": "prj_", "first": 2**40}, 1),
        ({"id": "prj_", "filter": {"nonsense": 1, "also": 2}}, 2),
    ],
)
def test_variables_that_do_not_fit_are_told_of_and_nothing_is_read(
    open_place: Open, variables: dict[str, Any], messages: int
) -> None:
    place = open_place("sqlite", False)
    answers = ask(place, """query ($id: ID!, $first: Int, $filter: ProjectFilter) { project(id: $id) { id }
        projects(first: $first, filter: $filter) { totalCount } }""", variables=variables)  # fmt: skip
    assert answers.planned == b"null"
    assert [path for path, _ in errors_of(answers)] == [None] * messages


def test_a_filter_is_refused_before_a_cursor(open_place: Open) -> None:
    place = open_place("sqlite", False)
    answers = ask(place, '{ talents(filter: {nationality: []}, before: "nonsense") { nodes { id } totalCount } }')
    assert {code for _, code in errors_of(answers)} == {"FORBIDDEN"}


def test_texts_that_no_database_takes_are_refused(open_place: Open) -> None:
    for backend in ("sqlite", "postgresql"):
        place = open_place(backend, False)
        for text in ("\x00", "prj_\x00"):
            query = "query ($id: ID!) { project(id: $id) { id } node(id: $id) { id } }"
            answers = ask(place, query, variables={"id": text})
            assert errors_of(answers) == [(["project"], "BAD_USER_INPUT"), (["node"], "BAD_USER_INPUT")]
