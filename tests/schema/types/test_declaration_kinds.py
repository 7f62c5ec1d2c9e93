"""Each kind of declaration is registered wherever kinds are told apart, and the table in docs/planner.md says where."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import schema.declarations
from schema.compiled.plan import relations as compiled
from schema.declarations.base import Declaration
from schema.domain.shared.inputs import values as inputs
from schema.reference import resolvers as reference
from schema.sql import filtering, ordering
from schema.types.build import build_schema

PAGE = Path(__file__).parents[3] / "docs" / "planner.md"


def kinds() -> list[type[Declaration]]:
    """All kinds of declarations, by name."""
    for module in pkgutil.iter_modules(schema.declarations.__path__):
        importlib.import_module(f"schema.declarations.{module.name}")
    found: list[type[Declaration]] = []

    def below(kind: type[Declaration]) -> Iterator[type[Declaration]]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    found.extend(below(Declaration))
    return sorted(set(found), key=lambda each: each.__name__)


def table() -> dict[str, list[str]]:
    """The rows of the table of kinds: what stands in each column, by kind."""
    rows = {}
    for line in PAGE.read_text("utf-8").splitlines():
        if match := re.match(r"\| `(\w+)` \| (.*) \|$", line):
            rows[match[1]] = [each.strip() for each in match[2].split("|")]
    return rows


def kind_names() -> list[str]:
    return [each.__name__ for each in kinds()]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_a_kind_has_a_resolver_and_an_expression(kind: type[Declaration]) -> None:
    """A root field alone has no expression of a row: it is read by `compiled_plan`."""
    default = reference.read.dispatch(Declaration)
    assert reference.read.dispatch(kind) is not default, "schema/reference/resolvers.py: read"
    if kind.__name__ != "Lookup":
        unknown = compiled.expression.dispatch(Declaration)
        assert compiled.expression.dispatch(kind) is not unknown, "schema/compiled/plan: expression"


def test_the_table_names_each_kind_and_no_other() -> None:
    rows = {name: row for name, row in table().items() if name in kind_names() or len(row) == 6}
    assert sorted(rows) == kind_names()


@pytest.mark.parametrize("kind", kind_names())
def test_the_table_says_what_a_kind_can_do(kind: str) -> None:
    """Filter, order, edit: as the declared fields of core use them."""
    registry = build_schema().registry
    declared = [
        field
        for owner in (*registry.entities.values(), *registry.groups.values())
        for field in owner.fields.values()
        if type(field).__name__ == kind
    ]
    _, _, filtered, ordered, edited, _ = table()[kind]
    for field in declared:
        if field.filterable:
            assert filtered == "yes", field.name
            filtering._type_of(field)
        if field.editable:
            assert edited == "yes", field.name
            inputs._input_type(field)
        if field.sortable:
            assert ordered == "yes", field.name
    sortable = {
        type(field).__name__ for entity in registry.entities.values() for field in ordering.sortable(entity).values()
    }
    if kind in sortable:
        assert ordered == "yes"
