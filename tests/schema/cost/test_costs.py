"""The cost of an operation: what it may read, known before it is executed, in time linear in the document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema, parse
from hypothesis import given
from hypothesis import strategies as st

from api.operations.settings import Limits
from schema.cost import prices
from schema.cost.costs import Costs
from schema.types.build import build_schema as build_real_schema

README = Path(__file__).parents[3] / "README.md"
SCHEMA = build_schema("""
    interface Node { id: ID! }
    type Text { text: String }
    type PageInfo { endCursor: String }
    type Track implements Node { id: ID! names: [Text!]! }
    type Place implements Node { id: ID! children: [Place!]! }
    type Project implements Node {
      id: ID! name(lang: [String!]): String tracks: [Track!]! place: Place
      similar(first: Int = 20): RankedProjectConnection
    }
    type ProjectEdge { cursor: String! node: Project! }
    type ProjectConnection { edges: [ProjectEdge!]! pageInfo: PageInfo! totalCount: Int }
    type RankedProjectEdge { node: Project! score: Float! }
    type RankedProjectConnection { edges: [RankedProjectEdge!]! pageInfo: PageInfo! }
    type FitCell { score: Float! }
    type FitRow { place: Place! cells: [FitCell!]! }
    type FitMatrix { columns: [Node!]! rows: [FitRow!]! }
    type Payload { project: Project }
    union Thing = Project | Place
    input ProjectFilter { and: [ProjectFilter!] or: [ProjectFilter!] not: ProjectFilter id: [ID!] search: String }
    input ProjectOrder { field: String! }
    type Query {
      projects(first: Int, last: Int, filter: ProjectFilter, orderBy: [ProjectOrder!]): ProjectConnection!
      project(id: ID!): Project
      nodes(ids: [ID!]!): [Node]!
      thing: Thing
      fitMatrix(places: [ID!]!, projects: [ID!]): FitMatrix
    }
    type Mutation { rename(id: ID!, filter: ProjectFilter): Payload }
