"""Who may run at all: disabled, imported, in range, permitted, with valid settings, with what it requires."""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Iterable, Mapping

from packaging.version import Version
from pydantic import AliasChoices, BaseModel, ValidationError

from plugins.host.contributions.source_location import location_of
from plugins.host.errors import PluginFailedError, PluginStartError
from plugins.host.manifest import Manifest
from plugins.host.settings import HostSettings, describe
from plugins.host.startup.ordering import providers
from plugins.host.startup.plugin_records import PluginRecord
from plugins.host.states import State

log = logging.getLogger("roadshow.plugins")
SPELT_ALIKE = 0.85
"""Likeness (difflib's ratio) above which one name is taken for another, misspelt."""


def check_names(settings: HostSettings, names: Iterable[str]) -> None:
    """Names in the settings that no installed plugin has.

    A plugin that must run but isn't there stops the start (PluginStartError), and so does a section whose name is
    nearly that of one that is there. A section about any other that isn't there is only logged, so that settings may
    outlive an uninstalled plugin.
    """
    known = sorted(names)
    wanted = dict.fromkeys(settings.limits.only or (), "plugins.host.only")
    wanted.update({name: f"plugins.{name}.required" for name, each in settings.sections.items() if each.required})
    for name, option in wanted.items():
        if name not in known:
            raise PluginStartError(
                f"The settings want the plugin '{name}' ({option}), but it isn't installed{_hint(name, known)}. "
                f"Installed are: {', '.join(known) or 'none'}."
            )
    for name in sorted(set(settings.sections) - set(known)):
        if close := difflib.get_close_matches(name, set(known) - set(settings.sections), n=1, cutoff=SPELT_ALIKE):
            raise PluginStartError(
                f"The settings speak of the plugin '{name}' (plugins.{name}), which isn't installed; did you mean "
                f"'{close[0]}'? Correct the name, or remove the section."
            )
        log.warning("the settings speak of the plugin '%s', which isn't installed", name)


def admit(member: PluginRecord, settings: HostSettings, api_version: str) -> None:
    """Import the plugin and read its manifest; leave it out if it must not or can't run."""
    name = member.name
    section = settings.of(name)
    if not settings.wants(name):
        member.out, member.reason = State.DISABLED, "disabled in the settings; its tables, if any, are untouched"
        return
    member.required = section.required
    try:
        member.plugin = member.guard.call("import", member.found.load, time_limit=settings.limits.start_time_limit)
    except PluginFailedError as failure:
        member.leave_out(State.FAILED, f"it can't be imported: {_words(failure)}")
        return
    member.place = location_of(member.plugin)
    manifest = getattr(member.plugin, "manifest", None)
    if not isinstance(manifest, Manifest):
        member.leave_out(State.FAILED, f"{member.place} has no `manifest = Manifest(...)`")
        return
    member.manifest = manifest
    if manifest.name != name:
        member.leave_out(
            State.FAILED, f"its entry point is named '{name}', but its manifest says '{manifest.name}': use one name"
        )
    elif not manifest.works_with(api_version) and not section.ignore_api_range:
        member.leave_out(
            State.REFUSED,
            f"it works with the plugin API {manifest.api}, and this is {api_version}; install a version of it for "
            f"{api_version}, or allow it at your own risk (plugins.{name}.ignore_api_range in the settings)",
        )
    elif denied := manifest.permissions & set(section.denied):
        member.leave_out(State.REFUSED, f"the settings deny it the permission {', '.join(sorted(denied))}")
    else:
        member.overridden = not manifest.works_with(api_version)
        member.settings = read_settings(manifest, section.own)


def read_settings(manifest: Manifest, values: Mapping[str, object]) -> BaseModel | None:
    """Return the plugin's settings, checked.

    Raises
    ------
    PluginStartError: a value isn't allowed. Settings are the operator's, who is there at the start, so this
        isn't passed over.
    """
    if manifest.settings is None:
        if values:
            raise PluginStartError(
                f"plugins.{manifest.name} sets {', '.join(sorted(values))}, but this plugin has no settings of its own."
            )
        return None
    allowed = ", ".join(manifest.settings.model_fields) or "none"
    if unknown := _unread(manifest.settings, values):
        raise PluginStartError(
            f"plugins.{manifest.name} sets {', '.join(unknown)}, which the plugin doesn't know"
            f"{_hint(unknown[0], list(manifest.settings.model_fields))}. Its settings are: {allowed}."
        )
    try:
        return manifest.settings.model_validate(values)
    except ValidationError as error:
        raise PluginStartError(
            f"The settings of the plugin '{manifest.name}' are wrong:\n{describe(error, f'plugins.{manifest.name}')}\n"
            f"Its settings are: {allowed}. `roadshow plugins info {manifest.name}` describes them."
        ) from None


