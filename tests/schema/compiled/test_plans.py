"""What a plan is: made once, few statements, nothing by row; and what it leaves to the reference executor."""

from __future__ import annotations

import gc
import sqlite3
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from graphql import DocumentNode, OperationDefinitionNode
from sqlalchemy.orm.util import AliasedClass

from schema.compiled.compiled_plan import CompiledPlan
from schema.compiled.prepared_operation import PreparedOperation
from schema.compiled.run import statements
from schema.compiled.run.run_times import RunTimes
from schema.execution.calls import Call
from schema.execution.errors import NotCompilable
from schema.execution.execute import prepare
from schema.request.context import open_context
from store import models
from store.access.actors import Actor
from store.enums import Role
from tests.schema.compiled.conftest import Open, Place
from tests.schema.sql.test_statements import DEEP

ONE = "query ($id: ID!) { project(id: $id) { id name organisation { name place { name } } origin { name } } }"


@pytest.fixture
def place(open_place: Open) -> Place:
    return open_place("sqlite", False)


def planned(place: Place, text: str, actor: Actor) -> PreparedOperation:
    document = prepare(place.schema, text)
    assert isinstance(document, DocumentNode)
    [operation] = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    return place.planner.find(text, document, operation, actor.role)


class Counting:
    """Counts the statements that run, and those that are compiled."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ran: list[str] = []
        self.compiled = 0
        run, run_one, init = statements.Statement.run, statements.Statement.run_one, statements.Statement.__init__

        def counted_run(each: statements.Statement, runtime: Any, late: Mapping[str, Any]) -> list[Any]:
            self.ran.append(each.text)
            return run(each, runtime, late)

        def counted_run_one(each: statements.Statement, runtime: Any, identifier: str) -> list[Any]:
            self.ran.append(each.text)
            return run_one(each, runtime, identifier)

        def counted_init(each: statements.Statement, *arguments: Any) -> None:
            self.compiled += 1
            init(each, *arguments)

        monkeypatch.setattr(statements.Statement, "run", counted_run)
        monkeypatch.setattr(statements.Statement, "run_one", counted_run_one)
        monkeypatch.setattr(statements.Statement, "__init__", counted_init)


def test_relations_to_one_are_joined_to_one_statement(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting(monkeypatch)
    answers = place.ask(ONE, variables={"id": place.samples["lidar"]})
    assert answers.planned == answers.expected
    assert len(set(counting.ran)) == 1
    assert counting.ran[0].count("LEFT OUTER JOIN") == 3


def test_lists_have_a_statement_for_each_level_however_many_rows(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting(monkeypatch)
    answers = place.ask(DEEP, place.samples.as_(Role.ORGANISER))
    assert answers.planned == answers.expected
    # the page and its count; tracks, industries, team, investments and their count; children, path, positions,
    # mandates' tracks: what is one row is joined
    assert len(counting.ran) <= 11


def test_sql_is_compiled_once_for_all_ids(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    query = """query ($id: ID!, $investor: ID!) { place(id: $id) { name }
        interests(filter: {subject: [$investor]}, first: 2) { totalCount edges { node { kind } } } }"""
    actor = place.samples.as_(Role.ORGANISER)
    place.ask(query, actor, {"id": place.samples["kunshan"], "investor": place.samples["investor"]})
    counting = Counting(monkeypatch)
    for name, investor in (("dalian", "rival"), ("china", "investor"), ("draft", "kunshan")):
        answers = place.ask(query, actor, {"id": place.samples[name], "investor": place.samples[investor]})
        assert answers.planned == answers.expected
    assert counting.ran
    assert counting.compiled == 0


@pytest.mark.usefixtures("young_heap")
def test_a_plan_keeps_only_the_text_of_its_statements(place: Place) -> None:
    """SQLAlchemy's aliases would take several times the memory of all the rest."""
    text = ONE.replace("query", "query Lean")
    assert place.ask(text, None, {"id": place.pool.ids[0]}).planned is not None
    gc.collect()
    before = sum(isinstance(each, AliasedClass) for each in gc.get_objects())
    for number in range(5):
        place.ask(text.replace("Lean", f"Lean{number}"), None, {"id": place.pool.ids[0]})
    gc.collect()
    assert sum(isinstance(each, AliasedClass) for each in gc.get_objects()) <= before


