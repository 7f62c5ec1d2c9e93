"""What a place looks for beyond its stated priorities: its open needs, and its local industry.

Both query coordinates of other blocks, and are shown apart from the priorities, which speak through the blocks
``text``, ``industry`` and ``track``.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recommender.blocks.base import Block, Pair
from recommender.blocks.industry import IndustryBlock
from recommender.blocks.text import TextBlock
from recommender.blocks.text_reasons import told_of_sentence
from recommender.features import Floats
from recommender.interface.lazy import Reason
from recommender.pool.profiles import Profile, SubjectKind

_PLACE_ONLY = frozenset({SubjectKind.PLACE})


class _OfIndustry(Block):
    """A block that asks about industries by its own rule."""

    shares = "industry"
    subjects = _PLACE_ONLY

    def __init__(self, industry: IndustryBlock) -> None:
        self.industry = industry

    def evidence(self, weights: sparse.csr_matrix) -> Floats | None:
        return None


class NeedIndustryBlock(_OfIndustry):
    """The industries of a place's open needs."""

    name = "needs"
    weight = 0.4
    description = Reason("Open needs", "公开需求")
    topical = True

    def query(self, profile: Profile) -> Floats | None:
        return self.industry.query_of_concepts(profile.need_concepts)

    def explain(self, pair: Pair) -> Reason:
        if pair.known and pair.points > 0:
            en, zh = (self.industry.way(pair.row, pair.profile.need_concepts, language) for language in ("en", "zh"))
            return Reason(
                f"It answers an open need of the place by its industry: {en}.", f"其产业对应当地的公开需求：{zh}。"
            )
        return Reason("It answers no open need of the place by its industry.", "其产业未对应当地的公开需求。")


class NeedTextBlock(Block):
    """The wording of a place's open needs."""

    name = "needs_text"
    weight = 0.4
    description = Reason("Wording of open needs", "公开需求文本")
    topical = True
    worded = True
    quotes = True
    shares = "text"
    subjects = _PLACE_ONLY

    def __init__(self, text: TextBlock) -> None:
        self.text = text

    def query(self, profile: Profile) -> Floats | None:
        return self.text.query_of_texts(profile.need_texts)

    def asked_moments(self, coefficients: Floats) -> tuple[Floats, Floats]:
        return self.text.asked_moments(coefficients)

    def confidence(self, profile: Profile) -> float | None:
        return self.text.confidence_of_texts(profile.need_texts)

    def evidence(self, weights: sparse.csr_matrix) -> Floats | None:
        return None

    def explain(self, pair: Pair) -> Reason:
        if pair.known and pair.points > 0:
            if pair.shared:
                return Reason("Its text touches on what the place needs.", "其文本涉及当地的公开需求。")
            return told_of_sentence(self.carrying(pair, "en"), self.carrying(pair, "zh"))
        return Reason("Its text is not close to the open needs of the place.", "其文本与当地的公开需求不相近。")

    def plain_query(self, profile: Profile) -> Floats | None:
        return self.text.plain_query_of(profile.need_texts)

    def carrying(self, pair: Pair, language: str) -> str | None:
        """Return the sentence that carries what an open need asks, as in ``TextBlock.carrying``."""
        return self.text.carrying(pair, language)


class LocalEvidenceBlock(_OfIndustry):
    """The industries of a place's parks and firms, whatever its priorities say."""

    name = "local_industry"
    weight = 0.3
    description = Reason("Parks and firms of the place", "当地园区与企业")

    def query(self, profile: Profile) -> Floats | None:
        damped = {concept: float(np.log1p(count)) for concept, count in profile.evidence_concepts.items()}
        return self.industry.query_of_concepts(damped)

    def explain(self, pair: Pair) -> Reason:
        if pair.known and pair.points > 0:
            there = pair.profile.evidence_concepts
            en, zh = (self.industry.way(pair.row, there, language) for language in ("en", "zh"))
            return Reason(
                f"The place already has parks or firms of its industry: {en}.", f"当地已有该产业的园区或企业：{zh}。"
            )
        return Reason("The place has no parks or firms of its industry so far.", "当地尚无该产业的园区或企业。")


def place_blocks(text: TextBlock, industry: IndustryBlock) -> tuple[Block, ...]:
    """Return the blocks of this file on top of the given ones."""
    return NeedIndustryBlock(industry), NeedTextBlock(text), LocalEvidenceBlock(industry)
