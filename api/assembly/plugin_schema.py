"""Builds the schema with plugins, or without the one that breaks it."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from plugins.host.errors import PluginStartError
from plugins.host.host import Host

if TYPE_CHECKING:
    from schema.types.build import RoadshowSchema

log = logging.getLogger("roadshow.start")


def with_schema(host: Host) -> tuple[Host, RoadshowSchema]:
    """Return the schema, and ``host`` without the plugin that breaks it, if any.

    Each declaration of a plugin was checked by itself; this finds what shows only in combination, such as an input type
    in place of an output.

    Raises plugins.host.errors.PluginStartError if leaving out one plugin doesn't help, or if the server must not run
    without it.
    """
    from schema.types.build import build_schema

    try:
        return host, build_schema(host)
    except Exception as problem:
        for name in reversed(host.order):
            with suppress(Exception):
                schema = build_schema(host.without(name, "being examined"))
                break
        else:
            if not host.order:
                raise
            raise PluginStartError(
                f"The schema can't be built with the plugins that must run ({', '.join(host.order)}): {problem}"
            ) from problem
        reason = f"the schema can't be built with it: {problem}"
        log.error("the plugin '%s' is left out: %s", name, reason)
        return host.without(name, reason), schema
