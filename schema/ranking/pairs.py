"""Questions about pairs: a fit, why not, a matrix of fits, fits by track."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select

from recommender.types import Counterfactual, Fit, FitMatrix, GateResult, Standing, TrackFit
from schema.context import Context
from schema.errors import BadUserInputError
from schema.ranking import rules
from schema.ranking.questions import allowed_ids, recommender_of, weights_of
from schema.sql.pages import rows_statement

MOST_CELLS = 20_000
MOST_PLACES = 100
MOST_WITHIN = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """One score of a matrix."""

    score: float
    count: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """The scores of one place."""

    place: Any
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Scores of places (rows) for projects or tracks (columns)."""

    columns: Sequence[Any]
    rows: Sequence[MatrixRow]
    snapshot: Any


async def fit(_: object, context: Context, arguments: Mapping[str, Any]) -> Fit | None:
    """How well a project fits an investor or a place; None where there is no such pair that the actor may see."""
    if (pair := await _pair(context, arguments)) is None:
        return None
    project, counterpart = pair
    granted = rules.grant(context, counterpart)
    found: Fit = recommender_of(context).fit(
        counterpart, project, weights_of(arguments.get("options") or {}),
        personalised=granted.personal and (arguments.get("options") or {}).get("personalised", True),
        private_gates=granted.personal,
    )  # fmt: skip
    return found


def standing(found: Fit, context: Context, _: object) -> Standing | None:
    """Where the counterpart of a fit stands among its kind."""
    entity = context.registry.of_id(found.subject_id)
    assert entity is not None
    place: Standing | None = recommender_of(context).standing(
        found.subject_id, found.object_id, allowed_ids(context, entity.name, None)
    )
    return place


def counterfactual(found: Fit, context: Context, arguments: Mapping[str, Any]) -> Counterfactual | None:
    """What would bring the project of a fit among the first; None where the actor may not see the subject's history."""
    if not rules.grant(context, found.subject_id).personal:
        return None
    within = max(1, min(int(arguments.get("within") or 10), MOST_WITHIN))
    change: Counterfactual = recommender_of(context).counterfactual(found.subject_id, found.object_id, within)
    return change


async def why_not(_: object, context: Context, arguments: Mapping[str, Any]) -> list[GateResult] | None:
    """The gates that keep a project from an investor's or a place's list; None as for `fit`."""
    if (pair := await _pair(context, arguments)) is None:
        return None
    project, counterpart = pair
    granted = rules.grant(context, counterpart)
    gates: list[GateResult] = recommender_of(context).why_not(counterpart, project, private_gates=granted.personal)
    return [gate for gate in gates if not gate.passed]


async def fit_matrix(_: object, context: Context, arguments: Mapping[str, Any]) -> Matrix:
    """Scores of places for projects, their means by track, or both side by side; every track if neither is named.

    Raises BadUserInputError for more than one answer holds, ForbiddenError for a place that isn't the actor's.
    """
    places = list(dict.fromkeys(arguments["places"]))
    projects, tracks = arguments.get("projects"), arguments.get("tracks")
    if projects is None and tracks is None:
        tracks = _every_track(context)
    if len(places) > MOST_PLACES or len(places) * (len(projects or ()) + len(tracks or ())) > MOST_CELLS:
        raise BadUserInputError(f"Ask for at most {MOST_PLACES} places and {MOST_CELLS} cells at once.", field="places")
    place_rows = _visible(context, "Place", places)
    rules.require_whole(context, [row.id for row in place_rows])
    project_rows = _visible(context, "Project", projects or ())
    track_rows = _visible(context, "Track", tracks or ())
    recommender = recommender_of(context)
    found: FitMatrix = recommender.fit_matrix(
        [row.id for row in place_rows], [row.id for row in project_rows], weights_of(arguments)
    )
    allowed = allowed_ids(context, "Project", arguments.get("filter")) if track_rows else None
    rows = []
    for row, scores in zip(place_rows, found.scores, strict=True):
        cells = [Cell(float(score), 1) for score in scores]
        if track_rows:
            by_track: dict[str, TrackFit] = {each.track_id: each for each in recommender.fit_by_track(row.id, allowed)}
            cells += [_cell(by_track.get(track.id)) for track in track_rows]
        rows.append(MatrixRow(row, cells))
    return Matrix([*project_rows, *track_rows], rows, found.snapshot if place_rows else None)


def _cell(found: TrackFit | None) -> Cell:
    return Cell(found.mean_score, found.count) if found else Cell(0.0, 0)


async def _pair(context: Context, arguments: Mapping[str, Any]) -> tuple[str, str] | None:
    counterpart = arguments["counterpart"]
    entity = context.registry.of_id(counterpart)
    if entity is None or entity.name not in ("Investor", "Place"):
        return None
    rows = [await context.row("Project", arguments["project"]), await context.row(entity.name, counterpart)]
    return (rows[0].id, rows[1].id) if all(rows) else None


def _visible(context: Context, entity_name: str, ids: Sequence[str]) -> list[Any]:
    """The rows of `ids` that the actor may see, each once, in order; others are left out."""
    if not ids:
        return []
    entity = context.registry.entities[entity_name]
    rows = {row.id: row for row in context.session.execute(rows_statement(context.scope, entity, list(ids)))}
    return [rows[each] for each in dict.fromkeys(ids) if each in rows]


def _every_track(context: Context) -> list[str]:
    entity = context.registry.entities["Track"]
    model: Any = entity.model
    condition = and_(context.scope.visible(entity, model), model.archived_at.is_(None))
    return list(context.session.scalars(select(model.id).where(condition).order_by(model.id)))
