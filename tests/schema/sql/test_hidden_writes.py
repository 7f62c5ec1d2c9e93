"""A write of what a reader may not see changes no byte of what it may ask: by both executors, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from graphql import ExecutionResult
from sqlalchemy import select

from schema.compiled import Planner
from schema.declarations.columns import TwofoldColumn
from schema.declarations.entities import CORE, Entity
from schema.request.context import Services
from schema.sql.scope import camel
from schema.types.build import RoadshowSchema
from store import models
from store.access.actors import Actor
from store.bulk.writer import BulkWriter
from store.database import Database
from store.enums import InterestKind, MatchStage, PassReason, Role
from store.models.base import PartlyPrivate, private_columns
from tests.schema.compiled.changes import execute_by_both
from tests.schema.samples import SampleRecords
from tests.schema.walking import LISTED, fields_of

pytestmark = pytest.mark.nightly_on_postgresql

Run = Callable[..., ExecutionResult]
Ask = Callable[..., dict[str, Any]]

OTHERS = {"email": "else@example.org", "nationality": "FR", "equity_percent": 12, "reason": PassReason.TEAM,
          "note": "something else"}  # fmt: skip
"""A value for each private column that no row has."""


def ruled(entity: Entity) -> Iterator[tuple[str, str]]:
    """Each field of the row itself that some who see the row may not read, and its column."""
    for name, each in entity.fields.items():
        if each.readers is not None:
            yield from ((name, column) for column in each.columns if column != "id")


RULED = [(name, field, column) for name, entity in CORE.items() for field, column in ruled(entity)]


@pytest.mark.parametrize("entity", CORE.values(), ids=lambda each: each.name)
def test_who_may_not_read_a_row_wholly_gets_another_version_and_time_of_it(entity: Entity) -> None:
    private = {column for _, column in ruled(entity)}
    assert private_columns(entity.model) == private, "mark columns that not everybody may read with PRIVATE"
    twofold = {name: each for name, each in entity.fields.items() if isinstance(each, TwofoldColumn)}
    if issubclass(entity.model, PartlyPrivate):
        assert twofold.keys() == entity.fields.keys() & {"version", "updated_at"}
    else:
        assert not private
        assert not twofold
    for each in twofold.values():
        for field, _ in ruled(entity):
            rule = entity.fields[field].readers
            assert rule is not None
            assert each.whole.roles <= rule.roles, field
            assert each.whole.roles - each.whole.own_only <= rule.roles - rule.own_only, field


@pytest.fixture
def answers(
    schema: RoadshowSchema, services: Services, samples: SampleRecords
) -> Iterator[Callable[[Role, str, str], Any]]:
    """Fields of all rows of a type, and its list by time, by both executors."""
    planner = Planner(schema, services)

    def asked(role: Role, name: str, fields: str) -> bytes:
        start = f"{CORE[name].prefix}_"
        ids = [each for each in samples.nodes.values() if each.startswith(start)]
        rows = [f'a{n}: node(id: "{each}") {{ ... on {name} {{ {fields} }} }}' for n, each in enumerate(ids)]
        if name in LISTED and "updatedAt" in fields:
            rows.append(f"{camel(LISTED[name][1])}(orderBy: [{{field: UPDATED_AT, direction: DESC}}]) "
                        "{ totalCount edges { cursor node { id } } }")  # fmt: skip
        found = execute_by_both(planner, samples.as_(role), f"{{ {' '.join(rows)} }}", queries=True)
        return orjson.dumps([found.data, [each.formatted for each in found.errors or ()]], default=str)

    yield asked
    planner.close()


def everything(schema: RoadshowSchema, name: str) -> str:
    return " ".join(f"{key}{below}" for key, below in fields_of(schema._schema, name) if "anked" not in key)


@pytest.mark.parametrize(
    ("name", "field", "column"),
    [
        pytest.param(*each, marks=pytest.mark.nightly if each[2] == "nationality" else ())  # as `email`, of one row
        for each in RULED
    ],
)
def test_a_hidden_write_changes_no_byte_of_what_others_may_ask(
    database: Database, schema: RoadshowSchema, samples: SampleRecords, answers: Callable[[Role, str, str], bytes],
    name: str, field: str, column: str,
) -> None:  # fmt: skip
    model: Any = CORE[name].model
    whole = everything(schema, name)
    assert f" {camel(field)} " in f" {whole} "
    before = {role: (answers(role, name, camel(field)), answers(role, name, whole)) for role in Role}
    with database.write(Actor.system("tests")) as session:
        for row in session.scalars(select(model)):
            setattr(row, column, OTHERS[column])
    after = {role: (answers(role, name, camel(field)), answers(role, name, whole)) for role in Role}
    readers = {role for role in Role if after[role][0] != before[role][0]}
    assert {role for role in Role if after[role][1] != before[role][1]} == readers
    assert Role.ADMIN in readers
    assert Role.PUBLIC not in readers


def test_bulk_writes_tell_as_little(database: Database, samples: SampleRecords) -> None:
    def stored() -> Any:
        with database.read() as session:
            return dict(
                session.execute(select(models.Talent.__table__).filter_by(id=samples["owner"])).mappings().one()
            )

    def write(**values: Any) -> dict[str, Any]:
        before = stored()
        with database.write(Actor.system("tests")) as session:
            writer = BulkWriter(session)
            assert writer.update(models.Talent, before, values)
            writer.flush()
        after = stored()
        return {name for name in after if after[name] != before[name]}  # type: ignore[return-value]

    assert write(email="new@example.org") == {"email", "version", "updated_at"}
    moved = {"name", "version", "updated_at", "public_version", "public_updated_at"}
    assert write(name={"en": "Ada"}) == moved


VERSIONS = "query ($id: ID!) { node(id: $id) { ... on %s { version updatedAt } } }"
CHANGES: dict[str, tuple[str, Role, str, Role]] = {
    "exclusions of a mandate": (
        """mutation ($id: ID!, $version: Int) { done: setMandate(investor: $id, ifVersion: $version,
             mandate: {tracks: [{id: "health_track", weight: 2.0}], exclusions: [{project: "bank"}]})
             { userErrors { code } } }""",
        Role.INVESTOR, "investor", Role.PUBLIC,
    ),
    "shares of a team": (
        """mutation ($id: ID!, $version: Int) { done: setTeam(project: $id, ifVersion: $version, members: [
             {talent: "owner", founder: true, equityPercent: "40", title: [{language: "en", text: "Founder"}]}])
             { userErrors { code } } }""",
        Role.TALENT, "lidar", Role.PUBLIC,
    ),
    "a note on talks": (
        """mutation ($version: Int) { done: advanceMatch(project: "lidar", stage: MET, happened: "2024-07-16",
             note: "again", ifVersion: $version) { userErrors { code } } }""",
        Role.INVESTOR, "match", Role.TALENT,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_the_version_of_those_who_write_still_moves(ask: Ask, samples: SampleRecords, what: str) -> None:
    document, role, name, other = CHANGES[what]
    for short, identifier in samples.ids.items():
        document = document.replace(f'"{short}"', f'"{identifier}"')
    kind = next(each for each, entity in CORE.items() if samples[name].startswith(f"{entity.prefix}_"))
    seen = VERSIONS % kind

    def versions(reader: Role) -> Any:
        return ask(seen, {"id": samples[name]}, samples.as_(reader))["node"]

    before, told = versions(role), versions(other)
    given = {"id": samples[name], "version": before["version"]}
    assert ask(document, given, samples.as_(role))["done"] == {"userErrors": []}
    assert versions(other) == told
    assert versions(role)["version"] > before["version"]
    assert versions(role)["updatedAt"] > before["updatedAt"]
    stale = ask(document, given, samples.as_(role))["done"]["userErrors"]
    assert [each["code"] for each in stale] == ["CONFLICT"]


def test_who_writes_but_does_not_read_all_gives_the_version_that_it_reads(
    database: Database, ask: Ask, samples: SampleRecords
) -> None:
    with database.write(Actor.system("tests")) as session:
        session.get_one(models.Match, samples["match"]).note = "not for the project"
    owner = samples.as_(Role.TALENT)
    version = ask(VERSIONS % "Match", {"id": samples["match"]}, owner)["node"]["version"]
    document = """mutation ($project: ID!, $subject: ID, $version: Int) { advanceMatch(
        project: $project, subject: $subject, stage: NEGOTIATION, happened: "2024-08", ifVersion: $version) {
            match { version stage } userErrors { code message } } }"""
    given = {"project": samples["lidar"], "subject": samples["investor"], "version": version}
    written = ask(document, given, owner)["advanceMatch"]
    assert written["userErrors"] == []
    assert written["match"] == ask("query ($id: ID!) { match(id: $id) { version stage } }", {"id": samples["match"]},
                                   owner)["match"]  # fmt: skip
    stale = ask(document, given, owner)["advanceMatch"]["userErrors"]
    assert [each["code"] for each in stale] == ["CONFLICT"]


def test_a_note_does_not_move_the_time_of_an_answer(database: Database, ask: Ask, samples: SampleRecords) -> None:
    document = """mutation ($project: ID!, $kind: InterestKind!, $note: String) {
        expressInterest(project: $project, kind: $kind, note: $note) { interest { id } userErrors { code } } }"""
    seen = "query ($id: ID!) { interest(id: $id) { kind feedback answeredAt version updatedAt } }"
    like = {"project": samples["lidar"], "kind": InterestKind.LIKE, "note": "a new note"}
    before = ask(seen, {"id": samples["like"]}, samples.as_(Role.TALENT))
    assert before["interest"]
    assert ask(document, like, samples.as_(Role.INVESTOR))["expressInterest"]["userErrors"] == []
    assert ask(seen, {"id": samples["like"]}, samples.as_(Role.TALENT)) == before


def test_a_hidden_step_of_talks_tells_the_project_nothing(ask: Ask, samples: SampleRecords) -> None:
    document = """mutation ($project: ID!) { advanceMatch(project: $project, stage: SUGGESTED, happened: "2024-05") {
        match { stage } userErrors { code } } }"""
    seen = "query ($id: ID!) { match(id: $id) { stage version updatedAt } }"
    before = ask(seen, {"id": samples["match"]}, samples.as_(Role.TALENT))
    written = ask(document, {"project": samples["lidar"]}, samples.as_(Role.INVESTOR))["advanceMatch"]
    assert written == {"match": {"stage": MatchStage.MET}, "userErrors": []}
    assert ask(seen, {"id": samples["match"]}, samples.as_(Role.TALENT)) == before


def test_a_kept_ranking_tells_the_day_of_its_data(database: Database, ask: Ask, samples: SampleRecords) -> None:
    with database.write(Actor.system("tests")) as session:
        session.get_one(models.RankingSnapshot, samples["snapshot"]).computed_at = models.base.now()
    seen = "query ($id: ID!) { rankingSnapshot(id: $id) { computedAt } }"
    shown = ask(seen, {"id": samples["snapshot"]}, samples.as_(Role.INVESTOR))["rankingSnapshot"]["computedAt"]
    full = ask(seen, {"id": samples["snapshot"]}, samples.as_(Role.ORGANISER))["rankingSnapshot"]["computedAt"]
    assert str(shown)[11:19] == "00:00:00"
    assert str(shown)[:10] == str(full)[:10]
    assert full != shown
