"""Loading in phases: plugins are found, admitted, ordered, collected and checked; then nothing changes any more."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from plugins.host.calls.isolation import CallRecord, Guard
from plugins.host.contributions.registry import Contributions
from plugins.host.errors import PluginStartError
from plugins.host.settings import HostSettings
from plugins.host.startup import admission, assembling
from plugins.host.startup.discovery import DiscoveredPlugin
from plugins.host.startup.ordering import resolve_order
from plugins.host.startup.plugin_records import PluginRecord
from plugins.host.states import State


@dataclass(frozen=True, slots=True)
class LoadedPlugins:
    """What came of it: every installed plugin, those that run first, and what they and core contribute."""

    settings: HostSettings
    core: Contributions
    members: tuple[PluginRecord, ...]
    contributions: Contributions
    records: deque[CallRecord]
    observers: list[Callable[[CallRecord], None]]
    """Called after each call of a plugin."""
    problems: list[str] | None = None
    """What would stop the start, of a survey; None: it was raised."""


def load(
    settings: HostSettings,
    core: Iterable[object],
    found: Sequence[DiscoveredPlugin],
    api_version: str,
    expected: tuple[type[BaseException], ...],
    clock: Callable[[], float],
    survey: bool = False,
) -> LoadedPlugins:
    """Decide which plugins run, order them, collect and check what they contribute: see `Host.load`.

    A survey goes on behind what would stop the start, and gives it as `problems`.
    """
    problems: list[str] | None = [] if survey else None
    attempt(problems, lambda: admission.check_names(settings, [each.name for each in found]))

    records: deque[CallRecord] = deque(maxlen=1000)
    observers: list[Callable[[CallRecord], None]] = [records.append]
    members = [_member(each, settings, expected, observers, clock) for each in found]
    for member in members:
        member.problems = problems
        if problem := attempt(problems, partial(admission.admit, member, settings, api_version)):
            member.out, member.reason = State.REFUSED, problem
    admission.refuse_unknown_neighbours(members)
    admission.refuse_unsatisfied(members)
    attempt(problems, lambda: members.sort(key=_order_of(members)))

    core_contributions = assembling.collect_core(core)
    for member in members:
        if member.runs:
            assembling.collect(member, settings.limits.start_time_limit)
    admission.refuse_misspelt_data(members)
    admission.refuse_unsatisfied(members)  # one may have failed meanwhile, on which others stand
    contributions = assembling.check(core_contributions, members, problems)
    return LoadedPlugins(settings, core_contributions, _numbered(members), contributions, records, observers, problems)


def without(loaded: LoadedPlugins, name: str, reason: str) -> LoadedPlugins:
    """Return the same without one plugin, and without those that require it: see `Host.without`."""
    problems = None if loaded.problems is None else list(loaded.problems)
    members = [
        dataclasses.replace(member, skipped=list(member.skipped), problems=problems) for member in loaded.members
    ]
    next(member for member in members if member.name == name).leave_out(State.FAILED, reason)
    admission.refuse_unsatisfied(members)
    contributions = assembling.check(loaded.core, members, problems)
    return dataclasses.replace(loaded, members=_numbered(members), contributions=contributions, problems=problems)


def _member(
    found: DiscoveredPlugin,
    settings: HostSettings,
    expected: tuple[type[BaseException], ...],
    observers: list[Callable[[CallRecord], None]],
    clock: Callable[[], float],
) -> PluginRecord:
    def observe(record: CallRecord) -> None:
        for observer in tuple(observers):
            observer(record)

    return PluginRecord(found, Guard(found.name, settings.limits, expected=expected, observe=observe, clock=clock))


def _order_of(members: list[PluginRecord]) -> Callable[[PluginRecord], int]:
    """Return the place of each: those that run in their declared order, then the others as they are."""
    order = {name: number for number, name in enumerate(resolve_order([each.stated for each in members if each.runs]))}
    return lambda member: order.get(member.name, len(order))


def attempt(problems: list[str] | None, step: Callable[[], object]) -> str | None:
    """Take a step that may stop the start; in a survey, note why instead, and give it."""
    try:
        step()
    except PluginStartError as problem:
        if problems is None:
            raise
        problems.append(str(problem))
        return str(problem)
    return None


def _numbered(members: Sequence[PluginRecord]) -> tuple[PluginRecord, ...]:
    for number, member in enumerate((member for member in members if member.runs), start=1):
        member.order = number
    return tuple(members)
