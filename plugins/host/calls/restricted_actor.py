"""Restricted actors: what a row rule may know if its condition is computed once for all similar actors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, Protocol

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from plugins.host.contributions.rules import RowRule


class HostActor(Protocol):
    """What the host reads of an actor; the store defines the whole of it."""

    @property
    def role(self) -> object: ...

    @property
    def subject_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class RoleAlone:
    """The actor of a rule by role."""

    role: object


class SubjectId:
    """The id of an actor's subject, to be compared in SQL. It can't be read, so that nothing depends on it.

    A condition computed once for everybody must not depend on whose id this is: whatever would reveal it in Python
    raises TypeError, and the failing rule hides every row.
    """

    __slots__ = ("_value",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: str) -> None:
        self._value = value

    def __clause_element__(self) -> ColumnElement[str]:
        """A parameter of SQL."""
        from sqlalchemy import literal

        return literal(self._value)

    def __eq__(self, other: object) -> ColumnElement[bool]:  # type: ignore[override]
        return self.__clause_element__() == self._sql(other)

    def __ne__(self, other: object) -> ColumnElement[bool]:  # type: ignore[override]
        return self.__clause_element__() != self._sql(other)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return "SubjectId(...)"

    def __str__(self) -> NoReturn:
        self._refuse()

    def __format__(self, wanted: str) -> NoReturn:
        self._refuse()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        self._refuse()

    def _sql(self, other: object) -> object:
        return other if hasattr(other, "__clause_element__") or hasattr(other, "self_group") else self._refuse()

    def _refuse(self) -> NoReturn:
        raise TypeError("a rule by_subject can compare actor.subject_id with columns, in SQL, and with nothing else")


@dataclass(frozen=True, slots=True)
class RoleAndSubject:
    """The actor of a rule by subject."""

    role: object
    subject_id: SubjectId | None


def restricted(actor: HostActor) -> RoleAndSubject:
    """Return the actor of a rule by subject."""
    return RoleAndSubject(actor.role, None if actor.subject_id is None else SubjectId(actor.subject_id))


def known_to(rule: RowRule, actor: HostActor) -> HostActor | RoleAlone | RoleAndSubject:
    """What a rule gets for an actor."""
    if rule.by_role:
        return RoleAlone(actor.role)
    if rule.by_subject:
        return restricted(actor)
    return actor
