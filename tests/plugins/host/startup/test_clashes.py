"""Two owners of one name: the start stops, and the message names both and the place of each."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from plugins.host.contributions.contributions import (
    Argument,
    Command,
    EnumType,
    Exporter,
    Importer,
    InputType,
    Mutation,
    Page,
    Route,
    Subscription,
    Tables,
    TakenName,
)
from plugins.host.contributions.kinds import Kind
from plugins.host.contributions.source_location import SourceLocation
from plugins.host.errors import ClashError
from plugins.host.host import Host
from tests.plugins.support import a_field, a_query, a_type, core, plugin

ALL = {"permissions": ("tables", "mutations", "changes", "permission_rules", "routes", "commands")}


def nothing(*_: Any) -> Any: ...


def tables(*names: str) -> Tables:
    return Tables(versions=Path("versions"), names=names)


def route(path: str = "/sketches", **options: Any) -> Route:
    return Route(path=path, endpoint=nothing, **options)


def page(path: str = "/sketches") -> Page:
    return Page(path=path, title={"en": "Sketches", "zh": "草图"}, render=nothing)


def part(name: str) -> Any:
    return SimpleNamespace(name=name)


CASES: dict[str, tuple[str, Any, str, Any]] = {
    "field Project.sketch": ("register_fields", a_field, "register_fields", a_field),
    "field Query.sketches": ("register_queries", a_query, "register_fields", lambda: a_field("sketches", "Query")),
    "field Mutation.draw": (
        "register_mutations", lambda: Mutation(name="draw", type="Int", description="d", resolve=nothing),
        "register_mutations", lambda: Mutation(name="draw", type="ID", description="d", resolve=nothing),
    ),
    "field Subscription.drawn": (
        "register_subscriptions", lambda: Subscription(name="drawn", type="Int", description="d", subscribe=nothing),
        "register_subscriptions", lambda: Subscription(name="drawn", type="Int", description="d", subscribe=nothing),
    ),
    "field Sketch.title": ("register_types", a_type, "register_fields", lambda: a_field("title", "Sketch")),
    "type Sketch": (
        "register_types", lambda: EnumType(name="Sketch", description="d", values={"A": "a"}),
        "register_types",
        lambda: InputType(
            name="Sketch", description="d", fields=[Argument(name="a", type="Int", description="d")]
        ),
    ),
    "table sketch": (
        "register_tables", lambda: tables("sketch", "other_a"), "register_tables", lambda: tables("SKETCH")
    ),
    "block sketch": ("register_blocks", lambda: part("sketch"), "register_blocks", lambda: part("sketch")),
    "gate sketch": ("register_gates", lambda: part("sketch"), "register_gates", lambda: part("sketch")),
    "encoder sketch": ("register_encoders", lambda: part("sketch"), "register_encoders", lambda: part("sketch")),
    "reranker sketch": ("register_rerankers", lambda: part("sketch"), "register_rerankers", lambda: part("sketch")),
    "command sketch": (
        "register_commands", lambda: Command(name="sketch", help="Draw.", run=nothing),
        "register_commands", lambda: Command(name="sketch", help="Draw.", run=nothing),
    ),
    "importer sketch": (
        "register_importers", lambda: Importer(name="sketch", description="d", suffixes=(), read=nothing),
        "register_importers", lambda: Importer(name="sketch", description="d", suffixes=(), read=nothing),
    ),
    "exporter sketch": (
        "register_exporters",
        lambda: Exporter(name="sketch", description="d", suffix=".s", media_type="a/b", write=nothing),
        "register_exporters",
        lambda: Exporter(name="sketch", description="d", suffix=".s", media_type="a/b", write=nothing),
    ),
    "address GET /sketches": ("register_pages", page, "register_routes", route),
    "address POST /sketches/{}": (
        "register_routes", lambda: route("/sketches/{id}", methods=("GET", "POST")),
        "register_routes", lambda: route("/sketches/{name}/", methods=("post",)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CASES)
def test_two_plugins_that_define_the_same_stop_the_start(what: str) -> None:
    first_hook, first, second_hook, second = CASES[what]
    given = [
        plugin("alpha", {first_hook: [first()], "register_types": [a_type()]}, **ALL)
        if what == "field Sketch.title"
        else plugin("alpha", {first_hook: [first()]}, **ALL),
        plugin("beta", {second_hook: [second()]}, **ALL),
    ]
    with pytest.raises(ClashError) as raised:
        Host.load(plugins=given)
    message = str(raised.value)
    assert what in message
    assert "plugin 'alpha'" in message
    assert "plugin 'beta'" in message
    line = next(line for line in message.splitlines() if what in line)
    assert line.count(f"{Path(__file__).parents[2]}/") == 2, "the place of each"


def test_the_place_is_the_line_of_the_declaration() -> None:
    ours, theirs = a_field(), a_field()
    assert ours.place.file.endswith("support.py")
    with pytest.raises(ClashError, match=f"support.py:{ours.place.line}.*support.py:{theirs.place.line}"):
        Host.load(plugins=[plugin("alpha", {"register_fields": [ours]}), plugin("beta", {"register_fields": [theirs]})])


def test_a_clash_with_core_says_core() -> None:
    taken = TakenName(kind=Kind.FIELD, name="Project.title", at=SourceLocation("schema/project.py", 12))
    with pytest.raises(ClashError, match=r"core \(schema/project\.py:12\) and plugin 'alpha'"):
        Host.load(
            core=[core(("taken_names", [taken]))],
            plugins=[plugin("alpha", {"register_fields": [a_field("title")]})],
        )


def test_a_plugin_that_defines_something_twice_clashes_with_itself() -> None:
    with pytest.raises(ClashError, match=r"plugin 'alpha'.*plugin 'alpha'"):
        Host.load(plugins=[plugin("alpha", {"register_fields": [a_field(), a_field()]})])


def test_one_message_names_every_clash() -> None:
    hooks = {"register_fields": [a_field()], "register_queries": [a_query()], "register_blocks": [part("mine")]}
    with pytest.raises(ClashError) as raised:
        Host.load(plugins=[plugin("alpha", hooks), plugin("beta", hooks)])
    for what in ("field Project.sketch", "field Query.sketches", "block mine"):
        assert what in str(raised.value)


def test_what_only_looks_alike_does_not_clash() -> None:
    host = Host.load(
        plugins=[
            plugin("alpha", {"register_fields": [a_field(), a_field(on="Place")], "register_blocks": [part("x")]}),
            plugin("beta", {"register_fields": [a_field("drawing")], "register_gates": [part("x")]}),
            plugin("gamma", {"register_routes": [route(methods=("POST",))]}, permissions=("routes",)),
            plugin("delta", {"register_pages": [page()]}, permissions=("routes",)),
        ]
    )
    assert len(host.contributions.fields) == 3


def test_a_disabled_plugin_does_not_clash() -> None:
    given = [plugin(name, {"register_fields": [a_field()]}) for name in ("alpha", "beta")]
    host = Host.load({"beta": {"enabled": False}}, plugins=given)
    assert [entry.owner for entry in host.contributions.fields] == ["alpha"]
