"""`mentoring`, a plugin that declares its table once, has all that core's entities have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from api.assembly.data import load_data
from api.assembly.erasing import erase_by_plugins
from api.assembly.extensions import RenderingContext
from api.assembly.plugin_tables import remember
from api.cli.main import app
from api.jobs.formats import exportable, rows_of
from plugins.host.contributions.contributions import ErasedPerson
from plugins.host.errors import PluginStartError
from plugins.host.hook_markers import hookimpl
from plugins.host.host import Host
from plugins.host.startup.discovery import given
from recommender.interface.errors import RecommenderError
from recommender.interface.requests import RankingRequest, Target
from recommender.pool.ranked_kinds import Acts
from recommender.serving.isolation import kinds_of
from recommender.serving.service import Recommender
from recommender.snapshot.loading.ranked_kinds import load_ranked
from recommender.training.encode import texts_of_store
from schema.domain.changes import feed
from schema.execution.execute import execute
from schema.execution.in_process_client import InProcessClient
from schema.request.context import open_context
from schema.types.build import RoadshowSchema, build_schema
from store.access.actors import Actor
from store.enums import Role
from store.erasure import erase_talent
from store.imports.planning.mapping import MappingError
from store.imports.problems import ImportFailedError
from store.imports.running import import_files
from store.models import Change, Interest, Talent
from store.models.base import now
from store.settings import Settings
from tests.plugins.rooms import ORGANISER, Rooms, imported, loaded, opened
from tests.schema.compiled.operations import Generator, Operation, Pool
from tests.support import databases

pytestmark = pytest.mark.nightly_on_postgresql

GENERATED = 40
"""Generated operations on each database."""


@dataclass
class Installed(Rooms):
    """The rooms, and three mentors: one listed, one not, one archived."""

    ids: dict[str, str]


@pytest.fixture(scope="module")
def module() -> Iterator[Any]:
    with imported(Path(__file__).parent / "mentoring") as module:
        yield module


@pytest.fixture(scope="module")
def plugin(module: Any) -> Iterator[tuple[Host, RoadshowSchema]]:
    with loaded(module) as plugin:
        yield plugin


@pytest.fixture(scope="module")
def host(plugin: tuple[Host, RoadshowSchema]) -> Host:
    return plugin[0]


@pytest.fixture(scope="module", params=databases.BACKENDS)
def rooms(
    plugin: tuple[Host, RoadshowSchema], shared_directory: Path, request: pytest.FixtureRequest
) -> Iterator[Rooms]:
    with opened(*plugin, request.param, shared_directory) as rooms:
        yield rooms


@pytest.fixture
def installed(rooms: Rooms, module: Any) -> Iterator[Installed]:
    row, samples, database = module.MentorRow, rooms.samples, rooms.database
    talent = samples.as_(Role.TALENT).subject_id
    with database.write(Actor.system("test")) as session:
        made = {
            "ada": row(name={"en": "Ada Example", "zh": "艾达"}, description={"en": "Built lidar."}, hours=8,
                       listed=True, level="SENIOR", email="ada@example.org", note="Careful.",
                       place_id=samples["kunshan"]),
            "bo": row(name={"en": "Bo Example"}, description={"en": "Sold lidar."}, hours=2, talent_id=talent,
                      email="bo@example.org"),
            "cy": row(name={"en": "Cy Example"}, hours=4, listed=True, archived_at=now()),
        }  # fmt: skip
        session.add_all(made.values())
        ids = {name: each.id for name, each in made.items()}
    yield Installed(rooms.place, samples, database, ids)
    with database.write(Actor.system("test")) as session:
        for model in (module.MentorField, row):
            for each in session.scalars(select(model)):
                session.delete(each)
            session.flush()


def names(data: Any) -> list[str]:
    return [each["name"] for each in data["mentors"]["nodes"]]


def test_it_has_a_type_with_node_nodes_and_a_connection(installed: Installed) -> None:
    ada = installed.ids["ada"]
    data = installed.ask(
        """query($id: ID!, $ids: [ID!]!) {
          node(id: $id) { __typename ... on Mentor { name(lang: ZH) place { name } } }
          nodes(ids: $ids) { id }
          mentor(id: $id) { name version hours fields { name } }
          mentors { totalCount edges { cursor node { id } } pageInfo { hasNextPage } }
        }""",
        id=ada, ids=[ada, installed.ids["bo"]],
    )  # fmt: skip
    assert data["node"] == {"__typename": "Mentor", "name": "艾达", "place": {"name": "Kunshan"}}
    assert data["nodes"] == [{"id": ada}, None]
    assert data["mentor"] == {"name": "Ada Example", "version": 1, "hours": 8, "fields": []}
    assert data["mentors"]["totalCount"] == 1
    assert [edge["node"]["id"] for edge in data["mentors"]["edges"]] == [ada]


def test_its_rule_by_row_holds_in_lists_filters_search_and_counts(installed: Installed) -> None:
    query = """{ mentors(filter: {search: "lidar"}, orderBy: [{field: NAME}]) { totalCount nodes { name } }
      search(query: "lidar", types: [MENTOR]) { totalCount nodes { id } } }"""
    talent = installed.samples.as_(Role.TALENT)
    for actor, expected in (
        (None, ["Ada Example"]),
        (talent, ["Ada Example", "Bo Example"]),
        (Actor(Role.TALENT, "key", "tal_00000000000000000000000000"), ["Ada Example"]),
        (ORGANISER, ["Ada Example", "Bo Example"]),
    ):
        data = installed.ask(query, actor)
        assert names(data) == expected, actor
        assert data["mentors"]["totalCount"] == data["search"]["totalCount"] == len(expected)
    archived = "{ mentors(filter: {archived: true}) { nodes { name } } }"
    assert names(installed.ask(archived)) == []
    assert names(installed.ask(archived, ORGANISER)) == ["Cy Example"]


def test_its_rule_by_field_holds(installed: Installed) -> None:
    query = "{ mentors(orderBy: [{field: HOURS}]) { nodes { name email } } }"
    data = installed.ask(query)
    assert data["mentors"]["nodes"] == [{"name": "Ada Example", "email": None}]
    assert data["errors"] == ["FORBIDDEN"]
    data = installed.ask(query, installed.samples.as_(Role.TALENT))
    assert [each["email"] for each in data["mentors"]["nodes"]] == ["bo@example.org", None]
    data = installed.ask(query, ORGANISER)
    assert [each["email"] for each in data["mentors"]["nodes"]] == ["bo@example.org", "ada@example.org"]


def test_it_is_filtered_ordered_and_paged_by_keyset(installed: Installed) -> None:
    page = """query($after: String) {
      mentors(filter: {hours: {atLeast: 1}}, orderBy: [{field: HOURS, direction: DESC}], first: 1, after: $after) {
        nodes { name } pageInfo { endCursor hasNextPage } } }"""
    first = installed.ask(page, ORGANISER)
    assert names(first) == ["Ada Example"]
    second = installed.ask(page, ORGANISER, after=first["mentors"]["pageInfo"]["endCursor"])
    assert names(second) == ["Bo Example"]
    assert second["mentors"]["pageInfo"]["hasNextPage"] is False
    within = installed.ask("query($p: [ID!]) { mentors(filter: {place: $p}) { nodes { name } } }",
                           ORGANISER, p=[installed.samples["kunshan"]])  # fmt: skip
    assert names(within) == ["Ada Example"]


def test_it_is_counted_by_facets_of_what_the_actor_sees(installed: Installed) -> None:
    query = "{ mentorFacets { byPlace { total buckets { kind count node { ... on Place { name } } } } } }"
    facet = installed.ask(query, ORGANISER)["mentorFacets"]["byPlace"]
    assert facet["total"] == 2
    assert facet["buckets"][0] == {"kind": "VALUE", "count": 1, "node": {"name": "Kunshan"}}
    assert installed.ask(query)["mentorFacets"]["byPlace"]["total"] == 1
    levels = installed.ask("{ mentorFacets { byLevel { buckets { kind value count } } } }", ORGANISER)
    assert levels["mentorFacets"]["byLevel"]["buckets"] == [
        {"kind": "VALUE", "value": "SENIOR", "count": 1}, {"kind": "UNSTATED", "value": None, "count": 1},
    ]  # fmt: skip


CREATE = """mutation($input: MentorCreateInput!, $key: String, $dry: Boolean! = false) {
  createMentor(input: $input, idempotencyKey: $key, dryRun: $dry) {
    mentor { id name version fields { id } } userErrors { code field message } dryRun } }"""
UPDATE = """mutation($id: ID!, $input: MentorInput!, $v: Int) {
  updateMentor(id: $id, input: $input, ifVersion: $v) { mentor { hours version } userErrors { code field } } }"""


def test_it_is_created_once_by_an_idempotency_key_and_not_in_a_dry_run(installed: Installed) -> None:
    given = {"name": [{"language": "en", "text": "Di Example"}], "fields": [installed.samples["medicine"]]}
    dry = installed.change(CREATE, input=given, dry=True)
    assert (dry["dryRun"], dry["userErrors"]) == (True, [])
    first = installed.change(CREATE, input=given, key="one")
    again = installed.change(CREATE, input=given, key="one")
    assert first["mentor"]["id"] == again["mentor"]["id"]
    assert first["mentor"]["fields"] == [{"id": installed.samples["medicine"]}]
    assert installed.ask('{ mentors(filter: {search: "di"}) { totalCount } }', ORGANISER)["mentors"]["totalCount"] == 1


def test_what_is_wrong_is_told_as_user_errors(installed: Installed) -> None:
    made = installed.change(CREATE, input={"name": [], "hours": 3, "place": "plc_00000000000000000000000000"})
    assert {tuple(error["field"]) for error in made["userErrors"]} == {("input", "name"), ("input", "place")}
    ada = installed.ids["ada"]
    stale = installed.change(UPDATE, id=ada, input={"hours": 9}, v=7)
    assert [error["code"] for error in stale["userErrors"]] == ["CONFLICT"]
    changed = installed.change(UPDATE, id=ada, input={"hours": 9}, v=1)
    assert changed["mentor"] == {"hours": 9, "version": 2}


def test_those_who_may_write_write_their_own_rows_alone(installed: Installed) -> None:
    talent = installed.samples.as_(Role.TALENT)
    own = installed.change(UPDATE, talent, id=installed.ids["bo"], input={"hours": 3})
    assert own["mentor"]["hours"] == 3
    other = installed.change(UPDATE, talent, id=installed.ids["ada"], input={"hours": 3})
    assert [error["code"] for error in other["userErrors"]] == ["FORBIDDEN"]
    public = installed.change(UPDATE, Actor.public(), id=installed.ids["ada"], input={"hours": 3})
    assert [error["code"] for error in public["userErrors"]] == ["FORBIDDEN"]


def test_it_is_archived_and_restored(installed: Installed) -> None:
    run = "mutation($id: ID!) { %s(id: $id) { mentor { archivedAt } userErrors { code } } }"
    archived = installed.change(run % "archiveMentor", id=installed.ids["ada"])
    assert archived["mentor"]["archivedAt"] is not None
    assert installed.ask('{ search(query: "ada", types: [MENTOR]) { totalCount } }')["search"]["totalCount"] == 0
    restored = installed.change(run % "restoreMentor", id=installed.ids["ada"])
    assert restored["mentor"] == {"archivedAt": None}
    assert installed.ask('{ search(query: "ada", types: [MENTOR]) { totalCount } }')["search"]["totalCount"] == 1


def test_its_writes_are_in_the_change_log_without_the_columns_left_out(installed: Installed) -> None:
    installed.change(UPDATE, id=installed.ids["ada"], input={"hours": 9, "note": "Very careful."})
    with installed.database.read() as session:
        changes = list(
            session.scalars(select(Change).where(Change.entity_id == installed.ids["ada"]).order_by(Change.sequence))
        )
    assert [each.operation for each in changes] == ["CREATE", "UPDATE"]
    assert changes[1].before == {"hours": 8, "version": 1}
    assert changes[1].after == {"hours": 9, "version": 2}
    assert "note" not in (changes[0].after or {})


def test_its_rules_are_told(installed: Installed) -> None:
    rules = installed.ask("{ capabilities { rules { on owner description roles } } }")["capabilities"]["rules"]
    told = {each["on"]: each for each in rules if each["owner"] == "mentoring"}
    assert told["Mentor"]["description"].startswith("Show listed mentors")
    assert told["Mutation.createMentor"]["roles"] == ["TALENT", "ORGANISER", "ADMIN"]
    assert told["Mentor.email"]["roles"] == ["TALENT", "ORGANISER", "ADMIN"]


def test_a_rule_that_fails_hides_every_row(installed: Installed, module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(actor: Any, mentor: Any) -> Any:
        raise RuntimeError("select * from secrets")

    monkeypatch.setattr(module, "is_own", broken)
    assert names(installed.ask("{ mentors { nodes { name } } }", installed.samples.as_(Role.TALENT))) == []
    monkeypatch.undo()
    data = installed.ask("{ mentors { nodes { name } } }", installed.samples.as_(Role.TALENT))
    assert set(names(data)) == {"Ada Example", "Bo Example"}


def test_a_field_that_leads_nowhere_stops_the_schema_with_a_hint(module: Any) -> None:
    body = type("Pair", (module.Edited,), {"mentor": module.relation("Mentr", "The mentor.", "talent_id")})
    wrong = module.Entity.of(body, module.MentorRow, "A pair.")
    other = SimpleNamespace(
        manifest=module.manifest, __name__="mentoring", register_tables=module.register_tables,
        register_entities=hookimpl(lambda: [wrong]),
    )  # fmt: skip
    with pytest.raises(PluginStartError, match=r"'mentoring' refers to 'Mentr' in Pair\.mentor .* no entity"):
        build_schema(Host.load(plugins=[other]))


def test_a_ranking_by_what_is_no_list_is_refused(module: Any) -> None:
    wrong = module.Ranked(field="mentor_fit", description="Mentors.", concepts="name")
    with pytest.raises(TypeError, match="Mentor can't be ranked by name: it is no listing of Mentor"):
        module.Entity.of(module.Mentor, module.MentorRow, "A mentor.", ranked=wrong)


def test_what_has_no_archive_can_not_be_searched(module: Any) -> None:
    body = type("Pair", (), {"mentor": module.column("The mentor.", "mentor_id")})
    with pytest.raises(TypeError, match="MentorField must mix in"):
        module.Entity.of(body, module.MentorField, "A pair.", search=module.SearchFields(("mentor_id",)))
    with pytest.raises(TypeError, match="MentorField must mix in"):
        module.Entity.of(body, module.MentorField, "A pair.", writers=[])


MENTORS = """编号,mentor,简介,擅长领域,hours a month,公开,place,人才
f1,Fay Example,Ran a lab.,Optics; Lasers,5,yes,Kunshan,{talent}
"""


def read_file(installed: Installed, folder: Path, content: str = MENTORS, **options: Any) -> Any:
    file = folder / "mentors.csv"
    file.write_text(content.format(talent=installed.samples["owner"]), encoding="utf-8")
    return import_files(installed.database, [file], namespace="office", **options)


def test_files_of_it_are_imported_once(installed: Installed, tmp_path: Path) -> None:
    first = read_file(installed, tmp_path)
    assert first.written.created["mentoring_mentor"] == 1
    assert first.written.created["mentoring_field"] == 2
    data = installed.ask(
        """{ mentors(filter: {search: "lab"}) {
          nodes { name description hours listed place { name } fields { name } talent { id } } }
          mentor(externalId: "office:f1") { name } }""",
        ORGANISER,
    )
    talent = installed.samples["owner"]
    [mentor] = data["mentors"]["nodes"]
    assert sorted(each["name"] for each in mentor.pop("fields")) == ["Lasers", "Optics"]
    assert mentor == {"name": "Fay Example", "description": "Ran a lab.", "hours": 5, "listed": True,
                      "place": {"name": "Kunshan"}, "talent": {"id": talent}}  # fmt: skip
    assert data["mentor"] == {"name": "Fay Example"}
    assert installed.ask('{ mentor(externalId: "office:f1") { name } }')["errors"] == ["FORBIDDEN"], "a person's"
    named = '{ mentors(filter: {externalIds: ["office:f1"]}) { nodes { externalIds } } }'
    assert installed.ask(named, ORGANISER)["mentors"]["nodes"] == [{"externalIds": ["office:f1"]}]
    assert "FORBIDDEN" in installed.ask(named)["errors"]
    again = read_file(installed, tmp_path)
    assert (again.written.created.total(), again.outlook.unchanged["mentors"]) == (0, 1)
    changed = read_file(installed, tmp_path, MENTORS.replace(",5,", ",7,"))
    assert changed.written.updated["mentoring_mentor"] == 1


def test_what_is_wrong_in_a_file_is_told_before_anything_is_written(installed: Installed, tmp_path: Path) -> None:
    with pytest.raises(ImportFailedError) as failed:
        read_file(installed, tmp_path, "mentor,hours,人才\nFay Example,many,Nobody\n")
    assert {problem.field for problem in failed.value.problems} == {"hours", "talent"}
    with pytest.raises(MappingError, match=r"mentors"):
        read_file(installed, tmp_path, kind="mentrs")


def test_data_documents_fill_it_once(installed: Installed, host: Host) -> None:
    [(owner, first)] = load_data(installed.database, host, ["demo"])
    assert (owner, first.created["mentoring_mentor"], first.created["mentoring_field"]) == ("mentoring", 1, 1)
    data = installed.ask(
        '{ mentors(filter: {search: "telescopes"}) { nodes { name talent { name } fields { name } } } }'
    )
    assert data["mentors"]["nodes"] == [
        {"name": "Ada Example", "talent": {"name": "Ada Example"}, "fields": [{"name": "Optics"}]}
    ]
    [(_, again)] = load_data(installed.database, host, ["demo"])
    assert again.skipped


def test_it_is_exported_without_the_columns_left_out(installed: Installed) -> None:
    with installed.database.read() as session:
        rows = list(rows_of(session, exportable()["mentoring_mentor"]))
    assert [row["name"] for row in rows] == [{"en": "Ada Example", "zh": "艾达"}, {"en": "Bo Example"}]
    assert "note" not in rows[0]


def test_its_rows_go_with_an_erased_person(installed: Installed, host: Host) -> None:
    added = {"name": [{"language": "en", "text": "Gil Example"}], "fields": [installed.samples["medicine"]]}
    with installed.database.write(Actor.system("test")) as session:
        talent = Talent(name={"en": "Gil Example"})
        session.add(talent)
    made = installed.change(CREATE, input={**added, "talent": talent.id, "description": [
        {"language": "en", "text": "Invented the gyroscope."}]})  # fmt: skip
    remember(installed.database, host)
    person = ErasedPerson(talent.id, ("Gil Example",), ())
    with installed.database.write(Actor.system("test")) as session:
        done = erase_talent(session, talent.id)
        assert erase_by_plugins(session, host, person) == []
    assert done.mentions == ()
    data = installed.ask("query($id: ID!) { node(id: $id) { id } search(query: \"gyroscope\") { totalCount } }",
                         ORGANISER, id=made["mentor"]["id"])  # fmt: skip
    assert (data["node"], data["search"]["totalCount"]) == (None, 0)
    with installed.database.read() as session:
        changes = session.scalars(select(Change).where(Change.owner_id == made["mentor"]["id"])).all()
    assert {each.operation for each in changes} >= {"CREATE", "ERASE"}
    assert all(each.before is None and each.after is None for each in changes)


def test_the_command_imports_files_of_its_kind(
    installed: Installed, module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plugins.host.host.installed", lambda: given([module]))
    monkeypatch.setenv("ROADSHOW_DATABASE_URL", installed.database.url.render_as_string(hide_password=False))
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "list.csv"
    file.write_text("mentor,hours\nHal Example,3\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["import", str(file), "--kind", "mentors", "--namespace", "office"])
    assert done.exit_code == 0, done.output
    shown = CliRunner().invoke(app, ["export", "mentoring_mentor", "--format", "jsonl"])
    assert shown.exit_code == 0, shown.output
    assert "Hal Example" in shown.output


FIT = """query($id: ID!, $first: Int) { project(id: $id) { name mentorFit(first: $first) {
  totalCount gatedCount nodes { name } pageInfo { hasNextPage }
  edges { rank score node { name place { name } } reasons contributions { block points known reason } } } } }"""


def test_it_is_ranked_for_projects_with_reasons(installed: Installed) -> None:
    samples = installed.samples
    for name, field in (("ada", "devices"), ("bo", "life")):
        installed.change(UPDATE, id=installed.ids[name], input={"fields": [samples[field]], "place": None})
    ranked = installed.ask(FIT, ORGANISER, id=samples["lidar"])["project"]["mentorFit"]
    assert [each["name"] for each in ranked["nodes"]] == ["Ada Example", "Bo Example"]
    assert (ranked["totalCount"], ranked["gatedCount"]) == (2, 0)
    best, second = ranked["edges"]
    assert best["score"] > second["score"]
    for edge in ranked["edges"]:
        assert sum(each["points"] for each in edge["contributions"]) == pytest.approx(edge["score"], abs=0.01)
    industry = {each["block"]: each for each in best["contributions"]}["industry"]
    assert industry["points"] > 0
    assert "Both are in" in industry["reason"] or "related" in industry["reason"]
    installed.change(UPDATE, id=installed.ids["bo"], input={"fields": [samples["devices"]]})
    installed.change(UPDATE, id=installed.ids["ada"], input={"fields": [samples["life"]]})
    again = installed.ask(FIT, ORGANISER, id=samples["lidar"], first=1)["project"]["mentorFit"]
    assert [each["name"] for each in again["nodes"]] == ["Bo Example"], "the snapshot follows the plugin's tables"
    assert again["pageInfo"]["hasNextPage"] is True


def test_a_ranking_lists_whom_the_reader_may_see(installed: Installed) -> None:
    for actor, expected in (
        (None, {"Ada Example"}),
        (installed.samples.as_(Role.TALENT), {"Ada Example", "Bo Example"}),
    ):
        ranked = installed.ask(FIT, actor, id=installed.samples["lidar"])["project"]["mentorFit"]
        assert {each["name"] for each in ranked["nodes"]} == expected
        assert ranked["totalCount"] == len(expected)


def test_a_ranking_of_nobody_is_empty(installed: Installed, module: Any) -> None:
    with installed.database.write(Actor.system("test")) as session:
        for each in session.scalars(select(module.MentorRow)):
            session.delete(each)
    ranked = installed.ask(FIT, ORGANISER, id=installed.samples["lidar"])["project"]["mentorFit"]
    assert (ranked["edges"], ranked["totalCount"], ranked["gatedCount"]) == ([], 0, 0)
    recommender = installed.place.services.recommender
    assert recommender is not None
    with pytest.raises(RecommenderError, match="'Mentr' is no ranked entity; there are: Mentor"):
        recommender.rank(RankingRequest(installed.samples["lidar"], Target.ENTITY, entity="Mentr"))


def test_its_texts_are_encoded(installed: Installed, host: Host) -> None:
    with installed.database.read() as session:
        texts = {text for text, _ in texts_of_store(session, kinds_of(host))[1]}
    assert {"Built lidar.", "Sold lidar."} <= texts


def test_a_column_may_hold_values_of_an_enum_of_the_plugin(installed: Installed) -> None:
    query = "query($l: [MentorLevel!]) { mentors(filter: {level: $l}) { nodes { name level } } }"
    found = installed.ask(query, ORGANISER, l=["SENIOR"])["mentors"]["nodes"]
    assert found == [{"name": "Ada Example", "level": "SENIOR"}]
    junior = "{ mentors(filter: {level: [JUNIOR]}) { nodes { name level } } }"
    assert installed.ask(junior, ORGANISER)["mentors"]["nodes"] == []
    run = """mutation($id: ID!, $input: MentorInput!) {
      updateMentor(id: $id, input: $input) { mentor { level } userErrors { message } } }"""
    changed = installed.change(run, id=installed.ids["bo"], input={"level": "JUNIOR"})
    assert changed == {"mentor": {"level": "JUNIOR"}, "userErrors": []}
    assert installed.ask(junior, ORGANISER)["mentors"]["nodes"] == [{"name": "Bo Example", "level": "JUNIOR"}]


def test_its_page_knows_who_reads_it(installed: Installed, host: Host) -> None:
    [entry] = host.contributions.pages

    def shown(actor: Actor) -> str:
        place = installed.place
        services = replace(place.services, client=InProcessClient(place.schema, place.planner))
        with open_context(services, actor) as context, context.own() as own:
            page: str = entry.value.render(RenderingContext(own, {}, "en"))
            return page

    assert shown(Actor.public()) == "<p>PUBLIC</p><ul><li>Ada Example</li></ul>"
    talent = replace(installed.samples.as_(Role.TALENT), name="<Bo>")
    assert shown(talent) == "<p>&lt;Bo&gt;</p><ul><li>Ada Example</li><li>Bo Example</li></ul>"


class OfMentors(Generator):
    """Makes queries that begin at fields with mentors in them."""

    def about_mentors(self) -> Operation:
        query = self.schema.query_type
        assert query is not None
        name = self.random.choice(["mentor", "mentors", "mentors", "mentorFacets", "node", "search", "project"])
        return self._operation("query", f"{{ {self._field(query, name, self.random.choice([2, 3, 4]), 0)} }}")


def test_generated_operations_get_equal_answers_from_both_executors(installed: Installed) -> None:
    ids = [*installed.ids.values(), installed.samples["lidar"], installed.samples["kunshan"]]
    installed.place.pool = Pool(ids, ["lidar", "example", "ada*"])
    counts: Counter[str] = Counter()
    for seed in range(GENERATED):
        random = Random(seed)
        operation = OfMentors(installed.place.schema._schema, installed.place.pool, random, installed.place.prefixes)
        made = operation.about_mentors()
        actor = installed.samples.as_(random.choice(list(Role)))
        answers = installed.place.ask(made.text, actor, made.variables)
        shown = f"seed {seed}, {actor.role}\n{made.text}\n{made.variables}"
        assert answers.planned is not None, f"{answers.reason}\n{shown}"
        assert (answers.planned, answers.difference) == (answers.expected, None), shown
        counts["errors" if answers.reference.errors else "planned"] += 1
        counts["substance"] += len(answers.expected) > 40
    assert counts["planned"] > GENERATED // 2
    assert counts["substance"] > GENERATED // 3


def test_clients_are_told_what_changed_of_it(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "SETTLE", timedelta())
    query = """query($after: String) { changes(types: [MENTOR], after: $after) {
      cursor entries { objectId removed node { ... on Mentor { hours } } } } }"""

    def told(after: str | None, actor: Actor = ORGANISER) -> Any:
        place = installed.place
        result = execute(place.schema, place.services, actor, query, variables={"after": after})
        assert result.errors is None, result.errors
        return result.data["changes"]  # type: ignore[index]

    first = told(None)
    ada, bo = installed.ids["ada"], installed.ids["bo"]
    assert {each["objectId"] for each in first["entries"]} == {ada, bo}
    public = told(None, Actor.public())
    assert [each["objectId"] for each in public["entries"]] == [ada]
    installed.change(UPDATE, id=ada, input={"hours": 9, "listed": False})
    [changed] = told(first["cursor"])["entries"]
    assert changed == {"objectId": ada, "removed": False, "node": {"hours": 9}}
    [hidden] = told(public["cursor"], Actor.public())["entries"]
    assert hidden == {"objectId": ada, "removed": True, "node": None}


PAIR = """query($p: ID!, $m: ID!) {
  fit(project: $p, counterpart: $m) {
    score reasons(lang: ZH) passed standing { rank total } counterfactual { reason }
    contributions { block points known reason(lang: ZH) } gates { gate passed }
  }
  whyNot(project: $p, counterpart: $m) { gate } }"""


def test_a_pair_fits_as_the_list_says_with_reasons_right_for_the_kind(installed: Installed) -> None:
    samples, ids = installed.samples, installed.ids
    installed.change(UPDATE, id=ids["ada"], input={"fields": [samples["devices"]]})
    installed.change(UPDATE, id=ids["bo"], input={"fields": [samples["life"]]})
    listed = installed.ask(FIT, ORGANISER, id=samples["lidar"])["project"]["mentorFit"]["edges"]
    fits = {name: installed.ask(PAIR, ORGANISER, p=samples["lidar"], m=ids[name]) for name in ("ada", "bo")}
    assert [round(each["score"], 2) for each in listed] == [
        round(fits[name]["fit"]["score"], 2) for name in ("ada", "bo")
    ]
    assert [fits[name]["fit"]["standing"] for name in ("ada", "bo")] == [
        {"rank": 1, "total": 2},
        {"rank": 2, "total": 2},
    ]
    for data in fits.values():
        assert (data["errors"], data["whyNot"], data["fit"]["passed"], data["fit"]["counterfactual"]) == (
            [],
            [],
            True,
            None,
        )
        known = [each for each in data["fit"]["contributions"] if each["known"]]
        assert sum(each["points"] for each in data["fit"]["contributions"]) == pytest.approx(
            data["fit"]["score"], abs=0.1
        )
        said = "".join([*data["fit"]["reasons"], *(each["reason"] for each in known)])
        assert not [word for word in ("投资", "您", "贵市", "需求", "意向") if word in said], said
    assert "同属“Devices”领域" in fits["ada"]["fit"]["reasons"][0]


def test_a_pair_is_for_those_who_see_both(installed: Installed) -> None:
    for actor, name, seen in (
        (None, "ada", True),
        (None, "bo", False),
        (ORGANISER, "bo", True),
        (ORGANISER, "cy", False),
    ):
        data = installed.ask(PAIR, actor, p=installed.samples["lidar"], m=installed.ids[name])
        assert (data["fit"] is not None, data["whyNot"] is not None) == (seen, seen), name


def test_what_its_records_did_is_learnt_from_for_organisers(installed: Installed, host: Host) -> None:
    samples, ada, bo = installed.samples, installed.ids["ada"], installed.ids["bo"]
    acts = Acts(Interest, record="subject_id", project="project_id", act="MET", day="answered_at")
    [kind] = kinds_of(host)
    kind = replace(kind, acts=acts)
    assert "interest" in kind.tables
    with installed.database.write(Actor.system("test")) as session:
        met = Interest(subject_id=bo, project_id=samples["lidar"], kind="LIKE")
        session.add(met)
    try:
        with installed.database.read() as session:
            profiles = load_ranked(session, [kind])["Mentor"]
        [act] = profiles[bo].history
        assert (act.project_id, act.kind, act.day, profiles[ada].history) == (
            samples["lidar"], "MET", np.datetime64("today", "D"), (),
        )  # fmt: skip
        recommender = Recommender(installed.database, settings=Settings(), encoders=(), kinds=[kind])
        asked = RankingRequest(samples["lidar"], Target.ENTITY, entity="Mentor")
        shares = {
            personal: [each.history for each in _line(recommender, replace(asked, personalised=personal), bo)]
            for personal in (True, False)
        }
        assert any(shares[True])
        assert not any(shares[False])
    finally:
        with installed.database.write(Actor.system("test")) as session:
            session.delete(session.get_one(Interest, met.id))


def _line(recommender: Recommender, asked: RankingRequest, record: str) -> Any:
    return next(each for each in recommender.rank(asked).items if each.object_id == record).contributions


def test_acts_name_what_there_is() -> None:
    given = {"record": "subject_id", "project": "project_id", "act": "MET", "day": "answered_at"}
    for name, wrong in (("record", "who"), ("day", "when"), ("act", "MENTORED")):
        with pytest.raises(KeyError, match=wrong):
            Acts(Interest, **{**given, name: wrong})


SIMILAR = """query($id: ID!, $first: Int = 20) { mentor(id: $id) { similar(first: $first) {
  totalCount declaresNothing noStrongMatch pageInfo { hasNextPage }
  edges { node { id } rank score reasons(lang: ZH) contributions { block points } } } } }"""


def test_records_like_one_are_ranked_with_reasons(installed: Installed, module: Any) -> None:
    samples, ids = installed.samples, installed.ids
    with installed.database.write(Actor.system("test")) as session:
        dee = module.MentorRow(name={"en": "Dee Example"}, listed=True, place_id=samples["dalian"])
        session.add(dee)
    for identifier, field in ((ids["ada"], "devices"), (ids["bo"], "devices"), (dee.id, "life")):
        installed.change(UPDATE, id=identifier, input={"fields": [samples[field]]})
    found = installed.ask(SIMILAR, ORGANISER, id=ids["ada"])["mentor"]["similar"]
    assert ([each["node"]["id"] for each in found["edges"]], found["totalCount"]) == ([ids["bo"], dee.id], 2)
    for each in found["edges"]:
        assert sum(part["points"] for part in each["contributions"]) == pytest.approx(each["score"], abs=0.01)
        assert 0 <= each["score"] <= 100
    best, other = found["edges"]
    assert best["score"] > other["score"]
    assert "产业领域：相近。" in best["reasons"]
    first = installed.ask(SIMILAR, ORGANISER, id=ids["ada"], first=1)["mentor"]["similar"]
    assert (len(first["edges"]), first["pageInfo"]["hasNextPage"]) == (1, True)
    public = installed.ask(SIMILAR, id=ids["ada"])["mentor"]["similar"]
    assert [each["node"]["id"] for each in public["edges"]] == [dee.id], "the unlisted one is hidden"
    installed.change(UPDATE, id=dee.id, input={"fields": [], "place": None})
    assert installed.ask(SIMILAR, ORGANISER, id=dee.id)["mentor"]["similar"]["declaresNothing"] is True
