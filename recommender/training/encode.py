"""Encodes every text in the store without a vector. Resumable; nothing is encoded twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from recommender.bulk.executors import Executor, Processes
from recommender.bulk.worker import database_of, installation_of
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
    executor: Executor | None = None,
    kinds: Sequence[RankedKind] = (),
) -> Encoded:
    """Encode what is missing in batches, each in its own transaction, so that an interrupted run can resume.

    The first encoder takes every text, the others those in their languages. By default the model itself uses all
    processors, which takes less memory than processes with a model each (``Processes``). On a cluster, workers write
    what they encode; else only this process writes. Raises ``EncoderError`` if a model can't be loaded,
    ``RecommenderError`` if a cluster can't be used; what was encoded before stays.
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
        parts = (TextBatch(encoder, tuple(part), tuple(own[key] for key in part)) for part in _batches(missing, batch))
        for count in _encoded(database, parts, executor or Processes()):
            added[encoder.name] += count
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


@dataclass(frozen=True, slots=True)
class TextBatch:
    """A task: texts to encode, with their hashes; on a cluster also the database to write to."""

    encoder: Encoder
    hashes: tuple[str, ...]
    texts: tuple[str, ...]
    installation: str = ""


def _encoded(database: Database, parts: Iterable[TextBatch], executor: Executor) -> Iterator[int]:
    """Encode and write the parts; yield how many texts each had."""
    if isinstance(executor, Processes):
        here = ((part, part.encoder.encode(part.texts)) for part in parts)
        for part, vectors in executor.run(_vectors, parts) if executor.apart else here:
            yield _write(database, part, vectors)
        return
    installation = installation_of(database)
    yield from executor.run(encode_part, (replace(part, installation=installation) for part in parts))


def encode_part(part: TextBatch) -> int:
    """Encode a part and write its vectors to the database of this worker; return how many texts it had."""
    return _write(database_of(part.installation), *_vectors(part))


def _write(database: Database, part: TextBatch, vectors: Vectors) -> int:
    with database.write(Actor.system("encode")) as session:
        write_vectors(session, part.encoder.name, part.hashes, vectors)
    return len(part.hashes)


_models: dict[str, Encoder] = {}
_LOADING = threading.Lock()


def _vectors(part: TextBatch) -> tuple[TextBatch, Vectors]:
    """Encode a part in this process, which loads the model once."""
    model = _models.get(part.encoder.name)
    if model is not None:
        return part, model.encode(part.texts)
    with _LOADING:
        model = _models.get(part.encoder.name, part.encoder)
        vectors = model.encode(part.texts)
        _models[part.encoder.name] = model
        return part, vectors


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
