"""The start: who runs, in which order, what is left out and why, and what stops everything."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, Field

from plugins.host.contributions.contributions import DataDocuments, Mutation, RowRule, Tables
from plugins.host.errors import PluginStartError, UnknownPluginError
from plugins.host.hook_markers import hookimpl
from plugins.host.host import Host
from plugins.host.startup.discovery import DiscoveredPlugin
from plugins.host.states import State
from plugins.host.versions import API_VERSION
from tests.plugins.support import a_field, a_query, a_type, core, core_types, implementation, manifest, plugin


def broken(*_: Any) -> Any:
    raise RuntimeError("out of ink")


def reason(host: Host, name: str) -> str:
    return host.state(name).reason or ""


def a_rule() -> RowRule:
    return RowRule(on="Project", condition=lambda actor, model: True, description="All.")


# ---- the ordinary case


def test_contributions_carry_owner_and_come_in_order_core_first() -> None:
    host = Host.load(
        core=[core(("register_fields", [a_field("zero")]))],
        plugins=[
            plugin("alpha", {"register_fields": [a_field("one")]}, after=("beta",)),
            plugin("beta", {"register_fields": [a_field("two")]}),
        ],
    )
    assert [(entry.owner, entry.name) for entry in host.contributions.fields] == [
        ("core", "Project.zero"), ("beta", "Project.two"), ("alpha", "Project.one"),
    ]  # fmt: skip
    assert host.order == ("beta", "alpha")
    assert [(state.name, state.order, state.state) for state in host.states()] == [
        ("beta", 1, State.ACTIVE), ("alpha", 2, State.ACTIVE),
    ]  # fmt: skip


def test_after_the_start_nothing_can_be_added() -> None:
    host = Host.load(plugins=[plugin("alpha", {"register_fields": [a_field()]})])
    with pytest.raises(dataclasses.FrozenInstanceError):
        host.contributions.fields = ()  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        host.contributions.fields[0].value.name = "other"  # type: ignore[misc]


def test_a_module_is_a_plugin() -> None:
    module = ModuleType("alpha")
    module.manifest = manifest("alpha")  # type: ignore[attr-defined]
    module.register_fields = implementation([a_field()])  # type: ignore[attr-defined]
    assert Host.load(plugins=[module]).state("alpha").state is State.ACTIVE


def test_a_hook_may_be_a_generator_and_take_its_settings_or_not() -> None:
    class Settings(BaseModel):
        name: str = "sketch"

    @hookimpl
    def register_fields(settings: Settings) -> Iterator[Any]:
        yield a_field(settings.name)

    alpha = plugin("alpha", settings=Settings)
    alpha.register_fields = register_fields
    host = Host.load({"alpha": {"name": "drawing"}}, plugins=[alpha])
    assert [entry.name for entry in host.contributions.fields] == ["Project.drawing"]
    assert host.settings_of("alpha") == Settings(name="drawing")


def test_with_no_plugin_at_all_core_stands() -> None:
    host = Host.load(core=[core(("register_queries", [a_query()]))], plugins=[])
    assert [entry.owner for entry in host.contributions.queries] == ["core"]
    assert host.states() == []


# ---- range, settings, requirements


def test_out_of_range_is_refused_with_what_it_wants_and_what_is_there() -> None:
    host = Host.load(plugins=[plugin("alpha", {"register_fields": [a_field()]}, api=">=2,<3"), plugin("beta")])
    assert host.state("alpha").state is State.REFUSED
    assert ">=2,<3" in reason(host, "alpha")
    assert f"this is {API_VERSION}" in reason(host, "alpha")
    assert "plugins.alpha.ignore_api_range" in reason(host, "alpha")
    assert host.order == ("beta",)
    assert host.contributions.fields == ()


def test_a_setting_overrides_the_range_for_one_plugin_alone() -> None:
    given = [plugin(name, api=">=2,<3") for name in ("alpha", "beta")]
    host = Host.load({"alpha": {"ignore_api_range": True}}, plugins=given)
    assert (host.state("alpha").state, host.state("alpha").overridden) == (State.ACTIVE, True)
    assert host.state("beta").state is State.REFUSED


def test_a_disabled_plugin_is_not_even_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = threading.Event()
    monkeypatch.setattr("plugins.host.host.installed", lambda: [DiscoveredPlugin("alpha", "alpha 1.0", imported.set)])
    host = Host.load({"alpha": {"enabled": "false"}})
    assert not imported.is_set()
    assert host.state("alpha").state is State.DISABLED
    assert "untouched" in reason(host, "alpha")


def test_only_some_may_run() -> None:
    host = Host.load({"host": {"only": ["beta"]}}, plugins=[plugin("alpha"), plugin("beta")])
    assert host.order == ("beta",)


def test_lists_from_the_environment_are_json() -> None:
    class Settings(BaseModel):
        colours: list[str] = []
        pattern: str = ""

    given = [plugin("alpha", settings=Settings, permissions=("tables",)), plugin("beta")]
    section = {"colours": '["red"]', "pattern": "[a-z", "denied": '["routes"]'}
    host = Host.load({"host": {"only": '["alpha"]'}, "alpha": section}, plugins=given)
    assert host.order == ("alpha",)
    assert host.settings_of("alpha") == Settings(colours=["red"], pattern="[a-z")


def test_a_plugin_that_must_run_but_is_not_installed_stops_the_start() -> None:
    for settings in ({"host": {"only": ["betta"]}}, {"betta": {"required": True}}):
        with pytest.raises(PluginStartError, match=r"'betta'.*isn't installed.*did you mean 'beta'"):
            Host.load(settings, plugins=[plugin("beta")])


def test_settings_about_an_uninstalled_plugin_are_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    Host.load({"gone": {"enabled": False}}, plugins=[])
    assert "'gone', which isn't installed" in caplog.text


def test_wrong_settings_of_a_plugin_stop_the_start_and_say_which() -> None:
    class Settings(BaseModel):
        lines: int = Field(10, ge=1, description="How many lines.")

    with pytest.raises(PluginStartError, match=r"plugins\.alpha\.lines: .*greater than or equal to 1 \(it is 0\)"):
        Host.load({"alpha": {"lines": 0}}, plugins=[plugin("alpha", settings=Settings)])


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"host": {"call_time_limit": -1}}, "plugins.host.call_time_limit"),
        ({"host": {"patience": 1}}, "plugins.host.patience"),
        ({"alpha": {"enabled": "perhaps"}}, "plugins.alpha.enabled"),
        ({"alpha": {"colour": "red"}}, "no settings of its own"),
    ],
)
def test_wrong_settings_of_the_host_stop_the_start(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(PluginStartError, match=named):
        Host.load(settings, plugins=[plugin("alpha")])


def test_what_a_plugin_requires_comes_first_and_must_be_there() -> None:
    host = Host.load(
        plugins=[plugin("alpha", requires=("beta>=1.2",)), plugin("beta"), plugin("gamma", requires=("x",))]
    )
    assert host.order == ("beta", "alpha")
    assert "requires 'x', which isn't installed" in reason(host, "gamma")


def test_a_requirement_of_another_version_is_not_met() -> None:
    host = Host.load(plugins=[plugin("alpha", requires=("beta>=3",)), plugin("beta")])
    assert "requires 'beta>=3', and there is beta 1.2.0" in reason(host, "alpha")


def test_those_that_require_a_left_out_plugin_are_left_out_with_the_reason() -> None:
    host = Host.load(
        plugins=[
            plugin("alpha", requires=("beta",)),
            plugin("beta", requires=("gamma",)),
            plugin("gamma", {"register_tables": broken}, permissions=("tables",)),
        ]
    )
    assert host.order == ()
    assert "out of ink" in reason(host, "gamma")
    assert "requires 'gamma', which is left out" in reason(host, "beta")
    assert host.state("alpha").state is State.REFUSED


def test_a_circle_stops_the_start() -> None:
    with pytest.raises(PluginStartError, match="circular"):
        Host.load(plugins=[plugin("alpha", after=("beta",)), plugin("beta", after=("alpha",))])


# ---- what fails


def test_an_optional_hook_that_throws_is_left_out_and_the_rest_runs() -> None:
    host = Host.load(plugins=[plugin("alpha", {"register_fields": broken, "register_queries": [a_query()]})])
    state = host.state("alpha")
    assert state.state is State.DEGRADED
    assert state.failures == 1
    assert "register_fields failed: RuntimeError: out of ink" in (state.reason or "")
    assert state.last_failure is not None
    assert state.last_failure.message == "out of ink"
    assert [entry.name for entry in host.contributions.queries] == ["Query.sketches"]


@pytest.mark.parametrize("hook", ["register_tables", "register_types"])
def test_a_hook_on_which_others_stand_takes_the_plugin_with_it(hook: str) -> None:
    alpha = plugin("alpha", {hook: broken, "register_queries": [a_query()]}, permissions=("tables",))
    host = Host.load(plugins=[alpha, plugin("beta")])
    assert host.state("alpha").state is State.FAILED
    assert host.contributions.queries == ()
    assert host.order == ("beta",)


def test_a_failing_permission_hook_stops_the_start_and_says_how_to_go_on() -> None:
    alpha = plugin("alpha", {"register_permission_rules": broken}, permissions=("permission_rules",))
    with pytest.raises(PluginStartError, match=r"'alpha'.*out of ink.*plugins\.alpha\.enabled = false"):
        Host.load(plugins=[alpha])
    assert Host.load({"alpha": {"enabled": False}}, plugins=[alpha]).order == ()


def test_a_plugin_that_asks_to_decide_permissions_cannot_be_left_out_silently() -> None:
    with pytest.raises(PluginStartError, match="could show what it hides"):
        Host.load(plugins=[plugin("alpha", api=">=2", permissions=("permission_rules",))])


def test_a_plugin_that_the_settings_require_stops_the_start_whatever_fails() -> None:
    for hooks in ({"register_fields": broken}, {"register_types": broken}):
        with pytest.raises(PluginStartError, match="The settings require it"):
            Host.load({"alpha": {"required": True}}, plugins=[plugin("alpha", hooks)])


def test_a_slow_hook_is_left_out() -> None:
    release = threading.Event()
    alpha = plugin("alpha", {"register_fields": lambda: release.wait() and [], "register_queries": [a_query()]})
    host = Host.load({"host": {"start_time_limit": 1.5}}, plugins=[alpha])
    release.set()
    assert host.state("alpha").state is State.DEGRADED
    assert "longer than 1.5 s" in reason(host, "alpha")
    assert len(host.contributions.queries) == 1


def test_a_plugin_that_cannot_be_imported_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.host.host.installed", lambda: [DiscoveredPlugin("alpha", "alpha 1.0", broken)])
    host = Host.load()
    assert host.state("alpha").state is State.FAILED
    assert "can't be imported: RuntimeError: out of ink" in reason(host, "alpha")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (SimpleNamespace(__name__="alpha"), "has no `manifest"),
        (plugin("alpha", {"register_fieldz": [a_field()]}), "did you mean 'register_fields'"),
        (plugin("alpha", {"taken_names": []}), "for core alone"),
        (plugin("alpha", {"register_fields": lambda request: []}), "allowed are settings"),
        (plugin("alpha", {"register_fields": [a_query()]}), "must return Field, it returned Query"),
        (plugin("alpha", {"register_fields": lambda: 3}), "must return a list, it returned int"),
        (
            plugin("alpha", {"register_tables": [Tables(versions=Path(), names=(name,)) for name in "ab"]}),
            "must return one Tables, it returned 2",
        ),
        (plugin("alpha", {"register_blocks": [object()]}), "must return objects with a name"),
    ],
)
def test_mistakes_are_told_in_words(given: Any, said: str) -> None:
    host = Host.load(plugins=[given])
    assert said in reason(host, "alpha")


def test_an_order_by_pluggy_is_refused() -> None:
    alpha = plugin("alpha")
    alpha.register_fields = hookimpl(tryfirst=True)(lambda: [])
    assert "use Manifest.before and after" in reason(Host.load(plugins=[alpha]), "alpha")


@pytest.mark.parametrize(
    ("hook", "given", "permission"),
    [
        ("register_tables", lambda: Tables(versions=Path(), names=("sketch",)), "tables"),
        ("register_mutations", lambda: Mutation(name="draw", type="Int", description="d", resolve=broken), "mutations"),
    ],
)
def test_what_needs_a_permission_must_be_asked_for(hook: str, given: Any, permission: str) -> None:
    host = Host.load(plugins=[plugin("alpha", {hook: [given()]})])
    assert host.state("alpha").state is State.FAILED
    assert f"ask for the permission '{permission}'" in reason(host, "alpha")
    assert Host.load(plugins=[plugin("alpha", {hook: [given()]}, permissions=(permission,))]).order == ("alpha",)


def test_rules_without_the_permission_stop_the_start() -> None:
    with pytest.raises(PluginStartError, match="permission_rules"):
        Host.load(plugins=[plugin("alpha", {"register_permission_rules": [a_rule()]})])


def test_a_denied_permission_refuses_the_plugin() -> None:
    host = Host.load({"alpha": {"denied": ["tables"]}}, plugins=[plugin("alpha", permissions=("tables", "routes"))])
    assert host.state("alpha").state is State.REFUSED
    assert "deny it the permission tables" in reason(host, "alpha")


def test_documents_that_need_another_plugin_come_with_it_and_leave_with_it() -> None:
    def given(*names: str) -> list[Any]:
        documents = [DataDocuments(paths=[Path("a.yaml")]), DataDocuments(paths=[Path("b.yaml")], requires=("rounds",))]
        everyone = [plugin("alpha", {"register_data": documents}), plugin("beta", provides=("rounds",))]
        return [each for each in everyone if each.manifest.name in names]

    assert len(Host.load(plugins=given("alpha", "beta")).contributions.data) == 2
    alone = Host.load(plugins=given("alpha"))
    assert [entry.name for entry in alone.contributions.data] == ["a.yaml"]
    assert alone.state("alpha").state is State.ACTIVE


# ---- types that nobody defines


def test_a_plugin_with_a_field_of_an_unknown_type_is_left_out_with_a_hint() -> None:
    given = plugin("alpha", {"register_fields": [a_field(on="Projct"), a_field("fine")]})
    host = Host.load(core=[core_types("Project")], plugins=[given])
    assert host.contributions.fields == ()
    assert host.state("alpha").state is State.FAILED
    assert "did you mean 'Project'" in reason(host, "alpha")


def test_what_hangs_on_a_type_of_a_neighbour_that_is_left_out_is_left_out_too() -> None:
    beta = plugin("beta", {"register_types": [a_type()], "register_tables": broken}, permissions=("tables",))
    alpha = plugin(
        "alpha",
        {
            "register_types": [a_type("Folder", "[Sketch!]")],
            "register_queries": [a_query("folders", "[Folder!]!"), a_query("fine")],
        },
        after=("beta",),
    )
    host = Host.load(core=[core_types()], plugins=[alpha, beta])
    assert [entry.name for entry in host.contributions.queries] == ["Query.fine"]
    assert host.contributions.types == ()
    assert host.state("alpha").state is State.DEGRADED


# ---- after the start


def test_a_plugin_can_be_left_out_when_its_migration_fails() -> None:
    given = [plugin("alpha", {"register_queries": [a_query()]}), plugin("beta", requires=("alpha",)), plugin("gamma")]
    before = Host.load(plugins=given)
    after = before.without("alpha", "its migration failed: no such column")
    assert after.order == ("gamma",)
    assert after.contributions.queries == ()
    assert after.state("alpha").state is State.FAILED
    assert "no such column" in reason(after, "alpha")
    assert after.state("beta").state is State.REFUSED
    assert before.order == ("alpha", "beta", "gamma"), "the first host is as it was"
    assert before.state("alpha").state is State.ACTIVE


def test_a_required_plugin_whose_migration_fails_stops_the_start() -> None:
    host = Host.load({"alpha": {"required": True}}, plugins=[plugin("alpha")])
    with pytest.raises(PluginStartError, match="no such column"):
        host.without("alpha", "no such column")


def test_the_start_can_be_read_call_by_call() -> None:
    host = Host.load(plugins=[plugin("alpha", {"register_fields": broken, "register_queries": [a_query()]})])
    assert [(record.point, record.outcome) for record in host.start_trace()] == [
        ("import", "ok"), ("register_fields", "failed"), ("register_queries", "ok"),
    ]  # fmt: skip


def test_a_name_that_is_not_installed_is_said_so() -> None:
    with pytest.raises(UnknownPluginError, match=r"No plugin 'ghost' is installed\. Installed are: alpha"):
        Host.load(plugins=[plugin("alpha")]).state("ghost")
