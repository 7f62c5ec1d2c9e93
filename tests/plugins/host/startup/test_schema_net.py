"""A plugin whose declarations are right one by one, but don't fit together, is left out; the rest is served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from api.assembly.core_contributions import CORE_PARTS
from api.assembly.plugin_schema import with_schema
from plugins.host.contributions.contributions import Argument, InputType
from plugins.host.errors import PluginStartError
from plugins.host.host import Host
from plugins.host.states import State
from roadshow import Edited, Entity, SearchFields, Tables, connection, listing, models, relation
from schema.types.plugins import registry_with
from tests.plugins.support import a_field, a_query, a_type, plugin


def an_input() -> InputType:
    fields = [Argument(name="text", type="String", description="A text.")]
    return InputType(name="SketchInput", description="What is asked.", fields=fields)


WRONG: dict[str, Any] = {
    "an input where an output is wanted": {
        "register_types": [an_input()],
        "register_queries": [a_query(type="SketchInput")],
    },
    "an output where an input is wanted": {
        "register_types": [a_type()],
        "register_queries": [
            a_query(arguments=[Argument(name="sketch", type="Sketch!", description="An object.")]),
        ],
    },
    "a field on a scalar": {"register_fields": [a_field(on="String")]},
}


@pytest.mark.parametrize("what", WRONG)
def test_the_schema_is_built_without_it(what: str) -> None:
    good = plugin("alpha", {"register_queries": [a_query("drawn")]})
    bad = plugin("beta", WRONG[what])
    host, schema = with_schema(Host.load(core=CORE_PARTS, plugins=[bad, good]))
    assert host.order == ("alpha",)
    assert host.state("beta").state is State.FAILED
    assert "schema can't be built with it" in (host.state("beta").reason or "")
    text = schema.as_str()
    assert "drawn" in text
    assert "ketch" not in text


class Base(DeclarativeBase):
    """The plugin's own tables."""


class SketchRow(models.Named, models.Editable, Base):
    """A drawing of a project."""

    __tablename__ = "beta_sketch"
    prefix = "skz"

    project_id: Mapped[str | None] = mapped_column(String(40))


class SketchField(models.Identified, Base):
    """A field that a drawing shows."""

    __tablename__ = "beta_field"
    prefix = "skf"
    owner_column = "sketch_id"

    sketch_id: Mapped[str] = mapped_column(String(40))
    concept_id: Mapped[str] = mapped_column(String(40))


def of_fields(
    target: str = "Concept", near: str = "sketch_id", far: str = "concept_id", order: str = "created_at"
) -> Any:
    return listing(target, "Fields.", through=SketchField, near=near, far=far, order=(order,))


MISSPELT: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "nothing": ({"fields": of_fields()}, {"default_order": ["created_at"]}, ""),
    "a relation's target": ({"project": relation("Projekt", "d", "project_id")}, {}, "'Projekt' in Sketch.project"),
    "a relation's column": ({"project": relation("Project", "d", "projct_id")}, {}, "did you mean 'project_id'"),
    "a listing's target": ({"fields": of_fields(target="Concpt")}, {}, "did you mean 'Concept'"),
    "a link's near column": ({"fields": of_fields(near="sktch_id")}, {}, "did you mean 'sketch_id'"),
    "a link's far column": ({"fields": of_fields(far="concpt_id")}, {}, "did you mean 'concept_id'"),
    "a listing's order": ({"fields": of_fields(order="creatd_at")}, {}, "did you mean 'created_at'"),
    "a column of the target": ({"all": connection("Project", "d", "sketch_id")}, {}, "no column of Project"),
    "the order": ({}, {"default_order": ["creatd_at"]}, "did you mean 'created_at'"),
    "a searched text": ({}, {"search": SearchFields(("nam",))}, "did you mean 'name'"),
    "the subject": ({}, {"subject": "projct_id"}, "did you mean 'project_id'"),
    "the column of what it is part of": ({}, {"part_of": [("Project", "projct_id")]}, "did you mean 'project_id'"),
}


@pytest.mark.parametrize("what", MISSPELT)
def test_an_entity_with_a_misspelt_name_leaves_the_plugin_out_with_a_hint(what: str) -> None:
    fields, options, said = MISSPELT[what]

    def entities() -> list[Entity]:
        return [Entity.of(type("Sketch", (Edited,), fields), SketchRow, "A drawing.", **options)]

    tables = [Tables(versions=Path(), models=[SketchRow, SketchField])]
    beta = plugin("beta", {"register_tables": tables, "register_entities": entities}, permissions=("tables",))
    host = Host.load(core=CORE_PARTS, plugins=[beta])
    found = host.state("beta").reason or ""
    if host.state("beta").state is not State.FAILED:
        try:
            registry_with(host)  # as `with_schema` begins
        except PluginStartError as refused:
            found = str(refused)
    assert bool(found) is bool(said), found
    assert said in found


def test_a_plugin_with_a_field_on_an_input_is_left_out_with_the_reason() -> None:
    hooks = {"register_types": [an_input()], "register_fields": [a_field(on="SketchInput"), a_field("fine")]}
    host = Host.load(core=CORE_PARTS, plugins=[plugin("beta", hooks)])
    assert host.contributions.fields == ()
    assert "no object type" in (host.state("beta").reason or "")


def test_one_that_must_run_stops_the_start() -> None:
    bad = plugin("beta", WRONG["a field on a scalar"])
    with pytest.raises(PluginStartError, match="'beta'"):
        with_schema(Host.load({"beta": {"required": True}}, core=CORE_PARTS, plugins=[bad]))


def test_with_none_in_the_way_nobody_is_left_out() -> None:
    host = Host.load(core=CORE_PARTS, plugins=[plugin("alpha", {"register_fields": [a_field()]})])
    same, schema = with_schema(host)
    assert same is host
    assert "sketch: String" in schema.as_str()
