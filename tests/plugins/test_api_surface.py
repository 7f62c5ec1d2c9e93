"""`roadshow` holds the plugin API, and docs/plugins/reference.md describes all of it."""

from __future__ import annotations

import ast
import dataclasses
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import roadshow
from plugins.host import hookspecs
from plugins.host.contributions import contributions
from plugins.host.contributions.contributions import Declaration, TakenName
from plugins.host.contributions.declarations import options
from plugins.host.hook_markers import Stability, specifications
from plugins.host.manifest import Manifest, Permission
from plugins.host.settings import HostLimits, PluginSettings
from recommender.blocks import Context
from store.models import Change
from tests.recommender.sample_data import projects

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "plugins" / "reference.md").read_text("utf-8")
HOOKS = specifications(hookspecs)
PUBLIC_HOOKS = {name: each for name, each in HOOKS.items() if each.stability is not Stability.INTERNAL}
DECLARATIONS = {
    name: kind
    for name in contributions.__all__
    if isinstance(kind := getattr(contributions, name), type) and issubclass(kind, Declaration)
    if kind not in (Declaration, TakenName)
}


def section(heading: str) -> str:
    """The text under a heading, up to the next of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    found = re.search(rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{level}}} |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert found, f"docs/plugins/reference.md has no heading '{heading}'"
    return found[1]


def row(table: str, name: str) -> str:
    """The table's row about a name."""
    found = [line for line in table.splitlines() if line.startswith("|") and f"`{name}`" in line.split("|")[1]]
    assert found, f"no row about `{name}`"
    return found[0]


@pytest.mark.parametrize("name", roadshow.__all__)
def test_every_name_of_the_plugin_api_is_there_and_documented(name: str) -> None:
    assert getattr(roadshow, name) is not None
    assert re.search(rf"`{name}[`(]", DOCUMENT), f"docs/plugins/reference.md doesn't name `{name}`"


def test_a_deprecated_name_names_its_replacement() -> None:
    with pytest.warns(DeprecationWarning, match="use roadshow.Taxonomies"):
        assert roadshow.World is roadshow.Taxonomies
    context = Context(projects(1))
    with pytest.warns(DeprecationWarning, match=r"use Context\.taxonomies"):
        assert context.world is context.taxonomies


def test_nothing_else_is_exported() -> None:
    """Also not by accident, such as a module that was imported along the way."""
    code = "import roadshow; print(*(n for n in vars(roadshow) if not n.startswith('_')), *dir(roadshow), sep='\\n')"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    accidental = {"annotations", "import_module", "TYPE_CHECKING", "TypeAlias", "warn"}
    assert set(shown.split()) - set(roadshow.__all__) <= accidental


def test_what_type_checkers_see_is_what_is_there() -> None:
    tree = ast.parse((ROOT / "roadshow" / "__init__.py").read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    seen = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    aliases = [node for node in block.body if isinstance(node, ast.AnnAssign)]  # `Context: TypeAlias = home[Actor]`
    seen |= {ast.unparse(node.target): ast.unparse(node.value).partition("[")[0] for node in aliases if node.value}
    assert {name: seen.pop(name) for name in roadshow._RENAMED} == roadshow._RENAMED
    assert sorted(seen) == roadshow.__all__
    homes = {name: f"{home}.{name}" for home, names in roadshow._HOMES.items() for name in names}
    assert seen == homes


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'Feild'; it has: .*Field"):
        roadshow.Feild  # type: ignore[attr-defined]  # noqa: B018


def test_declaring_a_field_loads_neither_recommender_nor_database() -> None:
    code = (
        "from roadshow import Field, Manifest, hookimpl; import sys; "
        "print([name for name in ('torch', 'sklearn', 'sqlalchemy', 'strawberry', 'recommender.blocks') "
        "if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


@pytest.mark.parametrize("name", PUBLIC_HOOKS)
def test_every_hook_is_documented_with_its_exact_arguments_and_what_its_failure_means(name: str) -> None:
    hook = HOOKS[name]
    text = row(section("### Hooks"), f"{name}({', '.join(hook.arguments)})").lower()
    stops = {"SKIP_HOOK": "hook", "LEAVE_OUT_PLUGIN": "plugin", "STOP_START": "start"}
    assert f"| {hook.stability.value}, {stops[hook.on_failure.name]} |" in text


def test_no_hook_is_documented_that_does_not_exist() -> None:
    assert set(re.findall(r"^\| `(register_\w+)\(", DOCUMENT, re.MULTILINE)) == set(PUBLIC_HOOKS)


HANDED = {
    "Actor": [each.name for each in dataclasses.fields(roadshow.Actor) if not each.name.startswith("_")],
    "a change": [column.key for column in Change.__table__.columns],
}


@pytest.mark.parametrize("name", HANDED)
def test_every_attribute_of_what_functions_are_handed_is_documented(name: str) -> None:
    (line,) = [
        each for each in section("### Values").splitlines() if each.startswith("|") and name in each.split("|")[1]
    ]
    assert [each for each in HANDED[name] if f"`{each}`" not in line] == []


@pytest.mark.parametrize("name", DECLARATIONS)
def test_every_option_of_what_hooks_return_is_documented(name: str) -> None:
    own = f"\n#### `{name}`\n" in DOCUMENT
    text = section(f"#### `{name}`") if own else row(section("### What hooks return"), name)
    missing = [
        option for option in options(DECLARATIONS[name]) if f"`{option}`" not in text and f"`{option}(" not in text
    ]
    assert not missing


@pytest.mark.parametrize("option", Manifest.model_fields)
def test_every_option_of_the_manifest_is_documented(option: str) -> None:
    assert f"`{option}`" in section("### The manifest")


@pytest.mark.parametrize("permission", list(Permission))
def test_every_permission_is_documented(permission: Permission) -> None:
    assert f"`{permission.value}`" in section("### The manifest")


def default_of(model: Any, name: str) -> str:
    default = model.model_fields[name].default
    return {True: "`true`", False: "`false`", None: "none"}.get(default) or f"`{default}`".replace("()", "[]")


@pytest.mark.parametrize(
    ("model", "name"), [(model, name) for model in (PluginSettings, HostLimits) for name in model.model_fields]
)
def test_every_setting_is_documented_with_its_default_and_in_the_same_words(model: Any, name: str) -> None:
    shown = row(section("### Settings"), name)
    assert model.model_fields[name].description in shown
    assert default_of(model, name) in shown
