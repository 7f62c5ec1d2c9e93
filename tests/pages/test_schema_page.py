"""The schema for reading: all of it, searched and followed by the keyboard, with an address for each field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
)
from graphql.utilities import print_schema
from playwright.sync_api import expect

from tests.pages.conftest import Visitor, filled
from tests.pages.site import Site

Visit = Callable[..., Visitor]
ODD = '''
"""The "odd" one.

  Indented `code`.
"""
type Query {
  "One line, with \\"quotes\\"."
  a(
    """An argument."""
    x: [Int!]! = [1, -2]
    y: In = {text: "a } b", deep: {n: 1.5e3}}
  ): [[String!]]! @deprecated(reason: "Use \\"b\\".")
  b: Any
}
# A comment with { braces }.
input In { text: String = "x", deep: Deep }
input Deep @oneOf { n: Float m: Int }
enum E { "Low." A B @deprecated }
union Any = Query | Other
interface Some { id: ID! }
type Other implements Some { id: ID! }
scalar When @specifiedBy(url: "https://example.org/when")
'''
READ = """async text => {
    const { parseSchema: read } = await import('/static/pages/schema/language.js');
    const { types, roots } = read(text);
    return { types: Object.fromEntries(types), roots };
}"""


def told(text: str) -> dict[str, Any]:
    """What graphql-core reads of a schema, in the page's form."""
    found: dict[str, Any] = {}
    for name, kind in build_schema(text).type_map.items():
        if name.startswith("__") or name in ("String", "Int", "Float", "Boolean", "ID"):
            continue
        fields: dict[str, Any] = {}
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for each, field in kind.fields.items():
                args = {arg: [str(one.type), one.description or ""] for arg, one in field.args.items()}
                fields[each] = [str(field.type), field.description or "", field.deprecation_reason, args]
        elif isinstance(kind, GraphQLInputObjectType):
            fields = {each: [str(f.type), f.description or "", None, {}] for each, f in kind.fields.items()}
        values = list(kind.values) if isinstance(kind, GraphQLEnumType) else []
        found[name] = [kind.description or "", fields, values]
    return found


def shown(read: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, kind in read["types"].items():
        fields = {
            each["name"]: [
                each["type"]["text"], each["description"], each.get("deprecated"),
                {arg["name"]: [arg["type"]["text"], arg["description"]] for arg in each["args"]},
            ]
            for each in kind["fields"]
        }  # fmt: skip
        found[name] = [kind["description"], fields, [value["name"] for value in kind["values"]]]
    return found


def test_the_page_reads_a_schema_as_the_reference_reads_it(visit: Visit, site: Site) -> None:
    page = visit().open("/schema")
    served = httpx.get(f"{site.address}/schema.graphql").text
    assert shown(page.evaluate(READ, served)) == told(served)
    odd = page.evaluate(READ, ODD)
    assert shown(odd) == told(ODD)
    assert [each["standard"] for each in odd["types"]["Query"]["fields"][0]["args"]] == [
        "[1, -2]", '{text: "a } b", deep: {n: 1.5e3}}'
    ]  # fmt: skip
    assert shown(page.evaluate(READ, print_schema(build_schema(ODD)))) == told(ODD)


def test_a_field_is_found_and_reached_by_the_keyboard_alone(visit: Visit, site: Site) -> None:
    page = visit().open("/schema")
    page.keyboard.press("/")
    page.keyboard.type("investor rankedprojects")
    expect(page.locator(".found code").first).to_have_text("Investor.rankedProjects")
    assert "q=investor" in page.url
    page.keyboard.press("Enter")
    expect(page.locator(".found a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/schema/Investor#rankedProjects")
    expect(page.locator("#rankedProjects.here a.anchor")).to_be_focused()
    expect(page.locator("#rankedProjects")).to_contain_text("RankingOptions")
    page.locator("#rankedProjects").get_by_role("link", name="RankingOptions").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("RankingOptions")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.go_back()
    expect(page.locator("#rankedProjects.here")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".found code").first).to_have_text("Investor.rankedProjects")
    page.reload()
    filled(page)
    expect(page.get_by_role("searchbox")).to_have_value("investor rankedprojects")


def test_who_may_read_a_field_is_told_beside_it(visit: Visit) -> None:
    page = visit("zh").open("/schema/Investor#interests")
    expect(page.locator("#interests .rule")).to_contain_text("投资人")
    expect(page.locator(".type-list a[aria-current]")).to_have_text("Investor")
    page.goto(page.url.split("#")[0].replace("Investor", "Nothing"))
    filled(page)
    expect(page.get_by_text("没有类型 Nothing")).to_be_visible()