def test_pages_follow_each_other_by_one_text(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    query = """query ($after: String) { concepts(first: 2, after: $after, orderBy: [{field: NOTATION}]) {
        pageInfo { hasNextPage endCursor } edges { node { id } } } }"""
    seen: list[str] = []
    after = None
    counting = Counting(monkeypatch)
    while True:
        answers = place.ask(query, variables={"after": after})
        assert answers.planned == answers.expected
        assert answers.reference.data
        page = answers.reference.data["concepts"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert len(set(seen)) == len(seen) > 4
    assert counting.compiled <= 4, "without a cursor, with one, and with nulls in it"


def test_a_plan_belongs_to_a_role(place: Place) -> None:
    query = "{ talents { edges { node { name email } } } }"
    organiser = place.ask(query, place.samples.as_(Role.ORGANISER))
    assert organiser.planned == organiser.expected
    talent = place.ask(query, place.samples.as_(Role.TALENT))
    assert talent.planned == talent.expected
    assert talent.planned != organiser.planned
    public = place.ask(query)
    assert public.planned == public.expected
    assert public.reference.errors
    assert public.difference is None


def test_what_one_talent_owns_is_not_shown_to_the_next(place: Place) -> None:
    query = "{ talents { edges { node { id email } } } }"
    for identifier in (place.samples["owner"], place.samples["other_talent"]):
        answers = place.ask(query, Actor(Role.TALENT, "key", identifier))
        assert answers.planned == answers.expected


def test_nothing_is_read_for_what_others_own(place: Place) -> None:
    """A cursor that is wrong goes unnoticed where the field isn't the actor's to read, as in the reference."""
    query = """query ($id: ID!) { investor(id: $id) { name interests(after: "nonsense") { totalCount } } }"""
    actor = Actor(Role.INVESTOR, "key", place.samples["rival"])
    answers = place.ask(query, actor, {"id": place.samples["investor"]})
    assert not answers.reference.errors
    assert answers.planned == answers.expected


def test_conditions_have_a_plan_each(place: Place) -> None:
    query = """query ($id: ID!, $yes: Boolean!, $no: Boolean = true) { project(id: $id) { name @include(if: $yes)
        kind @skip(if: $no) ...Rest } } fragment Rest on Project { tracks @include(if: $yes) { name } id }"""
    for yes in (True, False):
        for further in ({}, {"no": False}):
            answers = place.ask(query, variables={"id": place.samples["lidar"], "yes": yes, **further})
            assert answers.planned == answers.expected


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Project") { name } }',
        "{ __schema { queryType { name } } talents { edges { node { email } } } }",
    ],
)
def test_what_isnt_planned_goes_to_the_reference_and_is_counted(place: Place, query: str) -> None:
    before = sum(place.planner.counts.values()) - place.planner.counts["planned"]
    assert place.ask(query).planned is None
    assert sum(place.planner.counts.values()) - place.planner.counts["planned"] == before + 1


def test_a_change_is_seen_at_once(place: Place) -> None:
    query = "query ($id: ID!) { organisation(id: $id) { name version } }"
    identifier = place.samples["organisation"]
    before = place.ask(query, variables={"id": identifier})
    with place.services.database.write(Actor.system("tests")) as session:
        row = session.get_one(models.Organisation, identifier)
        row.name = {**row.name, "en": f"{row.name['en']} again"}
    after = place.ask(query, variables={"id": identifier})
    assert after.planned == after.expected != before.expected


def test_plugins_rules_are_asked_each_time(open_place: Open) -> None:
    place = open_place("sqlite", True)
    query = "{ tracks { totalCount edges { node { ordinal extraLength } } } }"
    public, organiser = place.ask(query), place.ask(query, place.samples.as_(Role.ORGANISER))
    assert public.planned == public.expected
    assert organiser.planned == organiser.expected
    assert public.planned != organiser.planned


def test_a_stopped_operation_starts_no_statement(place: Place) -> None:
    class Stopped:
        interrupted = True

        def taken(self, connection: object) -> None: ...

        def given_back(self, connection: object) -> None: ...

    actor = Actor.public()
    operation = planned(place, ONE, actor)
    with pytest.raises(InterruptedError):
        place.planner.answer(operation, Call(actor, (), {"id": place.samples["lidar"]}, _no_context, Stopped()))


def test_a_read_on_the_fast_path_gives_up_when_it_takes_long(place: Place) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    connections = place.planner.connections
    reader = connections.fast_path_reader()
    reader.execute("BEGIN")
    with pytest.raises(sqlite3.OperationalError, match="interrupted") as caught:
        reader.fetch(endless, [])
    assert reader.failed(caught.value)
    connections.give_back(reader)
    reader = connections.fast_path_reader()
    assert reader.fetch("SELECT 1", []) == [(1,)], "the connection can be used again"
    assert not reader.connection.in_transaction
    connections.give_back(reader)


def test_only_a_plan_known_to_be_quick_runs_at_once(place: Place) -> None:
    query = "{ places { edges { node { id name code } } } }"
    actor = Actor.public()
    operation = planned(place, query, actor)
    assert place.fast_path(operation, actor, (), {}) is None, "nobody knows yet"
    expected = place.planner.answer(operation, Call(actor, (), {}, _no_context)).data
    assert place.fast_path(operation, actor, (), {}) == expected
    assert place.fast_path(operation, actor, (), {}, 0.0) is None


