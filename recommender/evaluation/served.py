"""Rankings as served by default, over a pool that isn't in a store."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from recommender.blocks import Context
from recommender.features import Rows
from recommender.fit.model import FitModel
from recommender.interface.answers import RankedItem
from recommender.interface.requests import RankingRequest, Spread, Target
from recommender.pool.profiles import Profile
from recommender.serving.ranking import Ranker
from recommender.snapshot.pool_snapshot import PoolSnapshot

Scores = npt.NDArray[np.float64]
_NAMED = re.compile(r"priority “([^”]*)”")
_QUOTED = re.compile(r"“([^”]*)”")


@dataclass(frozen=True)
class ServedModel:
    """A fitted model behind the product's own ranking, without gates: every project is listed."""

    snapshot: PoolSnapshot

    @staticmethod
    def of(model: FitModel, context: Context, profiles: Sequence[Profile]) -> ServedModel:
        """Serve ``model`` to ``profiles``."""
        encoder = " + ".join(space.name for space in context.vectors.spaces) or "none"
        places = {profile.id: profile for profile in profiles}
        snapshot = PoolSnapshot(
            0, datetime.fromtimestamp(0, UTC), context.taxonomies, context.projects, model, encoder, {}, places, 0
        )
        return ServedModel(snapshot)

    def scores(self, subject: str) -> Scores:
        """Return scores from 0 to 100 of all projects for a subject, shape (projects,), in the order of the pool."""
        scores = np.zeros(len(self.snapshot.projects))
        for item in self._items(subject, len(scores), explain=False):
            scores[self.snapshot.projects.row_of[item.object_id]] = item.score
        return scores

    def order(self, subject: str) -> Rows:
        """Return the rows of all projects in the product's default order, shape (projects,)."""
        row_of = self.snapshot.projects.row_of
        spread = Spread.usual(self.snapshot.profile(subject).kind, Target.PROJECT)
        items = self._items(subject, len(self.snapshot.projects), explain=False, spread=spread)
        return np.array([row_of[item.object_id] for item in items], np.intp)

    def explained(self, subject: str, count: int) -> Mapping[int, RankedItem]:
        """Return the first ``count`` items by row; reasons are worded lazily."""
        row_of = self.snapshot.projects.row_of
        spread = Spread.usual(self.snapshot.profile(subject).kind, Target.PROJECT)
        return {row_of[item.object_id]: item for item in self._items(subject, count, explain=True, spread=spread)}

    def _items(self, subject: str, count: int, explain: bool, spread: Spread = Spread.NONE) -> Sequence[RankedItem]:
        ranker = Ranker(self.snapshot, self.snapshot.model.weights, (), (), self.snapshot.scale)
        request = RankingRequest(subject, first=count, explain=explain, spread=spread)
        return ranker.of_projects(self.snapshot.profile(subject), request).items


def named_priority(item: RankedItem, names: Mapping[str, str]) -> str | None:
    """Return the id of the priority that a reason names: behind the word "priority", or else the last that it quotes.

    ``names`` maps names of priorities to ids.
    """
    for reason in item.reasons:
        for name in [*_NAMED.findall(reason.en), *reversed(_QUOTED.findall(reason.en))]:
            if name in names:
                return names[name]
    return None


def as_scores(order: Rows) -> Scores:
    """Scores that give rows their ``order``."""
    scores = np.zeros(len(order))
    scores[order] = np.arange(len(order), 0, -1)
    return scores


def deviations_of(scores: Scores) -> Scores:
    """Return scores on the logit scale, standardised over the pool, so that single priorities are comparable."""
    share = np.clip(scores / 100.0, 1e-8, 1 - 1e-8)
    fits = np.log(share / (1 - share))
    return np.asarray((fits - fits.mean()) / (fits.std() + 1e-9))
