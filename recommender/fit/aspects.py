"""Splits what a profile asks for into aspects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from recommender.pool.aspects import KIND_WEIGHT, Aspect, AspectKind, WeightedText, titles
from recommender.pool.profiles import Profile, SubjectKind
from recommender.pool.taxonomies import Taxonomies
from recommender.text import is_denial, language_of, sentences_of

MOST_THEMES = 12
"""A thesis of more sentences is cut into so many themes of neighbouring sentences."""
MOST_ASPECTS = 32
"""Of more, those of the least weight are left out."""


def aspects_of(profile: Profile, taxonomies: Taxonomies) -> tuple[Aspect, ...]:
    """Return the aspects of a subject, scaled to a heaviest weight of 1 per kind, without those of weight 0.

    Each priority and need of a place is an aspect. An investor's thesis is split into sentences; each concept and track
    of its mandate is an aspect with its name and description as text. A project or a text is one aspect. A profile of
    texts, concepts and tracks alone is split likewise.
    """
    if profile.aspects:
        aspects = list(profile.aspects)
    elif profile.kind in (SubjectKind.PROJECT, SubjectKind.TEXT):
        aspects = [_whole(profile)]
    else:
        aspects = [*_themes(profile.texts), *_members(profile, taxonomies), *_need(profile)]
    aspects = [each for each in aspects if each.weight > 0 and (each.texts or each.concepts or each.tracks)]
    return tuple(sorted(aspects, key=lambda each: -each.weight)[:MOST_ASPECTS])


def alone(aspect: Aspect, subject: Profile) -> Profile:
    """Return the subject asking for ``aspect`` alone, for blocks that turn profiles into query vectors."""
    if aspect.kind is AspectKind.NEED:
        return replace(
            subject, texts=(), concepts={}, tracks={}, need_texts=aspect.texts, need_concepts=aspect.concepts
        )
    return replace(
        subject,
        texts=aspect.texts,
        concepts=aspect.concepts,
        tracks=aspect.tracks,
        need_texts=(),
        need_concepts={},
    )


def _whole(profile: Profile) -> Aspect:
    return Aspect(profile.id, AspectKind.WHOLE, 1.0, profile.name, profile.texts, profile.concepts, profile.tracks)


def _themes(texts: Sequence[WeightedText]) -> list[Aspect]:
    """Return one aspect per sentence; translations with equally many sentences share their aspects."""
    split = [(text, sentences_of(text.text)) for text in texts if text.text.strip()]
    if not split:
        return []
    together = len({len(sentences) for _, sentences in split}) == 1 and len(
        {language_of(text.text, text.language) for text, _ in split}
    ) == len(split)
    groups: list[list[WeightedText]] = []
    if together:
        for parts in zip(*(_bounded(sentences) for _, sentences in split), strict=True):
            groups.append([replace(text, text=part) for (text, _), part in zip(split, parts, strict=True)])
    else:
        groups = [[replace(text, text=part)] for text, sentences in split for part in _bounded(sentences)]
    groups = [group for group in groups if not any(is_denial(each.text) for each in group)]  # "no drones"
    weight = KIND_WEIGHT[AspectKind.THEME]
    return [
        Aspect(f"theme:{number}", AspectKind.THEME, weight, {each.language or "en": each.text for each in group}, group)
        for number, group in enumerate(groups, start=1)
    ]


def _bounded(sentences: Sequence[str]) -> list[str]:
    """Return the sentences, neighbours joined where there are more than ``MOST_THEMES``."""
    if len(sentences) <= MOST_THEMES:
        return list(sentences)
    edges = [round(part * len(sentences) / MOST_THEMES) for part in range(MOST_THEMES + 1)]
    return [" ".join(sentences[start:end]) for start, end in pairwise(edges)]


def _members(profile: Profile, taxonomies: Taxonomies) -> list[Aspect]:
    """Return one aspect for each concept and each track of a mandate."""
    aspects: list[Aspect] = []
    concepts, tracks = taxonomies.concepts, taxonomies.tracks
    for own, weight in _relative(profile.concepts).items():
        code = concepts.code_of.get(own)
        name = concepts.names[code] if code is not None else {}
        described = concepts.description(code) if code is not None else {}
        kind = AspectKind.CONCEPT
        aspects.append(Aspect(own, kind, KIND_WEIGHT[kind] * weight, name, titles(name, described), {own: 1.0}))
    for own, weight in _relative(profile.tracks).items():
        code = tracks.code_of.get(own)
        name = tracks.names[code] if code is not None else {}
        described = tracks.description(code) if code is not None else {}
        kind = AspectKind.TRACK
        aspects.append(Aspect(own, kind, KIND_WEIGHT[kind] * weight, name, titles(name, described), tracks={own: 1.0}))
    return aspects


def _need(profile: Profile) -> list[Aspect]:
    if not profile.need_texts and not profile.need_concepts:
        return []
    kind = AspectKind.NEED
    return [Aspect("need", kind, KIND_WEIGHT[kind], {}, profile.need_texts, profile.need_concepts)]


def _relative(weights: Mapping[str, float]) -> dict[str, float]:
    """Return the positive weights, scaled so that the heaviest is 1."""
    heaviest = max(weights.values(), default=0.0)
    return {each: weight / heaviest for each, weight in weights.items() if weight > 0}
