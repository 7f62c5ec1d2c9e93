"""A plugin's tables on both databases: made, kept when the plugin goes, named, dropped when that is asked for."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import false, inspect, text

from api.assembly.plugin_tables import accept_removal, chain_of, check_rules, drop, left_behind, remember, tables_of
from api.assembly.preparation import chains, current_host, migrate_all
from plugins.host.contributions.contributions import RowRule, Tables
from plugins.host.errors import PluginStartError
from plugins.host.host import Host
from plugins.host.startup.discovery import DiscoveredPlugin
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

    monkeypatch.setattr("plugins.host.host.installed", lambda: [DiscoveredPlugin("warden", "warden 1.0", broken)])
    with pytest.raises(PluginStartError, match=r"'warden' decides who may see what.*no module named keys"):
        check_rules(database, Host.load())
    check_rules(database, Host.load({"warden": {"enabled": False}}))


def test_one_that_decides_nothing_and_cannot_be_imported_stops_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(database, running(plugin("painter")))
    painter = DiscoveredPlugin("painter", "painter 1.0", lambda: 1 / 0)
    monkeypatch.setattr("plugins.host.host.installed", lambda: [painter])
    check_rules(database, Host.load())


def wardens(database: Database) -> None:
    """Let a plugin that hides every project have run here."""
    rule = RowRule(on="Project", condition=lambda actor, model: false(), description="Hides all.")
    remember(
        database,
        running(plugin("warden", {"register_permission_rules": [rule]}, permissions=("permission_rules",))),
    )


def test_one_that_decided_permissions_and_is_gone_stops_the_start_until_that_is_accepted(database: Database) -> None:
    wardens(database)
    without = running()
    with pytest.raises(PluginStartError, match=r"rule Project.*isn't installed any more") as stopped:
        check_rules(database, without)
    assert "roadshow plugins accept-removal warden" in str(stopped.value)
    assert accept_removal(database, without, "warden") == ("permission rule Project",)
    check_rules(database, without)
    assert accept_removal(database, without, "warden") is None, "once is enough"
    wardens(database)
    with pytest.raises(PluginStartError):
        check_rules(database, without)


def test_one_that_decided_permissions_is_not_left_out_by_the_way(database: Database) -> None:
    wardens(database)
    rules = plugin("warden", {"register_permission_rules": []}, permissions=("permission_rules",))
    with pytest.raises(PluginStartError, match=r"isn't among plugins\.host\.only"):
        check_rules(database, running(rules, plugin("painter"), host={"only": ["painter"]}))


MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "alpha_0001"
down_revision = None


def upgrade():
    op.create_table(
        "alpha_sheet",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("project_id", sa.String(40), sa.ForeignKey("project.id", ondelete="CASCADE")),
    )
    op.create_index("ix_alpha_sheet_project_id", "alpha_sheet", ["project_id"])
    {more}


def downgrade():
    op.drop_table("alpha_sheet")
"""


def migrating(folder: Path, more: str, version: str = "1.0.0", name: str = "0001") -> Any:
    (folder / f"{name}.py").write_text(MIGRATION.replace("{more}", more).replace("0001", name))
    tables = Tables(versions=folder, names=["alpha_sheet"])
    return plugin("alpha", {"register_tables": [tables]}, permissions=("tables",), version=version)


FOREIGN = {
    "delete": 'op.execute("DELETE FROM project")',
    "raw": 'op.get_bind().exec_driver_sql("update project set version = 9")',
    "column": 'op.add_column("project", sa.Column("alpha_mark", sa.String(9)))',
    "index": 'op.create_index("ix_alpha_project_version", "project", ["version"])',
    "drop": 'op.drop_table("embedding")',
    "drop index": 'op.drop_index("ix_change_entity_id", "change")',
    "with": 'op.execute("WITH a AS (SELECT 1) INSERT INTO api_key SELECT * FROM api_key")',
    "second": 'op.execute("INSERT INTO alpha_sheet (id) SELECT id FROM talent"); op.execute("DELETE FROM talent")',
    "another plugin's": 'op.execute("DELETE FROM beta_sheet")',
    "trigger": 'op.execute("CREATE TRIGGER t AFTER INSERT ON alpha_sheet BEGIN DELETE FROM project; END")',
    "pragma": 'op.execute("PRAGMA writable_schema = 1")',
    "unreadable": 'op.execute("DO $$ BEGIN DELETE FROM project; END $$")',
}


@pytest.mark.parametrize("statement", FOREIGN)
@pytest.mark.parametrize("swallowed", [False, True])
def test_a_migration_that_touches_what_is_not_the_plugins_is_refused_with_the_statement(
    statement: str, swallowed: bool, database: Database, tmp_path: Path
) -> None:
    write(database, "CREATE TABLE beta_sheet (id VARCHAR(40) PRIMARY KEY)")
    before = table_names(database)
    more = (
        f"\n    try:\n        {FOREIGN[statement]}\n    except Exception:\n        pass"
        if swallowed
        else FOREIGN[statement]
    )
    (chain,) = chains(running(migrating(tmp_path, more)))[1:]
    with pytest.raises(MigrationError, match=r"plugin 'alpha'.*own tables alone: alpha_sheet") as refused:
        upgrade(database, chain)
    assert re.search(r"(?i)project|embedding|entity_id|api_key|talent|beta_sheet|pragma", str(refused.value))
    assert table_names(database) == before


def test_a_migration_may_do_what_it_likes_with_tables_of_its_own(database: Database, tmp_path: Path) -> None:
    more = """
    op.execute("INSERT INTO alpha_sheet (id, project_id) SELECT id, id FROM project")
    with op.batch_alter_table("alpha_sheet") as batch:
        batch.add_column(sa.Column("title", sa.String(200)))
    op.bulk_insert(sa.table("alpha_sheet", sa.column("id"), sa.column("title")), [{"id": "1", "title": "100% wool"}])
    op.execute("UPDATE alpha_sheet SET title = 'x' WHERE id IN (SELECT id FROM project)")
    op.rename_table("alpha_sheet", "alpha_page")
    op.execute("DELETE FROM alpha_page")
    op.drop_index("ix_alpha_sheet_project_id", "alpha_page")
    op.rename_table("alpha_page", "alpha_sheet")
    sa.inspect(op.get_bind()).get_columns("project")
    """
    (chain,) = chains(running(migrating(tmp_path, more)))[1:]
    assert upgrade(database, chain)
    assert "alpha_sheet" in table_names(database)


def test_a_database_of_a_newer_version_of_a_plugin_says_which(database: Database, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "old").mkdir()
    migrate_all(database, running(migrating(tmp_path / "new", "pass", version="2.0.0", name="0002")))
    older = running(migrating(tmp_path / "old", "pass", version="1.0.0"))
    done = dict(migrate_all(database, older))
    said = r"of version 2\.0\.0 of the plugin 'alpha'.*version 1\.0\.0 is installed.*Install version 2\.0\.0 or a later"
    assert re.search(said, done["alpha"])
    assert re.search(said, current_host(database, older).state("alpha").reason or "")


def write(database: Database, statement: str) -> None:
    with database.change_tables() as connection:
        connection.execute(text(statement))
