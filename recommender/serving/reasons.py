"""Reasons of a match: the aspect that it meets, and the project's sentence behind it.

Names the aspect with the largest share of the smooth maximum, if it has at least ``LEAST_SHARE`` of the match and
``LEAST_SCORE``. Two aspects of different kinds (a priority and a need, a theme and an industry) that make the match
together are both named. Otherwise none is. Thresholds: docs/quality.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from recommender.blocks.base import quoted
from recommender.interface.answers import BASELINE, AspectShare, Contribution
from recommender.interface.lazy import Reason
from recommender.pool.aspects import AspectKind
from recommender.pool.profiles import SubjectKind
from recommender.pool.taxonomies import name_in

LEAST_SHARE = 0.6
LEAST_SCORE = 30.0
"""Of what is named, asked for alone."""
LEAST_TOGETHER = 0.8
LEAST_OF_TWO = 0.25
PLAIN_SCORE = 60.0
"""From this score on a match is said plainly, below as a possibility."""
PASSAGE_CHARACTERS = {"en": 160, "zh": 80}
PHRASE_CHARACTERS = {"en": 80, "zh": 40}

Passage = Callable[[str], str | None]
"""Gives the sentence of the project that carries the match, for the reader's language; ``None`` where none does."""

_VERBS = {
    AspectKind.PRIORITY: ("matches the priority “{}”", "符合重点产业“{}”"),
    AspectKind.NEED: ("answers the open need “{}”", "对应公开需求“{}”"),
    AspectKind.THEME: ("matches “{}”", "符合投资方向“{}”"),
    AspectKind.CONCEPT: ("matches the industry “{}”", "符合关注领域“{}”"),
    AspectKind.TRACK: ("matches the track “{}”", "符合关注赛道“{}”"),
    AspectKind.WHOLE: ("is about the same as “{}”", "与“{}”内容相近"),
}
_PERHAPS = {
    AspectKind.PRIORITY: ("may match the priority “{}”", "可能符合重点产业“{}”"),
    AspectKind.NEED: ("may answer the open need “{}”", "可能对应公开需求“{}”"),
    AspectKind.THEME: ("may match “{}”", "可能符合投资方向“{}”"),
    AspectKind.CONCEPT: ("may match the industry “{}”", "可能符合关注领域“{}”"),
    AspectKind.TRACK: ("may match the track “{}”", "可能符合关注赛道“{}”"),
    AspectKind.WHOLE: ("may be about the same as “{}”", "可能与“{}”内容相近"),
}

_OF_RECORDS = {
    AspectKind.THEME: ("matches “{}”", "与“{}”相符"),
    AspectKind.CONCEPT: ("is in the same field, “{}”", "同属“{}”领域"),
    AspectKind.TRACK: ("is in the same track, “{}”", "同属“{}”赛道"),
}
"""Of what records of plugins state of themselves, whatever their kind: a mentor looks for no investment."""
_PERHAPS_OF_RECORDS = {
    AspectKind.THEME: ("may match “{}”", "可能与“{}”相符"),
    AspectKind.CONCEPT: ("may be in the same field, “{}”", "可能同属“{}”领域"),
    AspectKind.TRACK: ("may be in the same track, “{}”", "可能同属“{}”赛道"),
}


def leading(shares: Sequence[AspectShare]) -> tuple[AspectShare, ...]:
    """Return the aspects that a reason may name, largest share first: none, one, or two of different kinds."""
    likely = [each for each in shares if each.score >= LEAST_SCORE]
    ordered = sorted(shares, key=lambda each: (-each.share, each.id))
    if not ordered or ordered[0] not in likely:
        return ()
    first = ordered[0]
    for second in ordered[1:2]:
        together = second.share >= LEAST_OF_TWO and first.share + second.share >= LEAST_TOGETHER
        if together and second in likely and second.kind != first.kind:
            return first, second
    return (first,) if first.share >= LEAST_SHARE else ()


def lead(named: Sequence[AspectShare], passage: Passage, kind: SubjectKind) -> Reason:
    """Return the first reason of a line: the aspects met and, where there is one, the sentence that meets them.

    ``kind`` is the subject's.
    """
    return Reason.by_language(partial(_lead, named, passage, kind))


def _lead(named: Sequence[AspectShare], passage: Passage, kind: SubjectKind, language: str) -> str:
    said = ("，" if language == "zh" else "; ").join(_matched(each, kind, language) for each in named)
    said = said[0].upper() + said[1:]
    found = passage(language)
    if found is None:
        return f"{said}。" if language == "zh" else f"{said}."
    sentence = quoted(found, PASSAGE_CHARACTERS[language])
    return f"{said}：“{sentence}”" if language == "zh" else f"{said}: “{sentence}”"


def _matched(share: AspectShare, kind: SubjectKind, language: str) -> str:
    plain, aspect = share.score >= PLAIN_SCORE, AspectKind(share.kind)
    verbs = (_VERBS if plain else _PERHAPS)[aspect]
    if kind is SubjectKind.ENTITY:
        verbs = (_OF_RECORDS if plain else _PERHAPS_OF_RECORDS).get(aspect, verbs)
    return verbs[language == "zh"].format(quoted(name_in(share.name, language), PHRASE_CHARACTERS[language]))


def strongest(
    contributions: Sequence[Contribution], count: int, first: Reason | None = None, silent: frozenset[str] = frozenset()
) -> list[Reason]:
    """Return ``first``, the reasons with most points for the candidate, then those with most against it.

    ``silent`` names blocks without a reason of their own: ``first`` speaks for them, or nothing can be named.
    """
    speaking = [
        each
        for each in contributions
        if each.block != BASELINE and each.block not in silent and each.known and each.points != 0
    ]
    ordered = sorted(speaking, key=lambda each: (each.points < 0, -abs(each.points), each.block))
    return [*([first] if first is not None else []), *(each.reason for each in ordered)][:count]
