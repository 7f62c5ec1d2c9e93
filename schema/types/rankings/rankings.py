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
from schema.declarations.registry import Registry
from schema.domain.rankings import kept_rankings, matrices, pairs, snapshots
from schema.domain.rankings.questions import RankedSource
from schema.request.context import Context
from schema.types.labels import with_article
from schema.types.rankings.bands import define_bands, judgement
from schema.types.rankings.inputs import WEIGHTS, define_ranking_inputs
from schema.types.type_names import Names, Resolver, enum_of, enum_type, object_type, output_field


def define_rankings(names: Names, registry: Registry) -> list[StrawberryField]:
    """Define the types; return the fields of `Query`."""
    enum_type(names, enum_of("ScoreScale", "The scale of a score from 0 to 100.", {
        "STANDARD": "A fixed scale: how many of a hundred pairs with such a fit a reader would call a match, as "
                    "measured on labelled texts.",
        "CALIBRATED": "Fitted to past outcomes: of equally many chosen and not chosen cases, the percentage chosen "
                      "at this fit; 50 is as likely to be chosen as an average candidate, 80 four times as likely.",
    }))  # fmt: skip
    define_bands(names)
    object_type(names, "BlockWeight", "The weight of a block.", [
        output_field(names, "block", "String!", "The block's name.", resolve=lambda pair, *_: pair[0]),
        output_field(names, "weight", "Float!", "Its weight, at least 0; compared with the other blocks'.",
                     resolve=lambda pair, *_: float(pair[1])),
    ])  # fmt: skip
    object_type(names, "Snapshot", "Everything that an answer depends on: the same snapshot gives the same answer.", [
        output_field(names, "fingerprint", "String!", "The same for the same answer: for organisers that of the data, "
                     "for others that of the answer.", resolve=lambda snapshot, *_: snapshot.id),
        output_field(names, "id", "ID!", "As `fingerprint`. It is no record, and nothing is found by it.", deprecated=
                     "Use fingerprint: caches take an id for a record's. Deprecated since 0.2.0; removed on 2027-06-01 "
                     "at the earliest."),
        output_field(names, "model_version", "String!", "Version of the model."),
        output_field(names, "encoder", "String!", "The text encoder."),
        output_field(names, "weights", "[BlockWeight!]!", "Weights of the blocks.",
                     resolve=lambda snapshot, *_: sorted(snapshot.weights.items())),
        output_field(names, "data_position", "String!",
                     "Position of the data in the change log, for organisers; 0 for others."),
        output_field(names, "scale", "ScoreScale!", "The scale of scores.",
                     resolve=lambda snapshot, *_: snapshot.scale.value),
        output_field(names, "created_at", "DateTime!", "When the data was read; for non-organisers the day."),
        output_field(names, "rerankers", "[String!]!",
                     "Plugins' rerankers that changed the order of this ranking, in order; they never change a score."),
    ])  # fmt: skip
    reason = ("String!", "The reason, in a sentence.")
    object_type(names, "Contribution", "A block's share of a score. All shares add up to it.", [
        output_field(names, "block", "String!", "The block's name; `baseline` is where every score starts."),
        output_field(names, "points", "Float!", "Points of the score, on its scale from 0 to 100; may be negative."),
        output_field(names, "declared", "Float!", "The points from what the subject states."),
        output_field(names, "history", "Float!", "The points from what the subject did."),
        output_field(names, "weight", "Float!", "The block's weight, at least 0; compared with the other blocks'."),
        output_field(names, "known", "Boolean!", "False if the project or the subject states nothing."),
        output_field(names, "reason", *reason, arguments=[LANGUAGE_ARGUMENT], resolve=_reason),
    ])  # fmt: skip
    object_type(names, "GateResult", "A hard condition, and whether a pair passes it. It never changes a score.", [
        output_field(names, "gate", "String!", "The gate's name."),
        output_field(names, "passed", "Boolean!", "Whether the pair passes."),
        output_field(names, "reason", *reason, arguments=[LANGUAGE_ARGUMENT], resolve=_reason),
    ])  # fmt: skip
    object_type(names, "Lesson", "A preference learnt from a subject's acts: an industry, track, stage or place.", [
        output_field(names, "block", "String!", "The block: industry, track, stage or geography."),
        output_field(names, "code", "String!", "The id of the concept, track or place; or the stage."),
        output_field(names, "name", "String!", "Its name.", arguments=[LANGUAGE_ARGUMENT],
                     resolve=lambda lesson, context, arguments: name_in(
                         lesson.name, context.preferred(arguments.get("lang"))[0], lesson.code)),
        output_field(names, "points", "Float!",
                     "Points that history adds for a project of it alone, near the middle of the scale; negative "
                     "where it takes points away."),
        output_field(names, "chosen", "Int!", "Number of the subject's acts in its favour."),
        output_field(names, "passed", "Int!", "Number of passes."),
        output_field(names, "reason", *reason, arguments=[LANGUAGE_ARGUMENT], resolve=_reason),
    ])  # fmt: skip
    object_type(names, "Counterfactual", "What would bring a project to the top.", [
        output_field(names, "within", "Int!", "How many lines are the top."),
        output_field(names, "possible", "Boolean!", "Whether one change is enough, or none is needed."),
        output_field(names, "block", "String", "The block of the change; null if there is none."),
        output_field(names, "reason", "String!", "The change, in a sentence.", arguments=[LANGUAGE_ARGUMENT],
                     resolve=_reason),
    ])  # fmt: skip
    define_ranking_inputs(names)
    _define_kept(names)
    further = (name for name, entity in registry.entities.items() if entity.ranked is not None)
    for target in ("Project", "Investor", "Place", *further):
        _define_ranked(names, target)
    object_type(names, "Standing", "The rank of an investor or a place among its kind, from a project's side.", [
        output_field(names, "rank", "Int!", "From 1, the best."),
        output_field(names, "total", "Int!", "Number of those you may see."),
    ])  # fmt: skip
    object_type(names, "Fit", "How well a pair fits, regardless of gates.", [
        output_field(names, "score", "Float!", "From 0 to 100."),
        *judgement(names, lambda found: found),
        *_explanation(names, lambda found: found),
        output_field(names, "passed", "Boolean!", "Whether the pair passes every gate."),
        output_field(names, "standing", "Standing",
                     "From the project's side: the counterpart's rank among all investors, or places, by what "
                     "they declare, regardless of gates; null for one that declares nothing.",
                     resolve=pairs.standing),
        output_field(names, "counterfactual", "Counterfactual",
                     "The one change of the counterpart's declaration that would bring the project to the top; "
                     "null if you may not see all of its list.",
                     arguments=[Argument("within", "Int!", f"Lines of the top, 1 to {pairs.MOST_WITHIN}.", 10)],
                     resolve=pairs.counterfactual),
        output_field(names, "snapshot", "Snapshot!", "What the answer depends on.",
                     resolve=lambda found, context, _: snapshots.of_fit(context.actor, found)),
    ])  # fmt: skip
    object_type(names, "TrackFit", "How one track's projects fit a place.", [
        output_field(names, "track", "Track", "The track.",
                     resolve=lambda each, context, _: context.node(each.track_id)),
        output_field(names, "count", "Int!", "Number of projects."),
        output_field(names, "mean_score", "Float!", "Their mean score, from 0 to 100."),
        output_field(names, "best_score", "Float!", "The best score, from 0 to 100."),
        output_field(names, "best_projects", "[Project!]!", "The best projects.", resolve=_best_projects),
    ])  # fmt: skip
    object_type(names, "FitCell", "One cell of a matrix.", [
        output_field(names, "score", "Float!", "From 0 to 100; for a track, the mean over its projects."),
        output_field(names, "count", "Int!", "Number of projects; 0 if a track has none."),
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
                     "Positions of the rows in an order by likeness (hierarchical clustering)."),
        output_field(names, "column_order", "[Int!]!", "Positions of the columns in such an order."),
        output_field(names, "snapshot", "Snapshot", "What the answer depends on.",
                     resolve=lambda found, context, _: found.snapshot_for(context.actor)),
    ])  # fmt: skip
    pair = [
        Argument("project", "ID!", "The project."),
        Argument("counterpart", "ID!", "The investor, the place, or a plugin's record that is ranked for projects."),
    ]
    return [
        output_field(names, "fit", "Fit",
                     "How well a project fits an investor, a place or a plugin's ranked record, and why; null "
                     "unless you may see both.",
                     arguments=[*pair, Argument("options", "FitOptions", "Options.", None)],
                     resolve=pairs.fit),
        output_field(names, "why_not", "[GateResult!]",
                     "The gates that keep a project off an investor's or a place's list; empty if none "
                     "does, null unless you may see both.",
                     arguments=pair, resolve=pairs.why_not),
        output_field(names, "fit_matrix", "FitMatrix",
                     "How places fit projects or tracks. Hidden records are left out of rows and columns; what a "
                     "place did counts only for its planners and organisers.",
                     arguments=[
                         Argument("places", "[ID!]!", f"Places, at most {matrices.MOST_PLACES}."),
                         Argument("projects", "[ID!]", "Projects, the first columns.", None),
                         Argument("best", "Int",
                                  "Instead of naming projects: how many on offer that fit any of the places best, "
                                  f"1 to {matrices.MOST_BEST}.",
                                  None),
                         Argument("tracks", "[ID!]",
                                  "Tracks, the following columns; by default all, without projects.", None),
                         Argument("filter", "ProjectFilter", "Only these projects count for a track, or as best.",
                                  None),
                         WEIGHTS,
                     ], resolve=matrices.fit_matrix),
    ]  # fmt: skip


