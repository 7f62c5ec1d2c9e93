"""The types of gaps, and their root field."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from recommender.interface.bands import LEAST_SCORE, Band
from schema.declarations.base import Argument
from schema.domain.rankings.gaps import MOST_LISTED, Gaps
from schema.domain.rankings.matrices import MOST_PLACES
from schema.types.type_names import Names, enum_of, enum_type, object_type, output_field


def define_gaps(names: Names) -> list[StrawberryField]:
    """Define the types of gaps; return the fields of `Query`."""
    enum_type(names, enum_of("BringerKind", "How sources of projects are grouped.", {
        "STATION": "By the station or organisation that recommended them.",
        "EVENT": "By the event that they took part in, such as a competition area's preliminary review.",
        "COUNTRY": "By the country that they come from.",
    }))  # fmt: skip
    counted = "Number of projects in its industries, covered ones included"
    object_type(names, "PriorityCoverage", "A priority, and how many projects meet it.", [
        output_field(names, "priority", "IndustryPriority!", "The priority.",
                     resolve=lambda found, *_: found.subject),
        output_field(names, "project_count", "Int!",
                     f"{counted}; without industries, in its tracks.", resolve=lambda found, *_: found.count),
        output_field(names, "by_industry", "Int", f"{counted}; null if it names none."),
        output_field(names, "by_track", "Int", "How many projects are in its tracks; null if it names none. A track "
                     "is broad, so many of them may not meet the priority."),
        output_field(names, "stated", "Boolean!",
                     "False if it names neither industry nor track, so that nothing can be counted."),
    ])  # fmt: skip
    object_type(names, "NeedCoverage", "A need, and how many projects could answer it.", [
        output_field(names, "need", "MatchingNeed!", "The need.", resolve=lambda found, *_: found.subject),
        output_field(names, "project_count", "Int!",
                     f"{counted}, with the required level and readiness of technology.",
                     resolve=lambda found, *_: found.count),
        output_field(names, "stated", "Boolean!", "False if it names no industry, so that nothing can be counted."),
    ])  # fmt: skip
    object_type(names, "UnplacedProject", "A project that fits no place well.", [
        output_field(names, "project", "Project!", "The project."),
        output_field(names, "place", "Place!", "The place that it fits best."),
        output_field(names, "score", "Float!", "How well, from 0 to 100."),
    ])  # fmt: skip
    object_type(names, "UnplacedProjects", "Projects that fit no place well.", [
        output_field(names, "total_count", "Int!", "How many.", resolve=lambda found, *_: found.total),
        output_field(names, "considered_count", "Int!", "How many were considered.",
                     resolve=lambda found, *_: found.considered),
        output_field(names, "projects", "[UnplacedProject!]!", "The worst first."),
    ])  # fmt: skip
    object_type(names, "BringerTrack", "A source's number of projects in one track.", [
        output_field(names, "track", "Track!", "The track."),
        output_field(names, "count", "Int!", "How many."),
    ])  # fmt: skip
    object_type(names, "Bringer", "A source of projects, and its projects by track.", [
        output_field(names, "node", "Node", "The organisation, event or country; null for projects without one."),
        output_field(names, "project_count", "Int!", "How many projects.", resolve=lambda found, *_: found.count),
        output_field(names, "landed_count", "Int!", "How many of them have settled.",
                     resolve=lambda found, *_: found.landed),
        output_field(names, "tracks", "[BringerTrack!]!", "By track, the largest first."),
    ])  # fmt: skip
    object_type(names, "PoolGaps", f"What is missing between places and projects; at most {MOST_LISTED} of each.", [
        output_field(names, "priorities", "[PriorityCoverage!]!",
                     "Valid priorities, those met by the fewest projects first.",
                     resolve=lambda gaps, *_: gaps.priorities()),
        output_field(names, "needs", "[NeedCoverage!]!",
                     "Open needs for technology, projects or cooperation before their deadline, those with the "
                     "fewest offers first.",
                     resolve=lambda gaps, *_: gaps.needs()),
        output_field(names, "unplaced", "UnplacedProjects!", "Projects with a low best fit over all places.",
                     arguments=[Argument("below", "Float!", "Show projects scoring below this, from 0 to 100 "
                                    "(more is read as 100, less as 0).", LEAST_SCORE[Band.FAIR]),
                                Argument("first", "Int!", f"How many are listed, 0 to {MOST_LISTED}.", 100)],
                     resolve=lambda gaps, _, arguments: gaps.unplaced(arguments["below"], arguments["first"])),
        output_field(names, "bringers", "[Bringer!]!", "Sources of projects, the largest first.",
                     arguments=[Argument("by", "BringerKind!", "How they are grouped.", "STATION")],
                     resolve=lambda gaps, _, arguments: gaps.bringers(str(arguments["by"]))),
    ])  # fmt: skip
    return [
        output_field(
            names, "pool_gaps", "PoolGaps!",
            "What is missing: priorities that no project meets, projects that fit nowhere, needs without offers.",
            arguments=[
                Argument("filter", "ProjectFilter", "Only these projects count.", None),
                Argument("places", "[ID!]",
                         f"Only these places, at most {MOST_PLACES}; by default all with priorities.", None),
            ],
            resolve=lambda _, context, arguments: Gaps(context, arguments),
        )
    ]  # fmt: skip
