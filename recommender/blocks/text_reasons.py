"""Reasons of text blocks: the sentence behind a match, or the similar project chosen before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from recommender.blocks.base import Pair, quoted
from recommender.blocks.sentences import Sentence
from recommender.features import DenseFeatures, Floats, Rows
from recommender.interface.lazy import Reason
from recommender.pool.profiles import EVIDENCE_STRENGTH, EvidenceKind
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import name_in
from recommender.text import is_denial

LEAST_CARRYING = 0.08
"""Minimum ``w x cosine`` for quoting a sentence (docs/quality.md)."""
_DONE = {EvidenceKind.SIGNED: ("signed with before", "以往签约"), EvidenceKind.MET: ("met before", "以往洽谈")}
Nearest: TypeAlias = tuple[Mapping[str, str], EvidenceKind]
"""A project's names, and the strongest act on it."""


CLOSE = Reason("Its text as a whole is close to the request.", "其文本整体上与需求相近。")


def told_of_sentence(en: str | None, zh: str | None, otherwise: Reason = CLOSE) -> Reason:
    """Return the statement of a text block on a match, with the sentence behind it if there is one."""
    return Reason(
        f"By its text: “{quoted(en)}”" if en else otherwise.en,
        f"文本依据：“{quoted(zh, 80)}”" if zh else otherwise.zh,
    )


def both_describe(alike: bool) -> Reason:
    """Return the statement on how a project's text stands to that of a plugin's record, which requests nothing."""
    if alike:
        return Reason("The texts of both touch on the same topics.", "两者的文字介绍涉及相同的内容。")
    return Reason("The texts of both are about different topics.", "两者的文字介绍内容不同。")


def carrying_sentence(sentences: Sequence[Sentence], query: Floats, language: str) -> str | None:
    """Return the sentence in ``language`` without which the product with the query would fall most.

    ``query`` (2, dimension) holds the query and the words that feedback made it of. ``w x cosine`` with both must reach
    ``LEAST_CARRYING``, where ``w`` is the sentence's weight apart from its length. A denial doesn't count.
    """
    own = [each for each in sentences if each.language == language and not is_denial(each.text)]
    best = max(own, key=lambda each: each.loss, default=None)
    if best is None:
        return None
    return best.text if best.weight * float((query @ best.vector).min()) >= LEAST_CARRYING else None


def nearest_of_history(
    projects: Projects, features: DenseFeatures, rows: Rows, values: Floats, pair: Pair
) -> Nearest | None:
    """Return the nearest of the projects that the subject chose: ``rows`` with their vectors ``values``.

    The project itself is excluded. ``None`` if none is left, or the nearest has no name.
    """
    others = rows != pair.row
    if not others.any():
        return None
    nearest = int(rows[others][int(np.argmax(values[others] @ features.values[pair.row]))])
    names = projects.names[nearest]
    acts = [act for act in pair.profile.history if act.project_id == projects.ids[nearest] and act.favourable]
    kind = max(acts, key=lambda act: EVIDENCE_STRENGTH[act.kind]).kind
    return (names, kind) if any(names.values()) else None


def reason_of_history(pair: Pair, nearest: Callable[[Pair], Nearest | None]) -> Reason:
    """Return the statement on a match by history."""
    if pair.points <= 0:
        return Reason("Its text is unlike what was chosen before.", "其文本与以往的选择不相似。")
    if pair.chosen and not pair.others_chosen:
        return Reason("It was chosen before.", "该项目此前已被选择。")
    neighbour = nearest(pair)
    if neighbour is None:
        return Reason("Its text is like what was chosen before.", "其文本与以往的选择相似。")
    names, kind = neighbour
    done_en, done_zh = _DONE.get(kind, ("chosen before", "以往选择"))
    return Reason(
        f"Its text is like {name_in(names, 'en')}, {done_en}.",
        f"其文本与{done_zh}的“{name_in(names, 'zh')}”相似。",
    )
