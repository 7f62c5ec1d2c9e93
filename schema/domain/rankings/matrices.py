"""Matrices of fits: places (rows) by projects or tracks (columns), in an order by likeness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from sqlalchemy import and_, select

from recommender.interface.answers import Snapshot
from recommender.serving import overview
from schema.declarations.base import GivenArguments, Model, Row
from schema.declarations.errors import BadUserInputError
from schema.domain.rankings import rules
from schema.domain.rankings.questions import allowed_ids, recommender_of, weights_of
from schema.domain.rankings.snapshots import shown_snapshot
from schema.request.context import Context
from schema.sql.page_sizes import in_range
from schema.sql.pages import rows_statement
from store.access.actors import Actor

MOST_CELLS = 90_000
MOST_PLACES = 300
MOST_BEST = 300
"""Maximum number of best projects in a matrix."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One score of a matrix."""

    score: float
    count: int


@dataclass(frozen=True)
class MatrixRow:
    """The scores of one place, and how many projects each covers."""

    place: Row
    values: npt.NDArray[np.float32]
    counts: Sequence[int]

    @property
    def cells(self) -> list[Cell]:
        return [Cell(score, count) for score, count in zip(self.scores, self.counts, strict=True)]

    @property
    def scores(self) -> list[float]:
        """Scores rounded to two decimals: enough for a picture, at a third of the size."""
        return [float(each) for each in np.round(self.values.astype(np.float64), 2)]


@dataclass(frozen=True)
class Matrix:
    """Scores of places (rows) for projects or tracks (columns)."""

    columns: Sequence[Row]
    rows: Sequence[MatrixRow]
    snapshot: Snapshot | None
    counts: Sequence[int] = field(default=())

    def _scores(self) -> npt.NDArray[np.float32]:
        return np.array([row.values for row in self.rows], np.float32).reshape(len(self.rows), len(self.columns))

    def snapshot_for(self, actor: Actor) -> Snapshot | None:
        """Return what the scores depend on, as the actor may know it."""
        if self.snapshot is None:
            return None
        named = [[each.id for each in self.columns], [row.place.id for row in self.rows]]
        return shown_snapshot(actor, self.snapshot, [named, self._scores().tolist()])

    @property
    def row_order(self) -> list[int]:
        return overview.order_by_likeness(self._scores())

    @property
    def column_order(self) -> list[int]:
        """Order columns; empty ones come last."""
        filled = [position for position, count in enumerate(self.counts) if count]
        empty = [position for position, count in enumerate(self.counts) if not count]
        return [filled[each] for each in overview.order_by_likeness(self._scores().T[filled])] + empty


async def fit_matrix(_: object, context: Context, arguments: GivenArguments) -> Matrix:
    """Return scores of places for projects (named, or best-fitting), or means by track.

    By default every track. Raises BadUserInputError beyond the limits of one answer.
    """
    places = list(dict.fromkeys(arguments["places"]))
    projects, tracks, best = (arguments.get(name) for name in ("projects", "tracks", "best"))
    if best is not None:
        in_range(best, 1, MOST_BEST, "best")
        if projects is not None:
            raise BadUserInputError("Give either projects or best, not both.", field="best")
    if projects is None and tracks is None and best is None:
        tracks = _every_track(context)
    columns = len(projects or ()) + len(tracks or ()) + (best or 0)
    if len(places) > MOST_PLACES or len(places) * columns > MOST_CELLS:
        raise BadUserInputError(f"Ask for at most {MOST_PLACES} places and {MOST_CELLS} cells at once.", field="places")
    place_rows = _visible(context, "Place", places)
    ids = [row.id for row in place_rows]
    track_rows = _visible(context, "Track", tracks or ())
    weights = weights_of(arguments)
    pool = recommender_of(context).snapshot()
    if best is None and not track_rows:
        shown = _visible(context, "Project", projects or ())
        scores, snapshot = scores_of(context, ids, [row.id for row in shown], weights)
        return _matrix(place_rows, shown, scores, [1] * len(shown), snapshot)
    every, snapshot = scores_of(context, ids, None, weights)
    candidates = overview.offered(pool, allowed_ids(context, "Project", arguments.get("filter")))
    if best is not None:
        projects = [pool.projects.ids[row] for row in overview.best_columns(every, candidates, best)]
    shown = _visible(context, "Project", projects or ())
    chosen = [pool.projects.row_of[row.id] for row in shown if row.id in pool.projects.row_of]
    means = overview.by_track(pool, every, candidates, [row.id for row in track_rows])
    scores = np.concatenate([every[:, chosen], means.means], axis=1)
    counts = [1] * len(chosen) + [int(each) for each in means.counts]
    shown = [row for row in shown if row.id in pool.projects.row_of]
    return _matrix(place_rows, [*shown, *track_rows], scores, counts, snapshot)


def _matrix(
    places: Sequence[Row],
    columns: Sequence[Row],
    scores: npt.NDArray[np.float32],
    counts: Sequence[int],
    snapshot: Snapshot | None,
) -> Matrix:
    rows = [MatrixRow(place, line, counts) for place, line in zip(places, scores, strict=True)]
    return Matrix(columns, rows, snapshot if places else None, counts)


def scores_of(
    context: Context, places: list[str], projects: list[str] | None, weights: dict[str, float] | None
) -> tuple[npt.NDArray[np.float32], Snapshot | None]:
    """Scores of shape (places, projects), all projects for None; a place's history only for those who may see it."""
    recommender = recommender_of(context)
    size = len(recommender.snapshot().projects) if projects is None else len(projects)
    scores = np.zeros((len(places), size), np.float32)
    snapshot = None
    whole = [rules.grant(context, each).personal for each in places]
    for personal in (True, False):
        rows = [position for position, each in enumerate(whole) if each is personal]
        if not rows and (places or personal):
            continue
        asked = [places[position] for position in rows]
        matrix = recommender.fit_matrix(asked, projects, weights, personalised=personal)
        if rows:
            scores[rows] = matrix.scores
        snapshot = matrix.snapshot
    return scores, snapshot


def _visible(context: Context, entity_name: str, ids: Sequence[str]) -> list[Row]:
    """The rows of `ids` that the actor may see, each once, in order; others are left out."""
    if not ids:
        return []
    entity = context.registry.entities[entity_name]
    rows = {row.id: row for row in context.session.execute(rows_statement(context.scope, entity, list(ids)))}
    return [rows[each] for each in dict.fromkeys(ids) if each in rows]


def _every_track(context: Context) -> list[str]:
    entity = context.registry.entities["Track"]
    model: Model = entity.model
    condition = and_(context.scope.visible(entity, model), model.archived_at.is_(None))
    return list(context.session.scalars(select(model.id).where(condition).order_by(model.id)))
