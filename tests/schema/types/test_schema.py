"""The schema itself: described throughout, the same text on every run, fit for Relay."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_object_type,
    validate_schema,
)
from graphql import build_schema as schema_of_text

from schema.declarations import Declaration
from schema.types.build import RoadshowSchema, build_schema
from schema.types.export import changes, sdl
from schema.types.type_names import DECLARATION

Element = GraphQLNamedType | GraphQLField | GraphQLInputField | GraphQLArgument | GraphQLEnumValue


def elements(schema: RoadshowSchema) -> Iterator[tuple[str, Element]]:
    """Every type, field, argument and enum value of our own, by its coordinate."""
    for name, kind in schema._schema.type_map.items():
        if name.startswith("__"):
            continue
        yield name, kind
        if is_object_type(kind) or is_interface_type(kind):
            for field_name, field in kind.fields.items():
                yield f"{name}.{field_name}", field
                for argument_name, argument in field.args.items():
                    yield f"{name}.{field_name}({argument_name}:)", argument
        elif is_input_object_type(kind):
            for field_name, input_field in kind.fields.items():
                yield f"{name}.{field_name}", input_field
        elif is_enum_type(kind):
            for value_name, value in kind.values.items():
                yield f"{name}.{value_name}", value


def test_everything_is_described(schema: RoadshowSchema) -> None:
    missing = [name for name, each in elements(schema) if not (each.description or "").strip()]
    assert not missing, missing


def test_descriptions_are_sentences(schema: RoadshowSchema) -> None:
    wrong = [
        f"{name}: {each.description}"
        for name, each in elements(schema)
        if not re.search(r"[.)]$", (each.description or "").strip()) or not (each.description or "")[0].isupper()
    ]
    builtin = ("ID", "Int", "Float", "String", "Boolean", "FundingStage.", "TechnologyLevel.")
    assert not [each for each in wrong if not each.startswith(builtin)], wrong


def test_graphql_finds_nothing_wrong(schema: RoadshowSchema) -> None:
    assert validate_schema(schema._schema) == []


def test_the_text_is_the_same_on_every_build_and_a_schema_by_itself(schema: RoadshowSchema) -> None:
    text = sdl(schema._schema)
    assert text == sdl(build_schema()._schema)
    assert sdl(schema_of_text(text)) == text


@pytest.mark.parametrize("suffix", ["Connection", "Edge"])
def test_connections_are_relays(schema: RoadshowSchema, suffix: str) -> None:
    kinds = schema._schema.type_map
    found = [name for name, kind in kinds.items() if name.endswith(suffix) and is_object_type(kind)]
    assert len(found) > 20
    for name in found:
        fields = kinds[name].fields  # type: ignore[attr-defined]
        if suffix == "Edge":
            assert str(fields["cursor"].type) == "String!", name
            assert str(fields["node"].type).endswith("!"), name
        else:
            assert str(fields["pageInfo"].type) == "PageInfo!", name
            assert get_named_type(fields["edges"].type).name == name.removesuffix("Connection") + "Edge"


def test_an_id_belongs_to_one_object_alone(schema: RoadshowSchema) -> None:
    """Relay keeps everything that it was told under an id in one record, whatever its type."""
    others = {
        name
        for name, kind in schema._schema.type_map.items()
        if isinstance(kind, GraphQLObjectType) and "id" in kind.fields and not kind.interfaces
    }
    assert others == {"Snapshot"}  # deprecated: named by everything that it depends on


def test_every_field_of_an_entity_carries_its_declaration(schema: RoadshowSchema) -> None:
    """What another executor compiles from: the declaration, in the field's metadata."""
    for name, entity in schema.registry.entities.items():
        definition = schema.get_type_by_name(name)
        assert definition is not None
        fields = {field.python_name: field for field in definition.fields}  # type: ignore[union-attr]
        for field_name, declaration in entity.fields.items():
            carried = fields[field_name].metadata[DECLARATION]
            assert isinstance(carried, Declaration)
            assert carried == declaration


def test_changes_that_break_clients_are_told() -> None:
    before = "type Query { a: Int b: String } enum E { X } "
    after = "type Query { a: Int! } enum E { X Y } "
    found = changes(before, after)
    assert found.breaking == ("Field Query.b was removed.",)
    assert any("Y" in each for each in found.dangerous)
    assert found.text.startswith("Breaking: Field Query.b was removed.")
    assert changes(before, before).text == ""