def _unread(model: type[BaseModel], values: Mapping[str, object]) -> list[str]:
    """Return names among the values that the model would pass over without a word."""
    if model.model_config.get("extra") in ("allow", "forbid"):
        return []
    known = set(model.model_fields)
    for field in model.model_fields.values():
        known.update(each for each in (field.alias, field.validation_alias) if isinstance(each, str))
        if isinstance(field.validation_alias, AliasChoices):
            known.update(each for each in field.validation_alias.choices if isinstance(each, str))
    return sorted(set(values) - known)


def refuse_unknown_neighbours(members: Iterable[PluginRecord]) -> None:
    """Leave out every plugin that names in `before` or `after` what no installed plugin is or provides.

    The order can't be as it says. What need not be installed stands in `optional`.
    """
    everyone = list(members)
    known = _names(everyone)
    for member in everyone:
        if not member.runs:
            continue
        for option, names in (("before", member.stated.before), ("after", member.stated.after)):
            for name in names:
                if member.runs and name not in known and name not in member.stated.optional:
                    member.leave_out(
                        State.REFUSED,
                        f"it says {option} '{name}', which no installed plugin is or provides"
                        f"{_hint(name, sorted(known - {member.name}))}; correct the name in its manifest, "
                        "or list it in `optional` too if it need not be there",
                    )


def refuse_misspelt_data(members: Iterable[PluginRecord]) -> None:
    """Leave out every plugin with data documents that require nearly the name of what is installed.

    Any other name that nobody answers to is that of a plugin which isn't there: only the documents are left out.
    """
    everyone = list(members)
    known = _names(everyone)
    for member in everyone:
        for entry in member.contributions.data:
            for name in entry.value.requires:
                close = difflib.get_close_matches(name, known - {member.name}, n=1, cutoff=SPELT_ALIKE)
                if member.runs and name not in known and close:
                    member.leave_out(
                        State.FAILED,
                        f"{entry.point} ({entry.place}) require '{name}', which no installed plugin is or provides; "
                        f"did you mean '{close[0]}'?",
                    )


def refuse_unsatisfied(members: Iterable[PluginRecord]) -> None:
    """Leave out every plugin that requires something that isn't there, and those that require it in turn."""
    everyone = list(members)
    while True:
        running = [member for member in everyone if member.runs]
        lacking = [(member, lack) for member in running if (lack := _lack(member, running, everyone))]
        if not lacking:
            return
        for member, lack in lacking:
            member.leave_out(State.REFUSED, lack)


def _lack(member: PluginRecord, running: list[PluginRecord], everyone: list[PluginRecord]) -> str | None:
    answering = providers([each.stated for each in running])
    versions = {each.name: each.stated.version for each in running}
    for requirement in member.stated.requirements():
        there = answering.get(requirement.name, ())
        if not there:
            left_out = next((each for each in everyone if each.name == requirement.name and not each.runs), None)
            why = f"is left out ({left_out.reason})" if left_out else "isn't installed"
            return f"it requires '{requirement}', which {why}"
        if not any(requirement.specifier.contains(Version(versions[each]), prereleases=True) for each in there):
            have = ", ".join(f"{each} {versions[each]}" for each in there)
            return f"it requires '{requirement}', and there is {have}"
    return None


def _words(failure: PluginFailedError) -> str:
    cause = failure.__cause__
    if cause is None:
        return failure.reason
    table = re.search(r"Table '(\w+)' is already defined", str(cause))
    if table:
        return f"another owner already defines the table '{table[1]}'"
    return f"{type(cause).__name__}: {cause}"


def _names(members: Iterable[PluginRecord]) -> set[str]:
    """The names that installed plugins have or provide."""
    everyone = list(members)
    return {each.name for each in everyone}.union(*(each.manifest.provides for each in everyone if each.manifest))


def _hint(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""
