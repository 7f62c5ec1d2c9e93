"""Questions about pairs: a fit, why not, a matrix of fits, fits by track."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recommender.types import Fit, FitMatrix, GateResult, Standing, TrackFit
from schema.context import Context
from schema.errors import BadUserInputError, NotFoundError
from schema.ranking import rules
from schema.ranking.questions import allowed_ids, recommender_of, weights_of
from schema.sql.pages import rows_statement

MOST_CELLS = 20_000
MOST_PLACES = 100


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


async def fit(_: object, context: Context, arguments: Mapping[str, Any]) -> Fit:
    """How well a project fits an investor or a place."""
    project, counterpart = await _pair(context, arguments)
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


async def why_not(_: object, context: Context, arguments: Mapping[str, Any]) -> list[GateResult]:
    """The gates that keep a project from an investor's or a place's list."""
    project, counterpart = await _pair(context, arguments)
    granted = rules.grant(context, counterpart)
    gates: list[GateResult] = recommender_of(context).why_not(counterpart, project, private_gates=granted.personal)
    return [gate for gate in gates if not gate.passed]


async def fit_matrix(_: object, context: Context, arguments: Mapping[str, Any]) -> Matrix:
    """Scores of places for projects, or their means by track."""
    places = list(dict.fromkeys(arguments["places"]))
    projects, tracks = arguments.get("projects"), arguments.get("tracks")
    if (projects is None) == (tracks is None):
        raise BadUserInputError("Give either projects or tracks.", field="projects")
    if len(places) > MOST_PLACES or len(places) * len(projects or tracks or ()) > MOST_CELLS:
        raise BadUserInputError(f"Ask for at most {MOST_PLACES} places and {MOST_CELLS} cells at once.", field="places")
    place_rows = _all_visible(context, "Place", places, "places")
    rules.require_whole(context, places)
    recommender = recommender_of(context)
    if projects is not None:
        columns = _all_visible(context, "Project", list(dict.fromkeys(projects)), "projects")
        found: FitMatrix = recommender.fit_matrix(places, [row.id for row in columns], weights_of(arguments))
        rows = [
            MatrixRow(row, [Cell(float(score), 1) for score in scores])
            for row, scores in zip(place_rows, found.scores, strict=True)
        ]
        return Matrix(columns, rows, found.snapshot)
    columns = _all_visible(context, "Track", list(dict.fromkeys(tracks or ())), "tracks")
    allowed = allowed_ids(context, "Project", arguments.get("filter"))
    rows = []
    for row in place_rows:
        by_track: dict[str, TrackFit] = {each.track_id: each for each in recommender.fit_by_track(row.id, allowed)}
        rows.append(MatrixRow(row, [_cell(by_track.get(column.id)) for column in columns]))
    snapshot = recommender.fit_matrix(places[:1], []).snapshot if places else None
    return Matrix(columns, rows, snapshot)


def _cell(found: TrackFit | None) -> Cell:
    return Cell(found.mean_score, found.count) if found else Cell(0.0, 0)


async def _pair(context: Context, arguments: Mapping[str, Any]) -> tuple[str, str]:
    project = await _visible(context, "Project", arguments["project"], "project")
    counterpart = arguments["counterpart"]
    entity = context.registry.of_id(counterpart)
    if entity is None or entity.name not in ("Investor", "Place"):
        raise BadUserInputError("counterpart is the id of an investor or a place.", field="counterpart")
    row = await _visible(context, entity.name, counterpart, "counterpart")
    return project.id, row.id


async def _visible(context: Context, entity_name: str, identifier: str, field: str) -> Any:
    row = await context.row(entity_name, identifier)
    if row is None:
        raise NotFoundError(f"There is no {entity_name.lower()} {identifier!r} that you may see.", field=field)
    return row


def _all_visible(context: Context, entity_name: str, ids: list[str], field: str) -> list[Any]:
    entity = context.registry.entities[entity_name]
    rows = {row.id: row for row in context.session.execute(rows_statement(context.scope, entity, ids))}
    for identifier in ids:
        if identifier not in rows:
            raise NotFoundError(f"There is no {entity_name.lower()} {identifier!r} that you may see.", field=field)
    return [rows[identifier] for identifier in ids]