def _define_ranked(names: Names, target: str) -> None:
    line = f"One line of a ranking: {with_article(target.lower())}, its score and reasons."
    object_type(names, f"Ranked{target}Edge", line, [
        output_field(names, "node", f"{target}!", f"The {target.lower()}."),
        output_field(names, "cursor", "String!", "Its position, for `after` and `before`."),
        output_field(names, "rank", "Int!", "Its rank among all that passed the gates, from 1.",
                     resolve=lambda edge, *_: edge.item.rank),
        output_field(names, "score", "Float!", "From 0 to 100.", resolve=lambda edge, *_: edge.item.score),
        *judgement(names, lambda edge: edge.item),
        *_explanation(names, lambda edge: edge.item),
    ])  # fmt: skip
    object_type(names, f"Ranked{target}Connection", f"A ranking of {target.lower()} records, best first.", [
        output_field(names, "edges", f"[Ranked{target}Edge!]!", "Its lines.",
                     resolve=lambda source, *_: source.edges()),
        output_field(names, "nodes", f"[{target}!]!", "The ranked records, best first.", resolve=_nodes),
        output_field(names, "page_info", "PageInfo!", "Where the page begins and ends.",
                     resolve=lambda source, *_: source.page_info()),
        output_field(names, "total_count", "Int!", "Number that passed the gates.", resolve=_of_ranking("total")),
        output_field(names, "gated_count", "Int!",
                     "Number of visible ones that meet the filter and didn't pass.",
                     resolve=_of_ranking("gated")),
        output_field(names, "snapshot", "Snapshot!", "What the answer depends on.", resolve=_snapshot_of_ranking),
        output_field(names, "learnt", "[Lesson!]!",
                     "Preferences learnt from the subject's responses and deals, strongest first; empty without any, "
                     "without personalisation, or if you may not see them.",
                     resolve=_of_ranking("learnt")),
        output_field(names, "coverage", "[AspectCoverage!]!",
                     "Each aspect's part in this page's lines, the heaviest first; empty if "
                     "there are no separate aspects.", resolve=_of_ranking("coverage")),
        output_field(names, "no_strong_match", "Boolean!",
                     "Whether nothing on offer matches well: even the fifth-best of the whole list is below FAIR.",
                     resolve=_of_ranking("weak")),
        output_field(names, "declares_nothing", "Boolean!",
                     "Whether the subject declares nothing and has done nothing to rank by.",
                     resolve=_of_ranking("silent")),
        output_field(names, "moves", "[RankMove!]!",
                     "What rose, fell, came or went since a ranking of the same subject was kept; use the same "
                     "filter and options.", arguments=[Argument("since", "ID!", "The kept ranking.")],
                     resolve=kept_rankings.moves),
    ])  # fmt: skip


