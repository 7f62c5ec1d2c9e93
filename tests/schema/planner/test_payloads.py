"""Mutations and events get the same answers from both executors, whatever is asked of what they made.

More of them than usual: ROADSHOW_OPERATIONS=20000 python -m pytest tests/schema/planner/test_payloads.py
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from schema.build import RoadshowSchema
from schema.subscriptions import ProjectChange, RankingChange
from store.enums import Operation, Role
from tests.schema.planner.changes import MutationGenerator, Twins, twins
from tests.schema.planner.conftest import Open

OPERATIONS = int(os.environ.get("ROADSHOW_OPERATIONS", "2100")) // 14
_WRITERS = (*[Role.ORGANISER] * 6, *[Role.ADMIN] * 6, Role.PLANNER, Role.INVESTOR, Role.TALENT, Role.PUBLIC)
_LANGUAGES = ((), ("zh",), ("fr", "zh-Hant-TW"))


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_generated_mutations_get_equal_answers(backend: str, schema: RoadshowSchema, shared_directory: Path) -> None:
    counts: Counter[str] = Counter()
    with twins(backend, shared_directory, schema, None) as both:
        kind = schema._schema.mutation_type
        assert kind is not None
        names = list(kind.fields)
        Random(2).shuffle(names)
        for number in range(max(OPERATIONS, len(names))):
            compare(both, number, names[number % len(names)], counts)
        assert both.rows()[0] == both.rows()[1]
    assert counts["written"] > 0.25 * counts["asked"], "enough of them write something"


def compare(both: Twins, seed: int, name: str, counts: Counter[str]) -> None:
    """One mutation, or two, as one role."""
    random = Random(seed)
    kind = both.schema._schema.mutation_type
    assert kind is not None
    names = [name, random.choice(list(kind.fields))] if random.random() < 0.2 else [name]
    operation = MutationGenerator(both.schema._schema, both.pool, random, both.prefixes).mutation(names)
    actor = both.world.as_(random.choice(_WRITERS))
    languages = _LANGUAGES[seed % 3]
    expected, found, referred = both.ask(operation.text, actor, operation.variables, languages)
    shown = f"seed {seed}, {name}, {actor.role}, {languages}\n{operation.text}\n{operation.variables}"
    assert found == expected, shown
    assert not referred or expected["errors"], f"{referred}\n{shown}"
    counts["asked"] += 1
    payloads = [each for each in (expected["data"] or {}).values() if isinstance(each, dict)]
    counts["written"] += any(isinstance(part, dict) for each in payloads for part in each.values())


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_generated_events_get_equal_answers(open_place: Open, backend: str) -> None:
    place = open_place(backend, False)
    projects, subjects = place.pool.by_prefix["prj"], [*place.pool.by_prefix["inv"], *place.pool.by_prefix["plc"]]
    planned = 0
    for seed in range(OPERATIONS // 3):
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
        actor = place.world.as_(random.choice([Role.ORGANISER, Role.ADMIN, *Role]))
        answers = place.tell(operation.text, event, actor, operation.variables, _LANGUAGES[seed % 3])
        shown = f"seed {seed}, {actor.role}, {event}\n{operation.text}\n{operation.variables}"
        if answers.planned is None:
            assert answers.reference.errors, f"the planner doesn't take what has an answer: {answers.reason}\n{shown}"
            continue
        assert answers.planned == answers.expected, shown
        planned += 1
    assert planned > OPERATIONS // 6
