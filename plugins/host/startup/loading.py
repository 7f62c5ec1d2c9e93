"""Loading in phases: plugins are found, admitted, ordered, collected and checked; then nothing changes any more."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from plugins.host.calls.isolation import CallRecord, Guard
from plugins.host.contributions.registry import Contributions
from plugins.host.settings import HostSettings
from plugins.host.startup import admission, assembling
from plugins.host.startup.discovery import Found
from plugins.host.startup.ordering import resolve_order
from plugins.host.startup.plugin_records import Member
from plugins.host.states import State


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of it: every installed plugin, those that run first, and what they and core contribute."""

    settings: HostSettings
    core: Contributions
    members: tuple[Member, ...]
    contributions: Contributions
    records: deque[CallRecord]
    observers: list[Callable[[CallRecord], None]]
    """Called after each call of a plugin."""


def load(
    settings: HostSettings,
    core: Iterable[object],
    found: Sequence[Found],
    api_version: str,
    expected: tuple[type[BaseException], ...],
    clock: Callable[[], float],
) -> Loaded:
    """Decide which plugins run, order them, collect and check what they contribute: see `Host.load`."""
    admission.check_names(settings, [each.name for each in found])

    records: deque[CallRecord] = deque(maxlen=1000)
    observers: list[Callable[[CallRecord], None]] = [records.append]
    members = [_member(each, settings, expected, observers, clock) for each in found]
    for member in members:
        admission.admit(member, settings, api_version)
    admission.refuse_unsatisfied(members)
    members = _in_order(members)

    core_contributions = assembling.collect_core(core)
    for member in members:
        if member.runs:
            assembling.collect(member, settings.limits.start_time_limit)
    admission.refuse_unsatisfied(members)  # one may have failed meanwhile, on which others stand
    contributions = assembling.check(core_contributions, members)
    return Loaded(settings, core_contributions, _numbered(members), contributions, records, observers)


def without(loaded: Loaded, name: str, reason: str) -> Loaded:
    """The same without one plugin, and without those that require it: see `Host.without`."""
    members = [dataclasses.replace(member, skipped=list(member.skipped)) for member in loaded.members]
    next(member for member in members if member.name == name).leave_out(State.FAILED, reason)
    admission.refuse_unsatisfied(members)
    contributions = assembling.check(loaded.core, members)
    return dataclasses.replace(loaded, members=_numbered(members), contributions=contributions)


def _member(
    found: Found,
    settings: HostSettings,
    expected: tuple[type[BaseException], ...],
    observers: list[Callable[[CallRecord], None]],
    clock: Callable[[], float],
) -> Member:
    def observe(record: CallRecord) -> None:
        for observer in tuple(observers):
            observer(record)

    return Member(found, Guard(found.name, settings.limits, expected=expected, observe=observe, clock=clock))


def _in_order(members: list[Member]) -> list[Member]:
    """Those that run, in their declared order; then the others."""
    order = resolve_order([member.stated for member in members if member.runs])
    by_name = {member.name: member for member in members}
    return [by_name[name] for name in order] + [member for member in members if not member.runs]


def _numbered(members: Sequence[Member]) -> tuple[Member, ...]:
    for number, member in enumerate((member for member in members if member.runs), start=1):
        member.order = number
    return tuple(members)
