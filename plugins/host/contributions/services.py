"""Services: functions that a plugin publishes for other plugins, with a version."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from plugins.host.contributions.declarations import Declaration, must_be_described, must_be_plain

if TYPE_CHECKING:
    from plugins.host.contributions.registry import Entry


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
        owner, dot, function = self.name.partition(".")
        if not (dot and owner.isidentifier() and function.isidentifier() and self.name.islower()):
            raise ValueError(f"'{self.name}' is no name for a service: write plugin.function in lower case")
        must_be_described("service", self.name, self.description)
        must_be_plain("service", self.name, self.run)
        try:
            Version(self.version)
        except InvalidVersion:
            raise ValueError(f"service '{self.name}': '{self.version}' is no version; write one such as 1.0") from None


def service_of(services: Iterable[Entry[Service]], name: str, versions: str) -> Entry[Service]:
    """Return the service of this name. Raises LookupError if there is none, or none of `versions`, such as `>=1,<2`."""
    found = {entry.name: entry for entry in services}
    entry = found.get(name)
    if entry is None:
        close = difflib.get_close_matches(name, found, n=1)
        hint = f"; did you mean '{close[0]}'?" if close else f"; there are: {', '.join(sorted(found)) or 'none'}"
        raise LookupError(f"No running plugin publishes the service '{name}'{hint}")
    try:
        wanted = SpecifierSet(versions)
    except InvalidSpecifier:
        raise LookupError(f"'{versions}' is no range of versions; write one such as >=1,<2") from None
    if not wanted.contains(Version(entry.value.version), prereleases=True):
        raise LookupError(
            f"The service '{name}' of the plugin '{entry.owner}' has the version {entry.value.version}, not {versions}"
        )
    return entry