FILTERED = "query ($f: ProjectFilter!) { projects(filter: $f, first: 3) { totalCount edges { node { id } } } }"


def test_a_new_statement_now_and_then_leaves_a_hot_one_on_the_fast_path(place: Place) -> None:
    actor = Actor.public()
    hot = {"f": {"search": "hot"}}
    place.ask(FILTERED, actor, hot)
    fast = 0
    for number in range(600):
        if number % 20 == 0:
            place.ask(FILTERED, actor, {"f": {"search": f"new {number}"}})
        found = place.fast_path(planned(place, FILTERED, actor), actor, (), hot)
        fast += found is not None
    assert fast > 0.95 * 600


def test_only_a_statement_that_runs_too_long_makes_a_plan_rest() -> None:
    times = RunTimes()
    times.add(0.001)
    for _ in range(20):
        times.was_slow()
    rests = 0
    while not times.allow(1.0):
        rests += 1
    assert rests == 256, "a rest has a limit"
    for _ in range(20):
        times.was_fast()
    times.was_slow()
    assert [times.allow(1.0) for _ in range(17)] == [False] * 16 + [True], "and is short again after fast runs"


def test_one_slow_run_among_fast_ones_does_not_count() -> None:
    times = RunTimes()
    times.add(0.05, built=True)
    assert not times.allow(0.01)
    times.add(0.05)
    times.add(0.001)
    assert times.allow(0.01), "the run before was the odd one"
    times.add(0.001)
    times.add(0.06)
    assert times.allow(0.01)
    for _ in range(3):
        times.add(0.06)
    assert not times.allow(0.01), "slow runs in a row are no accident"


def test_an_unexpected_error_is_logged_once_for_each_operation_and_counted(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(CompiledPlan, "answer", broken)
        before = place.planner.counts["error"]
        for _ in range(3):
            assert place.ask("query Broken { tracks { totalCount } }").planned is None
    assert place.planner.counts["error"] == before + 3
    [record] = [each for each in caplog.records if each.name == "roadshow.planner"]
    assert record.levelname == "WARNING"
    assert "Broken" in record.getMessage()
    assert record.exc_info is not None


def test_threads_share_plans(place: Place) -> None:
    actor = place.samples.as_(Role.ORGANISER)
    operation = planned(place, DEEP.replace("first: 100", "first: 90"), actor)
    answers: list[Any] = []

    def ask() -> None:
        opened = partial(open_context, place.services, actor, ())
        answers.extend(place.planner.answer(operation, Call(actor, (), {}, opened)) for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    assert all(answer == answers[0] and not answer.errors for answer in answers)


def _no_context() -> Any:
    raise AssertionError("no context is needed")


def test_threads_may_be_the_first_together(place: Place) -> None:
    """Sixteen threads make the statements of one plan at once; what they make is the same, and sound."""
    for number in range(1, 8):
        query = f"""{{ exposures(first: {number}) {{ edges {{ node {{ project {{ name origin {{ name }}
            organisation {{ name place {{ name }} }} }} }} }} }} }}"""
        actor = place.samples.as_(Role.ORGANISER)
        operation = planned(place, query, actor)
        answers: list[Any] = []
        ready = threading.Barrier(16)

        def ask(
            operation: PreparedOperation = operation, actor: Actor = actor, ready: threading.Barrier = ready,
            answers: list[Any] = answers,
        ) -> None:  # fmt: skip
            ready.wait()
            try:
                answers.append(place.planner.answer(operation, Call(actor, (), {}, _no_context)).data)
            except NotCompilable as reason:
                answers.append(reason)

        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expected = place.ask(query, actor).reference.data
        assert answers == [expected] * 16


@pytest.mark.parametrize(("length", "cached"), [(8_000, True), (8_300, False)])
def test_nothing_is_kept_of_variables_or_arguments_of_more_than_8_kb(
    place: Place, monkeypatch: pytest.MonkeyPatch, length: int, cached: bool
) -> None:
    counting = Counting(monkeypatch)
    text = f"query ($f: ProjectFilter) {{ projects(filter: $f) {{ count{length}: totalCount }} }}"
    given = {"f": {"website": ["x" * length]}}
    place.ask(text, variables=given)
    made = counting.compiled
    assert made
    answers = place.ask(text, variables=given)
    assert answers.planned == answers.expected
    assert (counting.compiled == made) is cached, "the SQL"
    variables = planned(place, text, Actor.public()).variables
    assert (variables.read(given) is variables.read(given)) is cached, "the variables as they are meant"
    literal = f'{{ projects(filter: {{website: ["{"y" * length}"]}}) {{ totalCount }} }}'
    place.ask(literal)
    made = counting.compiled
    place.ask(literal)
    assert (counting.compiled == made) is cached, "the SQL of arguments that are written in the operation"
