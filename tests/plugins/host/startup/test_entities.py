"""Entities of plugins: the names that they take, and the table that must be the plugin's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from plugins.host.contributions.contributions import CoreEntity, Tables, TakenName
from plugins.host.contributions.kinds import Kind
from plugins.host.errors import ClashError
from plugins.host.host import Host
from plugins.host.manifest import Permission
from tests.plugins.support import a_field, a_query, core, plugin

TAKEN = [
    TakenName(kind=Kind.PREFIX, name="prj"),
    *(TakenName(kind=Kind.FIELD, name=name) for name in ("Query.project", "Project.name")),
]
CORE = core(
    ("taken_names", [*TAKEN, *(TakenName(kind=Kind.TYPE, name=name) for name in ("String", "Project"))]),
    ("core_entities", [CoreEntity(name="Project", table="project", columns=frozenset({"id"}))]),
)


@dataclass(frozen=True)
class Stored:
    """What the host reads of an entity."""

    name: str = "Mentor"
    prefix: str = "mnt"
    table_name: str = "mentoring_mentor"
    column_names: frozenset[str] = frozenset({"id", "hours"})
    root_names: tuple[str, ...] = ("mentor", "mentors")
    writable: bool = True
    ranked: object = None
    ranking_name: str | None = None


def with_entity(name: str, entity: Stored, **hooks: Any) -> Any:
    tables = Tables(versions=Path("."), names=[f"{name}_mentor"])
    return plugin(
        name, {"register_tables": [tables], "register_entities": [entity], **hooks}, permissions=[Permission.TABLES]
    )


def test_functions_and_fields_refer_to_it() -> None:
    fields = [a_field("load", on="Mentor", needs=["hours"])]
    mentoring = with_entity("mentoring", Stored(), register_fields=fields,
                            register_queries=[a_query("best", "[Mentor!]!")])  # fmt: skip
    host = Host.load({}, core=[CORE], plugins=[mentoring])
    assert host.state("mentoring").state == "ACTIVE", host.state("mentoring")
    unknown = with_entity("mentoring", Stored(), register_fields=[a_field("load", on="Mentor", needs=["hour"])])
    state = Host.load({}, core=[CORE], plugins=[unknown]).state("mentoring")
    assert state.state == "FAILED"
    assert "needs the column 'hour' of Mentor" in str(state)


@pytest.mark.parametrize(
    ("entity", "clash"),
    [
        (Stored(prefix="prj"), "prefix of ids prj"),
        (Stored(name="Project"), "entity Project"),
        (Stored(root_names=("project", "mentors")), "field Query.project"),
        (Stored(ranking_name="name"), "field Project.name"),
    ],
)
def test_what_it_takes_clashes_with_what_core_has(entity: Stored, clash: str) -> None:
    with pytest.raises(ClashError, match=clash):
        Host.load({}, core=[CORE], plugins=[with_entity("mentoring", entity)])


def test_mutations_of_two_plugins_clash() -> None:
    other = with_entity("others", Stored(prefix="oth", table_name="others_mentor"))
    with pytest.raises(ClashError, match=r"field Mutation\.createMentor"):
        Host.load({}, core=[CORE], plugins=[with_entity("mentoring", Stored()), other])


def test_its_table_is_the_plugins_own() -> None:
    state = Host.load({}, core=[CORE], plugins=[with_entity("mentoring", Stored(table_name="project"))]).state(
        "mentoring"
    )
    assert state.state == "FAILED"
    assert "which is none of the plugin's own" in str(state)


def test_it_needs_the_permission_for_tables() -> None:
    bold = plugin("bold", {"register_entities": [Stored()]})
    state = Host.load({}, core=[CORE], plugins=[bold]).state("bold")
    assert (state.state, "permission 'tables'" in str(state.reason)) == ("FAILED", True)
