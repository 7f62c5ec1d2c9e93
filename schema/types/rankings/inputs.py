"""How rankings and fits are asked: their arguments, and the input types of these."""

from __future__ import annotations

from schema.declarations.base import Argument
from schema.declarations.relations import MAXIMUM_PAGE
from schema.domain.rankings.questions import LEAST_EXPOSURE
from schema.types.type_names import Names, enum_of, enum_type, input_type

WEIGHTS = Argument("weights", "[BlockWeightInput!]", "Weights of blocks for this call alone; others keep theirs.", None)
_OPTIONS = [
    WEIGHTS,
    Argument("personalised", "Boolean!", "Whether the subject's history counts; false: what it declares alone.", True),
]
RANKING_ARGUMENTS = (
    Argument("options", "RankingOptions", "How it is ranked.", None),
    Argument("first", "Int", f"How many, at most {MAXIMUM_PAGE}.", 20),
    Argument("after", "String", "Only what comes behind this cursor.", None),
)


def define_ranking_inputs(names: Names) -> None:
    """Define the input types."""
    input_type(names, "BlockWeightInput", "A weight for one block.", [
        Argument("block", "String!", "The block's name, as `capabilities { model { blocks { name } } }` lists them."),
        Argument("weight", "Float!", "Its weight, at least 0."),
    ])  # fmt: skip
    enum_type(names, enum_of("RankingSpread", "What a list is spread over.", {
        "NONE": "Nothing: by the scores alone.",
        "PRIORITIES": "What the subject asks for: the first ten lines are the best ones, and each next line is the "
                      "best for what the list answers least.",
    }))  # fmt: skip
    input_type(names, "FitOptions", "How a fit is asked.", _OPTIONS)
    input_type(names, "PriorityWeightInput", "A weight for one of a place's priorities.", [
        Argument("priority", "ID!", "The priority."),
        Argument("weight", "Float!", "Its weight, at least 0; 0 leaves it out."),
    ])  # fmt: skip
    input_type(names, "IndustryWeightInput", "A factor for what a place wants of an industry.", [
        Argument("industry", "ID!", "The industry or field."),
        Argument("weight", "Float!", "At least 0: 1 changes nothing, 0 leaves it out."),
    ])  # fmt: skip
    input_type(names, "RankingOptions", "How a list is ranked.", [
        *_OPTIONS,
        Argument("priority_weights", "[PriorityWeightInput!]",
                 "Weights of the place's priorities for this call alone; others keep theirs. For places only.", None),
        Argument("mandate", "MandateInput",
                 "The list as if the investor's mandate were this, for this call alone: what isn't given stays as it "
                 "is, and nothing is saved. For the investor itself and organisers.", None),
        Argument("industry_weights", "[IndustryWeightInput!]",
                 "Factors for what the place's priorities want of an industry, for this call alone; one that no "
                 "priority means is wanted as by a priority of that weight. For places only.", None),
        Argument("exclude_seen", "Boolean!", "Leave out what the subject was shown.", False),
        Argument("exclude_passed", "Boolean!", "Leave out what the subject passed on.", True),
        Argument("exclude_portfolio", "Boolean!", "Leave out what the subject has already.", True),
        Argument("diversity", "Float!",
                 "From 0 to 1 (more is read as 1, less as 0): how far fit is traded against likeness on the list.",
                 0.0),
        Argument("exposure_cap", "Float!",
                 f"From {LEAST_EXPOSURE} to 1 (more is read as 1, less as {LEAST_EXPOSURE}): the largest share of the "
                 "list for one industry, rounded up to whole lines. A list may end early for it.", 1.0),
        Argument("spread", "RankingSpread",
                 "PRIORITIES orders the list after its first ten lines so that it answers each thing asked for; null "
                 "is PRIORITIES for projects of a place, and NONE otherwise.", None),
        Argument("only", "ID",
                 "One of the subject's priorities, needs, industries or tracks: the list for it alone.", None),
        Argument("least_band", "Band!", "The list ends where scores fall below this band.", "NO_MATCH"),
        Argument("reasons", "Int!", "How many of the strongest contributions are told in `reasons`.", 3),
    ])  # fmt: skip
