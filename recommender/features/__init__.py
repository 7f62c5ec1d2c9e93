"""The project side of a block, in one of three forms that share one arithmetic: dense, codes, memberships.

A query on features is an array of coefficients of shape (groups, size). The value of row ``i`` is
``x_i . c[g_i]``, where ``g_i`` is the row's group (its language, for text; otherwise there is one group), and
zero where the row is unknown. Codes stand for one-hot vectors, which are never written out: their product with
the coefficients is a table look-up.
"""

from recommender.features.base import MOST_DEVIATIONS, Doubles, Features, Floats, Mask, Rows
from recommender.features.codes import CodeFeatures
from recommender.features.dense import DenseFeatures
from recommender.features.memberships import MembershipFeatures

__all__ = [
    "MOST_DEVIATIONS",
    "CodeFeatures",
    "DenseFeatures",
    "Doubles",
    "Features",
    "Floats",
    "Mask",
    "MembershipFeatures",
    "Rows",
]
