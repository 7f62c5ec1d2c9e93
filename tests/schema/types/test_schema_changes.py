"""What is told of changes: a diff between two schemas, a page of releases, deprecations with a day."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from graphql import build_schema, is_enum_type, is_interface_type, is_object_type

from docs.tools import schema_changes
from schema.types.export import changes, sdl
from schema.types.labels import with_article

ROOT = Path(__file__).parents[3]
POLICY = re.compile(r"Deprecated since \d+\.\d+\.\d+; removed on \d{4}-\d\d-\d\d at the earliest\.$")
BEFORE = "type Query { a: Int b: String } enum E { X }"
AFTER = 'type Query { a(c: Int): Int @deprecated(reason: "Use d.") d: New } enum E { X A } type New { e: Int }'


def test_new_and_deprecated_members_are_listed() -> None:
    found = changes(BEFORE, AFTER)
    assert found.added == ("E.A", "New", "Query.a(c:)", "Query.d")
    assert found.deprecated == ("Query.a: Use d.",)
    assert changes(AFTER, AFTER).added == changes(AFTER, AFTER).deprecated == ()


def test_enum_values_stay_in_declared_order() -> None:
    text = sdl(build_schema("type Query { e: E } enum E { SEED ANGEL IDEA }"))
    assert text.index("SEED") < text.index("ANGEL") < text.index("IDEA")


def test_a_section_is_written_on_top_and_replaces_its_own() -> None:
    page = f"# Changes\n\n{schema_changes.MARK}\n\n## 0.1.0 (2026-01-01)\n\nNothing.\n"
    new = schema_changes.section("0.2.0 (2026-02-01)", changes(BEFORE, AFTER))
    once = schema_changes.written(page, new)
    assert once.index("## 0.2.0") < once.index("## 0.1.0")
    assert "- Field Query.b was removed." in once
    assert "- `Query.a`: Use d." in once
    assert "- Types: `New`\n- `E`: `A`\n- `Query`: `a(c:)`, `d`" in once
    assert schema_changes.written(once, new) == once


def test_operations_that_stay_valid_are_told_apart_from_those_that_break() -> None:
    before = "type Query { a(input: AInput!): Int b(input: AInput!): Int } input AInput { n: Int } input B { n: Int }"
    after = (
        "type Query { a(input: ACreateInput!): Int b(input: B!, more: Int): Int } input ACreateInput { n: Int! } "
        "input AInput { n: Int m: Int } input B { n: Int }"
    )
    text = schema_changes.section("Unreleased", changes(before, after))
    broken, accepted = text.split("### Changed; operations with the former type of variable stay valid")
    assert "Query.b(input:) has changed type from AInput! to B!." in broken
    assert "Query.a(input:) has changed type from AInput! to ACreateInput!." in accepted
    assert "### Dangerous" not in text, "what may be omitted is an addition"
    assert "- `AInput`: `m`" in accepted


def test_a_release_takes_the_place_of_what_was_unreleased(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "schema-changes.md"
    page.write_text(f"# Changes\n\n<!-- released: v0.1.0 -->\n{schema_changes.MARK}\n", "utf-8")
    monkeypatch.setattr(schema_changes, "PAGE", page)
    monkeypatch.setattr(schema_changes, "schema_at", {"v0.1.0": BEFORE, "v0.2.0": BEFORE}.__getitem__)
    schema_changes.main([])
    assert "## Unreleased\n\n### Breaking" in page.read_text("utf-8")
    schema_changes.main(["--title", "0.2.0"])
    text = page.read_text("utf-8")
    assert re.search(r"(?m)^## 0\.2\.0 \(\d{4}-\d\d-\d\d\)$", text)
    assert "## Unreleased" not in text
    assert schema_changes.released(text) == "v0.2.0"
    schema_changes.main([])
    assert page.read_text("utf-8").index("## Unreleased") < page.read_text("utf-8").index("## 0.2.0")


def test_the_page_lists_what_changed_since_the_last_release() -> None:
    page = schema_changes.PAGE.read_text("utf-8")
    try:
        before = schema_changes.schema_at(schema_changes.released(page))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this copy of the repository lacks the last release's revision")
    found = changes(before, (ROOT / "schema.graphql").read_text("utf-8"))
    expected = schema_changes.written(page, schema_changes.section(schema_changes.UNRELEASED, found))
    assert page == expected, "run make schema"


def test_a_deprecation_says_since_when_and_until_when() -> None:
    schema = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
    reasons = {}
    for name, kind in schema.type_map.items():
        members = (
            kind.fields
            if is_object_type(kind) or is_interface_type(kind)
            else kind.values
            if is_enum_type(kind)
            else {}
        )
        reasons |= {f"{name}.{each}": found.deprecation_reason for each, found in members.items()}
    told = {name: reason for name, reason in reasons.items() if reason and not name.startswith("__")}
    assert not {name: reason for name, reason in told.items() if not POLICY.search(reason)}


def test_articles_follow_the_sound() -> None:
    found = [with_article(each) for each in ("project", "investor", "event series", "unit", "unmapped term", "user")]
    assert found == ["a project", "an investor", "an event series", "a unit", "an unmapped term", "a user"]


def test_no_description_has_a_wrong_article() -> None:
    text = (ROOT / "schema.graphql").read_text("utf-8")
    wrong = re.findall(r"\b[Aa] (?!one\b|uni|us[ae]|eu)[aeiou]\w+|\b[Aa]n (?:uni|[bcdfgjkpqtvwyz])\w+", text)
    assert not wrong
