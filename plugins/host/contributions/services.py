"""Services: functions that a plugin publishes for other plugins, with a version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
        owner, dot, function = self.name.partition(".")
        if not (dot and owner.isidentifier() and function.isidentifier() and self.name.islower()):
            raise ValueError(f"'{self.name}' is no name for a service: write plugin.function in lower case")
        must_be_described("service", self.name, self.description)
        must_be_plain("service", self.name, self.run)
        try:
            Version(self.version)
        except InvalidVersion:
            raise ValueError(f"service '{self.name}': '{self.version}' is no version; write one such as 1.0") from None
