"""Encodes every text in the store without a vector. Resumable; nothing is encoded twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from recommender.data import shipped_texts
from recommender.encoders import Encoder, Vectors
from recommender.pool.projects import Projects
from recommender.pool.ranked_kinds import RankedKind
from recommender.snapshot.loading import load_investors, load_places, load_projects, load_ranked, load_taxonomies
from recommender.snapshot.vector_cache import known_hashes, read_lexical, read_vectors, write_lexical, write_vectors
from recommender.text import chunks_of, hash_of, language_of
from recommender.text.lexical import LexicalEncoder
from recommender.text.vectors import VectorSpace
from recommender.training import layout
from store.access.actors import Actor
from store.changes import ChangeRecord, advance, keep_commit_order, latest_position, record_many
from store.database import Database
from store.enums import Operation

Progress = Callable[[str, int, int], None]
"""Called with what is being encoded, how many are done, and how many there are."""

BATCH = 1024
REFIT_GROWTH = 1.5
"""The lexical reduction is refitted when the number of texts has grown by half since the last fit."""
LEAST_TEXTS = 3
READER = "core:encode"
"""The cursor in the change log up to which every text has its vectors."""
TEXTS = ("project", "investor", "place", "concept", "track", "industry_priority", "matching_need", "park")
"""Types of entity whose texts rankings compare."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Counts of a run: texts needed and newly encoded, for each model."""

    wanted: dict[str, int]
    added: dict[str, int]


def texts_of_store(session: Session, kinds: Sequence[RankedKind] = ()) -> tuple[Projects, list[tuple[str, str]]]:
    """Return the projects, and all (text, language) that rankings compare: theirs and those of subjects."""
    taxonomies = load_taxonomies(session)
    projects = load_projects(session, taxonomies)
    texts: list[tuple[str, str]] = []
    for by_tag in projects.texts:
        texts.extend((text, language_of(text, tag)) for tag, text in by_tag.items())
    described = (*taxonomies.concepts.descriptions, *taxonomies.tracks.descriptions)
    for names in (*taxonomies.concepts.names, *taxonomies.tracks.names, *described):
        texts.extend((name, language_of(name, tag)) for tag, name in names.items() if name)
    further = (profile for each in load_ranked(session, kinds).values() for profile in each.values())
    for profile in (
        *load_investors(session, taxonomies).values(),
        *load_places(session, taxonomies).values(),
        *further,
    ):
        for weighted in (*profile.texts, *profile.need_texts, *profile.evidence_texts):
            texts.append((weighted.text, language_of(weighted.text, weighted.language)))
    texts.extend(shipped_texts())
    return projects, texts


def encode(
    database: Database,
    encoders: Sequence[Encoder],
    progress: Progress | None = None,
    batch: int = BATCH,
    jobs: int = 1,
    kinds: Sequence[RankedKind] = (),
) -> Encoded:
    """Encode what is missing in batches, each in its own transaction, so that an interrupted run can resume.

    The first encoder takes every text, the others those in their languages. With several ``jobs`` (-1: one per
    processor), batches go to that many processes over joblib, each with its own model; with 1, the model itself uses
    all processors, which takes less memory. Only this process writes. Raises ``EncoderError`` if a model can't be
    loaded; what was encoded before stays.
    """
    with database.read() as session:
        begun_at = latest_position(session)
        projects, texts = texts_of_store(session, kinds)
        known = {encoder.name: known_hashes(session, encoder.name) for encoder in encoders}
    chunks: dict[str, tuple[str, str]] = {}
    for text, language in texts:
        for chunk in chunks_of(text):
            chunks.setdefault(hash_of(chunk), (chunk, language))
    wanted: dict[str, int] = {}
    added: dict[str, int] = {}
    for position, encoder in enumerate(encoders):
        own = {key: chunk for key, (chunk, language) in chunks.items() if position == 0 or encoder.knows(language)}
        missing = sorted((key for key in own if key not in known[encoder.name]), key=lambda key: (len(own[key]), key))
        wanted[encoder.name], added[encoder.name] = len(own), 0
        if progress:
            progress(encoder.name, len(own) - len(missing), len(own))
        parts = list(_batches(missing, batch))
        for part, vectors in zip(parts, _encoded(encoder, own, parts, jobs), strict=True):
            with database.write(Actor.system("encode")) as session:
                write_vectors(session, encoder.name, part, vectors)
            added[encoder.name] += len(part)
            if progress:
                progress(encoder.name, len(own) - len(missing) + added[encoder.name], len(own))
    _encode_lexical(database, projects, wanted, added, progress)
    drawn = _lay_out(database, encoders, projects)
    with database.write(Actor.system("encode")) as session:
        keep_commit_order(session)
        advance(session, READER, begun_at)
        if any(added.values()) or drawn:
            done = ChangeRecord("embedding", "embedding", "embedding", Operation.UPDATE, None, added)
            record_many(session, [done])
    return Encoded(wanted, added)


def _encoded(
    encoder: Encoder, texts: Mapping[str, str], parts: Sequence[Sequence[str]], jobs: int
) -> Iterator[Vectors]:
    """Yield the vectors of each part's texts, in order."""
    batches = ([texts[key] for key in part] for part in parts)
    if jobs == 1 or len(parts) <= 1:
        yield from map(encoder.encode, batches)
        return
    from joblib import Parallel, delayed

    pool = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="n_jobs")
    yield from pool(delayed(_encode_apart)(encoder, part) for part in batches)


_models: dict[str, Encoder] = {}


def _encode_apart(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """Encode in a worker process, which loads the model once."""
    return _models.setdefault(encoder.name, encoder).encode(texts)


def _encode_lexical(
    database: Database, projects: Projects, wanted: dict[str, int], added: dict[str, int], progress: Progress | None
) -> None:
    texts = {hash_of(text): text for by_tag in projects.texts for text in by_tag.values() if text.strip()}
    offered = {hash_of(text): text for text in projects.texts_on_offer() if text.strip()}
    if len(offered) < LEAST_TEXTS:
        return
    with database.read() as session:
        encoder = read_lexical(session)
        known = known_hashes(session, encoder.name) if encoder is not None else set()
    if encoder is None or len(offered) > REFIT_GROWTH * max(1, len(known & offered.keys())):
        encoder, known = LexicalEncoder.fit(sorted(offered.values())), set()
        with database.write(Actor.system("encode")) as session:
            write_lexical(session, encoder)
    missing = sorted(key for key in texts if key not in known)
    wanted[encoder.name], added[encoder.name] = len(texts), 0
    for part in _batches(missing, 8 * BATCH):
        vectors = encoder.encode([texts[key] for key in part])
        with database.write(Actor.system("encode")) as session:
            write_vectors(session, encoder.name, part, vectors)
        added[encoder.name] += len(part)
        if progress:
            progress(encoder.name, len(texts) - len(missing) + added[encoder.name], len(texts))


def _lay_out(database: Database, encoders: Sequence[Encoder], projects: Projects) -> bool:
    """Compute every project's point in the picture of the pool; return whether any was missing."""
    spaces = [VectorSpace(encoder.name, encoder.dimension, encoder.languages) for encoder in encoders]
    with database.read() as session:
        updated = layout.update(session, projects, load_taxonomies(session), read_vectors(session, spaces))
    if updated is not None:
        with database.write(Actor.system("encode")) as session:
            layout.write_points(session, *updated)
    return updated is not None


def _batches(keys: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
