"""What one execution of a plan knows: who asks, in which languages, with which variables, and how to read."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Dialect

from schema.planner.statements import Fetch
from schema.planner.variables import Variables
from schema.registry import Registry
from schema.sql.scope import Scope
from store.actors import Actor
from store.localized import candidates

if TYPE_CHECKING:
    from schema.context import Context


@dataclass
class Runtime:
    """Made for each execution; cheap, what costs is made when it is first asked for."""

    actor: Actor
    languages: tuple[str, ...]
    """Languages of the request, then those of the settings."""
    registry: Registry
    dialect: Dialect
    variables: Variables
    fetch: Fetch
    context: Context | None = None
    """For parts that call functions of others; None where a plan has no such part."""
    volatile: bool = False
    """Whether plugins' rules decide which rows are seen: their conditions are asked for each time."""
    at_once: bool = False
    """Whether nothing may be made that isn't at hand: it would take long."""

    @cached_property
    def scope(self) -> Scope:
        return Scope(self.actor, self.languages, self.registry, self.dialect.name)

    @cached_property
    def scope_key(self) -> Hashable:
        """What the text of SQL statements depends on besides a field's arguments. Core's rules read no more."""
        return (self.actor.role, self.actor.subject_id, self.languages)

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """Language tags to try for a text that isn't asked for in a language."""
        return tags_of(self.languages)

    def tags_for(self, asked: Sequence[str] | None) -> tuple[str, ...]:
        """Language tags to try for a field that may be asked for in languages."""
        return tags_of((*asked, *self.languages)) if asked else self.tags


@lru_cache(maxsize=1024)
def tags_of(languages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(candidates(languages))
