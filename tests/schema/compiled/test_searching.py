"""A search by a plan: the answers of the reference executor, by SQL that is made once for all words of a kind."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from schema.compiled import Planner
from schema.sql import cursors
from store.access.actors import Actor
from store.enums import Role
from store.search.conditions import HIGHEST_SCORE
from tests.schema.compiled.conftest import Open, Place

QUERY = """query ($q: String!, $t: [SearchType!], $n: Int, $a: String) {
  search(query: $q, types: $t, first: $n, after: $a) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id ... on Project { name } }
    edges { cursor score highlights { field language text spans { start end } }
      node { __typename id ... on Place { name parent { name } } } again: node { id } } } }"""
WORDS = ("beam", "e*", '"cell bank"', "光束", "激光雷达", "光", "zz top", "ALPHA beam", "x-ray", "?!", "example")
BARE = "query ($q: String!) { search(query: $q) { totalCount } }"


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_whoever_searches_for_whatever_finds_what_the_reference_finds(open_place: Open, backend: str) -> None:
    place = open_place(backend, False)
    found = 0
    actors = [place.samples.as_(role) for role in Role]
    for role, prefix in ((Role.TALENT, "tal"), (Role.INVESTOR, "inv")):  # each by the same SQL, with an id of its own
        actors += [Actor(role, "key", each) for each in place.pool.by_prefix[prefix][:3]]
    for number, actor in enumerate(actors):
        word = WORDS[number % len(WORDS)]
        variables = {"q": word, "t": [None, ["PROJECT", "PLACE"], None][number % 3], "n": 1 + number}
        page = orjson.loads(same(place, actor, variables, ("zh",) if number % 2 else ()))["search"]
        found += page["totalCount"]
        if page["pageInfo"]["hasNextPage"]:
            same(place, actor, {**variables, "a": page["pageInfo"]["endCursor"]}, ())
    assert found > 50, "there is something to find"


def same(place: Place, actor: Actor, variables: dict[str, object], languages: tuple[str, ...]) -> bytes:
    answers = place.ask(QUERY, actor, variables, languages)
    assert answers.planned is not None, answers.reason
    assert not answers.reference.errors, answers.reference.errors
    assert answers.planned == answers.expected, (actor, variables)
    return answers.planned


def test_words_of_a_kind_and_languages_share_one_text_of_sql(open_place: Open) -> None:
    usual = open_place("sqlite", False)
    planner = Planner(usual.schema, usual.services)
    place = replace(usual, planner=planner, documents={})
    cached = planner.profiles.find(Role.PUBLIC, None, ()).searches
    for word in ("beam", "cells", "ünïcode", "a"):
        place.ask(BARE, Actor.public(), {"q": word}, ("fr", word))
        place.ask(f'{{ search(query: "{word}") {{ totalCount }} }}', Actor.public())
    assert len(cached) == 1
    for word in ('"cell bank"', '"beam cell"'):
        place.ask(BARE, Actor.public(), {"q": word})
    assert len(cached) == 2
    planner.close()


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_cursor_of_no_search_is_refused_where_the_page_is_looked_at(open_place: Open, backend: str) -> None:
    place = open_place(backend, False)
    mark = cursors.signature(["search", "beam"])
    identifier = place.samples["kunshan"]
    scores = [[score, identifier] for score in (HIGHEST_SCORE + 1, -1, True, 2**63, "1")]
    for values in (*scores, [1, "\x00"], [1, None], [1, 2]):
        answers = place.ask(QUERY, Actor.public(), {"q": "beam", "a": cursors.encode(mark, values), "n": 2})
        assert answers.planned is not None, (values, answers.reason)
        assert answers.planned == answers.expected
        assert answers.difference is None, answers.difference
        codes = {(error.extensions or {}).get("code") for error in answers.reference.errors or ()}
        assert codes == {"BAD_USER_INPUT"}, values
    good = place.ask(QUERY, Actor.public(), {"q": "beam", "a": cursors.encode(mark, [HIGHEST_SCORE, identifier])})
    assert good.planned == good.expected
    assert not good.reference.errors
