"""`profiles`, a plugin that stores further fields of projects and talents."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from api.assembly.core_contributions import CoreNames
from api.assembly.erasing import erase_by_plugins
from api.jobs.formats import exportable, rows_of, write_csv
from plugins.host.contributions.contributions import ErasedPerson, Tables
from plugins.host.errors import ClashError
from plugins.host.host import Host
from plugins.host.manifest import Permission
from schema.compiled.run.statements import Statement
from schema.declarations.columns import column
from schema.declarations.entities import CORE
from schema.declarations.extensions import Extension
from schema.declarations.stored import extension_table
from schema.domain.jobs.exports import stored_fields
from schema.domain.projects.changes import _told
from schema.request.context import open_context
from schema.types.build import RoadshowSchema
from store.access.actors import Actor
from store.enums import Role
from store.erasure import erase_talent
from store.imports.kinds import KINDS
from store.imports.running import import_files
from store.models import Change, Project, Talent
from store.plugin_tables.registration import registered
from tests.plugins.rooms import ORGANISER, Rooms, imported, loaded, opened
from tests.plugins.support import plugin as plugin_of
from tests.support import databases

pytestmark = pytest.mark.nightly_on_postgresql

UPDATE = """mutation($id: ID!, $input: ProjectInput!, $dry: Boolean) {
  updateProject(id: $id, input: $input, dryRun: $dry) {
    project { version teamSize exporting licence slogan(lang: EN) laboratory { name } }
    userErrors { code field message } } }"""
LIST = """query($filter: ProjectFilter, $order: [ProjectOrder!], $after: String, $first: Int) {
  projects(filter: $filter, orderBy: $order, after: $after, first: $first) {
    totalCount nodes { id teamSize assessment } pageInfo { endCursor } } }"""


@pytest.fixture(scope="module")
def module() -> Iterator[Any]:
    with imported(Path(__file__).parent / "profiles") as module:
        yield module


@pytest.fixture(scope="module")
def plugin(module: Any) -> Iterator[tuple[Host, RoadshowSchema]]:
    before = dict(KINDS)
    with loaded(module) as plugin:
        yield plugin
    assert before == KINDS


@pytest.fixture(scope="module", params=databases.BACKENDS)
def served(
    plugin: tuple[Host, RoadshowSchema], shared_directory: Path, request: pytest.FixtureRequest
) -> Iterator[Rooms]:
    with opened(*plugin, request.param, shared_directory) as rooms:
        yield rooms


@pytest.fixture
def rooms(served: Rooms, module: Any) -> Iterator[Rooms]:
    yield served
    with served.database.write(Actor.system("test")) as session:
        for model in (module.ProjectFacts, module.TalentFacts):
            for row in session.scalars(select(model)):
                session.delete(row)


def ids(data: Any) -> list[str]:
    return [each["id"] for each in data["projects"]["nodes"]]


def test_they_are_written_and_read_with_their_record(rooms: Rooms) -> None:
    lidar = rooms.samples["lidar"]
    query = """query($id: ID!) { project(id: $id) {
      version teamSize exporting licence slogan laboratory { id name } name } }"""
    before = rooms.ask(query, ORGANISER, id=lidar)["project"]
    assert [before[name] for name in ("teamSize", "exporting", "licence", "slogan", "laboratory")] == [None] * 5
    given = {"teamSize": 12, "exporting": True, "licence": "OPEN", "laboratory": rooms.samples["kunshan"],
             "slogan": [{"language": "en", "text": "It sees."}, {"language": "zh", "text": "看见"}]}  # fmt: skip
    written = rooms.change(UPDATE, id=lidar, input=given)
    assert written["userErrors"] == []
    stored = {"teamSize": 12, "exporting": True, "licence": "OPEN"}
    assert written["project"].items() >= {**stored, "slogan": "It sees.", "laboratory": {"name": "Kunshan"}}.items()
    after = rooms.ask(query, ORGANISER, id=lidar)["project"]
    assert after.items() >= {**stored, "version": before["version"] + 1}.items()
    cleared = rooms.change(UPDATE, id=lidar, input={"teamSize": None})["project"]
    assert (cleared["teamSize"], cleared["exporting"]) == (None, True)


def test_a_dry_run_leaves_nothing_and_what_is_wrong_is_told(rooms: Rooms) -> None:
    lidar = rooms.samples["lidar"]
    assert rooms.change(UPDATE, id=lidar, input={"teamSize": 3}, dry=True)["userErrors"] == []
    wrong = {"laboratory": "plc_00000000000000000000000000", "assessment": "x" * 201, "name": []}
    errors = rooms.change(UPDATE, id=lidar, input=wrong)["userErrors"]
    assert {each["field"][-1] for each in errors} == {"laboratory", "assessment", "name"}
    assert rooms.ask(LIST, ORGANISER, filter={"teamSize": {"atLeast": 0}})["projects"]["totalCount"] == 0


def test_a_new_record_may_have_them(rooms: Rooms) -> None:
    create = """mutation($input: ProjectCreateInput!) {
      createProject(input: $input) { project { id teamSize } userErrors { message } } }"""
    name = [{"language": "en", "text": "Glider"}]
    made = rooms.change(create, input={"name": name, "teamSize": 2})
    assert (made["userErrors"], made["project"]["teamSize"]) == ([], 2)


def test_they_are_filtered_by_ordered_by_and_counted(rooms: Rooms) -> None:
    samples = rooms.samples
    for name, size, licence in (("lidar", 3, "OPEN"), ("bank", 30, "CLOSED"), ("draft", 300, "OPEN")):
        given = {"teamSize": size, "licence": licence, "exporting": size > 3, "laboratory": samples["kunshan"]}
        assert rooms.change(UPDATE, id=samples[name], input=given)["userErrors"] == []
    order = [{"field": "TEAM_SIZE", "direction": "DESC"}]
    first = rooms.ask(LIST, ORGANISER, order=order, first=2)
    assert ids(first) == [samples["draft"], samples["bank"]]
    rest = rooms.ask(LIST, ORGANISER, order=order, first=100, after=first["projects"]["pageInfo"]["endCursor"])
    assert ids(rest)[0] == samples["lidar"]
    assert len(ids(rest)) == first["projects"]["totalCount"] - 2, "those without a value come last"
    for given, expected in (
        ({"teamSize": {"atLeast": 30}}, {"bank", "draft"}),
        ({"exporting": False}, {"lidar"}),
        ({"licence": ["OPEN"]}, {"lidar", "draft"}),
        ({"laboratory": [samples["kunshan"]], "not": {"teamSize": {"atMost": 3}}}, {"bank", "draft"}),
    ):
        assert set(ids(rooms.ask(LIST, ORGANISER, filter=given))) == {samples[each] for each in expected}, given
    facets = rooms.ask(
        "{ projectFacets { byLicence { buckets { value count } } byLaboratory { buckets { count } } } }", ORGANISER
    )["projectFacets"]
    assert facets["byLicence"]["buckets"][:2] == [{"value": "OPEN", "count": 2}, {"value": "CLOSED", "count": 1}]
    assert facets["byLaboratory"]["buckets"][0] == {"count": 3}


def test_a_rule_by_field_holds_everywhere(rooms: Rooms) -> None:
    lidar, talent = rooms.samples["lidar"], rooms.samples.as_(Role.TALENT)
    rooms.change(UPDATE, id=lidar, input={"assessment": "Promising."})
    query = "query($id: ID!) { project(id: $id) { assessment } }"
    assert rooms.ask(query, ORGANISER, id=lidar)["project"] == {"assessment": "Promising."}
    for actor in (None, rooms.samples.as_(Role.INVESTOR)):
        data = rooms.ask(query, actor, id=lidar)
        assert (data["project"], data["errors"]) == ({"assessment": None}, ["FORBIDDEN"])
        for given in ({"filter": {"assessment": ["Promising."]}}, {"order": [{"field": "ASSESSMENT"}]}):
            answers = rooms.place.ask(LIST, actor, given)
            assert [each.extensions["code"] for each in answers.reference.errors] == ["FORBIDDEN"]
    rooms.change(UPDATE, id=rooms.samples["bank"], input={"assessment": "Settled."})
    own = rooms.ask("{ projects { nodes { id assessment } } }", talent)["projects"]["nodes"]
    assert {each["assessment"] for each in own} == {None, "Promising."}, "not that of the other's project"
    with open_context(rooms.place.services, Actor.public()) as context:
        project = context.registry.entities["Project"]
        columns = set(stored_fields(context, project))
        assert ("assessment" in columns, "teamSize" in columns) == (False, True)
        with rooms.database.read() as session:
            changes = list(session.scalars(select(Change).where(Change.entity_type == "profiles_project")))
        assert not any(_told(context, each) for each in changes if "assessment" in (each.after or {}))


def test_a_write_of_what_some_may_not_read_moves_no_public_version(rooms: Rooms) -> None:
    lidar = rooms.samples["lidar"]
    query = "query($id: ID!) { project(id: $id) { version updatedAt } }"
    before = rooms.ask(query, id=lidar)
    rooms.change(UPDATE, id=lidar, input={"assessment": "Doubtful."})
    assert rooms.ask(query, id=lidar) == before
    rooms.change(UPDATE, id=lidar, input={"teamSize": 4})
    assert rooms.ask(query, id=lidar)["project"]["version"] == before["project"]["version"] + 1


def test_the_change_log_names_the_record(rooms: Rooms) -> None:
    lidar = rooms.samples["lidar"]
    rooms.change(UPDATE, id=lidar, input={"teamSize": 5})
    rooms.change(UPDATE, id=lidar, input={"teamSize": 6})
    with rooms.database.read() as session:
        log = session.scalars(
            select(Change).where(Change.entity_type == "profiles_project").order_by(Change.sequence.desc()).limit(2)
        ).all()
    assert [each.owner_id for each in log] == [lidar, lidar]
    assert (log[0].before, log[0].after) == ({"team_size": 5}, {"team_size": 6})


def test_files_fill_them_and_keep_what_was_set_by_hand(rooms: Rooms, tmp_path: Path) -> None:
    def read(content: str) -> Any:
        file = tmp_path / "projects.csv"
        file.write_text(content, encoding="utf-8")
        return import_files(rooms.database, [file], namespace="office")

    read("编号,name,团队规模,出口,口号\n1,Rotor,7,是,转起来\n2,Wing,,,\n")
    query = '{ projects(filter: {externalIds: ["office:1"]}) { nodes { id teamSize exporting slogan(lang: ZH) } } }'
    [row] = rooms.ask(query, ORGANISER)["projects"]["nodes"]
    assert {**row, "id": ""} == {"id": "", "teamSize": 7, "exporting": True, "slogan": "转起来"}
    version = "query($id: ID!) { project(id: $id) { updatedAt } }"
    before = rooms.ask(version, ORGANISER, id=row["id"])
    read("编号,name,团队规模,出口\n1,Rotor,8,是\n")
    assert rooms.ask(version, ORGANISER, id=row["id"]) != before, "clients are told of it"
    [again] = rooms.ask(query, ORGANISER)["projects"]["nodes"]
    assert (again["teamSize"], again["slogan"]) == (8, "转起来")
    [wing] = rooms.ask('{ projects(filter: {externalIds: ["office:2"]}) { nodes { id } } }', ORGANISER)["projects"][
        "nodes"
    ]
    by_hand = Actor(Role.ORGANISER, "key_1")
    assert rooms.change(UPDATE, by_hand, id=wing["id"], input={"teamSize": 1})["userErrors"] == []
    read("编号,name,团队规模,出口\n1,Rotor,（空）,\n2,Wing,2,是\n")
    sizes = {each["id"]: each["teamSize"] for each in rooms.ask(LIST, ORGANISER, first=100)["projects"]["nodes"]}
    assert (sizes[row["id"]], sizes[wing["id"]]) == (None, 1)


def test_a_ranked_list_shows_and_filters_by_them(rooms: Rooms) -> None:
    rooms.change(UPDATE, id=rooms.samples["lidar"], input={"teamSize": 11, "assessment": "Good."})
    query = """query($id: ID!, $filter: ProjectFilter) {
      investor(id: $id) { rankedProjects(filter: $filter) { edges { node { id teamSize } } } } }"""
    given = {"id": rooms.samples["investor"], "filter": {"teamSize": {"atLeast": 10}}}
    edges = rooms.ask(query, ORGANISER, **given)["investor"]["rankedProjects"]["edges"]
    assert [each["node"] for each in edges] == [{"id": rooms.samples["lidar"], "teamSize": 11}]
    answers = rooms.place.ask(query, rooms.samples.as_(Role.INVESTOR), {**given, "filter": {"assessment": ["Good."]}})
    assert [each.extensions["code"] for each in answers.reference.errors] == ["FORBIDDEN"]


def test_they_are_exported_beside_the_records_columns(rooms: Rooms) -> None:
    rooms.change(UPDATE, id=rooms.samples["lidar"], input={"teamSize": 9})
    with rooms.database.read() as session:
        rows = {row["id"]: row for row in rows_of(session, Project)}
        stream = io.BytesIO()
        write_csv(rows.values(), stream)
        assert "profiles_project" in exportable()
    assert rows[rooms.samples["lidar"]]["team_size"] == 9
    assert "team_size" in stream.getvalue().decode("utf-8-sig").splitlines()[0]


def test_personal_ones_go_with_the_person(rooms: Rooms, plugin: tuple[Host, RoadshowSchema]) -> None:
    with rooms.database.write(Actor.system("test")) as session:
        talent = Talent(name={"en": "Hal Example"})
        session.add(talent)
    update = 'mutation($id: ID!) { updateTalent(id: $id, input: {phone: "0512"}) { userErrors { message } } }'
    assert rooms.change(update, id=talent.id)["userErrors"] == []
    phone = rooms.ask("query($id: ID!) { talent(id: $id) { phone } }", ORGANISER, id=talent.id)
    assert phone["talent"] == {"phone": "0512"}
    with rooms.database.write(Actor.system("test")) as session:
        erase_talent(session, talent.id)
        left = erase_by_plugins(session, plugin[0], ErasedPerson(talent.id, ("Hal Example",), ()))
    assert left == ["the plugin 'profiles' has no eraser; its tables: profiles_project"]
    with rooms.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM profiles_talent")).scalar() == 0
        logged = session.scalars(select(Change).where(Change.entity_type == "profiles_talent")).all()
    assert all(each.after is None for each in logged if each.owner_id == talent.id)


def test_their_table_is_read_only_where_one_is_asked_for_and_by_the_same_statement(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    run = Statement.run

    def noted(statement: Statement, runtime: Any, late: Any) -> Any:
        seen.append(statement.text)
        return run(statement, runtime, late)

    monkeypatch.setattr(Statement, "run", noted)
    rooms.ask("{ projects { nodes { name } } }", ORGANISER)
    rooms.ask("{ projects { nodes { name teamSize slogan exporting } } }", ORGANISER)
    assert [each.count("profiles_project AS") for each in seen] == [0, 0, 1, 1], "each asked twice"


class Size:
    team_size = column("How many.", edit=True)


class Kind:
    kind = column("Which.", "licence")


def test_what_can_not_be_stored_is_refused_with_a_sentence(module: Any) -> None:
    facts = module.ProjectFacts
    with pytest.raises(TypeError, match=r"must mix in models\.Extension"):
        Extension.of(Size, Talent, on="Project")
    with pytest.raises(KeyError, match="none of its fields"):
        Extension.of(Size, facts, on="Project", imports={"size": ""})
    name = Extension.of(Size, facts, on="Project", imports={"team_size": "name"})
    with pytest.raises(TypeError, match="means name in files of projects"), registered([extension_table(name, CORE)]):
        pass
    tables = Tables(versions=Path(), models=[facts])

    def with_it(extension: Extension, *hooks: tuple[str, Any]) -> Host:
        made = plugin_of("sizes", {"register_tables": [tables], "register_extensions": [extension]},
                         permissions=frozenset({Permission.TABLES}))  # fmt: skip
        return Host.load(plugins=[made], core=[CoreNames()])

    state = with_it(Extension.of(Size, facts, on="Projct")).state("sizes")
    assert (state.state, "did you mean 'Project'" in (state.reason or "")) == ("FAILED", True)
    with pytest.raises(ClashError, match=r"field Project\.kind: core"):
        with_it(Extension.of(Kind, facts, on="Project"))
