"""The builder's dependencies beside levels."""

from schema.compiled.plan.builder import Parts
from schema.compiled.plan.rankings import ranked_by, ranking_place
from schema.compiled.plan.relations import expression

PARTS = Parts(expression, ranked_by, ranking_place)
