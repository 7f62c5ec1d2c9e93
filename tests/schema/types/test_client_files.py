"""Files for front ends name every abstract type, connection, look-up and part of the schema."""

from __future__ import annotations

from graphql import build_schema

from schema.types.build import RoadshowSchema
from schema.types.client_files import apollo, client_files, urql

SMALL = build_schema("""
    interface Node { id: ID! }
    type Thing implements Node { id: ID! price: Money things(first: Int, after: String, filter: Int): ThingConnection! }
    type Money { amount: String }
    type State { id: ID! @deprecated(reason: "It is no record's.") of: Thing }
    type ThingConnection { nodes: [Thing!]! }
    type Query { thing(id: ID, code: String): Thing things(first: Int, after: String): ThingConnection! hello: State }
""")


def test_apollo_gets_policies_of_pages_lookups_and_parts() -> None:
    text = apollo(SMALL)
    assert 'Node: ["Thing"],' in text
    assert '  Thing: { fields: {\n    things: pages(["filter"]),\n  } },' in text
    assert 'things: pages([]),\n    thing: { read: record("Thing") },' in text
    assert "  Money: part," in text
    assert "  State: part," in text, "what has a deprecated id is kept where it is"
    assert "ThingConnection: " not in text, "its pages are put together by the field's policy"


def test_urql_gets_keys_and_resolvers() -> None:
    text = urql(SMALL)
    assert "  Money: part,\n  State: part,\n  ThingConnection: part,\n" in text
    assert '    things: relayPagination(),\n    thing: record("Thing"),' in text


def test_the_files_of_the_real_schema_are_written(schema: RoadshowSchema) -> None:
    texts = {name: write() for name, write in client_files(schema._schema).items()}
    assert set(texts) == {"apollo.js", "urql.js"}
    assert 'rankedProjects: pages(["filter", "options"]),' in texts["apollo.js"]
    assert 'search: pages(["prefix", "query", "types"]),' in texts["apollo.js"]
