"""One record by its id, by a column that identifies it, or by its name in another system."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, select

from schema.declarations.base import STAFF, GivenArguments, Model
from schema.declarations.entities import Entity
from schema.declarations.errors import BadUserInputError, ForbiddenError
from schema.sql.scope import Scope, camel
from store.access.actors import Actor
from store.models import ExternalId

Found = TypeVar("Found")
EXTERNAL = "external_id"
PERSONS = ("Talent", "Investor")
"""Types whose external ids organisers alone use: they may be addresses or numbers of persons."""
NAMESPACE, VALUE = "late_namespace", "late_value"
_MOST = 10
"""Maximum number of records read if several have the same key."""


def key_of(entity: Entity, arguments: GivenArguments, keys: Collection[str], actor: Actor) -> tuple[str, str]:
    """The key that is given, by its name in Python, and its value.

    Raises BadUserInputError unless exactly one is given, ForbiddenError for a person's external id.
    """
    given = [(name, value) for name, value in arguments.items() if name in keys and value is not None]
    if len(given) != 1:
        names = ", ".join(camel(each) for each in keys)
        stated = f"{len(given)} are given" if given else "none is given"
        raise BadUserInputError(f"Give exactly one of {names}; {stated}.")
    [(name, value)] = given
    if name == EXTERNAL and (entity.name in PERSONS or entity.person) and actor.role not in STAFF:
        raise ForbiddenError(f"Only organisers look a {entity.name.lower()} up by externalId.", field=camel(name))
    return name, value


def parameters(name: str, value: str) -> dict[str, str]:
    """The values of a key for the statement of `ids_with`. Raises BadUserInputError for what isn't an external id."""
    if name != EXTERNAL:
        return {VALUE: value}
    try:
        namespace, rest = split(value)
    except ValueError as error:
        raise BadUserInputError(str(error), field=camel(name)) from None
    return {NAMESPACE: namespace, VALUE: rest}


def split(text: str) -> tuple[str, str]:
    """Split an external id into namespace and value. Raises ValueError for what isn't one."""
    namespace, colon, value = text.partition(":")
    if not (namespace and colon and value):
        raise ValueError(f"{text!r} is not an external id; write namespace and value, such as gb:320583.")
    return namespace, value


def ids_with(scope: Scope, entity: Entity, name: str) -> Select[str]:
    """Return a SELECT of the visible records' ids with a key; its values are the parameters of `parameters`."""
    value: BindParameter[str] = bindparam(VALUE)
    model: Model = entity.model
    condition: ColumnElement[bool]
    if name == EXTERNAL:
        condition = model.id.in_(
            select(ExternalId.entity_id).where(
                ExternalId.entity_type == entity.table.name,
                ExternalId.namespace == bindparam(NAMESPACE),
                ExternalId.value == value,
            )
        )
    else:
        condition = getattr(model, name) == value
    return select(model.id).where(condition, scope.visible(entity, model)).order_by(model.id).limit(_MOST)


def only(found: Sequence[Found], name: str, value: str) -> Found | None:
    """The only one of the visible records, or None. Raises BadUserInputError where there are several."""
    if len(found) > 1:
        message = f"{len(found)} records have the {camel(name)} {value!r}; give an id."
        raise BadUserInputError(message, field=camel(name))
    return found[0] if found else None
