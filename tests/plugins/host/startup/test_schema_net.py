"""A plugin whose declarations are right one by one, but don't fit together, is left out; the rest is served."""

from __future__ import annotations

from typing import Any

import pytest

from api.assembly.core_contributions import CORE_PARTS
from api.assembly.plugin_schema import with_schema
from plugins.host.contributions.contributions import Argument, InputType
from plugins.host.errors import PluginStartError
from plugins.host.host import Host
from plugins.host.states import State
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


def test_a_field_on_an_input_is_left_out_with_the_reason() -> None:
    hooks = {"register_types": [an_input()], "register_fields": [a_field(on="SketchInput"), a_field("fine")]}
    host = Host.load(core=CORE_PARTS, plugins=[plugin("beta", hooks)])
    assert [entry.name for entry in host.contributions.fields] == ["Project.fine"]
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
