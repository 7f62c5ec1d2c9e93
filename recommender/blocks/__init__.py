"""Blocks: the named signals whose sum is a fit."""

from recommender.blocks.base import Block, Context, Pair
from recommender.blocks.co_investors import CoInvestorBlock
from recommender.blocks.funding import ChequeBlock, StageBlock
from recommender.blocks.geography import GeographyBlock, LandingBlock
from recommender.blocks.industry import IndustryBlock, TrackBlock
from recommender.blocks.lexical import LexicalBlock
from recommender.blocks.merit import ResultBlock, TechnologyLevelBlock
from recommender.blocks.places import place_blocks
from recommender.blocks.text import TextBlock


def core_blocks() -> tuple[Block, ...]:
    """Return new, unfitted blocks of core, in display order."""
    text, industry = TextBlock(), IndustryBlock()
    return (
        text,
        LexicalBlock(),
        TrackBlock(),
        industry,
        StageBlock(),
        ChequeBlock(),
        GeographyBlock(),
        TechnologyLevelBlock(),
        ResultBlock(),
        LandingBlock(),
        CoInvestorBlock(),
        *place_blocks(text, industry),
    )


__all__ = [
    "Block",
    "ChequeBlock",
    "CoInvestorBlock",
    "Context",
    "GeographyBlock",
    "IndustryBlock",
    "LandingBlock",
    "LexicalBlock",
    "Pair",
    "ResultBlock",
    "StageBlock",
    "TechnologyLevelBlock",
    "TextBlock",
    "TrackBlock",
    "core_blocks",
]
