"""`roadshow plugins`: what people see and type."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field
from typer.testing import CliRunner, Result

from plugins.host.commands import plugin_commands
from plugins.host.host import Host
from tests.plugins.support import a_field, plugin

ROOT = Path(__file__).parents[2]


class Settings(BaseModel):
    lines: int = Field(10, description="How many lines.")


def broken() -> Any:
    raise RuntimeError("out of ink")


def given() -> list[Any]:
    return [
        plugin("alpha", {"register_fields": [a_field()]}, settings=Settings, description="Sketches of projects."),
        plugin("beta", {"register_fields": broken}),
        plugin("gamma", api=">=9"),
    ]


class Database:
    """An installation whose database holds these tables, and remembers one plugin that decided who may see what."""

    def __init__(self, settings: Any = None) -> None:
        self.settings = settings
        self.remembered = {"warden": ("permission rule Project",)}
        self.tables: dict[str, Sequence[str]] = {"alpha": ("alpha_sketch", "alpha_line")}

    def load(self) -> Host:
        return Host.load(self.settings, plugins=given(), survey=True)

    def accept_removal(self, host: Host, name: str) -> Sequence[str] | None:
        return self.remembered.pop(name, None)

    def dead_letters(self) -> Sequence[tuple[str, int, int, str]]:
        return [("alpha:ears", 7, 2, "ValueError")]

    def replay(self, name: str) -> Sequence[tuple[str, int, str | None]]:
        return [("ears", 7, None), ("ears", 9, "ValueError")] if name == "alpha" else []

    def tables_left(self, host: Host, name: str) -> Sequence[str]:
        return self.tables.get(name, ())

    def drop_tables(self, host: Host, name: str) -> None:
        del self.tables[name]


def run(*arguments: str, database: Database | None = None, typed: str = "", settings: Any = None) -> Result:
    app = plugin_commands(database or Database(settings))
    return CliRunner().invoke(app, list(arguments), input=typed, env={"COLUMNS": "200"})


def test_the_list_shows_every_plugin_with_its_state() -> None:
    shown = run("list").output
    for words in ("alpha", "ACTIVE", "1 field", "beta", "DEGRADED", "out of ink", "gamma", "REFUSED", ">=9"):
        assert words in shown


def test_the_list_as_json_holds_everything() -> None:
    states = {state["name"]: state for state in json.loads(run("list", "--json").output)}
    assert states["beta"]["failures"] == 1
    assert states["beta"]["last_failure"]["message"] == "out of ink"
    assert states["gamma"]["state"] == "REFUSED"


def test_info_shows_contributions_with_their_place_and_settings_with_their_names() -> None:
    shown = run("info", "alpha", settings={"alpha": {"lines": 3}}).output
    assert "field Project.sketch" in shown
    assert "support.py:" in shown
    assert "lines = 3  How many lines." in shown
    assert "ROADSHOW_PLUGINS__ALPHA__LINES" in shown


def test_an_unknown_plugin_is_told_in_words() -> None:
    result = run("info", "ghost")
    assert result.exit_code == 1
    assert "Installed are: alpha, beta, gamma" in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_start_that_is_refused_is_told_in_words() -> None:
    result = run("list", settings={"alpha": {"lines": "many"}})
    assert result.exit_code == 1
    assert "plugins.alpha.lines" in result.output


def test_what_stops_the_start_is_told_beside_the_state_of_every_plugin() -> None:
    shown = run("list", settings={"alpha": {"lines": "many"}, "gamma": {"required": True}})
    assert shown.exit_code == 1
    for words in ("beta", "DEGRADED", "The server can't start", "plugins.alpha.lines", "without the plugin 'gamma'"):
        assert words in shown.output
    states = json.loads(run("list", "--json", settings={"gamma": {"required": True}}).stdout)
    assert [(state["name"], state["state"]) for state in states] == [
        ("alpha", "ACTIVE"), ("beta", "DEGRADED"), ("gamma", "REFUSED"),
    ]  # fmt: skip


def test_the_removal_of_one_that_decided_who_sees_what_is_accepted_once_after_a_yes() -> None:
    database = Database()
    assert run("accept-removal", "warden", database=database, typed="n\n").exit_code == 1
    accepted = run("accept-removal", "warden", database=database, typed="y\n")
    assert accepted.exit_code == 0
    assert "permission rule Project" in accepted.output
    again = run("accept-removal", "warden", "--yes", database=database)
    assert again.exit_code == 1
    assert "nothing to accept" in again.output


def test_the_trace_lists_every_call_of_the_start() -> None:
    shown = run("trace").output
    assert [word in shown for word in ("import", "register_fields", "failed", "milliseconds")] == [True] * 4


def test_purge_asks_and_drops_nothing_without_a_yes() -> None:
    database = Database()
    result = run("purge", "alpha", database=database, typed="n\n")
    assert result.exit_code == 1
    assert "alpha_sketch, alpha_line" in result.output
    assert "alpha" in database.tables


def test_purge_drops_after_a_yes_and_says_what() -> None:
    database = Database()
    result = run("purge", "alpha", database=database, typed="y\n")
    assert result.exit_code == 0
    assert "Dropped: alpha_sketch, alpha_line" in result.output
    assert database.tables == {}


def test_purge_of_a_plugin_without_tables_says_so() -> None:
    assert "holds no tables" in run("purge", "beta", "--yes").output


@pytest.mark.parametrize("name", ["sketch", "reading_time"])
def test_new_writes_a_plugin_whose_own_test_passes(name: str, tmp_path: Path) -> None:
    result = run("new", name, "--directory", str(tmp_path))
    assert result.exit_code == 0, result.output
    folder = tmp_path / f"roadshow-{name.replace('_', '-')}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    passed = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "2 passed" in passed.stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Sketch", "no plugin name"),
        ("core", "Roadshow's own"),
        ("kunshan", "is installed here already"),
        ("class", "a word of Python"),
        ("match", "a word of Python"),
    ],
)
def test_new_refuses_a_name_that_cannot_be_used(name: str, said: str, tmp_path: Path) -> None:
    result = run("new", name, "--directory", str(tmp_path))
    assert result.exit_code == 1
    assert said in result.output
    assert not list(tmp_path.iterdir())


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "roadshow-sketch").mkdir()
    result = run("new", "sketch", "--directory", str(tmp_path))
    assert result.exit_code == 1
    assert "already there" in result.output


def test_changes_that_were_set_aside_are_shown_and_replayed() -> None:
    shown = run("dead-letters").output
    for words in ("alpha:ears", "7", "2", "ValueError"):
        assert words in shown
    replayed = run("replay", "alpha")
    assert replayed.exit_code == 1
    for words in ("change 7 is heard", "change 9 failed again: ValueError", "1 of 2 failed again"):
        assert words in replayed.output
    assert "Nothing of the plugin 'beta'" in run("replay", "beta").output
