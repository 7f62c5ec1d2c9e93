"""Candidates for the exact fit: an 8-bit scan of everything, or an inverted file beyond that (FAISS)."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from recommender.features import Floats, Rows
from recommender.fit.model import FitModel
from recommender.index.candidate_mask import CandidateMask
from recommender.index.space import IndexSpace

INDEX_FROM = 50_000
"""Below this number of projects, a full scan is as fast as any index."""
INVERTED_FROM = 300_000
"""From this number of projects on, an inverted file is faster than a full scan."""
TRAINING_ROWS = 65_536
WANTED_RECALL = 0.99
RESCORED = 8
"""Factor of candidates over results; exact values choose among them."""
LEAST_RESCORED = 400
MOST_SHARING = 4
"""Several queries share these candidates among each other, down to a quarter for each."""
NARROW_SHARE = 0.2
"""Where a smaller share of the pool is allowed, the best of it lie in clusters further away: more of them are looked
at, so that as many vectors are compared as if this share were allowed."""


def _faiss() -> Any:
    """Import FAISS when an index is first used; most stores never need one."""
    import faiss

    return faiss


class IndexKind(StrEnum):
    """The kind of index."""

    SCAN = "SCAN"
    """Every vector is looked at, 8 bits a coordinate."""
    INVERTED = "INVERTED"
    """Vectors lie in clusters, 8 bits a coordinate; the clusters nearest to the query are looked at."""


class CandidateIndex:
    """Vectors of an ``IndexSpace`` in FAISS. ``search`` gives rows that likely hold the best, for rescoring."""

    def __init__(self, space: IndexSpace, kind: IndexKind | None = None) -> None:
        self.space = space
        size = space.model.size
        self.kind = kind or (IndexKind.INVERTED if size >= INVERTED_FROM else IndexKind.SCAN)
        self.stated_recall: float | None = None
        self.row_of: npt.NDArray[np.int32] | None = None
        """The row of each vector of the index, -1 where its project changed or left; ``None``: all as they were."""
        self.others: Rows = np.zeros(0, np.intp)
        """Rows that aren't in the index: every search gives those of them that are allowed."""

    def follow(self, model: FitModel, source: Rows) -> CandidateIndex:
        """Return the same index for a pool with few changed rows (see ``Block.follow``); nothing is built."""
        other = copy.copy(self)
        other.space = self.space.follow(model)
        size = len(self.row_of) if self.row_of is not None else int(self.index.ntotal)
        earlier = self.row_of if self.row_of is not None else np.arange(size, dtype=np.int32)
        now = np.full(int(source.max(initial=-1)) + 2, -1, np.int32)  # the last is for what was not there before
        kept = np.flatnonzero(source >= 0)
        now[source[kept]] = kept
        inside = (earlier >= 0) & (earlier < len(now) - 1)
        other.row_of = np.where(inside, now[np.where(inside, earlier, -1)], -1).astype(np.int32)
        held = np.zeros(len(source), bool)
        held[other.row_of[other.row_of >= 0]] = True
        other.others = np.flatnonzero(~held)
        return other

    def build(self) -> CandidateIndex:
        """Train and fill the index. Takes minutes for a million projects."""
        faiss = _faiss()

        size, dimension = self.space.model.size, self.space.dimension
        rows = np.unique(np.linspace(0, size - 1, min(size, TRAINING_ROWS)).astype(np.intp))
        sample = self.space.rows(rows)
        index: Any
        if self.kind is IndexKind.SCAN:
            index = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
        else:
            clusters = int(np.clip(2 ** np.round(np.log2(np.sqrt(size))), 16, 4096))
            self._quantizer = faiss.IndexFlatIP(dimension)
            index = faiss.IndexIVFScalarQuantizer(
                self._quantizer, dimension, clusters, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT, False
            )
            index.cp.spherical = True
            index.cp.niter = 8
            index.nprobe = max(4, clusters // 64)
        index.train(sample)
        for _, vectors in self.space.parts():
            index.add(vectors)
        self.index = index
        return self

    def search(self, queries: Floats, count: int, passing: CandidateMask | None = None) -> Rows:
        """Return rows of at least ``count`` likely best candidates for any of ``queries`` (queries, dimension),
        ascending.

        Only rows in ``passing`` count; exact fits decide between them.
        """
        faiss = _faiss()
        each = max(RESCORED * count, LEAST_RESCORED) // min(len(queries), MOST_SHARING)
        wanted = min(max(each, count), int(self.index.ntotal))
        inside = passing
        if self.row_of is not None:
            mask = np.append(np.ones(self.space.model.size, bool) if passing is None else passing.mask, False)
            mask = mask[self.row_of]
            inside = CandidateMask(mask, int(np.count_nonzero(mask)))
        parameters = None
        if inside is not None and not inside.everything:
            selector = faiss.IDSelectorBitmap(len(inside.mask), faiss.swig_ptr(inside.bits))
            if self.kind is IndexKind.SCAN:
                parameters = faiss.SearchParameters(sel=selector)
            else:
                parameters = faiss.SearchParametersIVF(sel=selector, nprobe=self._clusters_for(inside))
        _, found = self.index.search(queries, wanted, params=parameters)
        rows = np.unique(found[found >= 0])
        if self.row_of is not None:
            others = self.others if passing is None else self.others[passing.mask[self.others]]
            rows = np.concatenate([self.row_of[rows], others])
        return np.sort(rows).astype(np.intp)

    def _clusters_for(self, inside: CandidateMask) -> int:
        """Return how many clusters to search, given how many projects pass."""
        share = max(1, inside.count) / max(1, len(inside.mask))
        return min(int(self.index.nlist), int(np.ceil(self.index.nprobe * max(1.0, NARROW_SHARE / share))))

    def tune(self, queries: Sequence[Floats], exact: Sequence[Rows], recall: float = WANTED_RECALL) -> float:
        """Search more clusters until the sample's ``recall`` is reached; returns and logs the recall.

        ``exact`` holds the rows of the true best for each query.
        """
        reached = self._recall(queries, exact)
        if self.kind is IndexKind.INVERTED:
            while reached < recall and self.index.nprobe < self.index.nlist:
                self.index.nprobe = min(self.index.nlist, int(np.ceil(self.index.nprobe * 1.5)))
                reached = self._recall(queries, exact)
        self.stated_recall = reached
        return reached

    def _recall(self, queries: Sequence[Floats], exact: Sequence[Rows]) -> float:
        shares = [
            len(np.intersect1d(self.search(query, len(best)), best)) / max(1, len(best))
            for query, best in zip(queries, exact, strict=True)
        ]
        return float(np.mean(shares)) if shares else 1.0

    @property
    def bytes_held(self) -> int:
        """Return the memory of codes, row numbers and cluster centres."""
        size = int(self.index.ntotal) * int(self.index.sa_code_size())
        if self.kind is IndexKind.INVERTED:
            size += 8 * int(self.index.ntotal) + 4 * self.space.dimension * int(self.index.nlist)
        return size

    @property
    def bytes_of_vectors(self) -> int:
        """Return the memory of the vectors at 8 bits per coordinate."""
        return int(self.index.ntotal) * self.space.dimension

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without the vectors, which have a file of their own."""
        return {name: value for name, value in vars(self).items() if name not in ("index", "_quantizer")} | {
            "nprobe": getattr(self.index, "nprobe", None)
        }

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        faiss = _faiss()

        partial = path.with_suffix(".partial")
        faiss.write_index(self.index, str(partial))
        partial.replace(path)

    def load(self, path: Path) -> CandidateIndex:
        """Map a saved index into memory; nothing is read before it is searched."""
        faiss = _faiss()

        self.index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
        nprobe = self.__dict__.pop("nprobe", None)
        if nprobe is not None:
            self.index.nprobe = nprobe
        return self
