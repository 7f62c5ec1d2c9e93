"""Plugins' rules by row: asked for each request, or once for each statement where they follow from role and subject."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import orjson
import pytest

from plugins.host.host import Host
from schema.compiled import Planner
from schema.declarations.errors import SchemaError
from schema.execution.calls import Call
from schema.request.context import Services
from schema.types.build import build_schema
from store.access.actors import Actor
from store.enums import Role
from tests.schema.compiled.conftest import Open, Place
from tests.schema.compiled.extras import Extras

INVESTORS = '{investors(first: 50) {totalCount nodes {id}} search(query: "e*", types: [INVESTOR]) {totalCount}}'
QUERY = "{tracks(first: 20) {totalCount nodes {id ordinal projects(first: 2) {nodes {tracks {id}}}}}}"


@pytest.fixture(params=["role", "subject", "actor"])
def place(open_place: Open, request: pytest.FixtureRequest) -> Iterator[Place]:
    """The usual place, with the rule declared in one way or the other."""
    usual = open_place("sqlite", True)
    extras = Extras(request.param)
    host = Host.load(plugins=[extras], expected=(SchemaError,))
    schema = build_schema(host)
    old = usual.services
    services = Services(old.database, old.settings, schema.registry, host=host, recommender=old.recommender)
    planner = Planner(schema, services)
    yield replace(usual, schema=schema, services=services, planner=planner, extras=extras, documents={})
    planner.close()


def test_a_rule_by_role_or_subject_is_asked_once_for_each_statement_and_answers_are_the_same(place: Place) -> None:
    for _ in range(2):
        for role in Role:
            answers = place.ask(QUERY, place.samples.as_(role))
            assert answers.planned == answers.expected, role
    document = place.documents[QUERY]
    operation = document.definitions[0]
    actor = place.samples.as_(Role.PUBLIC)
    before = place.extras.asked
    planned = place.planner.find(QUERY, document, operation, actor.role)  # type: ignore[arg-type]
    place.planner.answer(planned, Call(actor, (), {}, lambda: pytest.fail("nothing needs a context")))
    assert (place.extras.asked == before) is (place.extras.by != "actor")


@pytest.mark.parametrize("place", ["subject"], indirect=True)
def test_one_text_of_sql_gives_everybody_what_is_theirs(place: Place) -> None:
    investors = place.pool.by_prefix["inv"]
    seen = []
    subjects = (*investors[:3], None, investors[0])
    for subject in subjects:
        answers = place.ask(INVESTORS, Actor(Role.INVESTOR, "key", subject))
        assert answers.planned is not None, answers.reason
        assert answers.planned == answers.expected
        seen.append([each["id"] for each in orjson.loads(answers.planned)["investors"]["nodes"]])
    assert all(set(found) <= {subject} for found, subject in zip(seen, subjects, strict=True))
    assert seen[0] == seen[4]
    assert len(seen[0] + seen[1] + seen[2]) > 1
    assert seen[3] == []
    asked = place.extras.asked
    document = place.documents[INVESTORS]
    operation = document.definitions[0]
    actor = Actor(Role.INVESTOR, "key", investors[5])
    planned = place.planner.find(INVESTORS, document, operation, actor.role)  # type: ignore[arg-type]
    place.planner.answer(planned, Call(actor, (), {}, lambda: pytest.fail("nothing needs a context")))
    assert place.extras.asked == asked, "another investor's SQL is the same text"


def test_what_was_made_while_a_rule_failed_is_not_kept(place: Place) -> None:
    query = "{tracks(first: 3) {nodes {id}}}"
    place.extras.broken = True
    answers = place.ask(query, place.samples.as_(Role.PLANNER))
    assert answers.planned == answers.expected == b'{"tracks":{"nodes":[]}}'
    place.extras.broken = False
    answers = place.ask(query, place.samples.as_(Role.PLANNER))
    assert answers.planned == answers.expected != b'{"tracks":{"nodes":[]}}'
