"""The arguments of rankings and fits, and their input types."""

from __future__ import annotations

from schema.declarations.base import Argument
from schema.declarations.relations import PAGE_ARGUMENTS
from schema.domain.rankings.questions import LEAST_EXPOSURE, MOST_REASONS
from schema.types.type_names import Names, enum_of, enum_type, input_type

WEIGHTS = Argument("weights", "[BlockWeightInput!]", "Weights of blocks for this call; others keep theirs.", None)
_OPTIONS = [
    WEIGHTS,
    Argument("personalised", "Boolean!", "Whether the subject's history counts; false: only what it declares.", True),
]
OPTIONS = Argument("options", "RankingOptions", "How it is ranked.", None)
RANKING_ARGUMENTS = (
    OPTIONS,
    *PAGE_ARGUMENTS,
)


def define_ranking_inputs(names: Names) -> None:
    """Define the input types."""
    input_type(names, "BlockWeightInput", "A weight for one block.", [
        Argument("block", "String!", "The block's name, as `capabilities { model { blocks { name } } }` lists them."),
        Argument("weight", "Float!", "Its weight, at least 0."),
    ])  # fmt: skip
    enum_type(names, enum_of("RankingSpread", "What a list is spread over.", {
        "NONE": "Nothing: ordered by score.",
        "PRIORITIES": "What the subject asks for: the first ten lines are the best ones, and each next line is the "
                      "best for what the list answers least.",
    }))  # fmt: skip
    input_type(names, "FitOptions", "Options of a fit.", _OPTIONS)
    input_type(names, "PriorityWeightInput", "A weight for one of a place's priorities.", [
        Argument("priority", "ID!", "The priority."),
        Argument("weight", "Float!", "Its weight, at least 0; 0 removes it."),
    ])  # fmt: skip
    input_type(names, "IndustryWeightInput", "A factor for an industry in a place's priorities.", [
        Argument("industry", "ID!", "The industry or field."),
        Argument("weight", "Float!", "At least 0; 1 is neutral, 0 removes it."),
    ])  # fmt: skip
    input_type(names, "RankingOptions", "Options of a ranking.", [
        *_OPTIONS,
        Argument("priority_weights", "[PriorityWeightInput!]",
                 "Weights of the place's priorities for this call; others keep theirs. For places only.", None),
        Argument("mandate", "MandateInput",
                 "A mandate to try for this call: fields that aren't given stay as they "
                 "are, and nothing is saved. For the investor itself and organisers.", None),
        Argument("industry_weights", "[IndustryWeightInput!]",
                 "Factors for industries in the place's priorities, for this call; one that no "
                 "priority means counts like a priority of that weight. For places only.", None),
        Argument("exclude_seen", "Boolean!", "Leave out projects the subject was shown.", False),
        Argument("exclude_passed", "Boolean!", "Leave out projects the subject passed on.", True),
        Argument("exclude_portfolio", "Boolean!", "Leave out the subject's portfolio.", True),
        Argument("diversity", "Float!",
                 "How far fit is traded for diversity, 0 to 1.",
                 0.0),
        Argument("exposure_cap", "Float!",
                 f"The largest share of the list for one industry, {LEAST_EXPOSURE} to 1, rounded up to whole lines. "
                 "The list may end early.", 1.0),
        Argument("spread", "RankingSpread",
                 "PRIORITIES orders the list after its first ten lines so that it answers each thing asked for; null "
                 "is PRIORITIES for projects of a place, and NONE otherwise.", None),
        Argument("only", "ID",
                 "A single aspect to rank for: one of the subject's priorities, needs, industries or tracks.", None),
        Argument("least_band", "Band!", "Cut the list off below this band.", "NO_MATCH"),
        Argument("reasons", "Int!",
                 f"Number of strongest contributions explained in `reasons`, 0 to {MOST_REASONS}.", 3),
    ])  # fmt: skip