""")  # fmt: skip


def cost(text: str, **variables: Any) -> int:
    document = parse(text)
    return Costs(SCHEMA, document, document.definitions[0]).of(variables)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("{project(id: 1) {name}}", 1),
        ("{projects(first: 50) {edges {node {name}}}}", 51),
        ("{projects {edges {node {name}} pageInfo {endCursor} totalCount}}", 21 + 20),
        ("{projects(first: 50) {edges {node {name place {id} tracks {id names {text}}}}}}", 1 + 50 * (1 + 1 + 2)),
        ("{projects(first: 5000) {edges {node {id}}}}", 101),
        ("{projects(first: -5) {edges {node {id}}}}", 1),
        ("{projects(first: 5, last: 2) {edges {node {id}}}}", 3),
        ("{projects(first: 10) {edges {node {similar(first: 5) {edges {score node {id}}}}}}}",
         1 + 10 * (1 + 900 + 1 + 5)),
        ('{nodes(ids: ["a", "b", "c"]) {id ... on Project {place {id}}}}', 6),
        ("{thing {... on Project {place {id}} ... on Place {children {id}}}}", 1 + 1 + 20),
        ('{fitMatrix(places: ["a", "b"], projects: ["c"]) {columns {id} rows {place {id}}}}', 7_000 + 20 + 4),
        ('mutation {rename(id: "a") {project {id}}}', 600 + 1),
        ("{...A ...A} fragment A on Query {a: project(id: 1) {...B}} fragment B on Project {place {id}}", 4),
    ],
)  # fmt: skip
def test_an_entity_costs_a_point_and_a_list_its_length_times_its_item(text: str, points: int) -> None:
    assert cost(text) == points


def test_page_sizes_come_from_variables_and_their_defaults() -> None:
    text = "query ($n: Int = 7, $ids: [ID!]!) {projects(first: $n) {edges {node {id}}} nodes(ids: $ids) {id}}"
    document = parse(text)
    costs = Costs(SCHEMA, document, document.definitions[0])  # type: ignore[arg-type]
    assert costs.of({"ids": ["a"]}) == 8 + 1
    assert costs.of({"n": 3, "ids": ["a", "b"]}) == 4 + 2
    assert costs.of({"n": None, "ids": []}) == 21
    assert costs.of({"n": "many", "ids": 5}) > 0  # refused later, with a better reason


@given(st.integers(0, 100), st.integers(0, 100), st.integers(1, 6))
def test_a_larger_page_never_costs_less_and_fragments_cost_as_if_written_out(a: int, b: int, times: int) -> None:
    inner = "edges {node {tracks {id}}}"
    spread = "{" + " ".join(f"f{i}: projects(first: {a}) {{...F}}" for i in range(times)) + "}"
    written = "{" + " ".join(f"f{i}: projects(first: {a}) {{{inner}}}" for i in range(times)) + "}"
    assert cost(f"{spread} fragment F on ProjectConnection {{{inner}}}") == cost(written)
    least, most = sorted((a, b))
    assert cost(f"{{projects(first: {least}) {{{inner}}}}}") <= cost(f"{{projects(first: {most}) {{{inner}}}}}")


ASKED = "query ($f: ProjectFilter) {projects(filter: $f) {edges {node {id}}}}"
SQUARED = "query ($f: ProjectFilter!) {projects(filter: {and: [" + "$f, " * 300 + "]}) {edges {node {id}}}}"
ONE_OF = {"or": [{"search": "x"}] * 60}


def test_fields_of_arguments_beyond_fifty_cost_twenty_points_each() -> None:
    assert cost(ASKED, f={"search": "x"}) == cost(ASKED, f={"or": [{"search": "x"}] * 49}) == 21 + 80
    assert cost(ASKED, f=ONE_OF) == 21 + 80 + 20 * 11
    written = ", ".join('{search: "x"}' for _ in range(60))
    assert cost(f"{{projects(filter: {{or: [{written}]}}) {{edges {{node {{id}}}}}}}}") == 21 + 80 + 20 * 11
    assert cost(f"query ($f: ProjectFilter = {{or: [{written}]}}) {ASKED.partition(') ')[2]}") == 21 + 80 + 20 * 11
    assert cost(ASKED, f={"id": ["x"] * 10_000}) == 21 + 20 * (1 + 100 - 50)
    order = "query ($o: [ProjectOrder!]) {projects(orderBy: $o) {edges {node {id}}}}"
    assert cost(order, o=[{"field": "NAME"}] * 10_000) == 21 + 20 * (10_000 + 100 - 50)
    languages = "query ($l: [String!]) {project(id: 1) {name(lang: $l)}}"
    assert cost(languages, l=["zh"] * 20_000) == 1 + 20 * (200 - 50)
    assert cost("mutation ($f: ProjectFilter) {rename(id: 1, filter: $f) {project {id}}}", f=ONE_OF) == 601 + 80


def test_fields_of_arguments_are_counted_once_for_all_parents_and_for_each_mention() -> None:
    text = "query ($f: ProjectFilter) {a: projects(filter: $f) {...F} b: projects(filter: $f) {...F}} " \
        "fragment F on ProjectConnection {edges {node {id}}}"  # fmt: skip
    assert cost(text, f={"or": [{"search": "x"}] * 40}) == 42 + 160 + 20 * (82 - 50)
    assert cost(SQUARED, f={"or": [{"search": "x"}] * 1_000}) > 4 * 300_000


REAL = build_real_schema()._schema


def real(text: str, **variables: Any) -> int:
    document = parse(text)
    return Costs(REAL, document, document.definitions[0]).of(variables)  # type: ignore[arg-type]


def test_a_page_costs_no_more_rows_than_its_filter_can_find() -> None:
    page = "{nodes {name}}"
    assert real(f'{{places(filter: {{code: ["320583"]}}) {page}}}') == 2
    assert real(f'{{places(filter: {{code: ["1", "2", "3"]}}, first: 2) {page}}}') == 3
    assert real(f'{{places(filter: {{id: ["plc_1", "plc_2"], code: ["1"]}}) {page}}}') == 2
    assert real(f'{{places(filter: {{or: [{{code: ["1"]}}]}}) {page}}}') == 21
    assert real(f'{{places(filter: {{countryCode: ["CN"]}}) {page}}}') == 21, "many places have the same"
    asked = f"query ($f: PlaceFilter) {{places(filter: $f) {page}}}"
    assert [real(asked, f=given) for given in (None, {}, {"code": ["1"]}, {"code": ["1"] * 50}, {"id": []})] == [
        21, 21, 2, 21, 1,
    ]  # fmt: skip
    document = parse(asked)
    costs = Costs(REAL, document, document.definitions[0])  # type: ignore[arg-type]
    assert [costs.of({"f": {"code": ["1"] * n}}) for n in (1, 2, 3, 2, 1)] == [2, 3, 4, 3, 2], "none is another's"


def test_what_is_computed_has_its_price_however_it_is_asked() -> None:
    pair = 'project: "p", counterpart: "c"'
    fits = " ".join(f"a{n}: fit({pair}) {{score}}" for n in range(20))
    assert real(f"{{{fits}}}") == 20 * prices.FIELDS["Query.fit"]
    assert real(f"{{fit({pair}) {{counterfactual {{possible}} standing {{rank}}}}}}") == 450 + 8_000 + 100
    assert real(f"{{whyNot({pair}) {{gate}}}}") == 300
    draft = '{investor(id: "i") {rankedProjects(options: {mandate: {}}) {totalCount}}}'
    assert real(draft) - real(draft.replace("{mandate: {}}", "{}")) == prices.ARGUMENTS["mandate"]
    asked = 'query ($o: RankingOptions) {investor(id: "i") {rankedProjects(options: $o) {totalCount}}}'
    assert real(asked, o={"mandate": {}}) == real(draft)
    assert real(asked, o={"mandate": None}) == real(asked)


def test_each_price_is_of_a_field_that_there_is() -> None:
    for coordinate in (*prices.FIELDS, *prices.EXPECTED_OF):
        kind, _, name = coordinate.partition(".")
        found = REAL.get_type(kind)
        assert isinstance(found, GraphQLObjectType), coordinate
        assert name in found.fields, coordinate


def test_the_first_query_of_the_readme_is_affordable_with_twenty_lines_and_all_contributions() -> None:
    text = README.read_text("utf-8").partition("```graphql\n")[2].partition("```")[0]
    larger = text.replace("first: 2", "first: 20").replace("reasons", "reasons contributions { block points }")
    assert real(text) < real(larger) < Limits().cost / 10


def test_a_number_where_a_list_of_ids_may_stand_is_one_id() -> None:
    digits = "9" * 5_000  # more than Python reads as a number
    assert cost(f"{{nodes(ids: {digits}) {{id}}}}") == 1


def test_doubling_fragments_are_priced_once_each() -> None:
    levels = 40
    fragments = "".join(f"fragment F{i} on Project {{...F{i + 1} ...F{i + 1}}} " for i in range(levels))
    text = f"{{project(id: 1) {{...F0}}}} {fragments} fragment F{levels} on Project {{place {{id}}}}"
    assert cost(text) == 1 + 2**levels
