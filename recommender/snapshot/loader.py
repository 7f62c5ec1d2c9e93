"""Builds snapshots from the store: reads everything, fits the model, builds or reuses the index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.blocks import Block, Context, LexicalBlock
from recommender.encoders import Encoder
from recommender.fit.model import FitModel
from recommender.fit.weights import Weights
from recommender.index import INDEX_FROM, CandidateIndex, IndexSpace
from recommender.pool import clock as days
from recommender.pool.profiles import Profile
from recommender.pool.projects import Projects
from recommender.pool.ranked_kinds import RankedKind
from recommender.snapshot.loading import load_investors, load_places, load_projects, load_ranked, load_taxonomies
from recommender.snapshot.pool_snapshot import PoolSnapshot
from recommender.snapshot.trained_weights import active_model
from recommender.snapshot.vector_cache import counts, read_lexical, read_matrix, read_vectors
from recommender.text.lexical import LexicalEncoder
from recommender.text.vectors import VectorSpace
from store.changes import latest_position
from store.models.system import Change

SMALL_STORE = 2000
"""Maximum number of projects for fitting the lexical reduction at the start if ``roadshow encode`` hasn't run."""
TUNED_ON = 16
"""Subjects on whose rankings the index measures its recall."""


def spaces_of(session: Session, encoders: Sequence[Encoder]) -> list[VectorSpace]:
    """Return the spaces to serve from: those of ``encoders``, or, until these are encoded, the earlier ones.

    After a change of model, the earlier vectors serve until ``roadshow encode`` has computed nine tenths as many new
    ones.
    """
    return served_spaces(counts(session), encoders)


def served_spaces(number: Mapping[str, int], encoders: Sequence[Encoder]) -> list[VectorSpace]:
    """Return the spaces to serve from, as ``spaces_of``, by how many texts each model has encoded."""
    first = encoders[0] if encoders else None
    others = {model: count for model, count in number.items() if not model.startswith("lexical/")}
    if first is not None and others and number.get(first.name, 0) < 0.9 * max(others.values()):
        own = {encoder.name for encoder in encoders}
        earlier = [model for model in others if model not in own and others[model] > number.get(first.name, 0)]
        if earlier:
            known = {"use-multilingual-3/0.2.1-b": None, "all-MiniLM-L6-v2/0.1.0": frozenset({"en"})}
            ordered = sorted(earlier, key=lambda model: (known.get(model) is not None, -others[model], model))
            return [VectorSpace(model, 0, known.get(model)) for model in ordered[:2]]
    return [VectorSpace(encoder.name, encoder.dimension, encoder.languages) for encoder in encoders]


def load_snapshot(
    session: Session,
    blocks: Iterable[Block],
    encoders: Sequence[Encoder],
    weights: Weights | None = None,
    rates: Mapping[str, float] | None = None,
    fitted: FitModel | None = None,
    kinds: Sequence[RankedKind] = (),
) -> PoolSnapshot:
    """Read everything and fit the model. Imports neither torch nor any model.

    With ``fitted``, nothing is learned anew: every project is projected by that model.
    """
    position = latest_position(session)
    taxonomies = load_taxonomies(session, rates)
    projects = load_projects(session, taxonomies)
    investors = load_investors(session, taxonomies)
    taxonomies = replace(taxonomies, today=today_of(investors))
    places = load_places(session, taxonomies)
    vectors = read_vectors(session, spaces_of(session, encoders))
    learned = active_model(session) if weights is None else None
    if fitted is not None:
        everything = np.full(len(projects), -1, np.intp)
        model = fitted.follow(Context(projects, taxonomies, vectors), everything, projects)
    else:
        ready = list(blocks)
        for block in ready:
            block.load(session)
            if isinstance(block, LexicalBlock):
                _prepare_lexical(session, block, projects)
        if learned is not None:
            weights = learned.weights_for([block.name for block in ready])
        model = FitModel(ready, weights).fit(Context(projects, taxonomies, vectors))
        for block in model.blocks:
            if isinstance(block, LexicalBlock):
                block.cached = {}  # what is new is encoded when it comes
    return PoolSnapshot(
        position=position,
        at=time_of(session, position),
        taxonomies=taxonomies,
        projects=projects,
        model=model,
        encoder=" + ".join(space.name for space in vectors.spaces) or "none",
        investors=investors,
        places=places,
        fitted_at=position,
        learned=learned,
        ranked=load_ranked(session, kinds),
    )


def today_of(investors: Mapping[str, Profile]) -> np.datetime64:
    """Return the day from which the age of acts is counted: that of the last act, today at the latest."""
    known = [act.day for profile in investors.values() for act in profile.history if act.day is not None]
    today = days.this_day()
    return min(today, max(known)) if known else today


def find_candidates(snapshot: PoolSnapshot) -> None:
    """Give a large snapshot its index. Takes minutes for a million projects."""
    from importlib.util import find_spec

    if len(snapshot.projects) < INDEX_FROM or find_spec("faiss") is None:
        return
    ids, asked = snapshot.caches.everyone("INVESTOR" if snapshot.investors else "PLACE")
    if not ids:
        return
    index = CandidateIndex(IndexSpace(snapshot.model, asked)).build()
    chosen = np.unique(np.linspace(0, len(ids) - 1, min(len(ids), TUNED_ON)).astype(np.intp))
    sample, exact = [], []
    for subject in map(int, chosen):
        queries = asked.one(subject)
        sample.append(index.space.queries(snapshot.model.weighted(queries, snapshot.model.weights)))
        exact.append(np.argsort(-snapshot.model.product(queries, snapshot.model.weights), kind="stable")[:50])
    index.tune(sample, exact)
    snapshot.index = index


def _prepare_lexical(session: Session, block: LexicalBlock, projects: Projects) -> None:
    encoder = read_lexical(session)
    if encoder is not None:
        hashes, matrix = read_matrix(session, encoder.name)
        block.encoder, block.cached = encoder, dict(zip(hashes, matrix, strict=True))
        return
    texts = set(projects.texts_on_offer())
    if 3 <= len(texts) <= SMALL_STORE:
        block.encoder = LexicalEncoder.fit(sorted(texts))


def time_of(session: Session, position: int) -> datetime:
    """Return the time at which the change at ``position`` was written, the same in every process."""
    at = session.scalar(select(Change.at).where(Change.sequence == position))
    return at or datetime.fromtimestamp(0, UTC)
