"""The mutations of terms that no vocabulary knows."""

from __future__ import annotations

from strawberry.types.field import StrawberryField

from schema.declarations.base import Argument
from schema.declarations.registry import Registry
from schema.domain.curation import terms
from schema.types.payloads import BY_ID, DRY_RUN, define_payload
from schema.types.type_names import Names, output_field

_EVERYWHERE = Argument(
    "everywhere", "Boolean!", "The same for this term on other records that is in the same state.", True
)
_IF_STATE = Argument("if_state", "TermState", "Only if the term is still in this state.", None)


def term_mutations(names: Names, registry: Registry) -> list[StrawberryField]:
    """Define the payload; return the fields of `Mutation`."""
    define_payload(names, "UnmappedTermsPayload", "What became of terms: of the one named first, then of the same "
                   "term on other records.", "terms", "[UnmappedTerm!]", registry=registry)  # fmt: skip
    given = (_EVERYWHERE, _IF_STATE, DRY_RUN)
    return [
        output_field(names, "map_unmapped_term", "UnmappedTermsPayload!",
                     "Say which concept a term means. The records that were given it get the concept, and so do "
                     "records that are imported with it from now on.",
                     arguments=[BY_ID, Argument("concept", "ID!", "The concept."), *given],
                     resolve=terms.map_unmapped_term),
        output_field(names, "reject_unmapped_term", "UnmappedTermsPayload!",
                     "Say that a term means nothing that a vocabulary should hold. Later imports note it as rejected.",
                     arguments=[BY_ID, *given], resolve=terms.reject_unmapped_term),
        output_field(names, "reopen_unmapped_term", "UnmappedTermsPayload!",
                     "Put a mapped or rejected term back into the queue. Records keep the concepts that they have.",
                     arguments=[BY_ID, *given], resolve=terms.reopen_unmapped_term),
    ]  # fmt: skip
