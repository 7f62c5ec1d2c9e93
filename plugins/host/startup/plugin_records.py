"""A plugin on its way through the start, and afterwards: the host's own record of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from plugins.host.calls.isolation import Guard
from plugins.host.contributions.registry import Contributions
from plugins.host.contributions.source_location import SourceLocation
from plugins.host.errors import PluginStartError
from plugins.host.manifest import Manifest, Permission
from plugins.host.startup.discovery import DiscoveredPlugin
from plugins.host.states import PluginState, State


@dataclass
class PluginRecord:
    """What is known of one installed plugin."""

    found: DiscoveredPlugin
    guard: Guard
    required: bool = False
    plugin: Any = None
    manifest: Manifest | None = None
    settings: BaseModel | None = None
    place: SourceLocation | None = None
    overridden: bool = False
    out: State | None = None
    reason: str | None = None
    order: int | None = None
    skipped: list[str] = field(default_factory=list)
    contributions: Contributions = field(default_factory=Contributions)
    problems: list[str] | None = None
    """What would stop the start, where all of it is wanted; None: it is raised."""

    @property
    def name(self) -> str:
        return self.found.name

    @property
    def runs(self) -> bool:
        return self.out is None

    @property
    def stated(self) -> Manifest:
        """The manifest of a plugin that runs."""
        assert self.manifest is not None
        return self.manifest

    def leave_out(self, state: State, reason: str, *, decides: bool = False) -> None:
        """Use none of it. `decides` says that it decides who may see what, though its manifest doesn't ask to.

        Raises
        ------
        PluginStartError: the server must not run without it.
        """
        rules = decides or (self.manifest is not None and Permission.PERMISSION_RULES in self.manifest.permissions)
        if rules or self.required:
            why = (
                "It decides who may see what, so serving without it could show what it hides."
                if rules
                else "The settings require it."
            )
            self.stop_start(
                f"Roadshow doesn't start without the plugin '{self.name}', and it can't be used: {reason}. {why} "
                f"Repair it, or disable it (plugins.{self.name}.enabled = false in the settings)."
            )
        self.out = state
        self.reason = reason
        self.order = None
        self.contributions = Contributions()

    def stop_start(self, problem: str) -> None:
        """Raise PluginStartError, or notes the problem where all of them are wanted."""
        if self.problems is None:
            raise PluginStartError(problem)
        self.problems.append(problem)

    def state(self) -> PluginState:
        """Return its state now."""
        manifest = self.manifest
        counts = self.guard.counts().values()
        resting = self.guard.resting()
        state, reason = self.out or State.ACTIVE, self.reason
        if self.runs and self.skipped:
            state, reason = State.DEGRADED, "; ".join(self.skipped)
        if self.runs and resting:
            state, reason = State.RESTING, f"kept failing, and is switched off for a while: {', '.join(resting)}"
        return PluginState(
            name=self.name,
            version=manifest.version if manifest else None,
            description=manifest.description if manifest else "",
            state=state,
            reason=reason,
            source=self.found.source,
            place=self.place,
            api=manifest.api if manifest else None,
            overridden=self.overridden,
            order=self.order,
            provides=manifest.provides if manifest else (),
            requires=manifest.requires if manifest else (),
            before=manifest.before if manifest else (),
            after=manifest.after if manifest else (),
            permissions=tuple(sorted(manifest.permissions)) if manifest else (),
            contributions=self.contributions.counts(),
            skipped=tuple(self.skipped),
            calls=sum(each.calls for each in counts),
            failures=sum(each.failures for each in counts),
            last_failure=self.guard.last_failure,
            resting=resting,
        )
