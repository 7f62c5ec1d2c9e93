"""Declarations check themselves where they are written, and say what is wrong in a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.host.contributions.contributions import (
    Argument,
    Command,
    DataDocuments,
    EnumType,
    Importer,
    ObjectType,
    Page,
    Route,
    Tables,
    TypeField,
)
from plugins.host.contributions.declarations import ROLES, SCOPES
from plugins.host.contributions.graphql import python_names, snake_case
from plugins.host.contributions.type_references import TypeReference, parse_reference
from store.enums import Role, ScopeKind
from tests.plugins.support import a_field, a_query, a_type


def nothing(*_: Any) -> Any: ...


async def asynchronous(*_: Any) -> Any: ...


WRONG = {
    "use camelCase": lambda: a_field("landing_place"),
    "use PascalCase": lambda: a_field(on="project"),
    "is not a GraphQL type": lambda: a_query(type="[Project"),
    "two arguments named": lambda: a_query(arguments=[argument(), argument()]),
    "no fields": lambda: ObjectType(name="Sketch", description="d", fields=[]),
    "two fields named": lambda: ObjectType(name="Sketch", description="d", fields=[*a_type().fields, *a_type().fields]),
    "only one of prefixes and": lambda: ObjectType(name="Sketch", description="d", fields=[an_id()], prefixes=["skt"]),
    "two to eight small letters": lambda: ObjectType(
        name="Sketch", description="d", fields=[an_id()], prefixes=["S-1"], by_ids=nothing
    ),
    "needs the field id: ID!": lambda: ObjectType(
        name="Sketch", description="d", fields=a_type().fields, prefixes=["skt"], by_ids=nothing
    ),
    "use UPPER_CASE": lambda: EnumType(name="Ink", description="d", values={"blue": "d"}),
    "no description": lambda: EnumType(name="Ink", description=" ", values={"BLUE": "d"}),
    "names no table": lambda: Tables(versions=Path()),
    "is not a kind of data": lambda: DataDocuments(paths=[Path()], kind="fiction"),  # type: ignore[arg-type]
    "no title in zh": lambda: Page(path="/sketches", title={"en": "Sketches"}, render=nothing),
    "is not a role": lambda: a_field(visible_to=["administrator"]),
    "give a list of roles": lambda: a_query(visible_to="ADMIN"),
    "'sketch' has an async function": lambda: a_field(resolve=asynchronous),
    "'/sketches' has an async function": lambda: Page(
        path="/sketches", title={"en": "S", "zh": "S"}, render=asynchronous
    ),
    "is not a path": lambda: Route(path="sketches", endpoint=nothing),
    "no name for a command": lambda: Command(name="Draw It", help="d", run=nothing),
    "no name for an importer": lambda: Importer(name="A", description="d", suffixes=(), read=nothing),
}


def an_id() -> TypeField:
    return TypeField(name="id", type="ID!", description="d")


def argument() -> Argument:
    return Argument(name="first", type="Int", description="How many.", default=10)


@pytest.mark.parametrize("said", WRONG)
def test_a_wrong_declaration_says_what_is_wrong(said: str) -> None:
    with pytest.raises(ValueError, match=said):
        WRONG[said]()


def test_the_roles_are_those_of_the_store() -> None:
    assert {role.value for role in Role} == ROLES
    assert {scope.value for scope in ScopeKind} == SCOPES


def test_a_declaration_knows_its_line() -> None:
    here = argument().place
    assert here.file == __file__
    line = Path(__file__).read_text("utf-8").splitlines()[here.line - 1]
    assert "return Argument(" in line


def test_where_it_stands_does_not_make_it_another() -> None:
    assert argument() == Argument(name="first", type="Int", description="How many.", default=10)


def test_a_folder_of_data_means_its_documents_by_name(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yaml", "notes.md"):
        (tmp_path / name).touch()
    assert [path.name for path in DataDocuments(paths=[tmp_path]).files()] == ["a.yaml", "b.yaml"]
    with pytest.raises(FileNotFoundError, match=r"gone\.yaml, named at .*test_contributions\.py"):
        DataDocuments(paths=[tmp_path / "gone.yaml"]).files()


references = st.recursive(
    st.builds(
        lambda name, nullable: TypeReference(name, None, nullable), st.sampled_from(["A", "Sketch"]), st.booleans()
    ),
    lambda inner: st.builds(lambda of, nullable: TypeReference(of.name, of, nullable), inner, st.booleans()),
    max_leaves=4,
)


@given(references)
def test_a_reference_reads_back_as_it_was_written(reference: TypeReference) -> None:
    assert parse_reference(str(reference)) == reference


def test_a_reference_becomes_an_annotation() -> None:
    assert parse_reference("[Int!]").annotation({"Int": int}.__getitem__) == list[int] | None
    assert parse_reference("[Int]!").annotation({"Int": int}.__getitem__) == list[int | None]


@pytest.mark.parametrize(
    ("camel", "snake"),
    [("place", "place"), ("landingPlace", "landing_place"), ("asOfURL", "as_of_url"), ("a1B", "a1_b")],
)
def test_arguments_arrive_in_snake_case(camel: str, snake: str) -> None:
    assert snake_case(camel) == snake
    assert python_names({camel: 1}) == {snake: 1}
    assert python_names({snake: 1}) == {snake: 1}
