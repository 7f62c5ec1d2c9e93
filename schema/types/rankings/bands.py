"""The types of a score's meaning: bands, aspects and coverage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from strawberry.types.field import StrawberryField

from recommender.interface.answers import RankedItem
from recommender.interface.bands import MEANINGS, Band, band_of
from recommender.pool.taxonomies import name_in
from schema.declarations.columns import LANGUAGE_ARGUMENT
from schema.types.type_names import Names, enum_of, enum_type, object_type, output_field


def define_bands(names: Names) -> None:
    enum_type(names, enum_of("Band", "A score in words; `capabilities { bands { band leastScore } }` has the limits.", {
        band.value: MEANINGS[band].en for band in Band
    }))  # fmt: skip
    enum_type(names, enum_of("AspectKind", "The kind of an aspect.", {
        "PRIORITY": "A priority of a place.",
        "NEED": "An open need of a place.",
        "THEME": "A sentence of an investor's thesis.",
        "CONCEPT": "An industry or field of a mandate.",
        "TRACK": "A track of a mandate.",
        "WHOLE": "The whole request: another project, or a text.",
    }))  # fmt: skip
    about = output_field(names, "aspect", "ID!", "The id of the priority, need, industry or track; a name for a theme.",
                         resolve=lambda each, *_: each.id)  # fmt: skip
    name = output_field(names, "name", "String!", "Its name.", arguments=[LANGUAGE_ARGUMENT],
                        resolve=lambda each, context, arguments: name_in(
                            each.name, context.preferred(arguments.get("lang"))[0], each.id))  # fmt: skip
    kind = output_field(names, "kind", "AspectKind!", "Its kind.")
    object_type(names, "AspectShare", "An aspect's part in a score.", [
        about,
        kind,
        name,
        output_field(names, "share", "Float!", "Its share of the match; those of a line add up to 1."),
        output_field(names, "points", "Float!", "Points of the score, from 0 to 100, that it makes."),
        output_field(names, "score", "Float!",
                     "What the project would score, from 0 to 100, if this alone were asked for."),
        output_field(names, "band", "Band!", "That score in words.",
                     resolve=lambda each, *_: band_of(each.score).value),
    ])  # fmt: skip
    object_type(names, "AspectCoverage", "An aspect's part in a list.", [
        about,
        kind,
        name,
        output_field(names, "wanted", "Float!", "Its share of the weights; they add up to 1."),
        output_field(names, "share", "Float!", "Its share of the lines."),
        output_field(names, "count", "Int!", "Number of lines it leads that are at least WEAK."),
    ])  # fmt: skip


def judgement(names: Names, item_of: Callable[[Any], RankedItem]) -> list[StrawberryField]:
    """What a score means, and what made it."""
    return [
        output_field(names, "band", "Band!", "The score in words.",
                     resolve=lambda source, *_: item_of(source).band.value),
        output_field(names, "aspects", "[AspectShare!]!",
                     "Each aspect's part in the score (a priority, need or theme), largest first.",
                     resolve=lambda source, *_: item_of(source).aspects),
        output_field(names, "too_little_text", "Boolean!",
                     "Whether the project's texts are too short to judge.",
                     resolve=lambda source, *_: item_of(source).too_little_text),
    ]  # fmt: skip
