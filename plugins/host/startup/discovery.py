"""Which plugins are installed: entry points of the group `roadshow.plugins`. Finding one doesn't import it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import EntryPoint, entry_points

from plugins.host.errors import ClashError
from plugins.host.manifest import Manifest

GROUP = "roadshow.plugins"


@dataclass(frozen=True)
class DiscoveredPlugin:
    """An installed plugin, not yet imported."""

    name: str
    source: str
    """The distribution and its version, and what is imported from it."""
    load: Callable[[], object]


def installed() -> list[DiscoveredPlugin]:
    """Return every installed plugin, by name.

    Raises
    ------
    ClashError: two distributions have an entry point of the same name.
    """
    found = [DiscoveredPlugin(point.name, _source(point), point.load) for point in entry_points(group=GROUP)]
    return _distinct(found)


def _itself(plugin: object) -> object:
    return plugin


def given(plugins: Iterable[object]) -> list[DiscoveredPlugin]:
    """Plugins handed over as objects, as tests do."""
    discovered = []
    for plugin in plugins:
        manifest = getattr(plugin, "manifest", None)
        name = manifest.name if isinstance(manifest, Manifest) else getattr(plugin, "__name__", repr(plugin))
        discovered.append(DiscoveredPlugin(name, "given", partial(_itself, plugin)))
    return _distinct(discovered)


def _distinct(plugins: list[DiscoveredPlugin]) -> list[DiscoveredPlugin]:
    by_name: dict[str, DiscoveredPlugin] = {}
    for each in sorted(plugins, key=lambda each: (each.name, each.source)):
        other = by_name.setdefault(each.name, each)
        if other is not each and other.source == each.source != "given":
            continue  # the same installation, seen twice on the path
        if other is not each:
            raise ClashError(
                f"Two plugins are named '{each.name}': {other.source} and {each.source}. Uninstall one of them."
            )
    return list(by_name.values())


def _source(point: EntryPoint) -> str:
    distribution = point.dist
    if distribution is None:
        return point.value
    return f"{distribution.name} {distribution.version} ({point.value})"
