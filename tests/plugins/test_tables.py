"""A plugin's tables on both databases: made, kept when the plugin goes, named, dropped when that is asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from api.assembly.plugin_tables import chain_of, check_rules, drop, left_behind, remember, tables_of
from api.assembly.rooms import current_host, migrate_all
from plugins.host.errors import PluginStartError
from plugins.host.host import Host
from plugins.host.startup.discovery import Found
from store.access.actors import Actor
from store.database import Database
from store.database.migration import MigrationError, upgrade
from store.models import PluginRecord, Project
from tests.plugins.support import plugin

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for folder in ("stranger", "bad/halfway"):
        monkeypatch.syspath_prepend(HERE / folder)
    yield
    for name in [name for name in sys.modules if name.startswith(("roadshow_stranger", "roadshow_halfway"))]:
        del sys.modules[name]


def module(name: str) -> Any:
    return importlib.import_module(name)


def running(*plugins: Any, **settings: Any) -> Host:
    return Host.load(settings, plugins=plugins)


def table_names(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


@pytest.fixture
def host(database: Database) -> Host:
    """With the stranger, migrated and remembered, and a note in its table."""
    made = running(module("roadshow_stranger"))
    migrate_all(database, made)
    note = module("roadshow_stranger.tables").Note
    with database.write(Actor.system("test")) as session:
        project = Project(name={"en": "Lamp"})
        session.add(project)
        session.flush()
        session.add(note(project_id=project.id, text="bright"))
    return made


def test_migrating_makes_them_once(database: Database, host: Host) -> None:
    assert "stranger_note" in table_names(database)
    (entry,) = host.contributions.tables
    assert upgrade(database, chain_of(entry)) is False


def test_a_disabled_plugin_leaves_them_and_they_are_named(database: Database, host: Host) -> None:
    assert left_behind(database, host) == {}
    disabled = running(module("roadshow_stranger"), stranger={"enabled": False})
    assert left_behind(database, disabled) == {"stranger": ("stranger_note",)}
    assert "stranger_note" in table_names(database)


def test_an_uninstalled_plugin_leaves_them_and_they_are_named(database: Database, host: Host) -> None:
    assert left_behind(database, running()) == {"stranger": ("stranger_note",)}


@pytest.mark.parametrize("how", ["running", "disabled", "uninstalled"])
def test_purging_drops_them_whether_the_plugin_is_there_or_not(database: Database, host: Host, how: str) -> None:
    hosts = {
        "running": lambda: host,
        "disabled": lambda: running(module("roadshow_stranger"), stranger={"enabled": False}),
        "uninstalled": running,
    }
    before = table_names(database)
    asked = hosts[how]()
    drop(database, asked, "stranger")
    assert before - table_names(database) == {"stranger_note", "alembic_version_stranger"}
    assert tables_of(database, asked, "stranger") == ()
    with database.read() as session:
        assert session.get(PluginRecord, "stranger") is None
        assert session.query(Project).count() == 1, "core's rows stay"


def test_after_a_purge_it_can_be_installed_again(database: Database, host: Host) -> None:
    drop(database, host, "stranger")
    migrate_all(database, running(module("roadshow_stranger")))
    assert "stranger_note" in table_names(database)


def test_a_migration_that_fails_leaves_nothing_and_takes_only_its_plugin(database: Database) -> None:
    host = running(module("roadshow_halfway"), module("roadshow_stranger"))
    before = table_names(database)
    (entry,) = host.contributions.of("halfway").tables
    with pytest.raises(MigrationError, match="no ink for the second"):
        upgrade(database, chain_of(entry))
    assert table_names(database) == before
    done = dict(migrate_all(database, host))
    assert done["stranger"] == "migrated"
    assert "no ink for the second" in done["halfway"]
    after = current_host(database, host)
    assert after.order == ("stranger",)
    assert after.state("halfway").state == "FAILED"
    assert {entry.owner for entry in after.contributions.fields} == {"stranger"}


def test_what_is_remembered_grows_and_is_not_forgotten(database: Database, host: Host) -> None:
    remember(database, host)
    with database.read() as session:
        record = session.get(PluginRecord, "stranger")
        assert record is not None
        assert (record.version, record.tables) == ("1.3.0", ["stranger_note"])
        assert record.last_seen_at >= record.first_seen_at


def test_one_that_decided_permissions_and_cannot_be_imported_any_more_stops_the_start(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = plugin("warden", {"register_permission_rules": []}, permissions=("permission_rules",))
    remember(database, running(rules))

    def broken() -> Any:
        raise ImportError("no module named keys")

    monkeypatch.setattr("plugins.host.host.installed", lambda: [Found("warden", "warden 1.0", broken)])
    with pytest.raises(PluginStartError, match=r"'warden' decides who may see what.*no module named keys"):
        check_rules(database, Host.load())
    check_rules(database, Host.load({"warden": {"enabled": False}}))


def test_one_that_decides_nothing_and_cannot_be_imported_stops_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(database, running(plugin("painter")))
    monkeypatch.setattr("plugins.host.host.installed", lambda: [Found("painter", "painter 1.0", lambda: 1 / 0)])
    check_rules(database, Host.load())
