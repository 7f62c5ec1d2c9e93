"""What a plugin says about itself before any of its code is asked for more."""

from __future__ import annotations

import re
from enum import StrEnum

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
CORE = "core"
RESERVED = frozenset(
    {CORE, "host", "roadshow", "store", "schema", "api", "recommender", "plugins", "tests", "all", "iso", "gb"}
)
SETTINGS_OF_ROADSHOW = frozenset({"enabled", "required", "ignore_api_range", "denied"})
"""Settings that every plugin's section has; a plugin's own must be named otherwise."""


class Permission(StrEnum):
    """What a plugin must ask for in its manifest before it may contribute it."""

    TABLES = "tables"
    """Keep tables of its own in the database."""
    MUTATIONS = "mutations"
    """Offer mutations, and so write."""
    CHANGES = "changes"
    """Read the change log, which holds every value before and after a change."""
    PERMISSION_RULES = "permission_rules"
    """Decide who may do what. Such a plugin is required: the server doesn't start without it."""
    GRANTS = "grants"
    """Show single rows to single accounts that core hides from them."""
    ROUTES = "routes"
    """Answer URLs of its own (routes and pages)."""
    COMMANDS = "commands"
    """Add commands to `roadshow`."""
    TASKS = "tasks"
    """Work in the background: tasks while the server runs, and kinds of jobs."""
    NOTIFICATIONS = "notifications"
    """Tell people with accounts something, and offer ways to reach them."""
    ACT_AS = "act_as"
    """Ask and write in the name of others."""


class Manifest(BaseModel):
    """A plugin's name, version, needs and settings.

    Raises
    ------
    pydantic.ValidationError: a name, version or range can't be read; the text says which and what is allowed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    name: str
    """Lower case, digits and `_`, from 2 to 40 characters. It is the entry point's name, the plugin's key in the
    settings, the label of its Alembic branch and the namespace of its external ids."""

    version: str
    """The plugin's own version, by PEP 440."""

    api: str
    """The versions of the plugin API that it works with, as a PEP 440 specifier such as `>=1.0,<2`."""

    description: str = ""
    """One line for `roadshow plugins list`."""

    provides: tuple[str, ...] = ()
    """Further names under which others may require it."""

    requires: tuple[str, ...] = ()
    """Plugins (or names that they provide) without which it doesn't run, such as `competition>=1.2`.
    They come before it."""

    before: tuple[str, ...] = ()
    """Plugins (or names that they provide) that come after it. A name that nobody answers to leaves it out."""

    after: tuple[str, ...] = ()
    """Plugins (or names that they provide) that come before it. A name that nobody answers to leaves it out."""

    optional: tuple[str, ...] = ()
    """Names in `before` and `after` that nobody needs to answer to."""

    settings: type[BaseModel] | None = None
    """The model of its settings. Each field should have a default and a description."""

    permissions: frozenset[Permission] = frozenset()
    """What it asks for. A contribution that needs a permission not asked for leaves the plugin out."""

    @field_validator("name")
    @classmethod
    def _name(cls, value: str) -> str:
        if not NAME.fullmatch(value):
            raise ValueError(f"'{value}' is no plugin name: use 2 to 40 of a-z, 0-9 and _, a letter first")
        if value in RESERVED:
            raise ValueError(f"'{value}' is a name of Roadshow's own: choose another")
        return value

    @field_validator("version")
    @classmethod
    def _version(cls, value: str) -> str:
        try:
            return str(Version(value))
        except InvalidVersion as error:
            raise ValueError(f"'{value}' is no version by PEP 440: use one such as 1.0.0") from error

    @field_validator("api")
    @classmethod
    def _range(cls, value: str) -> str:
        try:
            specifier = SpecifierSet(value)
        except InvalidSpecifier as error:
            raise ValueError(f"'{value}' is no range by PEP 440: use one such as >=1.0,<2") from error
        if not len(specifier):
            raise ValueError("the range is empty, so nothing would be checked: use one such as >=1.0,<2")
        return value

    @field_validator("requires")
    @classmethod
    def _requires(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            try:
                Requirement(each)
            except InvalidRequirement as error:
                raise ValueError(f"'{each}' can't be required: use a name, or one such as name>=1.2") from error
        return value

    @field_validator("settings")
    @classmethod
    def _settings(cls, value: type[BaseModel] | None) -> type[BaseModel] | None:
        if value is not None and (taken := SETTINGS_OF_ROADSHOW & set(value.model_fields)):
            raise ValueError(f"{', '.join(sorted(taken))}: every plugin has a setting of this name, choose another")
        return value

    @model_validator(mode="after")
    def _itself(self) -> Manifest:
        named = {*self.before, *self.after, *(requirement.name for requirement in self.requirements())}
        if self.name in named:
            raise ValueError(f"'{self.name}' names itself in before, after or requires")
        if stray := sorted({*self.optional} - {*self.before, *self.after}):
            raise ValueError(f"{', '.join(stray)}: optional names what before or after names, and these don't")
        return self

    def works_with(self, api_version: str) -> bool:
        """Return whether `api_version` of the plugin API lies in the range."""
        return SpecifierSet(self.api).contains(api_version, prereleases=True)

    def requirements(self) -> tuple[Requirement, ...]:
        """Return `requires`, parsed."""
        return tuple(Requirement(each) for each in self.requires)
