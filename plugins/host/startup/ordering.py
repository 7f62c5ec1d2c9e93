"""The order of plugins: declared in their manifests, resolved once, the same on every machine."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from plugins.host.errors import CircularOrderError
from plugins.host.manifest import Manifest


def resolve_order(manifests: Sequence[Manifest]) -> tuple[str, ...]:
    """Return names of the plugins, each after all that it requires or comes after; ties go by name.

    Raises
    ------
    CircularOrderError: naming the circle, with who declared each step of it.
    """
    names_of = providers(manifests)
    reasons: dict[tuple[str, str], str] = {}
    for manifest in manifests:
        for requirement in manifest.requirements():
            for earlier in names_of.get(requirement.name, ()):
                reasons[earlier, manifest.name] = f"'{manifest.name}' requires '{requirement.name}'"
        for named in manifest.after:
            for earlier in names_of.get(named, ()):
                reasons[earlier, manifest.name] = f"'{manifest.name}' says after '{named}'"
        for named in manifest.before:
            for later in names_of.get(named, ()):
                reasons[manifest.name, later] = f"'{manifest.name}' says before '{named}'"

    sorter: TopologicalSorter[str] = TopologicalSorter({manifest.name: () for manifest in manifests})
    for earlier, later in reasons:
        if earlier != later:
            sorter.add(later, earlier)
    try:
        sorter.prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        raise CircularOrderError(_describe(circle, reasons)) from None
    return tuple(_by_name(sorter))


def providers(manifests: Sequence[Manifest]) -> Mapping[str, tuple[str, ...]]:
    """For each name that can be required: the plugins that answer to it."""
    names: dict[str, tuple[str, ...]] = {}
    for manifest in manifests:
        for name in {manifest.name, *manifest.provides}:
            names[name] = (*names.get(name, ()), manifest.name)
    return names


def _by_name(sorter: TopologicalSorter[str]) -> list[str]:
    order: list[str] = []
    ready = list(sorter.get_ready())
    heapq.heapify(ready)
    while ready:
        name = heapq.heappop(ready)
        order.append(name)
        sorter.done(name)
        for following in sorter.get_ready():
            heapq.heappush(ready, following)
    return order


def _describe(circle: list[str], reasons: Mapping[tuple[str, str], str]) -> str:
    # graphlib lists each node before the one that waits for it, and repeats the first at the end.
    steps = "; ".join(reasons[pair] for pair in pairwise(circle))
    return (
        f"The order of plugins is circular: {' -> '.join(circle)} ({steps}). "
        "Change before, after or requires in one of their manifests, or disable one of them."
    )
