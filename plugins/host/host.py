"""The host: loads plugins once, calls their contributions, and reports their state."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from plugins.host.calls.defaults import BY_SETTINGS, RAISE, Default
from plugins.host.calls.isolation import AnyFunction, CallRecord, Guard
from plugins.host.calls.restricted_actor import HostActor, known_to
from plugins.host.context import opened
from plugins.host.contributions.contributions import Field, Importer, Mutation, Query, Tables
from plugins.host.contributions.graphql import python_names
from plugins.host.contributions.registry import Entry
from plugins.host.errors import PluginFailedError, PluginStartError, UnknownPluginError, UserError
from plugins.host.manifest import CORE
from plugins.host.settings import HostLimits, HostSettings
from plugins.host.startup import assembling
from plugins.host.startup.discovery import given, installed
from plugins.host.startup.loading import LoadedPlugins, attempt, load, without
from plugins.host.startup.plugin_records import PluginRecord
from plugins.host.states import PluginState
from plugins.host.versions import API_VERSION

if TYPE_CHECKING:
    from pydantic import BaseModel
    from sqlalchemy import ColumnElement

T = TypeVar("T")
D = TypeVar("D")
C = TypeVar("C")


class Host:
    """All plugins, and what they and core contribute. Made by `Host.load`.

    Attributes
    ----------
    contributions: everything, frozen; of core and of the plugins that run.
    order: names of the running plugins, in their order.
    settings: what the operator set.
    """

    def __init__(self, loaded: LoadedPlugins) -> None:
        self.settings = loaded.settings
        self.contributions = loaded.contributions
        self.order = tuple(member.name for member in loaded.members if member.runs)
        self._loaded = loaded
        self._members = loaded.members
        self._guards = {member.name: member.guard for member in loaded.members}
        self._start = tuple(loaded.records)
        self.denials = 0
        """Number of failures of row rules, each of which hid all rows."""
        self._counting = threading.Lock()

    @classmethod
    def load(
        cls, settings: HostSettings | Mapping[str, object] | None = None, core: Iterable[object] = (),
        plugins: Iterable[object] | None = None, *, api_version: str = API_VERSION,
        expected: tuple[type[BaseException], ...] = (), clock: Callable[[], float] = time.monotonic,
        survey: bool = False,
    ) -> Host:  # fmt: skip
        """Find the plugins, decide which run, order them, collect and check what they contribute.

        Parameters
        ----------
        settings: what the operator set, section `plugins`: see plugins/host/settings.py.
        core: objects or modules with hook implementations of core's own. They need no manifest, and are trusted.
        plugins: modules or objects with a `manifest`; None means those that are installed.
        api_version: the version of the plugin API.
        expected: exceptions that speak to the person who asked, beside UserError; they aren't failures.
        clock: seconds that only grow, for time limits and circuits.
        survey: go on behind what would stop the start, and keep it in `problems`: to be shown, not to be served.

        Raises
        ------
        PluginStartError: nothing may start; the text says why and what to do. ClashError and CircularOrderError
            are kinds of it.
        """
        found = installed() if plugins is None else given(plugins)
        return cls(load(HostSettings.read(settings), core, found, api_version, expected, clock, survey))

    def without(self, name: str, reason: str) -> Host:
        """Return a host like this one, without a plugin that failed after the checks, such as in its migration.

        Plugins that require it are left out too. Counts and circuits are kept.

        Raises
        ------
        PluginStartError: the server must not run without it.
        """
        self._member(name)
        host = Host(without(self._loaded, name, reason))
        host._start = self._start
        return host

    @property
    def problems(self) -> tuple[str, ...]:
        """What stops the start, as a survey found it; see `Host.load`."""
        return tuple(self._loaded.problems or ())

    def attempt(self, step: Callable[[], object]) -> None:
        """Run a step of the start; in a survey, its PluginStartError joins the problems."""
        attempt(self._loaded.problems, step)

    def call(
        self, entry: Entry[object], function: Callable[..., T], *arguments: object,
        default: D | Literal[Default.RAISE] = RAISE,
        time_limit: float | Literal[Default.BY_SETTINGS] | None = BY_SETTINGS, **named: object,
    ) -> T | D:  # fmt: skip
        """`function(*arguments, **named)`, a function of the entry's value: isolated, timed, counted.

        Core's contributions are called directly. `default` is returned if a plugin's function fails; without one the
        failure is raised. `time_limit` is in seconds; None means no limit, in this thread.

        Raises
        ------
        PluginFailedError: see `Guard.call`. Its text is fit for clients.
        """
        if entry.owner == CORE:
            return function(*arguments, **named)
        limit = self._limit(entry) if time_limit is BY_SETTINGS else time_limit
        try:
            return self._guards[entry.owner].call(entry.point, function, *arguments, time_limit=limit, **named)
        except PluginFailedError:
            if default is RAISE:
                raise
            return default

    async def call_async(
        self, entry: Entry[object], function: AnyFunction[T], *arguments: object, **named: object
    ) -> T:
        """As `call`, from the event loop; `function` may be a coroutine function."""
        guard = self._guard(entry.owner)
        return await guard.call_async(entry.point, function, *arguments, time_limit=self._limit(entry), **named)

    def iterate(
        self, entry: Entry[object], function: Callable[..., AsyncIterator[T]], *arguments: object, **named: object
    ) -> AsyncIterator[T]:
        """Return the items of an asynchronous generator, such as a subscription's; a failure ends it."""
        return self._guard(entry.owner).iterate(entry.point, function, *arguments, **named)

    def resolve(
        self, entry: Entry[Field], parents: Sequence[object], context: object, arguments: Mapping[str, object]
    ) -> Sequence[object]:
        """The values of a field, one for each of `parents`, in their order. `arguments` by GraphQL or Python name.

        Raises
        ------
        PluginFailedError: it failed, or its answer isn't as long as `parents`.
        """
        field = entry.value

        def resolved() -> Sequence[object]:
            with opened(context) as own:
                values = list(field.resolve(parents, own, **python_names(arguments)))
            if len(values) != len(parents):
                raise ValueError(f"{field.coordinate} returned {len(values)} values for {len(parents)} parents")
            return values

        return self.call(entry, resolved)

    def answer(self, entry: Entry[Query] | Entry[Mutation], context: object, arguments: Mapping[str, object]) -> object:
        """The value of a query or a mutation. Whether the actor may run it, `operation_refusal` says.

        Raises
        ------
        PluginFailedError: it failed. UserError: what was asked is wrong.
        """
        return self.in_context(entry, entry.value.resolve, context, **python_names(arguments))

    def in_context(
        self, entry: Entry[object], function: Callable[..., T], context: object, *arguments: object, **named: object
    ) -> T:
        """Call `function(context, *arguments, **named)` as `call` does, with a context of this call's own.

        See `plugins.host.context.opened`.
        """

        def called() -> T:
            with opened(context) as own:
                return function(own, *arguments, **named)

        return self.call(entry, called)

    def rows(self, entry: Entry[Importer], path: Path) -> Iterator[Mapping[str, object]]:
        """The rows that a plugin's format reads, one by one, without a limit of time.

        Raises
        ------
        PluginFailedError: reading failed. The user owns the file, so the text says why.
        """
        try:
            yield from entry.value.read(path)
        except (PluginFailedError, UserError):
            raise
        except Exception as error:
            if entry.owner != CORE:
                self._guards[entry.owner].note(entry.point, error)
            why = f"reading {path.name} failed: {type(error).__name__}: {error}"
            raise PluginFailedError(entry.owner, entry.point, why) from error

    def wrong_answer(self, entry: Entry[object], error: Exception) -> PluginFailedError:
        """The failure of a plugin whose answer turned out to be of the wrong shape, counted; to be raised."""
        if entry.owner != CORE:
            self._guards[entry.owner].note(entry.point, error)
        return PluginFailedError(entry.owner, entry.point, f"its answer is wrong: {error}")

    def row_conditions(
        self, type_name: str, actor: HostActor, model: object, denied: ColumnElement[bool]
    ) -> list[ColumnElement[bool]]:
        """What the row rules on a type say of an actor; a rule that fails says `denied` (a false condition)."""
        return [self.condition(each, each.value.condition, known_to(each.value, actor), model, denied)
                for each in self.contributions.row_rules_on(type_name)]  # fmt: skip

    def condition(self, entry: Entry[object], rule: Callable[..., C], actor: object, model: object, denied: C) -> C:
        """What a rule of an entry says of an actor; one that fails says `denied`, and the failure is counted."""
        said = self.call(entry, rule, actor, model, default=denied)
        if said is denied:
            with self._counting:
                self.denials += 1
        return said

    def operation_refusal(self, mutation: str, actor: object, arguments: Mapping[str, object]) -> str | None:
        """Why an actor may not run a mutation, in a sentence; None if every rule allows it."""
        for rule in self.contributions.operation_rules_on(mutation):
            failed = f"A rule of the plugin '{rule.owner}' failed, so the mutation is refused."
            answer = self.call(rule, rule.value.allows, actor, arguments, default=failed)
            if answer is not True:
                return answer if isinstance(answer, str) and answer else rule.value.description
        return None

    def states(self) -> list[PluginState]:
        """Return every installed plugin: running ones in order, then the others by name."""
        running = [member.state() for member in self._members if member.runs]
        return running + sorted(
            (member.state() for member in self._members if not member.runs), key=lambda state: state.name
        )

    def state(self, name: str) -> PluginState:
        """Return one plugin. Raises UnknownPluginError if it isn't installed."""
        return self._member(name).state()

    def tables_of(self, name: str) -> tuple[Entry[Tables], ...]:
        """Return a plugin's tables; one that doesn't run is imported for that, and nothing else is called.

        Raises
        ------
        UnknownPluginError: it isn't installed.
        PluginStartError: it can't say, because it can't be imported or its hook fails; the text says why.
        """
        member = self._member(name)
        return member.contributions.tables if member.runs else assembling.tables_of(member, self.settings.limits)

    def settings_of(self, name: str) -> BaseModel | None:
        """A plugin's checked settings; None if it has none or doesn't run."""
        return self._member(name).settings

    def settings_model(self, name: str) -> type[BaseModel] | None:
        """The pydantic model of a plugin's settings; None if it has none."""
        manifest = self._member(name).manifest
        return manifest.settings if manifest else None

    def start_trace(self) -> tuple[CallRecord, ...]:
        """Return every import and hook call of the start, in order."""
        return self._start

    def recent_calls(self) -> tuple[CallRecord, ...]:
        """Return the last thousand calls of plugins."""
        return tuple(self._loaded.records)

    def loops(self) -> dict[str, asyncio.AbstractEventLoop]:
        """Return the event loops of plugins with asynchronous calls, by plugin name."""
        return {name: loop for name, guard in self._guards.items() if (loop := guard.loop.running) is not None}

    def observe(self, observer: Callable[[CallRecord], None]) -> None:
        """Have `observer` called after each call of a plugin, for metrics, from any thread."""
        self._loaded.observers.append(observer)

    def _member(self, name: str) -> PluginRecord:
        for member in self._members:
            if member.name == name:
                return member
        known = ", ".join(sorted(self._guards)) or "none"
        raise UnknownPluginError(f"No plugin '{name}' is installed. Installed are: {known}.")

    def _guard(self, owner: str) -> Guard:
        return _CORE_GUARD if owner == CORE else self._guards[owner]

    def _limit(self, entry: Entry[object]) -> float:
        own: float | None = getattr(entry.value, "time_limit", None)
        return self.settings.limits.call_time_limit if own is None else own


_CORE_GUARD = Guard(CORE, HostLimits())
__all__ = ["BY_SETTINGS", "RAISE", "Host", "PluginStartError"]
