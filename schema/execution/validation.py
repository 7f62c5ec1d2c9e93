"""The rules by which documents are valid: the specification's, and what stays valid of earlier releases."""

from __future__ import annotations

from graphql import (
    GraphQLNonNull,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
    ValidationRule,
    is_input_object_type,
    is_non_null_type,
    specified_rules,
)
from graphql.validation import VariablesInAllowedPositionRule
from graphql.validation.rules.max_introspection_depth_rule import MaxIntrospectionDepthRule
from graphql.validation.validation_context import VariableUsage

_CREATING, _CHANGING = "CreateInput", "Input"


class VariableTypesRule(VariablesInAllowedPositionRule):
    """Variables in allowed positions, with `ProjectInput!` also where `ProjectCreateInput!` is expected now.

    Until 0.2.0 mutations that create and those that change had the same input. Operations that declare it stay valid
    until 2027-06-01 at the earliest; what they lack becomes a user error, as it did.
    """

    def leave_operation_definition(self, operation: OperationDefinitionNode, *_: object) -> None:
        usages = self.context.get_recursive_variable_usages(operation)
        usages[:] = [self._as_before(each) for each in usages]
        super().leave_operation_definition(operation)

    def _as_before(self, usage: VariableUsage) -> VariableUsage:
        """Return the usage as of an input of changes, if the variable has that type and a new record's is expected."""
        definition = self.var_def_map.get(usage.node.name.value)
        if definition is None or not is_non_null_type(usage.type):
            return usage
        declared = _named(definition.type)
        if declared != former_type(str(usage.type.of_type)):
            return usage
        former = self.context.schema.type_map[declared]
        assert is_input_object_type(former)
        return usage._replace(type=GraphQLNonNull(former))


def former_type(name: str) -> str | None:
    """Return the type that variables of older operations have in place of this one; None where there is none."""
    return name.removesuffix(_CREATING) + _CHANGING if name.endswith(_CREATING) else None


def _named(node: TypeNode) -> str:
    while not isinstance(node, NamedTypeNode):
        assert isinstance(node, ListTypeNode | NonNullTypeNode)
        node = node.type
    return node.name.value


RULES: tuple[type[ValidationRule], ...] = tuple(
    VariableTypesRule if each is VariablesInAllowedPositionRule else each
    for each in (*specified_rules, MaxIntrospectionDepthRule)
)
