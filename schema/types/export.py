"""The schema as text, the same on every run, and what changed between two of them."""

from __future__ import annotations

from dataclasses import dataclass

from graphql import GraphQLSchema, build_schema, lexicographic_sort_schema, print_schema
from graphql.utilities import find_breaking_changes, find_dangerous_changes


@dataclass(frozen=True, slots=True)
class Changes:
    """What a new schema does to clients of the old one, a sentence each."""

    breaking: tuple[str, ...]
    """An operation that was valid isn't any more."""
    dangerous: tuple[str, ...]
    """An operation stays valid, but may meet what it doesn't expect, such as a new enum value."""

    @property
    def text(self) -> str:
        """A report for people: one change a line, breaking ones first."""
        return "\n".join(
            [*(f"Breaking: {each}" for each in self.breaking), *(f"Dangerous: {each}" for each in self.dangerous)]
        )


def sdl(schema: GraphQLSchema) -> str:
    """The schema definition language of `schema`, types and fields by name; ends with a line break."""
    return print_schema(lexicographic_sort_schema(schema)) + "\n"


def changes(before: str, after: str) -> Changes:
    """What changed from one text to another. Raises GraphQLSyntaxError where one isn't a schema."""
    old, new = build_schema(before), build_schema(after)
    return Changes(
        tuple(sorted(each.description for each in find_breaking_changes(old, new))),
        tuple(sorted(each.description for each in find_dangerous_changes(old, new))),
    )
