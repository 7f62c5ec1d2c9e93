"""Limits hold, say what they are, and cost no more than the document is long."""

from __future__ import annotations

import contextlib
import time

import pytest
import strawberry
from graphql import parse
from hypothesis import given
from hypothesis import strategies as st

from api.operations.settings import Limits, ServerSettings
from api.requests.documents import Documents
from api.requests.errors import Code, RequestError
from api.requests.limits import Measures, survey
from api.requests.request import GraphQLRequest
from tests.api import small

SCHEMA = strawberry.Schema(small.Query, small.Mutation, small.Subscription)._schema


def documents(**limits: int) -> Documents:
    return Documents(SCHEMA, ServerSettings(limits=Limits(**limits)))


def refusal(text: str, **limits: int) -> RequestError:
    with pytest.raises(RequestError) as caught:
        documents(**limits).find(GraphQLRequest(query=text))
    return caught.value


def nested(levels: int) -> str:
    return "{number" + "{next" * levels + "{value}" + "}" * levels + "}"


@pytest.mark.parametrize(
    ("text", "limits", "words"),
    [
        ("{hello " + "#" * 100 + "\n}", {"document_characters": 100}, "109 characters; the limit is 100"),
        ("{hello hello hello}", {"tokens": 4}, "4 tokens"),
        (nested(3), {"depth": 4}, "nested 5 fields deep; the limit is 4"),
        ("{number{...A}} fragment A on Number {next {...B}} fragment B on Number {value}", {"depth": 2}, "3 fields"),
        ("{a: hello b: hello c: __typename}", {"aliases": 2}, "3 aliases; the limit is 2"),
        ("{hello ...A} fragment A on Query {who number {value}}", {"root_fields": 2}, "at its root; the limit is 2"),
        ("{hello @skip(if: false) @include(if: true)}", {"directives": 1}, "2 directives; the limit is 1"),
        ("{number {...A next {...A}}} fragment A on Number {value doubled}", {"selections": 5}, "selects 6 fields"),
        ("{__schema {types {fields {type {name}}}}}", {"depth": 2}, "introspects 5 fields deep; the limit is 4"),
    ],
)  # fmt: skip
def test_each_limit_refuses_what_passes_it_and_says_the_figures(text: str, limits: dict[str, int], words: str) -> None:
    found = refusal(text, **limits)
    assert found.code is Code.LIMIT_EXCEEDED
    assert words in str(found)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        (nested(3), {"depth": 5}),
        ("{a: hello b: hello}", {"aliases": 2}),
        ("{hello who}", {"root_fields": 2}),
        ("{hello @skip(if: false)}", {"directives": 1}),
    ],
)
def test_what_is_at_the_limit_passes(text: str, limits: dict[str, int]) -> None:
    assert documents(**limits).find(GraphQLRequest(query=text)).kind == "query"


def test_every_passed_limit_is_named_at_once() -> None:
    found = refusal("{a: hello b: hello c: hello}", aliases=1, root_fields=2)
    assert len(found.errors) == 2


def doubling(levels: int) -> str:
    parts = ["{number {...F0}}"]
    parts += [f"fragment F{n} on Number {{next {{...F{n + 1}}} ...F{n + 1}}}" for n in range(levels)]
    return " ".join([*parts, f"fragment F{levels} on Number {{value}}"])


