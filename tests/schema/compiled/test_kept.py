"""Kept rankings and talks: both executors answer alike, on both databases, and the planner takes them."""

from __future__ import annotations

import orjson
import pytest

from store.enums import Role
from tests.schema.compiled.conftest import Open

QUERY = """query ($id: ID!) { investor(id: $id) {
  snapshots { nodes { id label asked target items { rank score objectId node { id ... on Project { name } }
    contributions { block points declared history weight known reason } reasons(lang: ZH)
    gates { gate passed reason } } } }
  matches { nodes { stage since { text } steps { stage } project { name match { stage version } } } }
} }"""


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_kept_rankings_and_talks_are_planned_and_alike(open_place: Open, backend: str) -> None:
    place = open_place(backend, False)
    answers = place.ask(QUERY, place.samples.as_(Role.INVESTOR), {"id": place.samples["investor"]})
    assert answers.reference.errors is None, answers.reference.errors
    assert answers.planned is not None, answers.reason
    assert orjson.loads(answers.planned).get("data", orjson.loads(answers.planned)) == orjson.loads(answers.expected)
    first, second = orjson.loads(answers.expected)["investor"]["snapshots"]["nodes"][0]["items"]
    assert first["node"]["name"]
    assert (first["score"], first["reasons"]) == (62.5, ["文本相近。"])
    assert second["node"]["name"] != first["node"]["name"]
