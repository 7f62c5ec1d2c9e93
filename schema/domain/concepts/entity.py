"""SKOS-like vocabularies: schemes, concepts, crosswalks, and terms waiting for a concept."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from schema.declarations import Filter, column, connection, entity, listing, localized, relation, translations
from schema.declarations.base import Model
from schema.domain.curation.fields import Mergeable
from schema.domain.shared.external_ids import NamedElsewhere
from schema.domain.shared.fields import Dated, Edited, Sourced
from schema.domain.shared.filters import by_text
from schema.sql.closures import concepts_covered
from store import models
from store.access.actors import Actor


def staff_only(actor: Actor, row: Model) -> ColumnElement[bool]:
    """For nobody else."""
    return false()


@entity(
    models.ConceptScheme,
    "A vocabulary of one source or body, such as the fields of one competition.",
    root=("concept_scheme", "concept_schemes"),
    writers=[],
)
class ConceptScheme(Edited, Sourced, NamedElsewhere):
    name = localized("Its name.", order=True, edit=True)
    names = translations("Its name in every language.", "name")
    aliases = column("Other names.", type="[String!]!", edit=True)
    description = localized("What it is.", edit=True)
    programme = relation("Programme", "The programme that it belongs to.", "programme_id", filter=True, edit=True)
    open_ended = column(
        'Whether the source\'s list ends in "and other fields": unknown ones are accepted.', filter=True, edit=True
    )
    concepts = connection("Concept", "Its concepts.", "scheme_id")


@entity(
    models.Concept,
    "One field, industry or skill of a vocabulary.",
    default_order=("notation",),
    filters=[
        Filter("covered_by", "[ID!]", "One of these concepts, a narrower one, or one mapped to them.",
               lambda scope, concept, ids: concept.id.in_(concepts_covered(ids))),
        by_text("concept"),
    ],
    root=("concept", "concepts"),
    writers=[],
)  # fmt: skip
class Concept(Edited, Mergeable, NamedElsewhere):
    name = localized("Its preferred label.", order=True, edit=True)
    names = translations("Its label in every language.", "name")
    aliases = column("Alternative labels.", type="[String!]!", edit=True)
    description = localized("What is meant.", edit=True)
    descriptions = translations("The description in every language.", "description")
    scheme = relation("ConceptScheme", "The vocabulary.", "scheme_id", filter=True, edit=True)
    notation = column("Its code within the vocabulary.", filter=True, order=True, edit=True)
    broader = relation("Concept", "The wider concept.", "broader_id", filter=True, edit=True)
    narrower = listing("Concept", "Narrower concepts.", "broader_id", order=("notation",))
    mappings = listing("ConceptMapping", "Crosswalks from it to other vocabularies.", "source_id",
                       order=("created_at",), edit=True)  # fmt: skip
    mapped_from = listing("ConceptMapping", "Crosswalks from other vocabularies to it.", "target_id",
                          order=("created_at",))  # fmt: skip
    tracks = listing("Track", "Tracks that list it.", through=models.TrackConcept, near="concept_id", far="track_id",
                     order=("created_at",))  # fmt: skip
    projects = connection("Project", "Projects with exactly this concept.", through=models.ProjectConcept,
                          near="concept_id", far="project_id")  # fmt: skip


@entity(models.ConceptMapping, "A crosswalk from one vocabulary's concept to another's.")
class ConceptMapping(Dated):
    source_concept = relation("Concept", "From.", "source_id")
    target_concept = relation("Concept", "To.", "target_id", edit=True)
    relation = column("How the two relate.", edit=True)
    note = column("A remark.", edit=True)


@entity(
    models.UnmappedTerm,
    "A field that no vocabulary knows, waiting for an organiser.",
    rows=staff_only,
    root=("unmapped_term", "unmapped_terms"),
)
class UnmappedTerm(Dated):
    entity = relation("Node", "What the field was given for.", "entity_id", filter=True)
    term = column("The field as it was given.", filter=True, order=True)
    state = column("What an organiser decided on it.", filter=True, order=True)
    concept = relation("Concept", "The concept that an organiser mapped it to.", "concept_id", filter=True)
