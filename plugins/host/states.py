"""How plugins fare: what `roadshow plugins list` and `capabilities { plugins { state } }` show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from plugins.host.calls.isolation import Failure
from plugins.host.contributions.source_location import SourceLocation


class State(StrEnum):
    """The state of a plugin."""

    ACTIVE = "ACTIVE"
    """All of it runs."""
    DEGRADED = "DEGRADED"
    """It runs, without parts that failed at the start."""
    RESTING = "RESTING"
    """A function of it kept failing, and is switched off for a while."""
    DISABLED = "DISABLED"
    """The settings switch it off. It isn't imported."""
    REFUSED = "REFUSED"
    """It must not run: out of range, something that it requires is missing, or a permission is denied."""
    FAILED = "FAILED"
    """It was to run, but failed at the start, so none of it is used."""


@dataclass(frozen=True)
class PluginState:
    """One installed plugin, whether it runs or not."""

    name: str
    version: str | None
    """None if the plugin was never imported, or can't say."""
    description: str
    state: State
    reason: str | None
    """Why it isn't ACTIVE, in a sentence."""
    source: str
    """The distribution that brought it."""
    place: SourceLocation | None
    api: str | None
    """The range of the plugin API that it asks for."""
    overridden: bool
    """It runs out of its range, because the settings allow it."""
    order: int | None
    """Its place in the order of running plugins, from 1."""
    provides: tuple[str, ...]
    requires: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    permissions: tuple[str, ...]
    contributions: Mapping[str, int]
    """How many of each collection run."""
    skipped: tuple[str, ...]
    """What failed at the start and is missing, a sentence each."""
    calls: int
    failures: int
    last_failure: Failure | None
    resting: tuple[str, ...]
    """Functions that are switched off now."""