def _define_kept(names: Names) -> None:
    enum_type(names, enum_of("RankingTarget", "The kind of records in a ranking.", {
        "PROJECT": "Projects, for an investor or a place.",
        "INVESTOR": "Investors, for a project.",
        "PLACE": "Places, for a project.",
    }))  # fmt: skip
    object_type(names, "KeptRankedItem", "A line of a kept ranking, as shown then.", [
        output_field(names, "node", "Node", "The record; null if you may no longer see it.",
                     resolve=_object),
        output_field(names, "object_id", "ID!", "The record's id."),
        output_field(names, "rank", "Int!", "Its rank among all that passed the gates, from 1."),
        output_field(names, "score", "Float!", "From 0 to 100."),
        output_field(names, "band", "Band",
                     "The score in words; null if the ranking was kept on an earlier model's scale.",
                     resolve=lambda item, *_: item.kept_band),
        *_explanation(names, lambda item: item),
    ])  # fmt: skip
    enum_type(names, enum_of("RankMoveKind", "How a line of a ranking moved.", {
        "ROSE": "It ranks higher.",
        "FELL": "It ranks lower.",
        "NEW": "It is newly among the first, as many as were kept.",
        "GONE": "It is no longer listed.",
    }))  # fmt: skip
    object_type(names, "RankMove", "How a line moved since a ranking was kept.", [
        output_field(names, "node", "Node", "The record; null if you may no longer see it.",
                     resolve=_object),
        output_field(names, "object_id", "ID!", "The record's id."),
        output_field(names, "kind", "RankMoveKind!", "How it moved."),
        output_field(names, "before", "Int", "Its rank then; null for a new one."),
        output_field(names, "now", "Int", "Its rank now; null if it is gone."),
        output_field(names, "score_before", "Float",
                     "Its score then, from 0 to 100; null where it was kept on the scale of an earlier model."),
        output_field(names, "score_now", "Float", "Its score now, from 0 to 100."),
    ])  # fmt: skip


def _object(source: Any, context: Context, _: object) -> object:
    return context.node(source.object_id)


def _explanation(names: Names, item_of: Callable[[Any], RankedItem]) -> list[StrawberryField]:
    return [
        output_field(names, "contributions", "[Contribution!]!", "Shares of the score by block, which add up to it.",
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
