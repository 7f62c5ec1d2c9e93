"""The store's cache of vectors, keyed by the text's hash and the model's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from recommender.features import Floats
from recommender.text.lexical import LexicalEncoder
from recommender.text.vectors import TextVectors, VectorSpace
from store.models.system import Embedding

HASHES_A_QUESTION = 500
LEXICAL_STATE = "lexical-state"
"""Model name under which the fit of the lexical reduction is stored, as bytes."""
_STATE_KEY = "current"


def read_matrix(session: Session, model: str) -> tuple[list[str], Floats]:
    """Return all hashes and vectors of a model, shape (texts, dimension), in the order of the hashes."""
    rows = session.execute(
        select(Embedding.text_hash, Embedding.vector).where(Embedding.model == model).order_by(Embedding.text_hash)
    ).all()
    hashes = [text_hash for text_hash, _ in rows]
    if not rows:
        return [], np.zeros((0, 1), np.float32)
    joined = np.frombuffer(b"".join(vector for _, vector in rows), dtype="<f4")
    return hashes, joined.reshape(len(rows), -1).astype(np.float32, copy=False)


def read_new_vectors(session: Session, known: TextVectors) -> TextVectors:
    """Return the chunk vectors that ``known`` lacks in its own spaces."""
    served: list[VectorSpace] = []
    matrices: dict[str, Floats] = {}
    rows: dict[str, Mapping[str, int]] = {}
    for space in known.spaces:
        missing = sorted(known_hashes(session, space.name) - known.rows[space.name].keys())
        found: list[tuple[str, bytes]] = []
        for start in range(0, len(missing), HASHES_A_QUESTION):
            part = missing[start : start + HASHES_A_QUESTION]
            statement = select(Embedding.text_hash, Embedding.vector).where(
                Embedding.model == space.name, Embedding.text_hash.in_(part)
            )
            found.extend((text_hash, vector) for text_hash, vector in session.execute(statement))
        if found:
            found.sort()
            served.append(space)
            joined = np.frombuffer(b"".join(vector for _, vector in found), dtype="<f4")
            matrices[space.name] = joined.reshape(len(found), -1).astype(np.float32, copy=False)
            rows[space.name] = {text_hash: row for row, (text_hash, _) in enumerate(found)}
    return TextVectors(served, matrices, rows)


def read_vectors(session: Session, spaces: Sequence[VectorSpace]) -> TextVectors:
    """Return all chunk vectors of the given spaces; a space without any is left out."""
    served: list[VectorSpace] = []
    matrices: dict[str, Floats] = {}
    rows: dict[str, Mapping[str, int]] = {}
    for space in spaces:
        hashes, matrix = read_matrix(session, space.name)
        if hashes:
            served.append(VectorSpace(space.name, matrix.shape[1], space.languages))
            matrices[space.name] = matrix
            rows[space.name] = {text_hash: row for row, text_hash in enumerate(hashes)}
    return TextVectors(served, matrices, rows)


def known_hashes(session: Session, model: str) -> set[str]:
    """Return the hashes of the texts that a model has encoded."""
    return set(session.scalars(select(Embedding.text_hash).where(Embedding.model == model)))


def counts(session: Session) -> dict[str, int]:
    """Return how many texts each model has encoded."""
    rows = session.execute(select(Embedding.model, func.count()).group_by(Embedding.model))
    return {model: number for model, number in rows if model not in (LEXICAL_STATE, "map/1")}


def write_vectors(session: Session, model: str, hashes: Sequence[str], vectors: Floats) -> None:
    """Add missing vectors; those that another process added meanwhile are kept."""
    if not hashes:
        return
    present = set(
        session.scalars(select(Embedding.text_hash).where(Embedding.model == model, Embedding.text_hash.in_(hashes)))
    )
    rows = [
        {
            "model": model,
            "text_hash": text_hash,
            "dimension": int(vectors.shape[1]),
            "vector": vector.astype("<f4").tobytes(),
        }
        for text_hash, vector in zip(hashes, vectors, strict=True)
        if text_hash not in present
    ]
    if rows:
        session.connection().execute(insert(Embedding), rows)


def forget(session: Session, model: str) -> None:
    """Remove all vectors of a model."""
    session.execute(delete(Embedding).where(Embedding.model == model))


def read_lexical(session: Session) -> LexicalEncoder | None:
    """Return the fitted lexical reduction, or ``None`` before the first ``roadshow encode``."""
    data = session.scalar(
        select(Embedding.vector).where(Embedding.model == LEXICAL_STATE, Embedding.text_hash == _STATE_KEY)
    )
    return None if data is None else LexicalEncoder.from_bytes(data)


def write_lexical(session: Session, encoder: LexicalEncoder) -> None:
    """Replace the stored fit, and remove the vectors of the previous one."""
    earlier = read_lexical(session)
    if earlier is not None and earlier.name != encoder.name:
        forget(session, earlier.name)
    forget(session, LEXICAL_STATE)
    row = {
        "model": LEXICAL_STATE,
        "text_hash": _STATE_KEY,
        "dimension": encoder.dimension,
        "vector": encoder.to_bytes(),
    }
    session.connection().execute(insert(Embedding), [row])
