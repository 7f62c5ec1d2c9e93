"""Meaning: compares what a subject looks for with a project's texts, in any language of the encoders.

Each project's vector is centred on the mean of its language, which removes the bias of language and genre, and moved
towards its neighbours. Short declared texts (names of industries, titles of priorities) are centred on the mean of such
labels instead; declared vectors are then moved towards the projects nearest to them (Rocchio, 1971).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recommender.blocks.base import Block, Context, Pair
from recommender.blocks.documents import (
    SECOND_SHARE,
    background_features,
    coefficients_of,
    content_factors,
    documents_of,
    groups_of,
    label_means,
    moments_beside,
    principal_axes,
    share_between_encoders,
)
from recommender.blocks.feedback import feedback_pool, with_feedback
from recommender.blocks.passages import Informativeness, common_sentences, composed, informativeness, text_means
from recommender.blocks.sentences import Told, leave_one_out
from recommender.blocks.text_reasons import (
    CLOSE,
    Nearest,
    both_describe,
    carrying_sentence,
    nearest_of_history,
    reason_of_history,
    told_of_sentence,
)
from recommender.features import DenseFeatures, Features, Floats, Rows
from recommender.interface.lazy import Reason
from recommender.pool.profiles import Profile, SubjectKind, WeightedText
from recommender.pool.projects import Projects
from recommender.pool.rows import product_by_row
from recommender.text import chunks_of, language_of, weighted_length
from recommender.text.neighbours import NO_NEIGHBOURS, Neighbours
from recommender.text.vectors import VectorSpace, unit

LABEL_LENGTH = 60
"""Texts up to this length (a Han character counts three times) are centred as labels."""
USUAL_SPREAD = 0.08
"""Deviation over the pool of the cosine with a usual name of an industry: what few texts differ on has less."""
MOST_CONFIDENCE = 1.25
AXES = 256
"""The projects' vectors are rotated to this many principal axes: as good, at a third of the size."""


