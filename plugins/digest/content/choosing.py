"""Selects projects for a digest: never one that the subscriber had, unless it changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plugins.digest.content.reading import Line

Parts = Mapping[str, str]


@dataclass(frozen=True)
class Chosen:
    """A line of the digest."""

    line: Line
    parts: dict[str, str]
    before: dict[str, str] | None
    """Its parts when last sent to the subscriber; None if it is new."""

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the parts that changed since; empty for a new project."""
        return changes(self.before, self.parts) if self.before is not None else ()


def changes(before: Parts, now: Parts) -> tuple[str, ...]:
    """Return the parts that both have and that differ: a part added by an update of this plugin is no change."""
    return tuple(name for name in now if name in before and before[name] != now[name])


def choose(lines: Iterable[Line], had: Mapping[str, Parts], most: int) -> list[Chosen]:
    """Select at most `most` new or changed lines, best first; `had` maps projects to what the subscriber had.

    Reads no further than necessary.
    """
    chosen: list[Chosen] = []
    seen: set[str] = set()
    if most < 1:
        return chosen
    for line in lines:
        before, parts = had.get(line.project), line.parts
        if line.project in seen or (before is not None and not changes(before, parts)):
            continue
        seen.add(line.project)
        chosen.append(Chosen(line, parts, dict(before) if before is not None else None))
        if len(chosen) == most:
            break
    return chosen
