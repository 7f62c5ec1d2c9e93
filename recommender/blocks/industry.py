"""Industries and tracks: memberships, spread through the concept graph, rare ones counting more."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from recommender.blocks.base import Block, Pair, listed
from recommender.features import Features, Floats, MembershipFeatures
from recommender.interface.lazy import Reason
from recommender.pool.profiles import LIKE_PROJECTS, Profile, SubjectKind
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import ConceptGraph


def rows_of_unit_length(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return each row divided by its length; empty rows stay empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths, dtype=np.float64), where=lengths > 0)
    return sparse.csr_matrix(sparse.diags(scale) @ matrix, dtype=np.float32)


def codes_of(matrix: sparse.csr_matrix, row: int) -> list[int]:
    """Return the columns that a row has, without the cost of a slice."""
    codes: list[int] = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tolist()
    return codes


class IndustryBlock(Block):
    """Categorical, several codes a project. A membership reaches its broader concepts, its siblings through
    them, and other schemes through crosswalks, at a lower worth (``taxonomies.BROADER_STEP``, ``MAPPING_STRENGTH``).
    Weighted by inverse frequency and brought to unit length.
    """

    name = "industry"
    weight = 0.6
    by_row = True
    description = Reason("Industry", "产业领域")
    learnable = True
    topical = True

    inverse_frequency_: Floats

    _spread: tuple[Projects, sparse.csr_matrix] | None = None

    def learn(self, projects: Projects) -> None:
        graph = self.context_.taxonomies.concepts
        self.inverse_frequency_ = np.ones(1, np.float32)
        if len(graph):
            spread = _strongest(projects.memberships(projects.concepts, len(graph)), graph)
            frequency = np.bincount(spread.indices, minlength=len(graph))
            self.inverse_frequency_ = np.log(1 + len(projects) / np.maximum(frequency, 1)).astype(np.float32)
            self._spread = projects, spread  # for the projection that follows

    def project(self, projects: Projects) -> Features:
        graph = self.context_.taxonomies.concepts
        if not len(graph):
            return MembershipFeatures(sparse.csr_matrix((len(projects), 1), dtype=np.float32))
        if self._spread is not None and self._spread[0] is projects:
            spread, self._spread = self._spread[1], None
        else:
            spread = _strongest(projects.memberships(projects.concepts, len(graph)), graph)
        return MembershipFeatures(rows_of_unit_length(spread @ sparse.diags(self.inverse_frequency_)))

    def query(self, profile: Profile) -> Floats | None:
        return self.query_of_concepts(profile.concepts)

    def query_of_concepts(self, weights: Mapping[str, float]) -> Floats | None:
        """Return coefficients (concepts,) for weighted concept ids; unknown ids are ignored."""
        graph = self.context_.taxonomies.concepts
        coefficients = np.zeros(self.features_.size, np.float32)
        for concept_id, weight in weights.items():
            code = graph.code_of.get(concept_id)
            if code is None or weight <= 0:
                continue
            own = np.zeros_like(coefficients)
            for reached, worth in graph.reach(code).items():
                own[reached] = worth * self.inverse_frequency_[reached]
            coefficients += weight * own / max(float(np.linalg.norm(own)), 1e-9)
        return coefficients if np.any(coefficients) else None

    def explain(self, pair: Pair) -> Reason:
        return self.explain_concepts(pair, pair.profile.concepts)

    def explain_concepts(self, pair: Pair, wanted: Mapping[str, float]) -> Reason:
        """Name the path in the concept graph between a wanted concept and one of the project's."""
        graph = self.context_.taxonomies.concepts
        memberships = self.context_.projects.concepts
        own = [] if memberships is None else codes_of(memberships, pair.row)
        if not own:
            return Reason("Its industry is not stated.", "未说明所属产业。")
        own_en, own_zh = (
            listed([graph.name(code, language) for code in own[:3]], language) for language in ("en", "zh")
        )
        if pair.points <= 0:
            if pair.profile.kind is SubjectKind.PLACE:
                return Reason(f"Its industry ({own_en}) isn't a priority.", f"所属产业（{own_zh}）不在贵市重点产业内。")
            if pair.profile.kind is SubjectKind.ENTITY:
                return Reason(f"Its industry ({own_en}) is another.", f"所属产业（{own_zh}）与对方的领域不同。")
            return Reason(
                f"Its industry ({own_en}) isn't among those wanted.", f"所属产业（{own_zh}）不在您关注的产业内。"
            )
        if pair.by_history or not wanted:
            return self._explain_by_history(pair, own)
        path = self._best_path(own, wanted)
        if not path:
            return Reason(f"Its industries: {own_en}.", f"其产业：{own_zh}。")
        ends = [(graph.name(path[0], language), graph.name(path[-1], language)) for language in ("en", "zh")]
        return Reason(_related_en(*ends[0], pair.profile.kind), _related_zh(*ends[1], pair.profile.kind))

    def _explain_by_history(self, pair: Pair, own: list[int]) -> Reason:
        """Name the industries that the project shares with projects chosen before."""
        graph, memberships = self.context_.taxonomies.concepts, self.context_.projects.concepts
        assert memberships is not None
        chosen = {code for row in pair.others_chosen for code in codes_of(memberships, row)}
        shared = [code for code in own if code in chosen][:3]
        if not shared:
            return Reason("Its industries are related to those chosen before.", "其产业与以往选择的产业相关。")
        en, zh = (listed([graph.name(code, language) for code in shared], language) for language in ("en", "zh"))
        return Reason(f"Projects of {en} were chosen before.", f"以往曾选择“{zh}”领域的项目。")

    def way(self, row: int, wanted: Mapping[str, float], language: str) -> str:
        """Return the project's industry nearest to a wanted one, and the wanted one if its name differs; all of the
        project's industries if none is near.
        """
        graph = self.context_.taxonomies.concepts
        memberships = self.context_.projects.concepts
        own = [] if memberships is None else codes_of(memberships, row)
        path = self._best_path(own, wanted)
        if not path:
            return listed([graph.name(code, language) for code in own[:3]], language)
        first, last = graph.name(path[0], language), graph.name(path[-1], language)
        if _same_name(first, last):
            return last
        return f"{first}（对应“{last}”）" if language == "zh" else f"{first} (related to {last})"

    def _best_path(self, own: list[int], wanted: Mapping[str, float]) -> list[int]:
        graph = self.context_.taxonomies.concepts
        codes = [graph.code_of[each] for each in wanted if each in graph.code_of]
        paths = [path for source in own for target in codes if (path := graph.path(source, target))]
        return min(paths, key=lambda path: (len(path), path), default=[])