class TextBlock(Block):
    """Dense; one or two encoders side by side, one group of rows for each language."""

    name = "text"
    weight = 1.0
    by_row = True
    description = Reason("Meaning of the text", "文本语义")
    learnable = True
    topical = True
    worded = True
    quotes = True

    _recent: tuple[Profile, Rows, Floats] | None = None
    _learnt: tuple[Projects, Floats] | None = None
    axes_: Floats
    languages_: list[str]
    group_of_language_: dict[str, int]
    means_: dict[tuple[str, str], Floats]
    label_means_: dict[tuple[str, str], Floats]
    worths_: dict[str, dict[str, Informativeness]]
    """How much passages say, by the encoder's name and the language."""
    background_: DenseFeatures | None = None
    """The shipped background texts: what is about none of all fields."""
    neighbours_: Neighbours
    narrow_: Floats
    """How far the pool's texts are of one field, shape (languages,)."""
    feedback_: DenseFeatures
    waiting_: frozenset[str] = frozenset()
    """Ids of projects with texts that aren't encoded yet."""

    def learn(self, projects: Projects) -> None:
        spaces = self.context_.vectors.spaces[:2]
        _, texts, languages = documents_of(projects)
        self.languages_ = sorted(set(languages)) or ["en"]
        self.group_of_language_ = {language: group for group, language in enumerate(self.languages_)}
        self.means_, self.label_means_, self.worths_ = {}, {}, {}
        self.axes_ = np.eye(1, dtype=np.float32)
        self.neighbours_ = NO_NEIGHBOURS
        if not spaces:
            return
        own = {
            language: [text for text, each in zip(texts, languages, strict=True) if each == language]
            for language in self.languages_
        }
        common = {language: common_sentences(each) for language, each in own.items()}
        for space in spaces:
            self.worths_[space.name] = informativeness(self.context_.vectors, space, common)
        self.means_, shares = text_means(self.context_.vectors, spaces, own, self.worths_)
        self.narrow_ = np.array([shares[language] for language in self.languages_], np.float32)
        self.label_means_ = label_means(self.context_.vectors, spaces, self.context_.taxonomies, self.means_)
        values = self._whole(projects)
        self.axes_ = principal_axes(values, AXES)
        self.neighbours_ = Neighbours.of(projects.ids, product_by_row(values, self.axes_))
        self._learnt = projects, values  # for the projection that follows

    def project(self, projects: Projects) -> Features:
        return self._projected(projects, self.neighbours_)

    def _projected(self, projects: Projects, neighbours: Neighbours) -> Features:
        if not self.context_.vectors.spaces:
            return DenseFeatures(np.zeros((len(projects), 1), np.float32))
        if self._learnt is not None and self._learnt[0] is projects:
            values, self._learnt = self._learnt[1], None
        else:
            values = self._whole(projects)
        group_of = groups_of(projects, self.group_of_language_)
        factors = content_factors(projects)
        cut = neighbours.expanded(projects.ids, product_by_row(values, self.axes_))
        return DenseFeatures(
            cut * factors[:, None], np.any(values != 0, axis=1) & (factors > 0), group_of, len(self.languages_)
        )

    def _whole(self, projects: Projects) -> Floats:
        """Return vectors of all encoders side by side, each text centred on its language."""
        vectors = self.context_.vectors
        spaces = vectors.spaces[:2]
        rows, texts, languages = documents_of(projects)
        values = np.zeros((len(projects), sum(space.dimension for space in spaces)), np.float32)
        waiting: set[str] = set()
        offset = 0
        for position, space in enumerate(spaces):
            wanted = [index for index, language in enumerate(languages) if position == 0 or space.knows(language)]
            part = values[:, offset : offset + space.dimension]
            for language in sorted({languages[index] for index in wanted}):
                own = [index for index in wanted if languages[index] == language]
                mean = self.means_.get((space.name, language))
                encoded, known = composed(
                    vectors, [texts[index] for index in own], space, mean, self._worth(space, language)
                )
                waiting.update(projects.ids[rows[own[each]]] for each in np.flatnonzero(~known))
                np.add.at(part, np.array([rows[index] for index in own], np.intp), encoded)
            part[:] = unit(part)
            offset += space.dimension
        if len(spaces) > 1:
            share_between_encoders(values, spaces[0].dimension)
        self.waiting_ = frozenset(waiting)
        return values

    def fit(self, context: Context, shared: Features | None = None) -> Block:
        super().fit(context, shared)
        assert isinstance(self.features_, DenseFeatures)
        self.feedback_ = feedback_pool(self.features_)
        waiting = self.waiting_
        self.background_ = background_features(lambda texts: self._projected(texts, NO_NEIGHBOURS), self.languages_)
        self.waiting_ = waiting
        return self

    def follow(self, context: Context, source: Rows, changed: Projects, shared: Features | None = None) -> Block:
        block = super().follow(context, source, changed, shared)
        assert isinstance(block, TextBlock)
        there = context.projects.row_of
        earlier = (each for each in self.waiting_ if each in there and source[there[each]] >= 0)
        block.waiting_ = frozenset(earlier) | block.waiting_
        block._recent = None  # by row, and rows are others now
        return block

    def asked_moments(self, coefficients: Floats) -> tuple[Floats, Floats]:
        return moments_beside(self.features_, self.background_, coefficients, self.narrow_)

    def query(self, profile: Profile) -> Floats | None:
        return self.query_of_texts(profile.texts)

    def query_of_texts(self, texts: Sequence[WeightedText]) -> Floats | None:
        """Return coefficients (groups, dimension) of weighted texts, or ``None`` if none of them is encoded."""
        raw = self.plain_query_of(texts)
        return None if raw is None else with_feedback(self.feedback_, raw, self.narrow_)

    def confidence(self, profile: Profile) -> float | None:
        return self.confidence_of_texts(profile.texts)

    def confidence_of_texts(self, texts: Sequence[WeightedText]) -> float | None:
        """Return ``sqrt(s / USUAL_SPREAD)``, at most ``MOST_CONFIDENCE``; ``s`` is the cosine's deviation in the pool.

        ``None`` where no text is encoded. The root keeps the order of the priorities, the full ratio loses coverage
        (docs/quality.md).
        """
        raw = self.plain_query_of(texts)
        if raw is None:
            return None
        assert isinstance(self.features_, DenseFeatures)
        _, deviations = self.asked_moments(raw[None])
        spread = float(self.features_.group_shares @ deviations[0])
        return min(MOST_CONFIDENCE, float(np.sqrt(spread / USUAL_SPREAD)))

    def plain_query_of(self, texts: Sequence[WeightedText]) -> Floats | None:
        """Return coefficients (groups, dimension) of texts before feedback, or ``None`` if none of them is encoded.

        Their length is 1 in each encoder that has the texts.
        """
        spaces = self.context_.vectors.spaces[:2]
        parts: list[Floats | None] = []
        for space in spaces:
            total = np.zeros(space.dimension, np.float32)
            for weighted in texts:
                language = language_of(weighted.text, weighted.language)
                if not space.knows(language) and space is not spaces[0]:
                    continue
                vector = self._vector(space, language, weighted.text)
                if vector is not None:
                    total += weighted.weight * vector
            parts.append(unit(total[None])[0] if np.any(total) else None)
        if not parts or all(part is None for part in parts):
            return None
        return np.asarray(coefficients_of(parts, spaces, self.languages_) @ self.axes_, dtype=np.float32)

    def _worth(self, space: VectorSpace, language: str) -> Informativeness:
        """Return the informativeness of the language, or of another if no project is written in it."""
        worths = self.worths_[space.name]
        return worths.get(language) or next(iter(worths.values()))

    def _vector(self, space: VectorSpace, language: str, text: str) -> Floats | None:
        """Return the unit vector of a declared text: its passages, centred and weighted like those of a project."""
        chunks = [self.context_.vectors.chunk(passage, space) for passage in chunks_of(text)]
        known = [vector for vector in chunks if vector is not None]
        if not known or len(known) < len(chunks):
            return None
        passages = np.array(known, np.float32)
        centred = unit(passages - self._mean(space, language, text))
        if len(centred) == 1:
            return np.asarray(centred[0])
        sentences = chunks_of(text)
        lengths = np.array([weighted_length(passage) for passage in sentences], np.float64)
        weights = (lengths * self._worth(space, language).worth(sentences, passages)).astype(np.float32)
        combined: Floats = unit((weights[:, None] * centred).sum(axis=0)[None])[0]
        return combined

    def _mean(self, space: VectorSpace, language: str, text: str) -> Floats:
        if weighted_length(text) <= LABEL_LENGTH and (space.name, language) in self.label_means_:
            return self.label_means_[space.name, language]
        if (space.name, language) in self.means_:
            return self.means_[space.name, language]
        others = [mean for (name, _), mean in self.means_.items() if name == space.name]
        return np.mean(others, axis=0) if others else np.zeros(space.dimension, np.float32)

    def explain(self, pair: Pair) -> Reason:
        if not pair.known:
            return Reason("The project has no text that could be compared.", "该项目没有可比较的文本。")
        if pair.by_history:
            return reason_of_history(pair, self._nearest_of_history)
        otherwise = both_describe(pair.points > 0) if pair.profile.kind is SubjectKind.ENTITY else CLOSE
        if otherwise is not CLOSE and (pair.points <= 0 or pair.shared):
            return otherwise
        if pair.points <= 0:
            return Reason("Its text is about other topics than those wanted.", "其文本与需求关系较远。")
        if pair.shared:
            return Reason("Its text touches on several of the wanted topics.", "其文本涉及多项需求。")
        return told_of_sentence(self.carrying(pair, "en"), self.carrying(pair, "zh"), otherwise)

    def _nearest_of_history(self, pair: Pair) -> Nearest | None:
        """Return the nearest other project among those chosen."""
        if not isinstance(self.features_, DenseFeatures):
            return None
        return nearest_of_history(self.context_.projects, self.features_, *self._chosen(pair.profile), pair)

    def _chosen(self, profile: Profile) -> tuple[Rows, Floats]:
        """Return rows and vectors of the projects that a subject chose, cached for the latest subject."""
        recent = self._recent
        if recent is None or recent[0] is not profile:
            assert isinstance(self.features_, DenseFeatures)
            row_of = self.context_.projects.row_of
            chosen = {row_of[act.project_id] for act in profile.history if act.project_id in row_of and act.favourable}
            rows = np.array(sorted(chosen), dtype=np.intp)
            recent = self._recent = (profile, rows, self.features_.values[rows])
        return recent[1], recent[2]

    def plain_query(self, profile: Profile) -> Floats | None:
        return self.plain_query_of(profile.texts)

    def carrying(self, pair: Pair, language: str) -> str | None:
        """Return the sentence in ``language`` behind the match; ``None`` if there is none."""
        if pair.query is None or pair.plain_query is None:
            return None
        assert isinstance(self.features_, DenseFeatures)
        query = self.axes_ @ pair.query[self.features_.group(pair.row)]
        sentences = leave_one_out(self.told_, self.context_, pair.row, query)
        group = self.group_of_language_.get(language, 0)
        return carrying_sentence(
            sentences, unit(np.array([pair.query[group], pair.plain_query[group]])) @ self.axes_.T, language
        )

    @property
    def told_(self) -> Told:
        """The inputs for a project's sentences."""
        return Told(self.means_, self.worths_, (1 - SECOND_SHARE, SECOND_SHARE))
