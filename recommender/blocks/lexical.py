"""Words: compares the word pieces of subject and project, centred by language."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recommender.blocks.base import Block, Pair
from recommender.blocks.common_words import common_words, everywhere, words_of_texts
from recommender.blocks.documents import content_factors, documents_of
from recommender.features import DenseFeatures, Features, Floats
from recommender.interface.lazy import Reason
from recommender.pool.profiles import Profile, SubjectKind, WeightedText
from recommender.pool.projects import Projects
from recommender.text import hash_of, language_of
from recommender.text.lexical import LexicalEncoder
from recommender.text.vectors import unit

MOST_NAMED = 5
MOST_CHOSEN = 50
"""Number of most recently chosen projects searched for shared words."""


class LexicalBlock(Block):
    """Dense. Needs a fitted ``LexicalEncoder``; without one, every project is unknown.

    ``cached`` maps the hash of a whole text to its vector, so that a restart encodes nothing twice.
    """

    name = "lexical"
    weight = 0.25
    by_row = True
    description = Reason("Words in common", "用词相近")
    topical = True
    worded = True

    _recent: tuple[Profile, frozenset[str]] | None = None
    _learnt: tuple[Projects, Floats] | None = None

    def __init__(self) -> None:
        self.encoder: LexicalEncoder | None = None
        self.cached: dict[str, Floats] = {}

    means_: dict[str, Floats]
    groups_: dict[str, int]
    everywhere_: frozenset[str] = frozenset()

    def learn(self, projects: Projects) -> None:
        _, texts, languages = documents_of(projects)
        self.means_ = {}
        self.groups_ = {language: group for group, language in enumerate(sorted(set(languages)) or ["en"])}
        self.everywhere_ = everywhere(texts, languages)
        if self.encoder is None:
            return
        encoded = self._encoded(texts)
        self._learnt = projects, encoded  # for the projection that follows
        language_array = np.array(languages)
        for language in self.groups_:
            own = np.flatnonzero(language_array == language)
            if len(own) > 1:
                self.means_[language] = encoded[own].mean(axis=0)

    def project(self, projects: Projects) -> Features:
        if self.encoder is None:
            return DenseFeatures(np.zeros((len(projects), 1), np.float32))
        rows, texts, languages = documents_of(projects)
        if self._learnt is not None and self._learnt[0] is projects:
            encoded, self._learnt = self._learnt[1], None
        else:
            encoded = self._encoded(texts)
        values = np.zeros((len(projects), self.encoder.dimension), np.float32)
        group_of = np.zeros(len(projects), np.int16)
        row_array = np.array(rows, dtype=np.intp)
        language_array = np.array(languages)
        for language in sorted(set(languages)):
            own = np.flatnonzero(language_array == language)
            mean = self.means_.get(language)
            np.add.at(values, row_array[own], encoded[own] if mean is None else unit(encoded[own] - mean))
        for row, language in zip(reversed(rows), reversed(languages), strict=True):
            group_of[row] = self.groups_.get(language, 0)
        weighted = unit(values) * content_factors(projects)[:, None]
        return DenseFeatures(weighted, group_of=group_of, groups=len(self.groups_))

    def _encoded(self, texts: Sequence[str]) -> Floats:
        assert self.encoder is not None
        hashes = [hash_of(text) for text in texts]
        missing = [index for index, text_hash in enumerate(hashes) if text_hash not in self.cached]
        encoded = np.zeros((len(texts), self.encoder.dimension), np.float32)
        if missing:
            encoded[missing] = self.encoder.encode([texts[index] for index in missing])
        for index, text_hash in enumerate(hashes):
            if text_hash in self.cached:
                encoded[index] = self.cached[text_hash]
        return encoded

    def query(self, profile: Profile) -> Floats | None:
        return self.query_of_texts(profile.texts)

    def query_of_texts(self, texts: Sequence[WeightedText]) -> Floats | None:
        """Return coefficients (dimension,) for weighted texts; ``None`` if there are none."""
        if self.encoder is None or not texts:
            return None
        vectors = self.encoder.encode([weighted.text for weighted in texts])
        total = np.zeros(self.encoder.dimension, np.float32)
        for weighted, vector in zip(texts, vectors, strict=True):
            # A label shares few n-grams with anything: its vector is short of the mean already, and stays as it is.
            language = language_of(weighted.text, weighted.language)
            mean = self.means_.get(language)
            long_text = len(weighted.text) > 200 and mean is not None
            total += weighted.weight * (unit((vector - mean)[None])[0] if long_text and mean is not None else vector)
        return total if np.any(total) else None

    def explain(self, pair: Pair) -> Reason:
        if not pair.known:
            return Reason("The project has no text that could be compared.", "该项目没有可比较的文本。")
        if pair.points <= 0 and pair.profile.kind is SubjectKind.ENTITY:
            return Reason("Both are worded differently.", "两者用词不同。")
        if pair.points <= 0:
            return Reason(
                "Its wording is further from the request than that of most projects.",
                "与多数项目相比，其用词与需求相距较远。",
            )
        if pair.by_history:
            otherwise = Reason("Its wording is like that of projects chosen before.", "其用词与以往选择的项目相近。")
        elif pair.profile.kind is SubjectKind.ENTITY:
            otherwise = Reason("Both are worded alike.", "两者用词相近。")
        else:
            otherwise = Reason("Its wording is close to the request.", "其用词与需求相近。")
        common = self._common_words(pair)
        latin = [word for word in common if word.isascii()][:MOST_NAMED]
        every = sorted(common, key=str.isascii)[:MOST_NAMED]
        return Reason(
            f"It uses the same words: {', '.join(latin)}." if latin else otherwise.en,
            f"使用相同的词语：{'、'.join(every)}。" if every else otherwise.zh,
        )

    def _common_words(self, pair: Pair) -> list[str]:
        projects = self.context_.projects
        if pair.by_history or not pair.profile.texts:
            rows = pair.others_chosen[-MOST_CHOSEN:]
            wanted = words_of_texts([text for row in rows for text in projects.texts[row].values()])
        else:
            wanted = self._declared_words(pair.profile)
        return common_words(list(projects.texts[pair.row].values()), wanted, self.everywhere_)

    def _declared_words(self, profile: Profile) -> frozenset[str]:
        """Return words of the declared texts, cached for the latest subject."""
        recent = self._recent
        if recent is None or recent[0] is not profile:
            recent = self._recent = (profile, words_of_texts([weighted.text for weighted in profile.texts]))
        return recent[1]