class TrackBlock(Block):
    """Categorical, several codes a project: the tracks that it stands in."""

    name = "track"
    weight = 0.5
    by_row = True
    description = Reason("Track", "赛道")
    learnable = True
    topical = True

    def project(self, projects: Projects) -> Features:
        size = max(1, len(self.context_.taxonomies.tracks))
        return MembershipFeatures(rows_of_unit_length(projects.memberships(projects.tracks, size)))

    def query(self, profile: Profile) -> Floats | None:
        coefficients = np.zeros(self.features_.size, np.float32)
        for track_id, weight in profile.tracks.items():
            code = self.context_.taxonomies.tracks.code_of.get(track_id)
            if code is not None and weight > 0:
                coefficients[code] += weight
        return coefficients if np.any(coefficients) else None

    def explain(self, pair: Pair) -> Reason:
        tracks = self.context_.taxonomies.tracks
        features = self.features_
        assert isinstance(features, MembershipFeatures)
        own = codes_of(features.memberships, pair.row)
        if not own:
            return Reason("Its track is not stated.", "未说明所属赛道。")
        en, zh = (listed([tracks.name(code, language) for code in own], language) for language in ("en", "zh"))
        if pair.points <= 0:
            if pair.profile.kind is SubjectKind.PLACE:
                return Reason(f"Its track ({en}) isn't a priority.", f"所属赛道（{zh}）不在贵市重点赛道内。")
            if pair.profile.kind is SubjectKind.ENTITY:
                return Reason(f"Its track ({en}) is another.", f"所属赛道（{zh}）与对方的赛道不同。")
            return Reason(f"Its track ({en}) isn't among those wanted.", f"所属赛道（{zh}）不在您关注的赛道内。")
        if pair.by_history:
            return self._explain_by_history(pair, own)
        if pair.profile.kind in LIKE_PROJECTS:
            return Reason(f"Both are in the same track: {en}.", f"两者属于同一赛道：{zh}。")
        if pair.profile.kind is SubjectKind.PLACE:
            return Reason(f"Its track is a priority: {en}.", f"属于贵市重点赛道：{zh}。")
        return Reason(f"Its track is in the mandate: {en}.", f"属于您关注的赛道：{zh}。")

    def _explain_by_history(self, pair: Pair, own: list[int]) -> Reason:
        tracks, features = self.context_.taxonomies.tracks, self.features_
        assert isinstance(features, MembershipFeatures)
        chosen = {code for row in pair.others_chosen for code in codes_of(features.memberships, row)}
        shared = [code for code in own if code in chosen]
        if not shared:
            return Reason("Its track is near those chosen before.", "其赛道与以往选择的赛道相近。")
        en, zh = (listed([tracks.name(code, language) for code in shared], language) for language in ("en", "zh"))
        return Reason(f"Projects of its track ({en}) were chosen before.", f"以往曾选择该赛道（{zh}）的项目。")


