"""Merges the rows of one pool into the next, and multiplies each row independently of the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

ROWS_A_PART = 4096
"""Rows multiplied at once, which bounds the memory of their copies in double precision."""
BITS = 26
"""Coordinates are whole numbers of ``2**-BITS``: products of vectors of length 1 and all their partial sums are whole
numbers below 2**53, which double precision holds exactly."""


def product_by_row(values: Floats, matrix: Floats) -> Floats:
    """Return ``values @ matrix`` such that a row's result depends on that row alone, to the last bit.

    BLAS adds up in an order that depends on the processor, on the shape and on where in the matrix a row stands. Sums
    of whole numbers are the same in any order, so both sides are rounded to steps, relative to the length of each row
    of ``values`` and each column of ``matrix``: as exact as single precision.
    """
    columns, column_scale = _in_steps(matrix.T.astype(np.float64))
    transposed = np.ascontiguousarray(columns.T)
    result = np.empty((len(values), matrix.shape[1]), np.float32)
    for start in range(0, len(values), ROWS_A_PART):
        rows, row_scale = _in_steps(values[start : start + ROWS_A_PART].astype(np.float64))
        result[start : start + ROWS_A_PART] = (rows @ transposed) * row_scale[:, None] * column_scale
    return result


def _in_steps(rows: Doubles) -> tuple[Doubles, Doubles]:
    """Return rows as whole numbers, and the powers of two that give their values again, shape (rows,)."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    _, exponents = np.frexp(1.3 * lengths)  # usual lengths, 1 among them, are far from where the exponent changes
    scale = np.ldexp(1.0, exponents - BITS)
    return np.rint(rows / scale[:, None]), scale


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
