"""The phases of the start: call every hook of every plugin in order, then check what came of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import pluggy

from plugins.host import hookspecs
from plugins.host.contributions.declarations import DeclarationError
from plugins.host.contributions.kinds import Kind
from plugins.host.contributions.references import dangling
from plugins.host.contributions.registry import Contributions, Entry
from plugins.host.contributions.source_location import location_of
from plugins.host.contributions.storage import DataDocuments, Tables
from plugins.host.errors import ClashError, PluginFailedError, PluginStartError
from plugins.host.hook_markers import PROJECT, HookSpecification, OnFailure, Stability, specifications
from plugins.host.manifest import CORE
from plugins.host.settings import HostLimits
from plugins.host.startup import admission
from plugins.host.startup.clashes import check_clashes
from plugins.host.startup.collecting import COLLECTIONS, PermissionMissingError, entries
from plugins.host.startup.ordering import providers
from plugins.host.startup.plugin_records import PluginRecord
from plugins.host.states import State

HOOKS: dict[str, HookSpecification] = specifications(hookspecs)


def collect_core(parts: Iterable[object]) -> Contributions:
    """Return what core contributes. An error in it is an error of ours, and is raised as it is."""
    contributions = Contributions()
    for number, part in enumerate(parts):
        manager = _manager()
        manager.register(part, name=f"{CORE}-{number}")
        for name in HOOKS:
            for implementation in getattr(manager.hook, name).get_hookimpls():
                returned = implementation.function(*(None for _ in implementation.argnames))
                contributions = contributions.joined(
                    entries(name, CORE, returned, frozenset(), implementation.function)
                )
    return contributions


def collect(member: PluginRecord, time_limit: float) -> None:
    """Call each hook that the plugin implements, once, in the order of hookspecs.py."""
    manager = _manager()
    wrong = _mistakes(manager, member)
    if wrong:
        member.leave_out(State.FAILED, wrong)
        return
    contributions = Contributions()
    for name, specification in HOOKS.items():
        for implementation in getattr(manager.hook, name).get_hookimpls():
            try:
                contributions = contributions.joined(_call(member, name, implementation, time_limit))
            except PluginFailedError as failure:
                cause = failure.__cause__
                words = f"{name} failed: " + (f"{type(cause).__name__}: {cause}" if cause else failure.reason)
                mistaken = isinstance(cause, PermissionMissingError | DeclarationError)
                if mistaken:
                    words = str(cause)
                if specification.on_failure is OnFailure.STOP_START:
                    member.leave_out(State.FAILED, words, decides=True)  # raises
                    return
                if specification.on_failure is OnFailure.LEAVE_OUT_PLUGIN or mistaken:
                    member.leave_out(State.FAILED, words)
                    return
                if member.required:
                    member.leave_out(State.FAILED, words)  # raises
                member.skipped.append(words)
    member.contributions = contributions


def tables_of(member: PluginRecord, limits: HostLimits) -> tuple[Entry[Tables], ...]:
    """Return the tables of a plugin that doesn't run: it is imported if it isn't yet, and one hook is called.

    Raises
    ------
    PluginStartError: it can't say.
    """
    hook = "register_tables"
    try:
        if member.plugin is None:
            member.plugin = member.guard.call("import", member.found.load, time_limit=limits.start_time_limit)
        member.manifest = member.manifest or member.plugin.manifest
        manager = _manager()
        manager.register(member.plugin, name=member.name)
        contributions = Contributions()
        for implementation in getattr(manager.hook, hook).get_hookimpls():
            if member.settings is None and member.manifest.settings is not None:
                member.settings = member.manifest.settings()
            contributions = contributions.joined(_call(member, hook, implementation, limits.start_time_limit))
    except Exception as error:
        cause = error.__cause__ or error
        raise PluginStartError(f"The plugin '{member.name}' can't say which tables are its own: {cause}") from error
    return contributions.tables


def _call(member: PluginRecord, name: str, implementation: pluggy.HookImpl, time_limit: float) -> Contributions:
    values = {"settings": member.settings}
    arguments = {argument: values[argument] for argument in implementation.argnames}

    def called() -> Contributions:
        # The hook may be a generator, so its entries are made inside the guarded call.
        returned = implementation.function(**arguments)
        return entries(name, member.name, returned, member.stated.permissions, implementation.function)

    return member.guard.call(name, called, time_limit=time_limit)


def check(core: Contributions, members: Iterable[PluginRecord], problems: list[str] | None = None) -> Contributions:
    """Return everything together, without what names what nobody defines.

    Raises
    ------
    ClashError: a name is defined twice. With `problems`, it is added to them instead.
    """
    everyone = [member for member in members if member.runs]
    _leave_out_data(everyone)
    together = _together(core, everyone)
    try:
        check_clashes(together)
    except ClashError as clash:
        if problems is None:
            raise
        problems.append(str(clash))
    while lost := dangling(together):
        for owner in dict.fromkeys(entry.owner for entry, _ in lost):
            _refuse(owner, [each for each in lost if each[0].owner == owner], everyone)
        admission.refuse_unsatisfied(everyone)
        everyone = [member for member in everyone if member.runs]
        together = _together(core, everyone)
    return together


def _refuse(owner: str, lost: list[tuple[Entry[object], str]], members: list[PluginRecord]) -> None:
    """Leave out a plugin that names what nobody defines.

    If a plugin that it names in `after` doesn't run, that one may have defined it: then only those parts are left out.
    """
    if owner == CORE:
        raise PluginStartError(f"core: {lost[0][1]}")
    member = next(each for each in members if each.name == owner)
    for entry, words in lost:
        member.guard.note(entry.point, LookupError(words))
    rules = any(entry.kind is Kind.RULE for entry, _ in lost)
    present = providers([each.stated for each in members]).keys()
    if rules or member.required or present >= {*member.stated.after}:
        member.leave_out(State.FAILED, "; ".join(words for _, words in lost), decides=rules)
        return
    member.skipped.extend(words for _, words in lost)
    lost_ids = {id(entry) for entry, _ in lost}
    member.contributions = member.contributions.where(lambda entry: id(entry) not in lost_ids)


def _leave_out_data(members: list[PluginRecord]) -> None:
    """Without data documents that need a plugin which doesn't run; that is as declared, so it is no failure."""
    running = providers([member.stated for member in members])
    for member in members:
        member.contributions = member.contributions.where(
            lambda entry: not isinstance(entry.value, DataDocuments) or running.keys() >= {*entry.value.requires}
        )


