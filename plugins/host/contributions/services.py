"""What plugins offer each other, with versions: functions to call, and questions that others answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from plugins.host.contributions.declarations import Declaration, must_be_described, must_be_plain


@dataclass(frozen=True, kw_only=True)
class Service(Declaration):
    """A function for other plugins: they call `context.call(name, versions, **arguments)`.

    `run(context, **arguments)` gets a context of this call's own, in the name of whoever the caller acts for. It is
    isolated as every function of its plugin. A change that breaks callers raises the version's first number.
    """

    name: str
    """`plugin.function`, which no other plugin can take."""
    version: str
    description: str
    run: Callable[..., object]

    def check(self) -> None:
        _check("service", self.name, self.version, self.description)
        must_be_plain("service", self.name, self.run)


@dataclass(frozen=True, kw_only=True)
class PluginHook(Declaration):
    """A question that a plugin asks other plugins: `context.ask_plugins(name, **arguments)` gives all their answers.

    The description says what the arguments are and what is to be returned. A change that breaks those who answer raises
    the version's first number.
    """

    name: str
    """`plugin.question`, which no other plugin can take."""
    version: str
    description: str

    def check(self) -> None:
        _check("hook", self.name, self.version, self.description)


@dataclass(frozen=True, kw_only=True)
class Implementation(Declaration):
    """A plugin's answer to another's `PluginHook`: `run(context, **arguments)`, isolated as every function of its
    plugin and in the name of whoever the one that asks acts for."""

    hook: str
    versions: str
    """The versions of the hook that it answers, such as `>=1,<2`."""
    run: Callable[..., object]

    def check(self) -> None:
        must_be_plain("implementation of", self.hook, self.run)
        try:
            SpecifierSet(self.versions)
        except InvalidSpecifier:
            raise ValueError(f"'{self.versions}' is no range of versions; write one such as >=1,<2") from None


def _check(kind: str, name: str, version: str, description: str) -> None:
    owner, dot, function = name.partition(".")
    if not (dot and owner.isidentifier() and function.isidentifier() and name.islower()):
        raise ValueError(f"'{name}' is no name for a {kind}: write plugin.function in lower case")
    must_be_described(kind, name, description)
    try:
        Version(version)
    except InvalidVersion:
        raise ValueError(f"{kind} '{name}': '{version}' is no version; write one such as 1.0") from None
