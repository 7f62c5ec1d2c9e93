"""What a plugin declares and nobody would ever read is an error at the start, with a hint, never a silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field

from api.assembly.core_contributions import CORE_PARTS
from plugins.host.contributions.contributions import (
    Argument,
    ChangeListener,
    DataDocuments,
    Importer,
    OperationRule,
    Route,
    RowRule,
    Subscription,
    TypeField,
)
from plugins.host.errors import PluginStartError
from plugins.host.host import Host
from tests.plugins.support import a_field, a_query, a_type, plugin

RULES = {"permissions": ("permission_rules",)}


def loaded(*plugins: Any, **settings: Any) -> Host:
    return Host.load(settings, core=CORE_PARTS, plugins=plugins)


def nothing(*_: Any) -> Any:
    return None


def an_argument() -> Argument:
    return Argument(name="size", type="Int", description="How large.")


def rule(on: str) -> RowRule:
    return RowRule(on=on, condition=nothing, description="Hides some.")


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("Sketch", "no entity"),
        ("PageInfo", "no entity"),
        ("Projekt", "did you mean 'Project'"),
        ("Mandate", "no entity"),
    ],
)
def test_a_row_rule_that_nobody_would_apply_stops_the_start(on: str, said: str) -> None:
    hooks = {"register_types": [a_type()], "register_permission_rules": [rule(on)]}
    with pytest.raises(PluginStartError, match=said):
        loaded(plugin("alpha", hooks, **RULES))


@pytest.mark.parametrize("on", ["Project", "TrackAssignment", "Exposure"])
def test_a_row_rule_on_an_entity_of_core_is_taken(on: str) -> None:
    assert loaded(plugin("alpha", {"register_permission_rules": [rule(on)]}, **RULES)).order == ("alpha",)


def test_an_operation_rule_on_a_mutation_that_is_not_there_stops_the_start() -> None:
    wrong = OperationRule(mutation="createProjekt", allows=nothing, description="Refuses some.")
    with pytest.raises(PluginStartError, match="did you mean 'createProject'"):
        loaded(plugin("alpha", {"register_permission_rules": [wrong]}, **RULES))


UNKNOWN: list[tuple[str, Any, str]] = [
    ("register_fields", a_field(needs=["sumary"]), "'sumary' of Project, which doesn't exist; did you mean 'sum"),
    ("register_fields", a_field(on="Projekt"), "did you mean 'Project'"),
    ("register_fields", a_field(type="Projekt"), "did you mean 'Project'"),
    ("register_fields", a_field(on="Sketch", needs=["title"]), "which has none"),
    ("register_fields", a_field(on="Sketch", expression=nothing), "neither filtered nor ordered"),
    ("register_types", a_type("Folder", "[Skech!]"), "did you mean 'Sketch'"),
    (
        "register_change_listeners",
        ChangeListener(name="ears", on_change=nothing, entities=["projects"]),
        "did you mean 'project'",
    ),
    (
        "register_importers",
        Importer(name="ink", description="Ink.", suffixes=[".ink"], read=nothing, entity="Projects"),
        "did you mean 'Project'",
    ),
]


@pytest.mark.parametrize("survey", [True, False], ids=["plugins list", "serve"])
@pytest.mark.parametrize(("hook", "contribution", "said"), UNKNOWN)
def test_a_plugin_that_names_an_unknown_type_entity_or_column_is_refused_with_a_hint(
    hook: str, contribution: Any, said: str, survey: bool
) -> None:
    hooks = {"register_types": [a_type()], "register_queries": [a_query()]}
    hooks[hook] = [*hooks.get(hook, []), contribution]
    others = (plugin("beta", requires=("alpha",)), plugin("gamma"))
    host = Host.load({}, core=CORE_PARTS, plugins=(plugin("alpha", hooks, permissions=("changes",)), *others),
                     survey=survey)  # fmt: skip
    assert host.state("alpha").state == "FAILED"
    assert said in (host.state("alpha").reason or "")
    assert host.order == ("gamma",), "and who requires it goes too"
    assert host.contributions.queries == ()


def test_every_unknown_name_of_a_plugin_is_told_at_once() -> None:
    state = loaded(plugin("alpha", {"register_fields": [a_field(on="Projekt"), a_field(needs=["sumary"])]})).state(
        "alpha"
    )
    assert "'Projekt'" in (state.reason or "")
    assert "'sumary'" in (state.reason or "")


def test_a_type_may_be_that_of_a_neighbour_that_does_not_run() -> None:
    hooks = {"register_fields": [a_field(on="Sketch"), a_field("fine")]}
    beta = plugin("beta", {"register_types": [a_type()]})
    with_it = loaded(plugin("alpha", hooks, after=("beta",)), beta)
    assert with_it.state("alpha").state == "ACTIVE"
    without = loaded(plugin("alpha", hooks, after=("beta",)), beta, beta={"enabled": False})
    assert without.state("alpha").state == "DEGRADED"
    assert [entry.name for entry in without.contributions.fields] == ["Project.fine"]
    optional = loaded(plugin("alpha", hooks, after=("beta",), optional=("beta",)))
    assert optional.state("alpha").state == "DEGRADED"


WRONG_IN_ITSELF: dict[str, tuple[str, Any, str]] = {
    "arguments of a type's field": (
        "register_types",
        lambda: [TypeField(name="size", type="Int", description="d", arguments=[an_argument()])],
        "which would be ignored",
    ),
    "a subscription's time limit": (
        "register_subscriptions",
        lambda: [Subscription(name="drawn", type="String", description="d", subscribe=nothing, time_limit=1.0)],
        "as long as it likes",
    ),
    "a suffix without its dot": (
        "register_importers",
        lambda: [Importer(name="ink", description="d", suffixes=["ink"], read=nothing)],
        "'ink', of importer 'ink', is no file suffix",
    ),
    "a text for a list of suffixes": (
        "register_importers",
        lambda: [Importer(name="ink", description="d", suffixes=".ink", read=nothing)],
        "give a list such as ['.ink']",
    ),
    "a misspelt method": (
        "register_routes",
        lambda: [Route(path="/ink", endpoint=nothing, methods=["PSOT"])],
        "methods of route '/ink' are PSOT; give a list of",
    ),
    "a text for a list of methods": (
        "register_routes",
        lambda: [Route(path="/ink", endpoint=nothing, methods="POST")],
        "methods of route '/ink' are POST; give a list of",
    ),
    "data that require a misspelt plugin": (
        "register_data",
        lambda: [DataDocuments(paths=[Path("a.yaml")], requires=("gama",))],
        "did you mean 'gamma'",
    ),
}


@pytest.mark.parametrize("what", WRONG_IN_ITSELF)
def test_a_declaration_that_would_do_nothing_leaves_the_plugin_out(what: str) -> None:
    hook, given, said = WRONG_IN_ITSELF[what]
    alpha = plugin("alpha", {hook: given, "register_queries": [a_query()]}, permissions=("routes",))
    host = loaded(alpha, plugin("gamma"))
    assert host.state("alpha").state == "FAILED"
    assert said in (host.state("alpha").reason or "")
    assert "test_silent_mistakes.py:" in (host.state("alpha").reason or "")
    assert host.order == ("gamma",)


def test_what_names_what_is_there_is_taken() -> None:
    hooks = {
        "register_fields": [a_field(needs=["summary", "name"])],
        "register_change_listeners": [ChangeListener(name="ears", on_change=nothing, entities=["project", "api_key"])],
    }
    assert loaded(plugin("alpha", hooks, permissions=("changes",))).state("alpha").state == "ACTIVE"


@pytest.mark.parametrize(
    "options",
    [{"arguments": [an_argument()]}, {"time_limit": 2.0}],
)
def test_a_field_of_a_type_takes_nothing_that_nobody_reads(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"which would be ignored.*Field\(on=\.\.\.\)"):
        TypeField(name="title", type="String", description="Its title.", **options)


def test_a_subscription_takes_no_time_limit() -> None:
    with pytest.raises(ValueError, match="as long as it likes"):
        Subscription(name="drawn", type="String", description="News.", subscribe=nothing, time_limit=1.0)


class Settings(BaseModel):
    lines: int = Field(10, description="How many lines.")
    ink: str = Field("blue", alias="colour", description="Which ink.")


def test_a_setting_that_the_plugin_does_not_know_stops_the_start() -> None:
    with pytest.raises(PluginStartError, match=r"sets line, which .*did you mean 'lines'.*lines, ink"):
        loaded(plugin("alpha", settings=Settings), alpha={"line": 3})
    assert (
        loaded(plugin("alpha", settings=Settings), alpha={"lines": 3, "colour": "red"}).settings_of("alpha").lines == 3
    )


def test_a_section_whose_name_is_nearly_that_of_a_plugin_stops_the_start() -> None:
    with pytest.raises(PluginStartError, match=r"plugins\.kunshn.*did you mean 'kunshan'"):
        loaded(plugin("kunshan"), kunshn={"enabled": False})
    assert loaded(plugin("kunshan"), digest={"enabled": False}).order == ("kunshan",), "of one that is gone"


@pytest.mark.parametrize("survey", [True, False], ids=["plugins list", "serve"])
@pytest.mark.parametrize("option", ["after", "before"])
def test_an_order_after_nobody_leaves_the_plugin_out(option: str, survey: bool) -> None:
    plugins = (plugin("alpha", **{option: ("betta",)}), plugin("beta"), plugin("gamma", requires=("alpha",)))
    host = Host.load({}, core=CORE_PARTS, plugins=plugins, survey=survey)
    state = host.state("alpha")
    assert state.state == "REFUSED"
    assert f"it says {option} 'betta', which no installed plugin is or provides" in (state.reason or "")
    assert "did you mean 'beta'" in (state.reason or "")
    assert host.order == ("beta",), "and who requires it goes too"


@pytest.mark.parametrize("option", ["after", "before"])
def test_a_neighbour_may_be_optional(option: str) -> None:
    assert loaded(plugin("alpha", **{option: ("betta",)}, optional=("betta",))).state("alpha").state == "ACTIVE"
    with pytest.raises(ValueError, match="betta: optional names what before or after names"):
        plugin("alpha", optional=("betta",))


@pytest.mark.parametrize("option", ["after", "before"])
def test_an_order_after_one_that_is_disabled_or_a_provided_name_is_right(option: str) -> None:
    others = (plugin("beta"), plugin("gamma", provides=("ink",)))
    host = loaded(plugin("alpha", **{option: ("beta", "ink")}), *others, beta={"enabled": False})
    assert host.state("alpha").state == "ACTIVE"
