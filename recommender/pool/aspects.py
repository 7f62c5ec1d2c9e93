"""Aspects: the things that a subject asks for, each a query of its own.

A city's aspects are its priorities and open needs, an investor's the themes of its thesis and the industries and
tracks of its mandate; a project or a text has one. The fit takes the strongest of them, never their average.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class WeightedText:
    """A text that a subject declares, with its share among its texts."""

    text: str
    language: str | None = None
    weight: float = 1.0


class AspectKind(StrEnum):
    """What an aspect is."""

    PRIORITY = "PRIORITY"
    NEED = "NEED"
    THEME = "THEME"
    CONCEPT = "CONCEPT"
    TRACK = "TRACK"
    WHOLE = "WHOLE"


KIND_WEIGHT: Mapping[AspectKind, float] = {
    AspectKind.PRIORITY: 1.0,
    AspectKind.NEED: 0.3,
    AspectKind.THEME: 1.0,
    AspectKind.CONCEPT: 1.0,
    AspectKind.TRACK: 0.5,
    AspectKind.WHOLE: 1.0,
}
"""Each aspect's own weight is multiplied by that of its kind: a broad track says less than a thesis does."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing asked for. Names in several languages, aliases and description are texts of one query.

    ``weight`` says how much its best match counts: an aspect of weight 0.5 is half as likely to be meant.
    """

    id: str
    kind: AspectKind
    weight: float = 1.0
    name: Mapping[str, str] = field(default_factory=dict)
    texts: Sequence[WeightedText] = ()
    concepts: Mapping[str, float] = field(default_factory=dict)
    tracks: Mapping[str, float] = field(default_factory=dict)


def titles(
    name: Mapping[str, str] | None, description: Mapping[str, str] | None, weight: float = 1.0
) -> list[WeightedText]:
    """Return a name and a description in all languages as texts of one query; the description counts half."""
    texts = [WeightedText(text, tag, weight) for tag, text in sorted((name or {}).items()) if text.strip()]
    return texts + [
        WeightedText(text, tag, weight / 2) for tag, text in sorted((description or {}).items()) if text.strip()
    ]
