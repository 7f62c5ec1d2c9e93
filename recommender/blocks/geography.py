"""Where a project comes from, and where it wants to go."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recommender.blocks.base import LIFT_SMOOTHING, Block, Pair
from recommender.features import CodeFeatures, Features, Floats, MembershipFeatures
from recommender.interface.lazy import Reason
from recommender.pool.profiles import LIKE_PROJECTS, Profile, SubjectKind
from recommender.pool.projects import Projects

OUTER_STEP = 0.5
"""In learning, a place counts half of its parent: most cities have too few projects to stand alone."""


class GeographyBlock(Block):
    """Categorical: the place of origin. Declared: the mandate's places with everything in them. From history:
    a log-lift for each place, smoothed from a place to its parent and from there up to the background.
    """

    name = "geography"
    weight = 0.7
    permits = True
    by_row = True
    description = Reason("Place of origin", "来源地")
    subjects = frozenset({SubjectKind.INVESTOR, SubjectKind.PROJECT, SubjectKind.TEXT, SubjectKind.ENTITY})
    learnable = True

    totals_: Floats

    def learn(self, projects: Projects) -> None:
        places = self.context_.taxonomies.places
        self.totals_ = np.zeros(max(1, len(places)), np.float32)
        if len(places):
            shares = CodeFeatures(projects.origins, len(places)).shares
            self.totals_ = np.asarray(shares @ places.ancestry, dtype=np.float32)

    def project(self, projects: Projects) -> Features:
        return CodeFeatures(projects.origins, max(1, len(self.context_.taxonomies.places)))

    def query(self, profile: Profile) -> Floats | None:
        places = self.context_.taxonomies.places
        codes = [places.code_of[each] for each in profile.places if each in places.code_of]
        return places.inside(codes).astype(np.float32) if codes else None

    def evidence(self, weights: sparse.csr_matrix) -> Floats | None:
        features = self.features_
        places = self.context_.taxonomies.places
        if not len(places) or not features.known.any():
            return None
        counts = features.weighted_sums(weights)
        total = counts.sum(axis=1)
        within = np.asarray((places.ancestry.T @ counts.T).T, dtype=np.float32)  # of each place with all in it
        background = np.maximum(self.totals_, 1e-5)
        lift = np.zeros_like(counts)
        for codes in places.levels:
            parents = places.parents[codes]
            outer = np.where(parents >= 0, lift[:, parents], 0)
            prior = background[codes] * np.exp(outer)
            share = (within[:, codes] + LIFT_SMOOTHING * prior) / (total + LIFT_SMOOTHING)[:, None]
            lift[:, codes] = np.log(share / background[codes])
        # A city's lift and its region's both speak: the mean of a place and what surrounds it.
        surrounding = np.where(places.parents >= 0, places.parents, np.arange(len(places)))
        return np.asarray(((lift + lift[:, surrounding]) / 2)[:, None, :], dtype=np.float32)

    def learning_features(self) -> Features | None:
        places = self.context_.taxonomies.places
        features = self.features_
        if not len(places) or not isinstance(features, CodeFeatures):
            return None
        return MembershipFeatures(sparse.csr_matrix(features.matrix() @ self._steps()))

    def _steps(self) -> sparse.csr_matrix:
        """Return the ancestry of each place, the place itself at half of its parent."""
        ancestry = self.context_.taxonomies.places.ancestry.tolil(copy=True)
        ancestry.setdiag(OUTER_STEP)
        return sparse.csr_matrix(ancestry, dtype=np.float32)

    def from_learning(self, coefficients: Floats) -> Floats:
        return np.asarray((self._steps() @ coefficients.T).T, dtype=np.float32)

    def explain(self, pair: Pair) -> Reason:
        places = self.context_.taxonomies.places
        code = int(self.context_.projects.origins[pair.row])
        if code < 0:
            return Reason("Its place of origin is not stated.", "未说明来源地。")
        en, zh = places.name(code, "en"), places.name(code, "zh")
        if pair.points <= 0 and pair.profile.kind is SubjectKind.ENTITY:
            return Reason(f"It comes from {en}, away from the other side.", f"来自{zh}，与对方所在地不同。")
        if pair.points <= 0:
            return Reason(
                f"Few projects from {en} fit what was stated or chosen.", f"{zh}的项目较少符合要求或以往选择。"
            )
        if pair.profile.kind in LIKE_PROJECTS:
            return Reason(f"Both come from {en} or around it.", f"两者均来自{zh}或周边。")
        if pair.by_history:
            return self._explain_by_history(pair, code)
        return Reason(f"It comes from {en}, within the mandate.", f"来自{zh}，属于投资地域范围。")

    def _explain_by_history(self, pair: Pair, code: int) -> Reason:
        """Name the smallest place around the project from which something was chosen before."""
        places, origins = self.context_.taxonomies.places, self.context_.projects.origins
        chosen = {around for row in pair.others_chosen if origins[row] >= 0 for around in places.paths[origins[row]]}
        around = next((each for each in places.paths[code] if each in chosen), None)
        if around is None:
            return Reason("It comes from near what was chosen before.", "来源地与以往选择的相近。")
        en, zh = places.name(around, "en"), places.name(around, "zh")
        return Reason(f"Projects from {en} were chosen before.", f"以往曾选择来自{zh}的项目。")


class LandingBlock(Block):
    """Categorical: where a project would settle, with everything around it. Only places ask for it."""

    name = "landing"
    weight = 0.6
    permits = True
    by_row = True
    description = Reason("Landing preference", "落地意向")
    subjects = frozenset({SubjectKind.PLACE})

    def project(self, projects: Projects) -> Features:
        places = self.context_.taxonomies.places
        preferences = projects.memberships(projects.preferences, max(1, len(places)))
        return MembershipFeatures(preferences)

    def query(self, profile: Profile) -> Floats | None:
        places = self.context_.taxonomies.places
        code = places.code_of.get(profile.own_place or "")
        if code is None:
            return None
        coefficients = np.zeros(self.features_.size, np.float32)
        inside = places.inside([code])
        coefficients[: len(places)][inside] = 1.0
        for step, around in enumerate(places.paths[code][1:], start=1):
            coefficients[around] = 0.5**step
        return coefficients

    def evidence(self, weights: sparse.csr_matrix) -> Floats | None:
        return None

    def explain(self, pair: Pair) -> Reason:
        if not pair.known:
            return Reason("It states no landing preference.", "未说明落地意向。")
        if pair.points > 0:
            return Reason("It would like to settle here or around.", "有意在本地或周边落地。")
        return Reason("It would rather settle elsewhere.", "更倾向于在其他地方落地。")
