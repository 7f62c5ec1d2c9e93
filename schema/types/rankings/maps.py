"""The type of the map of the pool, and its root field."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.domain.rankings import maps
from schema.types.type_names import Names, enum_of, enum_type, object_type, output_field


def define_maps(names: Names) -> list[StrawberryField]:
    """Define the map's types; return the fields of `Query`."""
    enum_type(names, enum_of("ProjectionMethod", "How texts were projected to the plane.", {
        "T_SNE": "Projection by t-SNE, which keeps neighbours together; stored by `roadshow encode`.",
        "PCA": "The two directions of largest spread; for a pool that has not been encoded.",
    }))  # fmt: skip
    object_type(
        names, "ProjectMap",
        "The projects on offer as points in the unit square, near others with similar texts. "
        "Columns of equal length: values at one position belong together.", [
            output_field(names, "method", "ProjectionMethod!", "The method of projection."),
            output_field(names, "total_count", "Int!",
                         "Number of projects that meet the filter; those without text have no point, and of more than "
                         f"{maps.MOST_POINTS} evenly spread ones are shown.",
                         resolve=lambda found, *_: found.total),
            output_field(names, "project_ids", "[ID!]!", "The projects' ids.",
                         resolve=lambda found, *_: found.projects),
            output_field(names, "x", "[Float!]!", "From 0 to 1, left to right."),
            output_field(names, "y", "[Float!]!", "From 0 to 1, bottom to top."),
            output_field(names, "tracks", "[Track]!", "The tracks that occur, largest first.",
                         resolve=maps.tracks_of),
            output_field(names, "track", "[Int]!", "The position in `tracks` of each project's first track.",
                         resolve=lambda found, *_: found.track),
            output_field(names, "score", "[Float!]",
                         "How well each fits the place, from 0 to 100, to two decimals; null without a place "
                         "that you may see."),
        ],
    )  # fmt: skip
    return [
        output_field(
            names, "project_map", "ProjectMap!", "A map of the pool: projects as points by their texts.",
            arguments=[
                Argument("filter", "ProjectFilter", "Only projects that meet this.", None),
                Argument("place", "ID", "A place, to show its fit with each project.", None),
                Argument("weights", "[BlockWeightInput!]", "Weights of blocks for that fit; others keep theirs.", None),
            ],
            resolve=maps.pool_map,
        )
    ]  # fmt: skip
