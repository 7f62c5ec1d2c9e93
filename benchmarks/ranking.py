"""Rankings over generated projects against bare FAISS, numpy and matrix products: ratios of medians.

Usage: python benchmarks/ranking.py [sizes…]      default: 10000 100000; 1000000 takes some minutes and 6 GB
Projects are drawn in clusters: text and words around 400 topics, industries and places by topic.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one BLAS thread a query is faster than two

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from recommender.blocks import Block, Context, core_blocks
from recommender.features import DenseFeatures, Floats
from recommender.fit.model import FitModel
from recommender.gates import core_gates
from recommender.index import INDEX_FROM, CandidateIndex, IndexSpace
from recommender.interface.lazy import Reason
from recommender.interface.requests import RankingRequest
from recommender.pool.profiles import Evidence, EvidenceKind, Profile, SubjectKind
from recommender.pool.projects import Projects
from recommender.pool.taxonomies import ConceptGraph, PlaceTree, Taxonomies, Tracks
from recommender.serving.ranking_cache import RankingCache
from recommender.serving.service import Recommender
from recommender.snapshot.pool_snapshot import PoolSnapshot

TOPICS, INDUSTRIES, PLACES = 400, 64, 300
TEXT, WORDS = 256, 128
TOP = 50
SUBJECTS = 24


class Generated(Block):
    """Given vectors in place of encoded texts; a subject declares one of them."""

    learnable = False

    def __init__(self, name: str, weight: float, values: Floats, asked: dict[str, Floats]) -> None:
        self.name, self.weight, self.values, self.asked = name, weight, values, asked
        self.description = Reason(name, name)

    def project(self, projects: Projects) -> DenseFeatures:
        return DenseFeatures(self.values, np.ones(len(self.values), bool))

    def query(self, profile: Profile) -> Floats | None:
        return self.asked.get(profile.id)


class InMemory(Recommender):
    """A recommender over a given snapshot."""

    _repeatable = False  # each question is measured as if it were the first

    def __init__(self, snapshot: PoolSnapshot) -> None:
        self.gates, self.rerankers = core_gates(), ()
        self._given = snapshot
        self._rankings = RankingCache()

    def snapshot(self) -> PoolSnapshot:
        return self._given


def clustered(random: np.random.Generator, topics: np.ndarray, dimension: int) -> Floats:
    """Unit vectors around a centre for each topic."""
    centres = random.normal(size=(TOPICS, dimension)).astype(np.float32)
    values = np.empty((len(topics), dimension), np.float32)
    for start in range(0, len(topics), 100_000):
        part = topics[start : start + 100_000]
        noise = random.standard_normal((len(part), dimension), dtype=np.float32)
        drawn = centres[part] + 1.2 * noise
        values[start : start + len(part)] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return values


def generated(size: int, seed: int = 0) -> tuple[PoolSnapshot, list[str]]:
    """Return a snapshot of ``size`` projects, 24 investors with thesis, mandate and history, and 300 places."""
    random = np.random.default_rng(seed)
    topics = random.integers(0, TOPICS, size)
    text, words = clustered(random, topics, TEXT), clustered(random, topics, WORDS)
    industries = np.stack([topics % INDUSTRIES, random.integers(0, INDUSTRIES, size)], axis=1)
    concepts = sparse.csr_matrix(
        (np.ones(2 * size, np.float32), (np.repeat(np.arange(size), 2), industries.ravel())), shape=(size, INDUSTRIES)
    )
    tracks = sparse.csr_matrix((np.ones(size, np.float32), (np.arange(size), topics % 5)), shape=(size, 5))
    unknown = random.random((4, size)) < 0.2
    origins = np.where(unknown[0], -1, (topics * 7 + random.integers(0, 40, size)) % PLACES)
    ask = np.where(unknown[1], np.nan, 10 ** random.uniform(4, 8, size))
    projects = Projects(
        ids=[f"prj_{number:08d}" for number in range(size)],
        origins=origins.astype(np.int32),
        stages=np.where(unknown[2], -1, random.integers(0, 11, size)).astype(np.int32),
        levels=np.where(unknown[3], -1, random.integers(0, 4, size)).astype(np.int32),
        ask_low=ask,
        ask_high=ask * 2,
        concepts=concepts,
        tracks=tracks,
    )
    taxonomies = Taxonomies(
        PlaceTree(
            [f"plc_{n}" for n in range(PLACES)],
            [{"en": f"Place {n}"} for n in range(PLACES)],
            np.array([-1 if n < 20 else n % 20 for n in range(PLACES)], np.int32),
        ),
        ConceptGraph(
            [f"cpt_{n}" for n in range(INDUSTRIES)],
            [{"en": f"Industry {n}"} for n in range(INDUSTRIES)],
            np.array([-1 if n < 8 else n % 8 for n in range(INDUSTRIES)], np.int32),
        ),
        Tracks([f"trk_{n}" for n in range(5)], [{"en": f"Track {n}"} for n in range(5)], [[]] * 5),
        today=np.datetime64("2025-01-01"),
    )
    investors = {f"inv_{n}": investor(random, n, topics, projects) for n in range(SUBJECTS)}
    places = {f"plc_{n}": city(random, n) for n in range(PLACES)}
    asked_text, asked_words = {}, {}
    for own in (*investors, *places):
        row = int(random.integers(size))
        asked_text[own], asked_words[own] = text[row] + 0.3 * text[(row + 1) % size], words[row]
    blocks: list[Block] = [
        Generated("text", 1.0, text, asked_text),
        Generated("lexical", 0.25, words, asked_words),
        *(block for block in core_blocks() if block.name not in ("text", "lexical", "needs_text")),
    ]
    model = FitModel(blocks).fit(Context(projects, taxonomies))
    now = datetime(2025, 1, 1, tzinfo=UTC)
    return PoolSnapshot(0, now, taxonomies, projects, model, "generated", investors, places, 0), sorted(investors)


def investor(random: np.random.Generator, number: int, topics: np.ndarray, projects: Projects) -> Profile:
    """Return an investor that declares something in every block and funded twelve projects of three topics."""
    likes = np.flatnonzero(np.isin(topics, random.integers(0, TOPICS, 3)))
    chosen = [projects.ids[row] for row in random.choice(likes, size=min(12, len(likes)), replace=False)]
    return Profile(
        id=f"inv_{number}",
        kind=SubjectKind.INVESTOR,
        concepts={f"cpt_{n}": 1.0 for n in random.integers(0, INDUSTRIES, 3)},
        tracks={"trk_1": 1.0},
        stages=frozenset({"SEED", "ANGEL", "SERIES_A"}),
        cheque_low=3e5,
        cheque_high=3e6,
        places=frozenset({f"plc_{number % 20}"}),
        excluded_places=frozenset({f"plc_{(number + 5) % 20}"}),
        history=[Evidence(each, EvidenceKind.INVESTED, np.datetime64("2023-01-01")) for each in chosen],
        portfolio=frozenset(chosen),
    )


def city(random: np.random.Generator, number: int) -> Profile:
    """Return a place with priorities and parks."""
    return Profile(
        id=f"plc_{number}",
        kind=SubjectKind.PLACE,
        concepts={f"cpt_{n}": float(random.random()) for n in random.integers(0, INDUSTRIES, 5)},
        tracks={"trk_2": 1.0},
        own_place=f"plc_{number}",
        evidence_concepts={f"cpt_{n}": 3.0 for n in random.integers(0, INDUSTRIES, 4)},
    )


def timed(runs: list[Callable[[], object]]) -> float:
    """Median CPU seconds of one run (everything here runs in one thread), each run once before."""
    times = []
    for run in runs:
        run()
    for run in runs:
        start = time.thread_time()
        run()
        times.append(time.thread_time() - start)
    return statistics.median(times)


def read(recommender: Recommender, subject: str, weights: dict[str, float] | None = None) -> None:
    """Read a ranking as a user does: contributions of all 50, and the sentences of the strongest three."""
    ranking = recommender.rank(RankingRequest(subject, first=TOP, weights=weights))
    for item in ranking.items:
        _ = sum(each.points for each in item.contributions)
        for reason in item.reasons:
            _ = reason.en


def measure(size: int) -> None:
    """All measurements at one size."""
    import faiss

    faiss.omp_set_num_threads(1)
    begin = time.perf_counter()
    snapshot, subjects = generated(size)
    model = snapshot.model
    recommender = InMemory(snapshot)
    print(f"\n{size:,} projects, generated and fitted in {time.perf_counter() - begin:.0f} s")
    begin = time.perf_counter()
    space = IndexSpace(model, snapshot.caches.everyone("INVESTOR")[1])
    index = CandidateIndex(space).build() if size >= INDEX_FROM else None
    bare_index: Any = index.index if index is not None else faiss.IndexFlatIP(space.dimension)
    if index is None:
        for _, part in space.parts():
            bare_index.add(part)
    kind = index.kind if index is not None else "none, everything is looked at"
    print(f"index: {kind}; {space.dimension} coordinates, built in {time.perf_counter() - begin:.0f} s")
    vectors, masks, exact = [], [], []
    for subject in subjects:
        profile = snapshot.profile(subject)
        queries = snapshot.caches.queries(profile)
        vectors.append(space.queries(model.weighted(queries, model.weights)))  # one for each aspect
        gates = recommender._ranker(snapshot, model.weights).gates_for(profile, RankingRequest(subject))
        mask = snapshot.caches.passing(gates, profile).mask
        masks.append(mask)
        fits = model.product(queries, model.weights)
        exact.append(np.argsort(-fits, kind="stable")[:TOP])
    stated = index.tune(vectors[: SUBJECTS // 2], exact[: SUBJECTS // 2]) if index is not None else 1.0
    snapshot.index = index
    held = []
    for at in range(SUBJECTS // 2, SUBJECTS):  # queries for which the index was not tuned, with gates
        fits = model.product(snapshot.caches.queries(snapshot.profile(subjects[at])), model.weights)
        best = [snapshot.projects.ids[row] for row in _best_allowed(fits, masks[at])]
        found = [
            item.object_id for item in recommender.rank(RankingRequest(subjects[at], first=TOP, explain=False)).items
        ]
        held.append(len(set(best) & set(found)) / len(best))
    print(f"recall@{TOP}: stated {stated:.3f} on its sample, {np.mean(held):.3f} on other queries with gates")
    bare = timed([lambda v=v: bare_index.search(v, TOP) for v in vectors])
    ranked = timed([lambda s=s: read(recommender, s) for s in subjects])
    changed = timed([lambda s=s: read(recommender, s, {"industry": 1.1}) for s in subjects])
    recommender._repeatable = True
    again = timed([lambda s=s: read(recommender, s) for s in subjects])
    recommender._repeatable = False
    print(f"the same asked again: {1e3 * again:.2f} ms")
    print(
        f"rank, top 50 with contributions and reasons: {1e3 * ranked:.2f} ms; bare FAISS {1e3 * bare:.2f} ms; "
        f"ratio {ranked / bare:.2f}, {1e3 * (ranked - bare):+.2f} ms"
    )
    print(f"rank with a changed weight / unchanged: {changed / ranked:.2f}")
    snapshot.index = None
    scan = whole_scan(space, vectors[:8])
    print(f"exact float32 scan in numpy {1e3 * scan:.1f} ms; rank is {scan / ranked:.1f} times as fast")
    if index is not None:
        print(f"memory of the index / its 8-bit vectors: {index.bytes_held / index.bytes_of_vectors:.2f}")
    if size == 10_000:
        matrix(recommender, snapshot, space)


def whole_scan(space: IndexSpace, vectors: list[Floats]) -> float:
    """Seconds of an exact scan of all coordinates in single precision."""
    everything = np.concatenate([part for _, part in space.parts()])
    return timed([lambda v=v: np.argpartition(-(everything @ v.T).max(axis=1), TOP)[:TOP] for v in vectors])


def _best_allowed(fits: Floats, mask: np.ndarray) -> np.ndarray:
    rows = np.flatnonzero(mask)
    return rows[np.argsort(-fits[rows], kind="stable")[:TOP]]


def matrix(recommender: Recommender, snapshot: PoolSnapshot, space: IndexSpace) -> None:
    """`fit_matrix` of all projects and 300 places against one bare product of as many coordinates."""
    places = sorted(snapshot.places)
    left = np.random.default_rng(0).normal(size=(len(places), space.dimension)).astype(np.float32)
    right = space.rows(np.arange(len(snapshot.projects)))
    recommender.fit_matrix(places)
    ours = timed([lambda: recommender.fit_matrix(places)] * 7)
    bare = timed([lambda: left @ right.T] * 7)
    print(f"fit_matrix 300 x 10,000: {1e3 * ours:.0f} ms; one float32 product {1e3 * bare:.0f} ms", end="; ")
    print(f"ratio {ours / bare:.2f}")


if __name__ == "__main__":
    for each in [int(argument) for argument in sys.argv[1:]] or [10_000, 100_000]:
        measure(each)
