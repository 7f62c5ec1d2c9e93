"""Baselines without Roadshow: chance, popularity, words, categories, the same city, and their sum."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.evaluation.data_sets.data_set import Case, DataError, LinkData
from recommender.evaluation.data_sets.splits import Split
from recommender.pool.projects import Projects

Scores = npt.NDArray[np.float64]
Method = Callable[[npt.NDArray[np.intp]], Scores]
"""Function from the rows of a history to scores of all projects."""

BEST_SUM = "TF-IDF + category + city"


def tokens_of(texts: Sequence[str]) -> list[list[str]]:
    """Words for lexical baselines: Latin words without English stop words, Han characters one by one and in pairs."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    from recommender.evaluation.data_sets.words import words_of

    return [[word for word in words_of(text) if word not in ENGLISH_STOP_WORDS] for text in texts]


class LinkBaselines:
    """Baselines by history, fitted on the projects' texts and categories and on the links of the history."""

    def __init__(self, data: LinkData, split: Split, seed: int = 0) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.preprocessing import normalize

        projects = data.projects
        texts = [" ".join(by_tag.values()) for by_tag in projects.texts]
        self.tokens = tokens_of(texts)
        vectorizer = TfidfVectorizer(analyzer=_with_pairs, sublinear_tf=True, min_df=2)
        shared = _shared(map(_with_pairs, self.tokens))
        words = vectorizer.fit_transform(self.tokens) if shared else np.zeros((len(projects), 1))
        self.words = sparse.csr_matrix(words)
        self.bm25 = _Bm25(self.tokens)
        memberships = projects.memberships(projects.concepts, max(1, len(data.taxonomies.concepts)))
        self.memberships = sparse.csr_matrix(memberships > 0, dtype=np.float64)
        self.categories = sparse.csr_matrix(normalize(self.memberships))
        self.places = projects.origins
        self.popular = np.bincount(data.project_of[split.history], minlength=len(projects)).astype(float)
        self.random = np.random.default_rng(seed)

    def methods(self) -> Mapping[str, Method]:
        """Return all baselines by name."""
        return {
            "random": lambda rows: self.random.random(len(self.places)),
            "popularity": lambda rows: self.popular,
            "BM25, history as the query": self._bm25,
            "TF-IDF, centroid of the history": self._words,
            "category cosine": self._categories,
            "same city share": self._places,
            BEST_SUM: self._sum,
        }

    def _bm25(self, rows: npt.NDArray[np.intp]) -> Scores:
        return self.bm25.scores([word for row in rows for word in self.tokens[row]])

    def _words(self, rows: npt.NDArray[np.intp]) -> Scores:
        return np.asarray(self.words @ np.asarray(self.words[rows].mean(axis=0)).ravel())

    def _categories(self, rows: npt.NDArray[np.intp]) -> Scores:
        counts = np.asarray(self.memberships[rows].sum(axis=0)).ravel()
        return np.asarray(self.categories @ (counts / max(float(np.linalg.norm(counts)), 1e-9)))

    def _places(self, rows: npt.NDArray[np.intp]) -> Scores:
        known = self.places[rows][self.places[rows] >= 0]
        shares = np.append(np.bincount(known, minlength=max(1, self.places.max() + 1)) / max(1, len(rows)), 0.0)
        return np.asarray(shares[self.places])

    def _sum(self, rows: npt.NDArray[np.intp]) -> Scores:
        return standard(self._words(rows)) + standard(self._categories(rows)) + standard(self._places(rows))


def standard(scores: Scores) -> Scores:
    """Scores with mean 0 and deviation 1."""
    return np.asarray((scores - scores.mean()) / (scores.std() + 1e-9))


def _with_pairs(tokens: Sequence[str]) -> list[str]:
    return [*tokens, *(f"{a} {b}" for a, b in pairwise(tokens))]


def _shared(texts: Iterable[Sequence[str]]) -> bool:
    """Return whether any word is in two of the texts; otherwise there is nothing to compare."""
    seen: set[str] = set()
    for words in texts:
        own = set(words)
        if not seen.isdisjoint(own):
            return True
        seen |= own
    return False


class _Bm25:
    """BM25 (k1 1.2, b 0.75) by the bm25s library."""

    def __init__(self, tokens: Sequence[Sequence[str]]) -> None:
        try:
            import bm25s
        except ImportError as error:
            raise DataError("The baselines need bm25s; install it with: pip install 'roadshow[evaluation]'") from error

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it asks for every step to be told
        self.size = len(tokens)
        self.index = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
        self.index.index([list(words) or ["\u2400"] for words in tokens], show_progress=False)

    def scores(self, query: Sequence[str]) -> Scores:
        known = [word for word in query if word in self.index.vocab_dict]
        if not known:
            return np.zeros(self.size)
        return np.asarray(self.index.get_scores(known), dtype=np.float64)


def label_baselines(projects: Projects, labels: Sequence[str], seed: int = 0) -> Mapping[str, Scores]:
    """Scores of shape (labels, texts) for random, BM25 and character TF-IDF, the label's name as the query."""
    import re

    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [" ".join(by_tag.values()) for by_tag in projects.texts]
    queries = [re.sub(r"[/&,\-]", " ", label) for label in labels]
    tokens = tokens_of(texts)
    bm25 = _Bm25(tokens)
    han = sum("\u4e00" <= character <= "\u9fff" for text in texts for character in text)
    span = (1, 2) if han > 0.2 * sum(map(len, texts)) else (3, 4)
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=span, sublinear_tf=True, min_df=2)
    by_characters = np.zeros((len(labels), len(texts)))
    if _shared(vectorizer.build_analyzer()(text.lower()) for text in texts):
        matrix = vectorizer.fit_transform(text.lower() for text in texts)
        by_characters = (vectorizer.transform(query.lower() for query in queries) @ matrix.T).toarray()
    return {
        "random": np.random.default_rng(seed).random((len(labels), len(texts))),
        "BM25": np.array([bm25.scores(words) for words in tokens_of(queries)]),
        "TF-IDF, character n-grams": by_characters,
    }


def reverse_baseline(baselines: LinkBaselines, histories: Sequence[Case], rows: Sequence[int]) -> Scores:
    """Return the sum of words, categories and city for pairs, shape (projects ``rows``, investors of ``histories``)."""
    columns = [baselines.methods()[BEST_SUM](case.history)[list(rows)] for case in histories]
    return np.array(columns).T
