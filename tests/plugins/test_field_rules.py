"""Rules of plugins on fields of core: what is hidden is hidden by every path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, false, func, select

from plugins.host.contributions.contributions import FieldRule
from plugins.host.errors import PluginStartError
from plugins.host.manifest import Permission
from recommender.pool.columns import RANKED_COLUMNS
from recommender.serving.service import Recommender
from schema.domain.accounts.audit import shown
from schema.domain.jobs.exports import stored_fields
from schema.domain.projects.changes import _told
from schema.request.context import open_context
from schema.types.build import build_schema
from store.access.actors import Actor
from store.enums import Role
from store.models import Change
from store.models.base import HIDDEN
from store.settings import Settings
from tests.plugins.rooms import ORGANISER, Rooms, loaded, opened
from tests.plugins.support import plugin
from tests.support import databases

pytestmark = pytest.mark.nightly_on_postgresql

_RULES = frozenset({Permission.PERMISSION_RULES})


def own(actor: Any, project: Any) -> Any:
    """Show a talent its own."""
    return project.owner_id == actor.subject_id if actor.role is Role.TALENT else false()


def rule(field: str, on: str = "Project", **options: Any) -> FieldRule:
    return FieldRule(**{"on": on, "field": field, "hidden_from": ["PUBLIC", "INVESTOR", "TALENT"],
                        "description": "A test's secret.", "shown_where": own, **options})  # fmt: skip


def initial(actor: Any, talent: Any) -> Any:
    """Mask an address by its first letter."""
    return func.substr(talent.email, 1, 1).concat("…")


def with_rules(*rules: FieldRule) -> Any:
    return plugin("secrets", {"register_permission_rules": list(rules)}, permissions=_RULES)


@pytest.fixture(scope="module", params=databases.BACKENDS)
def rooms(shared_directory: Path, request: pytest.FixtureRequest) -> Iterator[Rooms]:
    rules = (
        rule("founded"),
        rule("raised"),
        rule("technologyReadiness", hidden_from=["PUBLIC"], shown_where=None),
        rule("website", masked=lambda actor, project: func.substr(project.website, 1, 9).concat("…")),
        rule("email", "Talent", hidden_from=["ORGANISER", "TALENT"], shown_where=None, masked=initial),
    )
    with loaded(with_rules(*rules)) as made, opened(*made, request.param, shared_directory) as rooms:
        rooms.change(UPDATE, id=rooms.samples["lidar"], input={"raised": {"amount": "5", "currency": "CNY"}})
        yield rooms
    assert HIDDEN == {}


UPDATE = """mutation($id: ID!, $input: ProjectInput!) {
  updateProject(id: $id, input: $input) { project { version } userErrors { message } } }"""
QUERY = "query($id: ID!) { project(id: $id) { founded { text } raised { amount } technologyReadiness } }"
NOTHING = {"founded": None, "raised": None}


def test_a_field_is_read_where_the_rule_says(rooms: Rooms) -> None:
    samples, everything = rooms.samples, {"founded": {"text": "2021-03"}, "raised": {"amount": "5"}}
    assert rooms.ask(QUERY, ORGANISER, id=samples["lidar"])["project"] == {**everything, "technologyReadiness": 6}
    assert rooms.ask(QUERY, samples.as_(Role.TALENT), id=samples["lidar"])["project"].items() >= everything.items()
    other = rooms.ask(QUERY, samples.as_(Role.TALENT), id=samples["bank"])
    assert (other["project"].items() >= NOTHING.items(), other["errors"]) == (True, [])
    public = rooms.ask(QUERY, id=samples["lidar"])
    assert (public["project"], public["errors"]) == ({**NOTHING, "technologyReadiness": None}, ["FORBIDDEN"])
    assert rooms.ask(QUERY, samples.as_(Role.INVESTOR), id=samples["lidar"])["project"]["technologyReadiness"] == 6


def test_a_masked_text_is_read_in_part_and_by_nothing_else(rooms: Rooms) -> None:
    samples, lidar = rooms.samples, rooms.samples["lidar"]
    change = """mutation($id: ID!, $input: ProjectInput!) {
      updateProject(id: $id, input: $input) { project { website } userErrors { message } } }"""
    given = {"website": "https://lidar.example"}
    assert rooms.change(change, id=lidar, input=given)["project"] == given
    query = "query($id: ID!) { project(id: $id) { website } projects(first: 50) { nodes { id website } } }"
    for actor, text in (
        (Actor.public(), "https://l…"),
        (samples.as_(Role.INVESTOR), "https://l…"),
        (samples.as_(Role.TALENT), given["website"]),
        (ORGANISER, given["website"]),
    ):
        data = rooms.ask(query, actor, id=lidar)
        assert data["project"] == {"website": text}, actor.role
        assert {"id": lidar, "website": text} in data["projects"]["nodes"]
        assert {each["website"] for each in data["projects"]["nodes"]} <= {text, None, "https://x…"} | {
            given["website"]
        }
    found = rooms.place.ask(
        '{ projects(filter: {website: "https://lidar.example"}) { totalCount } }', Actor.public(), {}
    )
    assert found.reference.errors[0].extensions["code"] == "FORBIDDEN"
    by_talent = rooms.change(change, samples.as_(Role.TALENT), id=lidar, input={"website": "https://other.example"})
    assert by_talent["project"] == {"website": "https://other.example"}


def test_a_mask_shows_nothing_that_core_hides_and_reaches_payloads(rooms: Rooms) -> None:
    person = rooms.samples["owner"]
    update = """mutation($id: ID!) { updateTalent(id: $id, input: {email: "ada@example.org"}) {
      talent { email } userErrors { message } } }"""
    assert rooms.change(update, id=person)["talent"] == {"email": "a…"}
    query = "query($id: ID!) { talent(id: $id) { email } }"
    assert rooms.ask(query, ORGANISER, id=person)["talent"] == {"email": "a…"}
    assert rooms.ask(query, Actor(Role.ADMIN), id=person)["talent"] == {"email": "ada@example.org"}
    assert rooms.ask(query, Actor(Role.TALENT, id="key_x", subject_id="tal_other"), id=person)["talent"] == {
        "email": None
    }


@pytest.mark.parametrize(
    "asked",
    [
        'projects(filter: {founded: {from: "2020-01-01"}}) { totalCount }',
        'projects(filter: {not: {founded: {from: "2020-01-01"}}}) { totalCount }',
        'projects(filter: {raised: {currency: "CNY"}}) { totalCount }',
        "projects(filter: {unstated: [FOUNDED]}) { totalCount }",
        "projects(orderBy: [{field: FOUNDED}]) { nodes { id } }",
        'projectFacets(filter: {founded: {from: "2020-01-01"}}) { byKind { total } }',
        'investor(id: "INVESTOR") { rankedProjects(filter: {raised: {currency: "CNY"}}) { totalCount } }',
        'place(id: "PLACE") { rankedProjects(filter: {unstated: [FOUNDED]}) { totalCount } }',
    ],
)
def test_nothing_is_found_ordered_counted_or_ranked_by_it(rooms: Rooms, asked: str) -> None:
    samples = rooms.samples
    document = f"{{ {asked.replace('INVESTOR', samples['investor']).replace('PLACE', samples['kunshan'])} }}"
    for actor in (samples.as_(Role.TALENT), samples.as_(Role.INVESTOR)):
        answers = rooms.place.ask(document, actor, {})
        assert {each.extensions["code"] for each in answers.reference.errors} == {"FORBIDDEN"}, actor.role
        assert answers.difference is None
    assert rooms.place.ask(document, ORGANISER, {}).reference.errors is None


def test_exports_streams_the_audit_log_and_versions_keep_it(rooms: Rooms) -> None:
    lidar = rooms.samples["lidar"]
    version = "query($id: ID!) { project(id: $id) { version updatedAt } }"
    before = rooms.ask(version, id=lidar)
    rooms.change(UPDATE, id=lidar, input={"raised": {"amount": "7", "currency": "CNY"}})
    assert rooms.ask(version, id=lidar) == before, "no public version tells of it"
    with rooms.database.read() as session:
        change = session.scalars(
            select(Change).where(Change.entity_id == lidar).order_by(Change.sequence.desc()).limit(1)
        ).one()
    for actor, told in ((Actor.public(), False), (rooms.samples.as_(Role.TALENT), True), (ORGANISER, True)):
        with open_context(rooms.place.services, actor) as context:
            assert _told(context, change) is told, actor.role
            project = context.registry.entities["Project"]
            assert ("technologyReadiness" in set(stored_fields(context, project))) is (actor.role is not Role.PUBLIC)
            columns = set(shown(context, change, change.after) or ())
            assert ("raised_amount" in columns) is (actor is ORGANISER)


def test_a_rule_that_fails_hides_the_field() -> None:
    def broken(actor: Any, model: Any) -> Any:
        raise RuntimeError("lost")

    with loaded(with_rules(rule("raised", shown_where=broken))) as (host, schema):
        declared = schema.registry.entities["Project"].fields["raised"]
        assert declared.readers is not None
        assert declared.readers.own is not None
        condition = declared.readers.own(Actor.public(), schema.registry.entities["Project"].model)
        assert (str(condition), host.denials) == ("false", 1)


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (rule("founded", masked=initial), "isn't one plain text"),
        (rule("raisd"), "did you mean 'raised'"),
        (rule("summaries"), "is searched"),
        (rule("fundingStage"), "rankings read"),
        (rule("tracks"), "no value of its own row"),
        (rule("notation", on="Concept"), "ordered or looked up"),
        (rule("version"), "no value of its own row"),
    ],
)
def test_what_other_paths_would_reveal_is_refused(declared: FieldRule, words: str) -> None:
    with pytest.raises(PluginStartError, match=words), loaded(with_rules(declared)) as (host, _):
        build_schema(host)


def test_a_field_has_one_rule_if_that_masks_it() -> None:
    for rules in (
        (rule("website", masked=initial), rule("website")),
        (rule("website"), rule("website", masked=initial)),
    ):
        with pytest.raises(PluginStartError, match="another rule"), loaded(with_rules(*rules)) as (host, _):
            build_schema(host)


def test_a_rule_must_name_roles_and_not_administrators() -> None:
    for roles in ([], ["ADMIN"]):
        with pytest.raises(ValueError, match="ADMIN"):
            rule("raised", hidden_from=roles)


def test_columns_that_rankings_read_are_listed(rooms: Rooms) -> None:
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(rooms.database.engine, "before_cursor_execute", note)
    try:
        Recommender(rooms.database, settings=Settings(), encoders=()).snapshot()
    finally:
        event.remove(rooms.database.engine, "before_cursor_execute", note)
    listed = {each.table_name: each.column_names for each in rooms.place.services.registry.entities.values()}
    read = {
        (table, re.sub(r"_(earliest|latest)$", "", column))
        for each in statements
        for table, column in re.findall(r"\b([a-z_]+)\.([a-z_]+)", each)
        if column in listed.get(table, ()) and not column.endswith("_id") and column not in ("id", "archived_at")
    }
    known = {(table, column) for table, columns in RANKED_COLUMNS.items() for column in columns}
    assert read - known == set()
    assert ("place", "name") in read
