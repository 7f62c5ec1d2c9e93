"""The fields an operation selects on an object of one type, with fragments, @skip and @include resolved.

Conditions on variables are resolved when planning: a plan belongs to one combination of the booleans in the operation's
directives, so nothing is decided while rows become objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    is_abstract_type,
)

from schema.execution.errors import NotCompilable

_CONDITIONS = {"skip": False, "include": True}


@dataclass(frozen=True)
class Selections:
    """The selection sets of one document under given values of its conditions."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    conditions: Mapping[str, bool] = field(default_factory=dict)

    def of(self, kind: GraphQLObjectType, nodes: Iterable[FieldNode]) -> dict[str, list[FieldNode]]:
        """Return what `nodes` select together on an object of type `kind`: field nodes by response key, in response
        order."""
        fields: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for node in nodes:
            if node.selection_set is not None:
                self._collect(kind, node.selection_set, fields, seen)
        return fields

    def root(self, kind: GraphQLObjectType, operation: OperationDefinitionNode) -> dict[str, list[FieldNode]]:
        """Return what an operation selects on the root type."""
        fields: dict[str, list[FieldNode]] = {}
        self._collect(kind, operation.selection_set, fields, set())
        return fields

    def _collect(
        self, kind: GraphQLObjectType, selections: SelectionSetNode, fields: dict[str, list[FieldNode]], seen: set[str]
    ) -> None:
        for node in selections.selections:
            if not self._included(node.directives):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                fields.setdefault(key, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._covers(node.type_condition.name.value, kind):
                    self._collect(kind, node.selection_set, fields, seen)
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name in seen:
                    continue
                seen.add(name)
                fragment = self.fragments[name]
                if self._covers(fragment.type_condition.name.value, kind):
                    self._collect(kind, fragment.selection_set, fields, seen)

    def _included(self, directives: Sequence[DirectiveNode] | None) -> bool:
        for directive in directives or ():
            wanted = _CONDITIONS.get(directive.name.value)
            if wanted is None:
                raise NotCompilable("directive")
            if not directive.arguments:
                raise NotCompilable("directive")
            value = directive.arguments[0].value
            if isinstance(value, VariableNode):
                given = self.conditions[value.name.value]
            elif isinstance(value, BooleanValueNode):
                given = value.value
            else:
                raise NotCompilable("directive")
            if given is not wanted:
                return False
        return True

    def _covers(self, name: str, kind: GraphQLObjectType) -> bool:
        if name == kind.name:
            return True
        condition = self.schema.get_type(name)
        return is_abstract_type(condition) and self.schema.is_sub_type(condition, kind)


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """Return the document's fragments by name."""
    return {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}


def condition_names(document: DocumentNode) -> tuple[str, ...]:
    """Return the variables on which the document's directives depend, each once."""
    names: dict[str, None] = {}

    def walk(selections: SelectionSetNode | None) -> None:
        for node in selections.selections if selections else ():
            for directive in node.directives or ():
                for argument in directive.arguments or ():
                    if isinstance(argument.value, VariableNode):
                        names[argument.value.name.value] = None
            if isinstance(node, FieldNode | InlineFragmentNode):
                walk(node.selection_set)

    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            walk(definition.selection_set)
    return tuple(names)
