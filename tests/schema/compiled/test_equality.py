"""Both executors give the same answers: generated operations over the whole schema, as every role.

More operations than usual, others with each run:
ROADSHOW_OPERATIONS=20000 python -m pytest tests/schema/compiled/test_equality.py

ROADSHOW_FIRST_SEED, any whole number, beside it makes the same others with each run.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from random import Random

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from store.enums import Role
from tests.schema.compiled.conftest import Open, Place
from tests.schema.compiled.operations import Generator, spoilt

OPERATIONS = int(os.environ.get("ROADSHOW_OPERATIONS", "280"))
FIRST_SEED = os.environ.get("ROADSHOW_FIRST_SEED")
_LANGUAGES = ((), ("zh",), ("fr", "zh-Hant-TW"))
_CURSOR = re.compile(rb'ursor":"([^"]+)"')


@pytest.mark.parametrize(
    ("backend", "plugins", "share"), [("sqlite", False, 4), ("postgresql", False, 2), ("sqlite", True, 1)]
)
def test_generated_operations_get_equal_answers(open_place: Open, backend: str, plugins: bool, share: int) -> None:
    place = open_place(backend, plugins)
    counts: Counter[str] = Counter()

    @settings(
        max_examples=OPERATIONS * share // 7,
        deadline=None,
        database=None,
        derandomize="ROADSHOW_OPERATIONS" not in os.environ and FIRST_SEED is None,
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=st.integers(0, 2**48))
    def check(seed: int) -> None:
        compare(place, seed, counts)

    (check if FIRST_SEED is None else seeded(int(FIRST_SEED))(check))()
    answered = counts["planned"] + counts["errors"]
    assert counts["planned"] > 0.6 * answered, "most answers are without errors, so that plans are compared at all"
    assert counts["substance"] > 0.5 * counts["planned"], "most answers hold rows"


def compare(place: Place, seed: int, counts: Counter[str]) -> None:
    """One operation as one role; some with a second set of variables, and in other languages."""
    random = Random(seed)
    operation = Generator(place.schema._schema, place.pool, random, place.prefixes).operation()
    actor = place.samples.as_(random.choice(list(Role)))
    given = [operation.variables]
    if operation.variables and seed % 3 == 0:
        given.append(operation.others)
    if operation.variables and seed % 5 == 0:
        given.append(spoilt(operation.variables, random))
    for number, variables in enumerate(given):
        languages = _LANGUAGES[(seed + number) % 3]
        answers = place.ask(operation.text, actor, variables, languages)
        shown = f"seed {seed}, {actor.role}, {languages}\n{operation.text}\n{variables}"
        assert answers.planned is not None, f"the planner doesn't take it: {answers.reason}\n{shown}"
        assert answers.planned == answers.expected, f"{answers.reference.errors}\n{shown}"
        assert answers.difference is None, f"{answers.difference}\n{shown}"
        assert answers.fast_path in (None, answers.expected), shown
        if answers.reference.errors:
            counts["errors"] += 1
            continue
        counts["planned"] += 1
        counts["substance"] += len(answers.expected) > 40
        place.pool.cursors.extend(found.decode() for found in _CURSOR.findall(answers.expected)[:3])
        del place.pool.cursors[:-200]
    place.documents.clear()


def test_an_order_by_a_floating_number_is_planned(open_place: Open) -> None:
    """PostgreSQL's driver wants to know the kind of number before it reads one."""
    query = "{industryPriorities(orderBy: [{field: WEIGHT}], first: 3) {totalCount edges {cursor node {weight}}}}"
    for backend in ("sqlite", "postgresql"):
        place = open_place(backend, False)
        answers = place.ask(query, place.samples.as_(Role.ADMIN), {}, ())
        assert answers.planned is not None, answers.reason
        assert answers.planned == answers.expected


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_what_moved_since_a_kept_ranking_is_planned_in_every_ranking(open_place: Open, backend: str) -> None:
    """PageRead by a generated operation: of likeness too, where nothing is ever cached."""
    compare(open_place(backend, False), 2**48 - 1, Counter())


def test_an_argument_has_its_default_where_its_variable_has_no_value(open_place: Open) -> None:
    place = open_place("sqlite", False)
    query = "query ($first: Int) { projectFacets { byStation(first: $first) { buckets { value } } } }"
    for variables in ({}, {"first": None}, {"first": 2}, {}):
        answers = place.ask(query, place.samples.as_(Role.ORGANISER), variables, ())
        assert answers.planned == answers.expected


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_what_projects_are_reached_by_may_be_filtered_by(open_place: Open, backend: str) -> None:
    """The filter looks into the table through which the connection goes."""
    place = open_place(backend, False)
    query = """{
        tracks(first: 2) { edges { node { projects(filter: {FILTER}) { totalCount edges { node { id } } } } } }
        concepts(first: 2) { edges { node { projects(filter: {FILTER}) { totalCount edges { node { id } } } } } } }"""
    ids = {prefix: [each for each in place.pool.ids if each.startswith(prefix)][:9] for prefix in ("trk", "cpt")}
    tracks, concepts = (orjson.dumps(each).decode() for each in ids.values())
    for wanted in (f"track: {tracks}", f"industry: {{concepts: {concepts}}}", "unstated: [TRACK, INDUSTRY]"):
        answers = place.ask(query.replace("FILTER", wanted), place.samples.as_(Role.ADMIN), {}, ())
        assert not answers.reference.errors, answers.reference.errors
        assert answers.planned == answers.expected
