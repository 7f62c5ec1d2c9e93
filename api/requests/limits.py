"""Limits of a document, checked in one walk that visits every node and every fragment once.

A fragment's measures are computed once and added wherever it is spread, so a document of doubling fragments costs as
little as any other of its length.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from api.operations.settings import Limits
from api.requests.errors import Code, RequestError

INTROSPECTION = frozenset({"__schema", "__type"})


class Measures(NamedTuple):
    """The measures of a selection set with its fragments expanded."""

    depth: int = 0
    introspection_depth: int = 0
    top_fields: int = 0
    selections: int = 0


@dataclass
class Survey:
    """The measures of one document."""

    aliases: int = 0
    directives: int = 0
    introspects: bool = False
    operations: dict[str | None, Measures] = field(default_factory=dict)


def survey(document: DocumentNode) -> Survey:
    """Measure ``document``, which need not be valid. A cycle of fragments counts once."""
    return _Surveyor(document).survey()


class _Surveyor:
    def __init__(self, document: DocumentNode) -> None:
        self.document = document
        self.found = Survey()
        self.fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.measured: dict[str, Measures] = {}

    def survey(self) -> Survey:
        for name in self.fragments:
            self._fragment(name)
        for node in self.document.definitions:
            if isinstance(node, OperationDefinitionNode):
                self.found.directives += len(node.directives or ())
                for variable in node.variable_definitions or ():
                    self.found.directives += len(variable.directives or ())
                operation_name = node.name.value if node.name else None
                self.found.operations[operation_name] = self._selections(node.selection_set)
        return self.found

    def _fragment(self, name: str) -> Measures:
        measured = self.measured.get(name)
        if measured is not None:
            return measured
        node = self.fragments.get(name)
        if node is None:
            return Measures()
        self.measured[name] = Measures()  # a cycle ends here; validation names it
        self.found.directives += len(node.directives or ())
        self.measured[name] = self._selections(node.selection_set)
        return self.measured[name]

    def _selections(self, node: SelectionSetNode | None) -> Measures:
        depth = introspection_depth = top_fields = selections = 0
        for selection in node.selections if node else ():
            self.found.directives += len(selection.directives or ())
            if isinstance(selection, FieldNode):
                self.found.aliases += selection.alias is not None
                below = self._selections(selection.selection_set)
                if selection.name.value in INTROSPECTION:
                    self.found.introspects = True
                    inner = Measures(0, max(below.depth, below.introspection_depth) + 1, 1, below.selections + 1)
                else:
                    inner = Measures(below.depth + 1, below.introspection_depth, 1, below.selections + 1)
            elif isinstance(selection, FragmentSpreadNode):
                inner = self._fragment(selection.name.value)
            elif isinstance(selection, InlineFragmentNode):
                inner = self._selections(selection.selection_set)
            else:
                continue
            depth = max(depth, inner.depth)
            introspection_depth = max(introspection_depth, inner.introspection_depth)
            top_fields += inner.top_fields
            selections += inner.selections
        return Measures(depth, introspection_depth, top_fields, selections)


def check(document: DocumentNode, limits: Limits) -> Survey:
    """Measure ``document`` and compare it with ``limits``.

    Raises RequestError with code LIMIT_EXCEEDED, naming every limit that it exceeds, with the figures.
    """
    surveyed = survey(document)
    most = _most(list(surveyed.operations.values()))
    compared = (
        ("is nested {} fields deep", most.depth, limits.depth),
        ("introspects {} fields deep", most.introspection_depth, 2 * limits.depth),
        ("has {} aliases", surveyed.aliases, limits.aliases),
        ("has {} fields at its root", most.top_fields, limits.root_fields),
        ("has {} directives", surveyed.directives, limits.directives),
        ("selects {} fields with its fragments expanded", most.selections, limits.selections),
    )
    errors = [
        GraphQLError(f"The document {sentence.format(_figure(figure))}; the limit is {limit}.")
        for sentence, figure, limit in compared
        if figure > limit
    ]
    if errors:
        raise RequestError(errors[0].message, Code.LIMIT_EXCEEDED, legacy_status=200, errors=errors)
    return surveyed


def _most(operations: list[Measures]) -> Measures:
    return Measures(*(max(values) for values in zip(*operations, strict=True))) if operations else Measures()


def _figure(figure: int) -> str:
    return str(figure) if figure < 1_000_000 else "more than a million"
