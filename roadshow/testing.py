"""Helpers for the tests of a plugin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugins.host.host import Host


def load(plugin: Any, *, settings: Mapping[str, object] | None = None) -> Host:
    """Return a host with this plugin only, without core: for tests of what the plugin declares.

    Parameters
    ----------
    plugin: its module, or the object that its entry point names.
    settings: its own settings.

    Raises
    ------
    PluginStartError: it can't start; the text says why.
    """
    name = plugin.manifest.name
    return Host.load({name: dict(settings or {})}, plugins=[plugin])
