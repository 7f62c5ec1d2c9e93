"""Both databases answer as a naive reference does, which knows nothing of tokens, indexes and SQL.

The reference sees a field as a list of pieces (English words and runs of Chinese characters), a query as
a list of things to find, and counts by looking at each place in turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from store import search
from store.access.actors import Actor
from store.models import SearchDocument
from store.search import index
from store.values.ids import new_id

if TYPE_CHECKING:
    from store.database import Database

WORDS = ("robot", "arm", "armor", "ship", "5g", "x", "ray", "net")  # each is its own stem
CHARACTERS = "医疗器械水人"

words = st.sampled_from(WORDS)
runs = st.text(CHARACTERS, min_size=1, max_size=6)
fields = st.lists(st.one_of(words, runs), max_size=8)


@dataclass(frozen=True)
class Document:
    title: tuple[str, ...]
    summary: tuple[str, ...]
    description: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """A thing to find: one word, a phrase of words, the beginning of a word, or a run of characters."""

    pieces: tuple[str, ...]
    kind: str

    def __str__(self) -> str:
        return {"phrase": '"{}"', "beginning": "{}*"}.get(self.kind, "{}").format(" ".join(self.pieces))


documents = st.builds(Document, *[fields.map(tuple)] * 3)
things = st.one_of(
    st.builds(lambda word: Wanted((word,), "word"), words),
    st.builds(lambda phrase: Wanted(tuple(phrase), "phrase"), st.lists(words, min_size=2, max_size=3)),
    st.builds(lambda start: Wanted((start,), "beginning"), st.sampled_from(["a", "ar", "arm", "s", "5"])),
    st.builds(lambda run: Wanted((run,), "run"), st.text(CHARACTERS, min_size=1, max_size=4)),
)


def is_chinese(piece: str) -> bool:
    return piece[0] in CHARACTERS


def joined(field: tuple[str, ...]) -> str:
    """The field as text; a comma parts two runs, which would be one otherwise."""
    return "".join(
        piece + ("，" if follower and is_chinese(piece) and is_chinese(follower) else " ")
        for piece, follower in pairwise((*field, ""))
    )


def length(fields: tuple[tuple[str, ...], ...]) -> int:
    """Words and characters."""
    return sum(len(piece) if is_chinese(piece) else 1 for field in fields for piece in field)


def occurrences(wanted: Wanted, fields: tuple[tuple[str, ...], ...]) -> int:
    """How often `wanted` occurs; one that follows right upon another of its kind is not counted again."""
    return sum(_in_field(wanted, field) for field in fields)


def _in_field(wanted: Wanted, field: tuple[str, ...]) -> int:
    if wanted.kind == "run":
        return sum(_in_run(wanted.pieces[0], piece) for piece in field if is_chinese(piece))
    if wanted.kind == "beginning":
        return sum(piece.startswith(wanted.pieces[0]) for piece in field)
    size, count, place = len(wanted.pieces), 0, 0
    while place + size <= len(field):
        if field[place : place + size] == wanted.pieces:
            count += 1
            place += size + 1
        else:
            place += 1
    return count


def _in_run(wanted: str, run: str) -> int:
    # Pairs of characters are the places: a word of n characters fills n - 1 of them, and one more parts two words.
    count, place = 0, 0
    while place + len(wanted) <= len(run):
        if run[place : place + len(wanted)] == wanted:
            count += 1
            place += max(1, len(wanted))
        else:
            place += 1
    return count


def score(wanted: list[Wanted], document: Document) -> int | None:
    """The score as documented; None where the document doesn't match."""
    title, body = (document.title,), (document.summary, document.description)
    total = 0
    for thing in wanted:
        in_title, in_body = occurrences(thing, title), occurrences(thing, body)
        if not in_title and not in_body:
            return None
        frequency = in_title * 30_000 // (50 + length(title) * 50 // 10)
        frequency += in_body * 10_000 // (25 + length(body) * 75 // 200)
        total += 1000 - 120_000 // (frequency + 120)
    return total // len(wanted)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    corpus=st.lists(documents, min_size=1, max_size=12),
    queries=st.lists(st.lists(things, min_size=1, max_size=3), min_size=1, max_size=8),
)
@example(
    corpus=[Document(("医医医",), ("arm", "arm", "arm"), ("水", "水医"))],
    queries=[[Wanted((run,), "run")] for run in "医水"] + [[Wanted(("arm",), "word")], [Wanted(("ar",), "beginning")]],
)
def test_answers_are_those_of_the_reference(
    database: Database, corpus: list[Document], queries: list[list[Wanted]]
) -> None:
    ids = {new_id("prj"): document for document in corpus}
    with database.write(Actor.system("test")) as session:
        session.execute(delete(SearchDocument))
        index.update_rows(
            session,
            [
                {
                    "id": entity_id,
                    "name": {"en": joined(document.title)},
                    "summary": {"en": joined(document.summary)},
                    "description": {"zh": joined(document.description)},
                }
                for entity_id, document in ids.items()
            ],
        )
    with database.read() as session:
        for query in queries:
            distinct = list(dict.fromkeys(query))
            scored = {entity_id: score(distinct, document) for entity_id, document in ids.items()}
            expected = sorted(
                ((value, entity_id) for entity_id, value in scored.items() if value is not None),
                key=lambda pair: (-pair[0], pair[1]),
            )
            text = " ".join(map(str, query))
            hits = search.search(session, text, limit=100)
            assert [hit.position for hit in hits] == expected, text
            assert search.count(session, text) == len(expected)
            matching = search.matching(text, "project", session.get_bind().dialect.name)
            assert set(session.scalars(matching)) == {entity_id for _, entity_id in expected}
