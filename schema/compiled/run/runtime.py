"""The state of one execution of a plan: actor, languages, variables, reading."""

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
"""Cached texts of searches, some 20 KB each: by role, types, and kinds of words."""


class AccessProfile:
    """Actors that see rows by the same SQL: one role and kind, one list of languages.

    Compared by identity: `AccessProfiles` gives one object for each kind of actor. In SQL, `actor` stands for all of
    them: its subject, its account and its own id are nobody's, and the real ones replace them when a statement runs.
    """

    __slots__ = ("actor", "languages", "picker", "searches", "tags", "text_picker")

    def __init__(self, role: Role, prefix: str | None, languages: tuple[str, ...], searches: ProfileCache) -> None:
        subject = None if prefix is None else stand_in(prefix)
        self.actor = Actor(role, stand_in("key"), subject, account_id=stand_in("acc"))
        self.languages = languages
        """Languages of the request, then those of the settings."""
        self.tags = tags_of(languages)
        """Language tags to try for a text without requested languages."""
        self.picker = picker(self.tags)
        self.text_picker = text_picker(self.tags)
        self.searches = searches
        """SQL of searches, shared by all profiles: it is the same in any operation and language."""


class AccessProfiles:
    """Finds an actor's profile."""

    def __init__(self, own_languages: Sequence[str]) -> None:
        own = tuple(dict.fromkeys(own_languages))
        searches = ProfileCache(_SEARCHES)
        shared = lru_cache(maxsize=1024)(partial(AccessProfile, searches=searches))

        @lru_cache(maxsize=4096)
        def found(role: Role, subject_id: str | None, asked: tuple[str, ...]) -> AccessProfile:
            languages = tuple(dict.fromkeys((*asked, *own)))
            return shared(role, None if subject_id is None else prefix_of(subject_id) or "none", languages)

        self.find = found
        """(role, kind of subject, requested languages) -> the profile."""


class Runtime:
    """The state of one execution; expensive parts are created on demand."""

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
        """For parts that call functions; None if a plan has none."""
        self.volatile = volatile
        """Whether plugins' rules decide which rows are visible: their conditions are evaluated each time."""
        self.fast_path = fast_path
        """Whether nothing may be built that doesn't exist yet, because it would take long."""
        self.built = False
        """Whether statements were built, which takes longer than running them."""
        self.failed = False
        """Whether a failure stands in for some value."""
        self._scope: Scope | None = None

    @property
    def scope(self) -> Scope:
        """What statements are built from: the profile's scope, or the actor's own if plugins are asked each time."""
        if self._scope is None:
            actor = self.actor if self.volatile else self.profile.actor
            self._scope = Scope(actor, self.profile.languages, self.registry, self.dialect.name)
        return self._scope

    def failure(self, problem: Exception, location: FieldLocation) -> Failure:
        """Return the placeholder of a field that can't be given.

        Raises `problem` again if the operation was stopped, isn't planned after all, or must not wait; and
        NotCompilable if the database failed: then everything is retried on another connection.
        """
        if self.fast_path or isinstance(problem, NotCompilable | InterruptedError):
            raise problem
        driver = self.dialect.dbapi
        if isinstance(problem, SQLAlchemyError) or (driver is not None and isinstance(problem, driver.Error)):
            raise NotCompilable("database") from problem
        self.failed = True
        return Failure(problem, location)

    def needed_context(self) -> Context:
        """Return the context for a part that calls functions. Raises NotCompilable if there is none yet."""
        if self.context is None:
            raise NotCompilable("context")
        return self.context

    @property
    def tags(self) -> tuple[str, ...]:
        """The language tags to try for a text without requested languages."""
        return self.profile.tags

    def tags_for(self, asked: Sequence[str] | None) -> tuple[str, ...]:
        """Return the language tags to try for a field that takes languages."""
        return tags_of((*asked, *self.profile.languages)) if asked else self.profile.tags


@lru_cache(maxsize=64)
def stand_in(prefix: str) -> str:
    """Return an id that nothing has, in place of the actor's subject or its own."""
    return new_id(prefix)


@lru_cache(maxsize=1024)
def tags_of(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tags to try for languages, best first."""
    return tuple(candidates(languages))