def _together(core: Contributions, members: Iterable[PluginRecord]) -> Contributions:
    for member in members:
        core = core.joined(member.contributions)
    return core


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def _mistakes(manager: pluggy.PluginManager, member: PluginRecord) -> str | None:
    """Return what is wrong with how the plugin implements hooks, in a sentence."""
    plugin = member.plugin
    marked = {name: options for name in dir(plugin) if (options := manager.parse_hookimpl_opts(plugin, name))}
    for name, options in marked.items():
        hook = options.get("specname") or name
        where = location_of(getattr(plugin, name))
        if hook not in HOOKS:
            close = difflib.get_close_matches(hook, HOOKS, n=1)
            hint = f"; did you mean '{close[0]}'?" if close else ""
            return f"it implements the hook '{hook}' ({where}), which doesn't exist{hint}"
        if HOOKS[hook].stability is Stability.INTERNAL:
            return f"it implements the hook '{hook}' ({where}), which is for core alone"
        if any(options.get(each) for each in ("tryfirst", "trylast", "hookwrapper", "wrapper")):
            return (
                f"'{hook}' ({where}) asks for an order by tryfirst, trylast or wrapper: use Manifest.before and after"
            )
    try:
        manager.register(plugin, name=member.name)
    except pluggy.PluginValidationError as error:
        arguments = next((name for name in HOOKS if f"'{name}'" in str(error)), None)
        allowed = ", ".join(HOOKS[arguments].arguments) if arguments else "none"
        return f"it implements the hook '{arguments}' with arguments that it doesn't have: allowed are {allowed}"
    return None


assert set(COLLECTIONS) == set(HOOKS), "each hook has a row in collecting.COLLECTIONS"
