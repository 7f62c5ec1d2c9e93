"""The types of rankings and fits, and the root fields about pairs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from strawberry.types.field import StrawberryField

from recommender.interface.answers import RankedItem, Snapshot
from recommender.pool.taxonomies import name_in
from schema.declarations.base import Argument, GivenArguments
from schema.declarations.columns import LANGUAGE_ARGUMENT
from schema.domain.rankings import kept, matrices, pairs, snapshots
from schema.domain.rankings.questions import RankedSource
from schema.request.context import Context
from schema.types.labels import with_article
from schema.types.rankings.bands import define_bands, judgement
from schema.types.rankings.inputs import WEIGHTS, define_ranking_inputs
from schema.types.type_names import Names, Resolver, enum_of, enum_type, object_type, output_field


def define_rankings(names: Names) -> list[StrawberryField]:
    """Define the types; gives the fields of `Query`."""
    enum_type(names, enum_of("ScoreScale", "How a score from 0 to 100 is to be read.", {
        "STANDARD": "Of a fixed scale: of a hundred pairs with such a fit, how many a reader would call a match, as "
                    "measured on labelled texts.",
        "CALIBRATED": "Fitted to past outcomes: of as many chosen as not chosen cases, the percentage that was chosen "
                      "at this fit; 50 is as likely to be chosen as an average candidate, 80 four times as likely.",
    }))  # fmt: skip
    define_bands(names)
    object_type(names, "BlockWeight", "The weight of a block.", [
        output_field(names, "block", "String!", "The block's name.", resolve=lambda pair, *_: pair[0]),
        output_field(names, "weight", "Float!", "Its weight.", resolve=lambda pair, *_: float(pair[1])),
    ])  # fmt: skip
    object_type(names, "Snapshot", "Everything that an answer depends on: the same snapshot gives the same answer.", [
        output_field(names, "id", "ID!", "Its name. For organisers that of the data; for others that of the answer."),
        output_field(names, "model_version", "String!", "Version of the model."),
        output_field(names, "encoder", "String!", "The text encoder."),
        output_field(names, "weights", "[BlockWeight!]!", "Weights of the blocks.",
                     resolve=lambda snapshot, *_: sorted(snapshot.weights.items())),
        output_field(names, "data_position", "String!",
                     "Position of the change log that the data is of, for organisers; 0 for others."),
        output_field(names, "scale", "ScoreScale!", "How scores are to be read.",
                     resolve=lambda snapshot, *_: snapshot.scale.value),
        output_field(names, "created_at", "DateTime!", "When the data was read; for others than organisers the day."),
        output_field(names, "rerankers", "[String!]!",
                     "Rerankers of plugins that changed the order of this ranking, as they acted; never a score."),
    ])  # fmt: skip
    reason = ("String!", "Why, in a sentence.")
    object_type(names, "Contribution", "The share of a score that comes from one block. All of them add up to it.", [
        output_field(names, "block", "String!", "The block's name; baseline for what every score starts from."),
        output_field(names, "points", "Float!", "Points of the score, on its scale from 0 to 100; may be negative."),
        output_field(names, "declared", "Float!", "The points from what the subject states."),
        output_field(names, "history", "Float!", "The points from what the subject did."),
        output_field(names, "weight", "Float!", "The block's weight."),
        output_field(names, "known", "Boolean!", "False where the project or the subject says nothing."),
        output_field(names, "reason", *reason, arguments=[LANGUAGE_ARGUMENT], resolve=_reason),
    ])  # fmt: skip
    object_type(names, "GateResult", "A hard condition, and whether a pair passes it. It never changes a score.", [
        output_field(names, "gate", "String!", "The gate's name."),
        output_field(names, "passed", "Boolean!", "Whether it lets the pair through."),
        output_field(names, "reason", *reason, arguments=[LANGUAGE_ARGUMENT], resolve=_reason),
    ])  # fmt: skip
    object_type(names, "Lesson", "What a subject's acts taught about one industry, track, stage or place.", [
        output_field(names, "block", "String!", "The block: industry, track, stage or geography."),
        output_field(names, "code", "String!", "The id of the concept, track or place; or the stage."),
        output_field(names, "name", "String!", "Its name.", arguments=[LANGUAGE_ARGUMENT],
                     resolve=lambda lesson, context, arguments: name_in(
                         lesson.name, context.preferred(arguments.get("lang"))[0], lesson.code)),
        output_field(names, "points", "Float!",
                     "Points that history adds for a project of it alone, near the middle of the scale; negative "
                     "where it takes points away."),
        output_field(names, "chosen", "Int!", "How many of the subject's acts on it were in favour."),
        output_field(names, "passed", "Int!", "How many were passes."),
        output_field(names, "reason", *reason, arguments=[LANGUAGE_ARGUMENT], resolve=_reason),
    ])  # fmt: skip
    object_type(names, "Counterfactual", "What would have to change for a project to come among the first.", [
        output_field(names, "within", "Int!", "How many are the first."),
        output_field(names, "possible", "Boolean!", "Whether one change is enough, or none is needed."),
        output_field(names, "block", "String", "The block that the change is about; null where there is none."),
        output_field(names, "reason", "String!", "The change, in a sentence.", arguments=[LANGUAGE_ARGUMENT],
                     resolve=_reason),
    ])  # fmt: skip
    define_ranking_inputs(names)
    _define_kept(names)
    for target in ("Project", "Investor", "Place"):
        _define_ranked(names, target)
    object_type(names, "Standing", "Where an investor or a place stands among its kind, as a project would see it.", [
        output_field(names, "rank", "Int!", "From 1, the best."),
        output_field(names, "total", "Int!", "Among so many that you may see."),
    ])  # fmt: skip
    object_type(names, "Fit", "How well a pair fits, whatever the gates say.", [
        output_field(names, "score", "Float!", "From 0 to 100."),
        *judgement(names, lambda found: found),
        *_explanation(names, lambda found: found),
        output_field(names, "passed", "Boolean!", "Whether every gate lets the pair through."),
        output_field(names, "standing", "Standing",
                     "From the project's side: where the counterpart stands among all investors, or places, by what "
                     "they declare, whatever the gates say; null for one that declares nothing.",
                     resolve=pairs.standing),
        output_field(names, "counterfactual", "Counterfactual",
                     "The one change of what the counterpart declares that would bring the project among its first; "
                     "null where you may not see all of its list.",
                     arguments=[Argument("within", "Int!", f"So many are the first; at most {pairs.MOST_WITHIN}.", 10)],
                     resolve=pairs.counterfactual),
        output_field(names, "snapshot", "Snapshot!", "What the answer depends on.",
                     resolve=lambda found, context, _: snapshots.of_fit(context.actor, found)),
    ])  # fmt: skip
    object_type(names, "TrackFit", "How the projects of one track fit a place.", [
        output_field(names, "track", "Track", "The track.",
                     resolve=lambda each, context, _: context.node(each.track_id)),
        output_field(names, "count", "Int!", "How many projects."),
        output_field(names, "mean_score", "Float!", "Their mean score, from 0 to 100."),
        output_field(names, "best_score", "Float!", "The best score, from 0 to 100."),
        output_field(names, "best_projects", "[Project!]!", "The best projects.", resolve=_best_projects),
    ])  # fmt: skip
    object_type(names, "FitCell", "One cell of a matrix.", [
        output_field(names, "score", "Float!", "From 0 to 100; for a track, the mean over its projects."),
        output_field(names, "count", "Int!", "How many projects it is about; 0 where a track has none."),
    ])  # fmt: skip
    object_type(names, "FitRow", "The scores of one place.", [
        output_field(names, "place", "Place!", "The place."),
        output_field(names, "cells", "[FitCell!]!", "One for each column."),
        output_field(names, "scores", "[Float!]!",
                     "The cells' scores alone, from 0 to 100, to two decimals: for pictures of many cells."),
    ])  # fmt: skip
    object_type(names, "FitMatrix", "Scores of places for projects or tracks. Gates are not applied.", [
        output_field(names, "columns", "[Node!]!", "The projects or tracks."),
        output_field(names, "rows", "[FitRow!]!", "The places with their scores."),
        output_field(names, "row_order", "[Int!]!",
                     "Positions of the rows in an order in which neighbours are alike (hierarchical clustering)."),
        output_field(names, "column_order", "[Int!]!", "Positions of the columns in such an order."),
        output_field(names, "snapshot", "Snapshot", "What the answer depends on.",
                     resolve=lambda found, context, _: found.snapshot_for(context.actor)),
    ])  # fmt: skip
    pair = [
        Argument("project", "ID!", "The project."),
        Argument("counterpart", "ID!", "The investor or the place."),
    ]
    return [
        output_field(names, "fit", "Fit",
                     "How well a project fits an investor or a place, and why; null where you may not see both.",
                     arguments=[*pair, Argument("options", "FitOptions", "How it is asked.", None)],
                     resolve=pairs.fit),
        output_field(names, "why_not", "[GateResult!]",
                     "The conditions that keep a project from an investor's or a place's list; empty if none "
                     "does, null where you may not see both.",
                     arguments=pair, resolve=pairs.why_not),
        output_field(names, "fit_matrix", "FitMatrix",
                     "How places fit projects or tracks. What you may not see is left out of rows and columns; what a "
                     "place did counts for its planners and organisers alone.",
                     arguments=[
                         Argument("places", "[ID!]!", f"Places, at most {matrices.MOST_PLACES}."),
                         Argument("projects", "[ID!]", "Projects, the first columns.", None),
                         Argument("best", "Int",
                                  "Instead of naming projects: the so many on offer that fit any of the places best, "
                                  f"from 1 to {matrices.MOST_BEST} (more is read as {matrices.MOST_BEST}, less as 1).",
                                  None),
                         Argument("tracks", "[ID!]",
                                  "Tracks, the columns behind; all of them if no projects are asked for either.", None),
                         Argument("filter", "ProjectFilter", "Only these projects count for a track, or as best.",
                                  None),
                         WEIGHTS,
                     ], resolve=matrices.fit_matrix),
    ]  # fmt: skip


def _define_ranked(names: Names, target: str) -> None:
    line = f"One line of a ranking: {with_article(target.lower())}, its score and reasons."
    object_type(names, f"Ranked{target}Edge", line, [
        output_field(names, "node", f"{target}!", f"The {target.lower()}."),
        output_field(names, "cursor", "String!", "Where it stands; for `after`."),
        output_field(names, "rank", "Int!", "Its rank among all that passed the gates, from 1.",
                     resolve=lambda edge, *_: edge.item.rank),
        output_field(names, "score", "Float!", "From 0 to 100.", resolve=lambda edge, *_: edge.item.score),
        *judgement(names, lambda edge: edge.item),
        *_explanation(names, lambda edge: edge.item),
    ])  # fmt: skip
    object_type(names, f"Ranked{target}Connection", f"A ranking of {target.lower()} records, best first.", [
        output_field(names, "edges", f"[Ranked{target}Edge!]!", "Its lines.",
                     resolve=lambda source, *_: source.edges()),
        output_field(names, "nodes", f"[{target}!]!", "What its lines are about, best first.", resolve=_nodes),
        output_field(names, "page_info", "PageInfo!", "Where the page begins and ends.",
                     resolve=lambda source, *_: source.page_info()),
        output_field(names, "total_count", "Int!", "How many passed the gates.", resolve=_of_ranking("total")),
        output_field(names, "gated_count", "Int!",
                     "How many did not, of those that you may see and that meet the filter.",
                     resolve=_of_ranking("gated")),
        output_field(names, "snapshot", "Snapshot!", "What the answer depends on.", resolve=_snapshot_of_ranking),
        output_field(names, "learnt", "[Lesson!]!",
                     "What the subject's answers and deals have taught, strongest first; empty where there are none, "
                     "where the list isn't personalised, and where you may not see them.",
                     resolve=_of_ranking("learnt")),
        output_field(names, "coverage", "[AspectCoverage!]!",
                     "What the lines of this page hold for each thing asked for, the most wanted first; empty where "
                     "nothing is asked for one by one.", resolve=_of_ranking("coverage")),
        output_field(names, "no_strong_match", "Boolean!",
                     "Whether nothing on offer matches well: the fifth-best of the whole list is below FAIR.",
                     resolve=_of_ranking("weak")),
        output_field(names, "declares_nothing", "Boolean!",
                     "Whether the subject states nothing and has done nothing by which projects could be ranked.",
                     resolve=_of_ranking("silent")),
        output_field(names, "moves", "[RankMove!]!",
                     "What rose, fell, came or went since a ranking of the same subject was kept; ask it with the same "
                     "filter and options.", arguments=[Argument("since", "ID!", "The kept ranking.")],
                     resolve=kept.moves),
    ])  # fmt: skip


def _define_kept(names: Names) -> None:
    enum_type(names, enum_of("RankingTarget", "What a ranking lists.", {
        "PROJECT": "Projects, for an investor or a place.",
        "INVESTOR": "Investors, for a project.",
        "PLACE": "Places, for a project.",
    }))  # fmt: skip
    object_type(names, "KeptRankedItem", "A line of a kept ranking, as it was answered.", [
        output_field(names, "node", "Node", "What it is about; null where you don't see it any more.",
                     resolve=_object),
        output_field(names, "object_id", "ID!", "The id of what it is about."),
        output_field(names, "rank", "Int!", "Its rank among all that passed the gates, from 1."),
        output_field(names, "score", "Float!", "From 0 to 100."),
        output_field(names, "band", "Band",
                     "The score in words; null where the ranking was kept on the scale of an earlier model.",
                     resolve=lambda item, *_: item.kept_band),
        *_explanation(names, lambda item: item),
    ])  # fmt: skip
    enum_type(names, enum_of("RankMoveKind", "What became of a line of a ranking.", {
        "ROSE": "It stands higher.",
        "FELL": "It stands lower.",
        "NEW": "It has come among the first, as many as were kept.",
        "GONE": "It isn't listed any more.",
    }))  # fmt: skip
    object_type(names, "RankMove", "What became of a line since a ranking was kept.", [
        output_field(names, "node", "Node", "What it is about; null where you don't see it any more.",
                     resolve=_object),
        output_field(names, "object_id", "ID!", "The id of what it is about."),
        output_field(names, "kind", "RankMoveKind!", "What became of it."),
        output_field(names, "before", "Int", "Its rank then; null for a new one."),
        output_field(names, "now", "Int", "Its rank now; null where it is gone."),
        output_field(names, "score_before", "Float",
                     "Its score then, from 0 to 100; null where it was kept on the scale of an earlier model."),
        output_field(names, "score_now", "Float", "Its score now, from 0 to 100."),
    ])  # fmt: skip


def _object(source: Any, context: Context, _: object) -> object:
    return context.node(source.object_id)


def _explanation(names: Names, item_of: Callable[[Any], RankedItem]) -> list[StrawberryField]:
    return [
        output_field(names, "contributions", "[Contribution!]!", "Shares of the score by block; they add up to it.",
                     resolve=lambda source, *_: item_of(source).contributions),
        output_field(names, "reasons", "[String!]!", "The strongest reasons, a sentence each.",
                     arguments=[LANGUAGE_ARGUMENT],
                     resolve=lambda source, context, arguments: [
                         each.in_language(context.preferred(arguments.get("lang"))[0])
                         for each in item_of(source).reasons
                     ]),
        output_field(names, "gates", "[GateResult!]!", "The hard conditions.",
                     resolve=lambda source, *_: item_of(source).gates),
    ]  # fmt: skip


def _of_ranking(attribute: str) -> Resolver:
    async def resolve(source: RankedSource, context: Context, _: object) -> object:
        return getattr(await source.ranking(), attribute)

    return resolve


async def _snapshot_of_ranking(source: RankedSource, context: Context, _: object) -> Snapshot:
    return snapshots.of_ranking(context.actor, await source.ranking(), source.request.subject_id)


async def _nodes(source: RankedSource, context: Context, _: object) -> list[object]:
    return [edge.node for edge in await source.edges()]


def _reason(source: Any, context: Context, arguments: GivenArguments) -> str:
    text: str = source.reason.in_language(context.preferred(arguments.get("lang"))[0])
    return text


async def _best_projects(source: Any, context: Context, _: object) -> list[object]:
    rows = await asyncio.gather(*(context.row("Project", each) for each in source.best_project_ids))
    return [row for row in rows if row is not None]
