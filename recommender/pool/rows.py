"""Merges the rows of one pool into the next, and multiplies each row independently of the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]

BLOCK_ROWS = 256


def product_by_row(values: Floats, matrix: Floats) -> Floats:
    """Return ``values @ matrix`` such that a row's result doesn't depend on the number of rows, to the last bit.

    BLAS multiplies matrices of different shapes in different orders, so every product here has the same shape.
    """
    result = np.empty((len(values), matrix.shape[1]), np.float32)
    for start in range(0, len(values), BLOCK_ROWS):
        part = values[start : start + BLOCK_ROWS]
        if len(part) < BLOCK_ROWS:
            padded = np.zeros((BLOCK_ROWS, values.shape[1]), np.float32)
            padded[: len(part)] = part
            result[start:] = (padded @ matrix)[: len(part)]
        else:
            result[start : start + BLOCK_ROWS] = part @ matrix
    return result


def mixed_arrays(source: Rows, own: npt.NDArray[Any], fresh: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return rows of ``own`` by ``source``, and the next of ``fresh`` where it is negative."""
    new = source < 0
    mixed = own[np.where(new, 0, source)] if len(own) else np.zeros((len(source), *own.shape[1:]), own.dtype)
    mixed[new] = fresh
    return mixed


def mixed_rows(source: Rows, own: sparse.csr_matrix, fresh: sparse.csr_matrix) -> sparse.csr_matrix:
    """Mix the rows of two sparse matrices of equal width, as ``mixed_arrays``."""
    new = source < 0
    if not new.any():
        return sparse.csr_matrix(own[source])
    both = sparse.vstack([own, fresh], format="csr")
    return sparse.csr_matrix(both[np.where(new, own.shape[0] + np.cumsum(new) - 1, source)])


def mixed_columns(source: Rows, own: Any, fresh: Any) -> Any:
    """Mix two columns of any type (arrays, sparse matrices, lists), as ``mixed_arrays``."""
    if sparse.issparse(own):
        return mixed_rows(source, own, fresh)
    if isinstance(own, np.ndarray):
        return mixed_arrays(source, own, fresh)
    following = iter(fresh)
    return [own[row] if row >= 0 else next(following) for row in source.tolist()]