HOSTILE = {
    "doubling fragments": doubling(20),
    "doubling aliases": "{number {...F0}}"
    + "".join(f"fragment F{n} on Number {{a: next {{...F{n + 1}}} b: next {{...F{n + 1}}}}}" for n in range(14))
    + "fragment F14 on Number {value}",
    "many more doubling fragments": doubling(60),
    "circle of fragments": "{number {...A}} fragment A on Number {next {...B}} fragment B on Number {next {...A}}",
    "overlapping fields": "{" + "number {next {value}} " * 140 + "}",
    "overlapping leaves": "{number {" + "value " * 900 + "}}",
    "overlapping fragments": "{number {" + " ".join(f"...F{n}" for n in range(90)) + "}}"
    + " ".join(f"fragment F{n} on Number {{value next {{value}}}}" for n in range(90)),
    "nested brackets": "{hello(name: " + "[" * 7_000 + "]" * 7_000 + ")}",
    "nested selections": "{a" * 7_000,
    "aliases": "{" + " ".join(f"a{n}: hello" for n in range(1_200)) + "}",
    "typename aliases": "{" + " ".join(f"a{n}: __typename" for n in range(1_000)) + "}",
    "fragment spreads": "{" + "...F " * 900 + "} fragment F on Query {hello}",
    "unknown fragment spreads": "{" + " ".join(f"...F{n}" for n in range(450)) + "}",
    "unknown fields": "{" + " ".join(f"helo{n}" for n in range(900)) + "}",
    "directives": "{hello " + "@skip(if: false) " * 150 + "}",
    "comments": "#\n" * 7_000 + "{hello}",
    "unfinished string": '{hello(name: "' + "a" * 14_000,
    "unused variables": "query(" + " ".join(f"$v{n}: Int" for n in range(240)) + ") {hello}",
    "deep introspection": "{__schema {types {" + "fields {type {" * 10 + "name" + "}}" * 10 + "}}}",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_costs_about_as_much_as_an_honest_one(name: str) -> None:
    """Compared with an honest document of as many tokens as are allowed, on the same machine in the same moment."""
    honest = "{number {" + " ".join(f"f{n}: value" for n in range(30)) + " next {value}" * 200 + "}}"

    def seconds(text: str) -> float:
        fastest = float("inf")
        for _ in range(3):
            finder = documents()
            began = time.process_time()
            with contextlib.suppress(RequestError):
                finder.find(GraphQLRequest(query=text))
            fastest = min(fastest, time.process_time() - began)
        return fastest

    assert seconds(HOSTILE[name]) < 4 * seconds(honest)


@st.composite
def fragment_documents(draw: st.DrawFn) -> str:
    """Documents whose fragments only spread later ones."""
    count = draw(st.integers(0, 5))

    def selections(first: int) -> str:
        parts = draw(st.lists(st.sampled_from(["value", "next", "spread", "inline", "alias"]), min_size=1, max_size=4))
        written = []
        for part in parts:
            if part == "next":
                written.append("next {value}")
            elif part == "spread" and first < count:
                written.append(f"...F{draw(st.integers(first, count - 1))}")
            elif part == "inline":
                written.append("... on Number {next {next {value}}}")
            elif part == "alias":
                written.append("a: value")
            else:
                written.append("value")
        return " ".join(written)

    fragments = [f"fragment F{n} on Number {{{selections(n + 1)}}}" for n in range(count)]
    return f"{{number {{{selections(0)}}}}} " + " ".join(fragments)


@given(fragment_documents())
def test_measures_are_those_of_the_document_with_its_fragments_written_out(text: str) -> None:
    fragments: dict[str, str] = {}
    operation, *rest = text.split("fragment ")
    for part in rest:
        name, _, body = part.partition(" on Number ")
        fragments[name] = body.strip()
    for name in sorted(fragments, reverse=True):  # later ones first: they hold no spreads any more
        operation = operation.replace(f"...{name}", f"... on Number {fragments[name]}")
        fragments = {
            other: body.replace(f"...{name}", f"... on Number {fragments[name]}") for other, body in fragments.items()
        }
    written_out = survey(parse(operation)).operations[None]
    assert survey(parse(text)).operations[None] == written_out
    assert isinstance(written_out, Measures)


def test_only_trusted_documents_run_where_they_are_set(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("trusted") / "documents.json"
    path.write_text('{"greet": "query Greet {hello}"}')
    finder = Documents(SCHEMA, ServerSettings(trusted_documents=path))
    assert finder.find(GraphQLRequest(document_id="greet")).name == "Greet"
    assert finder.find(GraphQLRequest(query="query Greet {hello}")).name == "Greet"
    with pytest.raises(RequestError) as caught:
        finder.find(GraphQLRequest(query="{who}"))
    assert caught.value.code is Code.OPERATION_NOT_FOUND


def test_suggestions_are_given_in_development_only() -> None:
    def message(development: bool) -> str:
        finder = Documents(SCHEMA, ServerSettings(development=development))
        with pytest.raises(RequestError) as caught:
            finder.find(GraphQLRequest(query="{helo}"))
        return str(caught.value)

    _, _, suggested = message(development=True).partition("Did you mean")
    assert "'hello'" in suggested
    refused = message(development=False)
    assert "Did you mean" not in refused
    assert "hello" not in refused
