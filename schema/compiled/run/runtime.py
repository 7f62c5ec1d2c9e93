"""What one execution of a plan knows: who asks, in which languages, with which variables, and how to read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial

from sqlalchemy import Dialect
from sqlalchemy.exc import SQLAlchemyError

from schema.compiled.response.failures import Failure, FieldLocation
from schema.compiled.response.values import picker, text_picker
from schema.compiled.run.actor_cache import ProfileCache
from schema.compiled.run.variables import Variables
from schema.declarations.registry import Registry
from schema.execution.errors import NotCompilable
from schema.execution.tracing import Fetch
from schema.request.context import Context
from schema.sql.scope import Scope
from store.access.actors import Actor
from store.enums import Role
from store.values.ids import new_id, prefix_of
from store.values.localized import candidates

_SEARCHES = 256
"""Texts of searches cached, of some 20 KB each: by role, types, and how many words of which kind."""


class AccessProfile:
    """All who see rows by the same SQL: actors of one role and kind who ask in the same languages.

    Compared by identity: `AccessProfiles` gives one object for each kind of actor. In SQL, `actor` stands for all of
    them: its subject is nobody's id, and the id of whoever asks takes its place when a statement runs.
    """

    __slots__ = ("actor", "languages", "picker", "searches", "tags", "text_picker")

    def __init__(self, role: Role, prefix: str | None, languages: tuple[str, ...], searches: ProfileCache) -> None:
        self.actor = Actor(role, None, None if prefix is None else stand_in(prefix))
        self.languages = languages
        """Languages of the request, then those of the settings."""
        self.tags = tags_of(languages)
        """Language tags to try for a text that isn't asked for in a language."""
        self.picker = picker(self.tags)
        self.text_picker = text_picker(self.tags)
        self.searches = searches
        """SQL of searches, which all profiles share: it is the same in any operation and any language."""


class AccessProfiles:
    """Finds the profile that somebody is."""

    def __init__(self, own_languages: Sequence[str]) -> None:
        own = tuple(dict.fromkeys(own_languages))
        searches = ProfileCache(_SEARCHES)
        shared = lru_cache(maxsize=1024)(partial(AccessProfile, searches=searches))

        @lru_cache(maxsize=4096)
        def found(role: Role, subject_id: str | None, asked: tuple[str, ...]) -> AccessProfile:
            languages = tuple(dict.fromkeys((*asked, *own)))
            return shared(role, None if subject_id is None else prefix_of(subject_id) or "none", languages)

        self.find = found
        """(role, whom the actor acts for, languages that the request asks for) -> the profile."""


class Runtime:
    """Made for each execution; cheap, what costs is made when it is first asked for."""

    __slots__ = (
        "_scope",
        "actor",
        "built",
        "context",
        "dialect",
        "failed",
        "fast_path",
        "fetch",
        "profile",
        "registry",
        "sqlite",
        "variables",
        "volatile",
    )  # fmt: skip

    def __init__(
        self, actor: Actor, profile: AccessProfile, registry: Registry, dialect: Dialect, variables: Variables,
        fetch: Fetch, context: Context | None = None, *, volatile: bool = False, fast_path: bool = False,
    ) -> None:  # fmt: skip
        self.actor = actor
        self.profile = profile
        self.registry = registry
        self.dialect = dialect
        self.sqlite = dialect.name == "sqlite"
        self.variables = variables
        self.fetch = fetch
        self.context = context
        """For parts that call functions of others; None where a plan has no such part."""
        self.volatile = volatile
        """Whether plugins' rules decide which rows are seen: their conditions are asked for each time."""
        self.fast_path = fast_path
        """Whether nothing may be made that isn't at hand: it would take long."""
        self.built = False
        """Whether statements were built, which takes longer than to run them."""
        self.failed = False
        """Whether there is a failure in the place of something."""
        self._scope: Scope | None = None

    @property
    def scope(self) -> Scope:
        """What statements are made by: the profile's, or the actor's own where plugins are asked each time."""
        if self._scope is None:
            actor = self.actor if self.volatile else self.profile.actor
            self._scope = Scope(actor, self.profile.languages, self.registry, self.dialect.name)
        return self._scope

    def failure(self, problem: Exception, location: FieldLocation) -> Failure:
        """What stands in the place of a field that can't be given.

        Raises `problem` again where the operation was stopped, isn't planned after all, or must not wait; and
        NotCompilable where the database is what failed: then everything is asked once more, of another connection.
        """
        if self.fast_path or isinstance(problem, NotCompilable | InterruptedError):
            raise problem
        driver = self.dialect.dbapi
        if isinstance(problem, SQLAlchemyError) or (driver is not None and isinstance(problem, driver.Error)):
            raise NotCompilable("database") from problem
        self.failed = True
        return Failure(problem, location)

    def needed_context(self) -> Context:
        """The context of a part that calls functions. Raises NotCompilable where there is none yet."""
        if self.context is None:
            raise NotCompilable("context")
        return self.context

    @property
    def tags(self) -> tuple[str, ...]:
        """Language tags to try for a text that isn't asked for in a language."""
        return self.profile.tags

    def tags_for(self, asked: Sequence[str] | None) -> tuple[str, ...]:
        """Language tags to try for a field that may be asked for in languages."""
        return tags_of((*asked, *self.profile.languages)) if asked else self.profile.tags


@lru_cache(maxsize=64)
def stand_in(prefix: str) -> str:
    """An id that nothing has, in the place of the entity that somebody acts for."""
    return new_id(prefix)


@lru_cache(maxsize=1024)
def tags_of(languages: tuple[str, ...]) -> tuple[str, ...]:
    """The tags to try, best first, for languages."""
    return tuple(candidates(languages))
