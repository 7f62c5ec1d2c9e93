"""Mutations and events get the same answers from both executors, whatever is asked of what they made.

More of them than usual: ROADSHOW_OPERATIONS=20000 python -m pytest tests/schema/compiled/test_payloads.py

Their seeds are counted from ROADSHOW_FIRST_SEED, usually 0; other ones come with 1000000 beside it.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import graphql
import pytest

from schema.declarations.errors import client_errors
from schema.domain.accounts.governing import RULES as ACCOUNTS
from schema.domain.projects.changes import ProjectChange
from schema.domain.rankings.changes import RankingChange
from schema.execution.calls import Answered, Call
from schema.execution.tracing import Trace
from schema.request.context import open_context
from schema.types.build import RoadshowSchema
from store.enums import Operation, Role
from tests.schema.compiled.changes import MutationGenerator, Twins, twins
from tests.schema.compiled.conftest import Open

NEW_EACH_TIME = {"createUpload"}
"""Mutations whose answers differ each time: an address that nobody can guess."""
OPERATIONS = int(os.environ.get("ROADSHOW_OPERATIONS", "2100")) // 20
FIRST_SEED = int(os.environ.get("ROADSHOW_FIRST_SEED", "0"))
_WRITERS = (*[Role.ORGANISER] * 6, *[Role.ADMIN] * 6, Role.PLANNER, Role.INVESTOR, Role.TALENT, Role.PUBLIC)
_LANGUAGES = ((), ("zh",), ("fr", "zh-Hant-TW"))


@pytest.mark.nightly_on_postgresql
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_generated_mutations_get_equal_answers(backend: str, schema: RoadshowSchema, shared_directory: Path) -> None:
    counts: Counter[str] = Counter()
    with twins(backend, shared_directory, schema, None) as both:
        kind = schema._schema.mutation_type
        assert kind is not None
        names = [each for each in kind.fields if each not in NEW_EACH_TIME]
        Random(2).shuffle(names)
        for number in range(max(OPERATIONS, len(names))):
            compare(both, FIRST_SEED + number, names[number % len(names)], counts)
        assert both.rows()[0] == both.rows()[1]
    assert counts["written"] > 0.15 * counts["asked"], "enough of them write something"


def compare(both: Twins, seed: int, name: str, counts: Counter[str]) -> None:
    """One mutation, or two, as one role."""
    random = Random(seed)
    kind = both.schema._schema.mutation_type
    assert kind is not None
    others = [each for each in kind.fields if each not in NEW_EACH_TIME]
    names = [name, random.choice(others)] if random.random() < 0.2 else [name]
    operation = MutationGenerator(both.schema._schema, both.pool, random, both.prefixes).mutation(names)
    actor = both.samples.as_(random.choice(_WRITERS))
    languages = _LANGUAGES[seed % 3]
    answers = both.ask(operation.text, actor, operation.variables, languages)
    shown = f"seed {seed}, {name}, {actor.role}, {languages}\n{operation.text}\n{operation.variables}"
    assert answers.found == answers.expected, f"{answers.reference.errors}\n{shown}"
    assert answers.difference is None, f"{answers.difference}\n{shown}"
    assert not answers.fallbacks, f"{answers.fallbacks}\n{shown}"
    if name in ACCOUNTS:  # no made-up secret, address or membership is one
        return
    counts["asked"] += 1
    payloads = [each for each in (answers.expected or {}).values() if isinstance(each, dict)]
    counts["written"] += any(isinstance(part, dict) for each in payloads for part in each.values())


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_generated_events_get_equal_answers(open_place: Open, backend: str) -> None:
    place = open_place(backend, False)
    projects, subjects = place.pool.by_prefix["prj"], [*place.pool.by_prefix["inv"], *place.pool.by_prefix["plc"]]
    planned = 0
    for seed in range(FIRST_SEED, FIRST_SEED + OPERATIONS // 3):
        random = Random(seed)
        name = random.choice(["projectChanged", "rankingChanged"])
        generator = MutationGenerator(place.schema._schema, place.pool, random, place.prefixes)
        operation = generator.subscription(name)
        event: Any
        if name == "projectChanged":
            kind, visible = random.choice(list(Operation)), random.random() < 0.7
            event = ProjectChange(random.choice(projects), kind, datetime.now(UTC), seed, visible)
        else:
            entered, left = random.sample(projects, 3), random.sample(projects, 2)
            event = RankingChange(random.choice(subjects), entered, left, {"first": random.choice([1, 5, 20])})
        actor = place.samples.as_(random.choice([Role.ORGANISER, Role.ADMIN, *Role]))
        answers = place.answer_event(operation.text, event, actor, operation.variables, _LANGUAGES[seed % 3])
        shown = f"seed {seed}, {actor.role}, {event}\n{operation.text}\n{operation.variables}"
        assert answers.planned is not None, f"the planner doesn't take it: {answers.reason}\n{shown}"
        assert answers.planned == answers.expected, shown
        assert answers.difference is None, f"{answers.difference}\n{shown}"
        planned += not answers.reference.errors
    assert planned > OPERATIONS // 6


def errors_of(found: Answered) -> list[dict[str, Any]]:
    return [error.formatted for error in client_errors(found.errors)]


def test_a_mutations_own_error_is_answered_at_its_field_and_the_next_is_run(open_place: Open) -> None:
    place = open_place("sqlite", True)
    place.extras.ran.clear()
    found = place.change("""mutation { a: extraNote(text: "first") { text number }
        b: extraNote(text: "refuse") { text } c: extraNote(text: "last") { number } }""")
    assert found.data == {"a": {"text": "first", "number": 1}, "b": None, "c": {"number": 3}}
    assert errors_of(found) == [{
        "message": "Not that.", "locations": [{"line": 2, "column": 9}], "path": ["b"],
        "extensions": {"code": "EXTRA_REFUSED", "field": "text"},
    }]  # fmt: skip
    assert not found.fallbacks
    assert place.extras.ran == ["first", "refuse", "last"]


def test_behind_a_payload_that_can_not_be_null_nothing_is_run(open_place: Open) -> None:
    place = open_place("sqlite", True)
    place.extras.ran.clear()
    text = """mutation ($name: String!) { a: extraNote(text: "before") { text }
        archiveProject(id: $name) { dryRun } b: extraNote(text: "behind") { text } }"""
    found = place.change(text.replace("$name: String!", "$name: ID!"), variables={"name": "\x00"})
    assert found.data is None
    assert [(error["path"], error["extensions"]["code"]) for error in errors_of(found)] == [
        (["archiveProject"], "BAD_USER_INPUT")
    ]
    assert place.extras.ran == ["before"]


@pytest.mark.parametrize("number", [1, 2])
def test_a_row_that_the_actor_may_not_see_is_null_in_a_plugins_payload(open_place: Open, number: int) -> None:
    """The public may not see a track of an odd ordinal, also where a plugin refers to it; the mutation is run once."""
    place = open_place("sqlite", True)
    place.extras.ran.clear()
    text = """mutation ($track: ID!, $code: String!) { extraNote(text: "one") { number }
        extraCode(track: $track, code: $code) { code ordinal programme { name } }
        two: extraNote(text: "two") { text } }"""
    track = place.samples["health_track" if number == 1 else "digital_track"]
    before = Counter(place.planner.counts)
    found = place.change(text, variables={"track": track, "code": f"extra {number}"})
    seen = {"code": f"extra {number}", "ordinal": number, "programme": {"name": "Example Week"}}
    assert found.data == {
        "extraNote": {"number": 1},
        "extraCode": None if number == 1 else seen,
        "two": {"text": "two"},
    }
    assert not found.errors
    assert place.extras.ran == ["one", f"extra {number}", "two"]
    assert not found.fallbacks
    assert Counter(place.planner.counts) - before == {"planned": 1}


def test_variables_that_do_not_fit_leave_a_mutation_unrun(open_place: Open) -> None:
    place = open_place("sqlite", True)
    place.extras.ran.clear()
    found = place.change("mutation ($text: String!) { extraNote(text: $text) { text } }")
    assert found.data is None
    [error] = errors_of(found)
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "path" not in error
    assert place.extras.ran == []


def test_a_payload_is_read_by_one_statement_a_level(open_place: Open) -> None:
    """What is written isn't read again; what is joined to all of it is read at once, lists by a level each."""
    place = open_place("sqlite", False)
    text = """mutation ($place: ID!, $priorities: [PriorityInput!]!) { setIndustryPriorities(
        place: $place, priorities: $priorities, dryRun: true) { priorities {
        name tier weight place { name parent { name } } industries { name scheme { name } } tracks { name } } } }"""
    given = [{"name": [{"language": "en", "text": f"Number {number}"}], "weight": number} for number in range(7)]
    variables = {"place": place.samples["kunshan"], "priorities": given}
    trace = Trace()
    found = place.change(text, place.samples.as_(Role.ORGANISER), variables, trace)
    assert found.data is not None
    shown = found.data["setIndustryPriorities"]["priorities"]
    assert [each["weight"] for each in shown] == [float(number) for number in range(7)]
    assert {each["place"]["parent"]["name"] for each in shown} == {"Suzhou"}
    assert len(trace.reads) == 3, "what is joined to the rows, their industries, their tracks"


def test_the_rows_of_a_ranking_that_an_event_tells_are_read_once(open_place: Open, statements: Any) -> None:
    place = open_place("sqlite", False)
    text = """subscription ($s: ID!) { rankingChanged(subject: $s) { left
        ranking(first: 3) { totalCount edges { rank cursor node { id name } } pageInfo { endCursor } } } }"""
    event = RankingChange(place.samples["kunshan"], [], [], {"first": 3})
    actor, variables = place.samples.as_(Role.ORGANISER), {"s": event.subject_id}
    answers = place.answer_event(text, event, actor, variables)
    assert answers.planned == answers.expected
    assert answers.expected.count(b'"rank"') == 3
    document = graphql.parse(text)
    [operation] = document.definitions
    assert isinstance(operation, graphql.OperationDefinitionNode)
    planned = place.planner.find(text, document, operation, actor.role)
    trace = Trace()
    with statements(place.services.database) as others:
        opened = partial(open_context, place.services, actor, ())
        place.planner.answer_event(planned, event, Call(actor, (), variables, opened, trace=trace))
    assert not [each for each in others if "FROM project" in each], "no session reads projects"
    assert len([each for each in trace.reads if "FROM project" in each.text]) == 1
