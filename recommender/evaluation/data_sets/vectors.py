"""Vectors of a data set's texts, cached in a directory between runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from recommender.data import shipped_texts
from recommender.encoders import Encoder
from recommender.features import Floats
from recommender.text import chunks_of, hash_of, language_of
from recommender.text.vectors import TextVectors, VectorSpace

Progress = Callable[[str, int, int], None]
_BATCH = 512


def vectors_of(
    texts: Iterable[str], encoders: Sequence[Encoder], directory: Path | None = None, progress: Progress | None = None
) -> TextVectors:
    """Return chunk vectors of all ``texts`` in the space of every encoder that knows their language.

    With a ``directory``, vectors are read from and written to one file for each encoder; an interrupted run
    resumes. ``progress`` is called with the encoder's name, the chunks done, and their total.
    """
    every = [*texts, *(text for text, _ in shipped_texts())]
    chunks = {hash_of(chunk): (chunk, language_of(text)) for text in every for chunk in chunks_of(text)}
    matrices: dict[str, Floats] = {}
    rows: dict[str, dict[str, int]] = {}
    spaces: list[VectorSpace] = []
    for position, encoder in enumerate(encoders):
        wanted = {key: chunk for key, (chunk, language) in chunks.items() if position == 0 or encoder.knows(language)}
        hashes, matrix = _encoded(encoder, wanted, directory, progress)
        matrices[encoder.name], rows[encoder.name] = matrix, {key: row for row, key in enumerate(hashes)}
        spaces.append(VectorSpace(encoder.name, matrix.shape[1], encoder.languages))
    return TextVectors(spaces, matrices, rows)


def _encoded(
    encoder: Encoder, wanted: dict[str, str], directory: Path | None, progress: Progress | None
) -> tuple[list[str], Floats]:
    path = directory / f"{re.sub(r'[^A-Za-z0-9.-]+', '_', encoder.name)}.npz" if directory else None
    hashes: list[str] = []
    parts: list[Floats] = []
    if path and path.is_file():
        with np.load(path, allow_pickle=False) as stored:
            hashes, parts = [str(each) for each in stored["hashes"]], [stored["vectors"]]
    known = set(hashes)
    missing = sorted((key for key in wanted if key not in known), key=lambda key: (len(wanted[key]), key))
    done = len(wanted) - len(missing)
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        parts.append(encoder.encode([wanted[key] for key in batch]))
        hashes.extend(batch)
        done += len(batch)
        if progress:
            progress(encoder.name, done, len(wanted))
        if path and (start // _BATCH) % 16 == 15:
            _write(path, hashes, parts)
    if path and missing:
        _write(path, hashes, parts)
    return hashes, np.concatenate(parts) if parts else np.zeros((0, max(1, encoder.dimension)), np.float32)


def _write(path: Path, hashes: Sequence[str], parts: Sequence[Floats]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, hashes=np.array(hashes), vectors=np.concatenate(parts))
    partial.replace(path)
