"""Small made-up pools for tests: everything drawn from a seed, no model needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from recommender.blocks import Context
from recommender.encoders import Encoder, Vectors, normalised
from recommender.pool.profiles import Evidence, EvidenceKind, Profile, SubjectKind, WeightedText
from recommender.pool.projects import STAGES, Projects
from recommender.pool.taxonomies import ConceptGraph, PlaceTree, Taxonomies, Tracks
from recommender.text import chunks_of, hash_of
from recommender.text.vectors import TextVectors, VectorSpace

WORDS = "solar battery robot cloud vaccine sensor chip water engine data food drone laser steel genome".split()  # noqa: SIM905
SPACE = VectorSpace("words", 24)


class WordEncoder(Encoder):
    """Texts with the same words have the same vector: enough meaning for a test, and fast."""

    name = SPACE.name
    dimension = SPACE.dimension

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(".", " ").split():
                vectors[row] += np.random.default_rng(sum(word.encode()) % 9973).normal(size=self.dimension)
        return normalised(vectors)


def text_vectors(texts: Sequence[str]) -> TextVectors:
    """Vectors of all chunks of ``texts``."""
    chunks = sorted({chunk for text in texts for chunk in chunks_of(text)})
    matrix = WordEncoder().encode(chunks)
    return TextVectors(
        [SPACE], {SPACE.name: matrix}, {SPACE.name: {hash_of(chunk): i for i, chunk in enumerate(chunks)}}
    )


def taxonomies() -> Taxonomies:
    """Two countries with two cities each; industries in two branches; two tracks."""
    places = PlaceTree(
        [f"plc_{number}" for number in range(6)],
        [{"en": f"Place {number}", "zh": f"地点{number}"} for number in range(6)],
        np.array([-1, -1, 0, 0, 1, 1], np.int32),
    )
    concepts = ConceptGraph(
        [f"cpt_{number}" for number in range(8)],
        [{"en": f"Industry {number}", "zh": f"产业{number}"} for number in range(8)],
        np.array([-1, -1, 0, 0, 1, 1, -1, -1], np.int32),
        [(6, 2, "EXACT"), (7, 1, "BROAD")],
    )
    tracks = Tracks(["trk_0", "trk_1"], [{"en": "Track 0"}, {"en": "Track 1"}], [[0], [1]])
    return Taxonomies(places, concepts, tracks, today=np.datetime64("2024-06-01"))


def projects(seed: int, count: int = 60, gaps: float = 0.3) -> Projects:
    """``count`` projects; each fact is missing with probability ``gaps``."""
    random = np.random.default_rng(seed)

    def maybe(values: np.ndarray, missing: Any) -> np.ndarray:
        found: np.ndarray = np.where(random.random(count) < gaps, missing, values)
        return found

    def memberships(columns: int) -> sparse.csr_matrix:
        drawn = (random.random((count, columns)) < 0.25) & (random.random((count, 1)) >= gaps)
        return sparse.csr_matrix(drawn.astype(np.float32))

    texts = [
        {} if random.random() < gaps else {"en": " ".join(random.choice(WORDS, size=6)) + "."} for _ in range(count)
    ]
    ask = maybe(10 ** random.uniform(4, 8, count), np.nan).astype(float)
    return Projects(
        ids=[f"prj_{number:04d}" for number in range(count)],
        texts=texts,
        names=[{"en": f"Project {number}"} for number in range(count)],
        kinds=list(random.choice(["STARTUP", "FUND", "PRODUCT"], size=count, p=[0.8, 0.1, 0.1])),
        offered=random.random(count) < 0.9,
        organisations=[f"org_{number % 7}" for number in range(count)],
        origins=maybe(random.integers(0, 6, count), -1).astype(np.int32),
        landed=np.full(count, -1, np.int32),
        stages=maybe(random.integers(0, len(STAGES), count), -1).astype(np.int32),
        levels=maybe(random.integers(0, 4, count), -1).astype(np.int32),
        ask_low=ask,
        ask_high=ask * 2,
        result=maybe(random.random(count), np.nan).astype(float),
        tracks=memberships(2),
        concepts=memberships(8),
        preferences=memberships(6),
    )


def investor(seed: int, pool: Projects, acts: int = 6) -> Profile:
    """An investor that states something of everything and has a history."""
    random = np.random.default_rng(seed)
    rows = random.choice(len(pool), size=min(acts, len(pool)), replace=False)
    kinds = [EvidenceKind.INVESTED, EvidenceKind.LIKED, EvidenceKind.PASSED]
    return Profile(
        id=f"inv_{seed}",
        kind=SubjectKind.INVESTOR,
        name={"en": f"Investor {seed}"},
        texts=[WeightedText(" ".join(random.choice(WORDS, size=5)) + ".", "en")],
        concepts={f"cpt_{number}": float(random.random()) for number in random.integers(0, 8, 2)},
        tracks={"trk_0": 1.0},
        stages=frozenset({"SEED", "SERIES_A"}),
        cheque_low=1e5,
        cheque_high=1e6,
        places=frozenset({"plc_0"}),
        history=[Evidence(pool.ids[row], kinds[int(random.integers(3))], np.datetime64("2023-01-01")) for row in rows],
        portfolio=frozenset(pool.ids[row] for row in rows[:1]),
        passed=frozenset(pool.ids[row] for row in rows[1:2]),
    )


def place(seed: int) -> Profile:
    """A place with priorities, needs and parks, without a history."""
    random = np.random.default_rng(seed)
    return Profile(
        id="plc_2",
        kind=SubjectKind.PLACE,
        name={"en": "Place 2"},
        texts=[WeightedText(" ".join(random.choice(WORDS, size=3)), "en", 1.0)],
        concepts={"cpt_2": 1.0, "cpt_4": 0.5},
        tracks={"trk_1": 1.0},
        own_place="plc_2",
        need_texts=[WeightedText(" ".join(random.choice(WORDS, size=3)), "en", 1.0)],
        need_concepts={"cpt_5": 1.0},
        evidence_concepts={"cpt_3": 12.0},
    )


def context(pool: Projects, *profiles: Profile) -> Context:
    """The pool with vectors of all its texts and of those of ``profiles``."""
    own = taxonomies()
    texts = [text for by_tag in pool.texts for text in by_tag.values()]
    texts += [weighted.text for profile in profiles for weighted in (*profile.texts, *profile.need_texts)]
    texts += [name for names in (*own.concepts.names, *own.tracks.names) for name in names.values()]
    return Context(pool, own, text_vectors(texts))