def _same_name(first: str, second: str) -> bool:
    return first.casefold() == second.casefold()


def _related_en(own: str, wanted: str, kind: SubjectKind) -> str:
    same = _same_name(own, wanted)
    if kind in LIKE_PROJECTS:
        return f"Both are in {wanted}." if same else f"{own} is related to {wanted}."
    if kind is SubjectKind.PLACE:
        return f"{wanted} is a priority." if same else f"Its industry, {own}, is related to the priority {wanted}."
    return f"{wanted} is in the mandate." if same else f"Its industry, {own}, is related to {wanted} in the mandate."


def _related_zh(own: str, wanted: str, kind: SubjectKind) -> str:
    same = _same_name(own, wanted)
    if kind in LIKE_PROJECTS:
        return f"两者同属“{wanted}”。" if same else f"“{own}”与“{wanted}”相关。"
    if kind is SubjectKind.PLACE:
        return f"“{wanted}”是贵市重点产业。" if same else f"所属产业“{own}”与贵市重点产业“{wanted}”相关。"
    return f"“{wanted}”是您关注的产业。" if same else f"所属产业“{own}”与您关注的“{wanted}”相关。"


def _strongest(declared: sparse.csr_matrix, graph: ConceptGraph) -> sparse.csr_matrix:
    """Return the memberships spread through the graph; where several reach one concept, the strongest counts."""
    spread = graph.spread
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    starts, codes, worths = declared.indptr, declared.indices, declared.data
    if spread.nnz == len(graph):  # no edges at all: nothing to spread
        return sparse.csr_matrix(declared, dtype=np.float32)
    for row in range(declared.shape[0]):
        reached: dict[int, float] = {}
        for position in range(starts[row], starts[row + 1]):
            code, worth = codes[position], float(worths[position])
            for inner in range(spread.indptr[code], spread.indptr[code + 1]):
                target = int(spread.indices[inner])
                reached[target] = max(reached.get(target, 0.0), worth * float(spread.data[inner]))
        rows.extend([row] * len(reached))
        columns.extend(reached)
        values.extend(reached.values())
    return sparse.csr_matrix((np.array(values, np.float32), (rows, columns)), shape=declared.shape)
